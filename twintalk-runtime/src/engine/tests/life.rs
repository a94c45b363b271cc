//! Twins are made, asked, changed, cloned, deleted, and survive restarts.

use super::fleet::{PROGRAM, options};
use super::*;
use crate::engine::api::{Envelope, NewTwin, OpenError};
use crate::failure::FailureKind;

fn state(slots: &[(&str, Data)]) -> Vec<(String, Data)> {
    slots.iter().map(|(name, data)| ((*name).to_owned(), data.clone())).collect()
}

#[test]
fn create_send_read() {
    let twins = open(&PROGRAM, &options(), &log());
    assert_eq!(twins.create_blocking("p", "Pump", state(&[("pressure", int(3))])), Ok(1));
    assert_eq!(send(&twins, "p", "pressure:", &[Data::Float(2.5)]), (Data::Twin("p".into()), 2));
    assert_eq!(send(&twins, "p", "pressure", &[]), (Data::Float(2.5), 2));
    assert_eq!(send(&twins, "p", "bump", &[]), (int(1), 3));
    let big = int(i64::MAX - 1);
    assert_eq!(send(&twins, "p", "stamp:", std::slice::from_ref(&big)).1, 4);
    assert_eq!(send(&twins, "p", "enter:", &[text("grün €")]).1, 5);
    let read = twins.read_blocking("p", Moment::Now).unwrap();
    assert_eq!((read.id.as_str(), read.class.as_str(), read.sequence), ("p", "Pump", 5));
    let expected = state(&[("pressure", Data::Float(2.5)), ("level", int(1)), ("entries", array(&[text("grün €")])), ("stamp", big)]);
    assert_eq!(read.state, expected);
    assert_eq!(send(&twins, "p", "myself", &[]), (Data::Twin("p".into()), 5));
    let echo = array(&[text("a"), Data::Symbol("green".into()), array(&[Data::Nil])]);
    assert_eq!(send(&twins, "p", "echo:", std::slice::from_ref(&echo)), (echo, 5));
}

#[test]
fn what_is_refused() {
    let twins = open(&PROGRAM, &options(), &log());
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    assert_eq!(twins.create_blocking("p", "Pump", Vec::new()), Err(Refusal::Exists { id: "p".into() }));
    assert_eq!(twins.create_blocking("q", "Pumpe", Vec::new()), Err(Refusal::NoSuchClass { name: "Pumpe".into() }));
    assert!(matches!(twins.create_blocking("q", "Pump", state(&[("hidden", int(1))])), Err(Refusal::Malformed { .. })));
    for id in ["", ".", "..", "a\nb"] {
        assert!(matches!(twins.create_blocking(id, "Pump", Vec::new()), Err(Refusal::Malformed { .. })), "{id:?}");
    }
    assert!(matches!(twins.create_blocking(&"x".repeat(257), "Pump", Vec::new()), Err(Refusal::TooLarge { .. })));
    assert_eq!(refused(&twins, "q", "bump", &[]), Refusal::NoSuchTwin { id: "q".into() });
    assert!(matches!(refused(&twins, "p", "hidden", &[]), Refusal::NotExternal { .. }));
    assert!(matches!(refused(&twins, "p", "initialize", &[]), Refusal::NotExternal { .. }));
    let Refusal::Raised { class, selector, failure, .. } = refused(&twins, "p", "bumpp", &[]) else { panic!() };
    assert_eq!((class.as_str(), selector.as_str()), ("Pump", "bumpp"));
    assert_eq!((failure.class.as_str(), failure.message.as_str()), ("MessageNotUnderstood", "Pump>>bumpp"));
    let Refusal::Raised { slot, failure, .. } = refused(&twins, "p", "pressure:", &[text("high")]) else { panic!() };
    assert_eq!(slot.as_deref(), Some("pressure"), "{failure}");
}

#[test]
fn a_failed_turn_changes_nothing() {
    let twins = open(&PROGRAM, &options(), &log());
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    send(&twins, "p", "enter:", &[int(1)]);
    let before = twins.read_blocking("p", Moment::Now).unwrap();
    let Refusal::Raised { failure, .. } = refused(&twins, "p", "boom", &[]) else { panic!() };
    assert_eq!(failure.class, "ZeroDivide");
    let Refusal::Raised { failure, .. } = refused(&twins, "p", "panic", &[]) else { panic!() };
    assert_eq!(failure.kind, FailureKind::Panic);
    assert_eq!(twins.read_blocking("p", Moment::Now).unwrap(), before);
    assert_eq!(send(&twins, "p", "bump", &[]), (int(1), 3));
}

#[test]
fn a_runaway_ends_alone() {
    let mut options = options();
    options.limits.fuel = 10_000;
    let twins = open(&PROGRAM, &options, &log());
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    let Refusal::Raised { failure, .. } = refused(&twins, "p", "spin", &[]) else { panic!() };
    assert_eq!(failure.kind, FailureKind::OutOfFuel);
    assert_eq!(send(&twins, "p", "bump", &[]), (int(1), 2));
}

#[test]
fn batches_answer_in_order() {
    let options = Options { shards: 3, ..options() };
    let twins = open(&PROGRAM, &options, &log());
    for n in 0..10 {
        twins.create_blocking(&format!("p{n}"), "Pump", Vec::new()).unwrap();
    }
    let envelope = |n: usize| Envelope { twin: format!("p{}", n % 11), selector: "bump".into(), arguments: Vec::new() };
    let results = twins.send_batch_blocking((0..2000).map(envelope).collect());
    assert_eq!(results.len(), 2000);
    for (n, result) in results.into_iter().enumerate() {
        match n % 11 {
            10 => assert_eq!(result, Err(Refusal::NoSuchTwin { id: "p10".into() })),
            _ => assert_eq!(result.unwrap().answer, int(n as i64 / 11 + 1)),
        }
    }
}

#[test]
fn clones_share_nothing() {
    let options = Options { shards: 4, ..options() };
    let twins = open(&PROGRAM, &options, &log());
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    send(&twins, "p", "enter:", &[int(1)]);
    assert_eq!(twins.clone_blocking("p", Some("q")), Ok(("q".into(), 1)));
    assert_eq!(twins.clone_blocking("p", Some("q")), Err(Refusal::Exists { id: "q".into() }));
    send(&twins, "p", "enter:", &[int(2)]);
    send(&twins, "q", "replace:", &[int(9)]);
    assert_eq!(slot(&twins, "p", "entries"), array(&[int(1), int(2)]));
    assert_eq!(slot(&twins, "q", "entries"), array(&[int(9)]));
    let (id, sequence) = twins.clone_blocking("q", None).unwrap();
    assert_eq!(sequence, 1);
    assert_eq!(slot(&twins, &id, "entries"), array(&[int(9)]));
    assert_eq!(send(&twins, "q", "bump", &[]), (int(1), 3));
}

#[test]
fn a_deleted_twin_keeps_its_history() {
    let log = log();
    let twins = open(&PROGRAM, &options(), &log);
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    send(&twins, "p", "bump", &[]);
    assert_eq!(twins.delete_blocking("p"), Ok(3));
    let gone = Refusal::Deleted { id: "p".into() };
    for twins in [&twins, &open(&PROGRAM, &options(), &log)] {
        assert_eq!(twins.read_blocking("p", Moment::Now), Err(gone.clone()));
        assert_eq!(refused(twins, "p", "bump", &[]), gone);
        assert_eq!(twins.read_blocking("p", Moment::Sequence(3)), Err(gone.clone()));
        assert_eq!(twins.read_blocking("p", Moment::Sequence(2)).unwrap().state[1].1, int(1));
        let selectors = twins.events_blocking("p", 0, 10).unwrap().into_iter().map(|event| event.selector);
        assert_eq!(selectors.collect::<Vec<_>>(), ["new", "bump", "delete"].map(Into::into));
        assert_eq!(twins.list_blocking(None, None, 10), Ok(Vec::new()));
    }
    // A new life goes on counting.
    assert_eq!(twins.create_blocking("p", "Meter", Vec::new()), Ok(4));
    assert_eq!(twins.read_blocking("p", Moment::Now).unwrap().class, "Meter");
    assert_eq!(twins.read_blocking("p", Moment::Sequence(2)).unwrap().class, "Pump");
    let twins = open(&PROGRAM, &options(), &log);
    assert_eq!(send(&twins, "p", "bump", &[]), (int(1), 5));
}

#[test]
fn history_is_readable() {
    let twins = open(&PROGRAM, &Options { snapshot_every: 3, ..options() }, &log());
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    for n in 1..=8 {
        send(&twins, "p", "enter:", &[int(n)]);
    }
    send(&twins, "p", "replace:", &[text("x")]);
    send(&twins, "p", "bump", &[]);
    let events = twins.events_blocking("p", 0, 100).unwrap();
    assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), (1..=11).collect::<Vec<_>>());
    assert!(events.windows(2).all(|pair| pair[0].time <= pair[1].time));
    assert_eq!(events[0].changes, changes(&[("level", Change::Value(int(0)))]));
    let added = SequenceChange { added: vec![int(2)], ..SequenceChange::default() };
    assert_eq!(events[2].changes, changes(&[("entries", Change::Sequence(added))]));
    assert_eq!((&*events[2].selector, &*events[2].arguments), ("enter:", &[int(2)][..]));
    let put = SequenceChange { put: vec![(1, text("x"))], ..SequenceChange::default() };
    assert_eq!(events[9].changes, changes(&[("entries", Change::Sequence(put))]));
    assert_eq!(events[10].changes, changes(&[("level", Change::Value(int(1)))]));
    assert_eq!(twins.events_blocking("p", 4, 3).unwrap(), events[4..7]);
    assert_eq!(twins.events_blocking("p", 11, 3).unwrap(), []);
    for n in 1..=8_usize {
        let past = twins.read_blocking("p", Moment::Sequence(n as u64 + 1)).unwrap();
        assert_eq!(past.state[2].1, array(&(1..=n as i64).map(int).collect::<Vec<_>>()));
        let time = events[n].time;
        let then = twins.read_blocking("p", Moment::Time(time)).unwrap();
        assert!(then.sequence > n as u64 && events[then.sequence as usize - 1].time <= time);
    }
    assert!(matches!(twins.read_blocking("p", Moment::Time(1)), Err(Refusal::NoSuchTwin { .. })));
    assert!(matches!(twins.read_blocking("p", Moment::Sequence(0)), Err(Refusal::NoSuchTwin { .. })));
}

#[test]
fn a_compacted_heap_keeps_its_history() {
    let log = log();
    let twins = open(&PROGRAM, &options(), &log);
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    let long = |n: i64| text(&format!("{n} {}", "x".repeat(200)));
    send(&twins, "p", "enter:", &[int(0)]);
    for n in 0..100 {
        send(&twins, "p", "replace:", &[long(n)]);
    }
    let snapshots = twins.metrics().into_iter().find(|metric| metric.0 == "snapshots_total").unwrap().1;
    assert!(snapshots > 0, "the heap was compacted");
    twins.close_blocking();
    let twins = open(&PROGRAM, &options(), &log);
    for n in 0..100 {
        let past = twins.read_blocking("p", Moment::Sequence(n as u64 + 3)).unwrap();
        assert_eq!(past.state[2].1, array(&[long(n)]));
    }
    let events = twins.events_blocking("p", 2, 1000).unwrap();
    for (n, event) in (0..).zip(&events) {
        let put = SequenceChange { put: vec![(1, long(n))], ..SequenceChange::default() };
        assert_eq!(event.changes, changes(&[("entries", Change::Sequence(put))]), "event {n}");
    }
    assert_eq!(events.len(), 100);
    send(&twins, "p", "replace:", &[int(1)]);
    assert_eq!(slot(&twins, "p", "entries"), array(&[int(1)]));
}

#[test]
fn lists_go_in_order_of_ids() {
    let options = Options { shards: 3, ..options() };
    let log = log();
    let twins = open(&PROGRAM, &options, &log);
    for n in 0..50 {
        let class = if n % 2 == 0 { "Pump" } else { "Meter" };
        twins.create_blocking(&format!("twin-{n:02}"), class, Vec::new()).unwrap();
    }
    let reopened = open(&PROGRAM, &options, &log);
    for twins in [twins, reopened] {
        let mut after = None;
        let mut ids = Vec::new();
        loop {
            let page = twins.list_blocking(Some("Meter"), after.as_deref(), 7).unwrap();
            let Some(last) = page.last() else { break };
            after = Some(last.id.clone());
            ids.extend(page.into_iter().map(|state| state.id));
        }
        let expected: Vec<String> = (0..25).map(|n| format!("twin-{:02}", 2 * n + 1)).collect();
        assert_eq!(ids, expected);
    }
}

#[test]
fn a_directory_is_opened_again() {
    let directory = tempfile::tempdir().unwrap();
    let options =
        Options { data: Some(directory.path().to_owned()), durability: crate::journal::Durability::Os, retain: None, ..options() };
    let mut closed = Vec::new();
    for round in 0..4 {
        let twins = Twins::open(&PROGRAM, &options).unwrap();
        assert!(matches!(Twins::open(&PROGRAM, &options), Err(OpenError::Locked { .. })));
        if round == 0 {
            twins.create_blocking("p", "Pump", Vec::new()).unwrap();
        }
        assert_eq!(send(&twins, "p", "bump", &[]), (int(round + 1), round as u64 + 2));
        twins.close_blocking();
        assert!(!twins.ready());
        assert!(matches!(refused(&twins, "p", "bump", &[]), Refusal::Unavailable { .. }));
        // A handle that is left keeps nobody out.
        closed.push(twins);
    }
}

#[test]
fn many_are_made_at_once() {
    for shards in [1, 3] {
        let twins = Twins::open(&PROGRAM, &Options { shards, ..options() }).unwrap();
        twins.create_blocking("p-3", "Pump", Vec::new()).unwrap();
        let pump = |number: usize| NewTwin { id: format!("p-{number}"), class: "Pump".to_owned(), state: Vec::new() };
        let mut wanted: Vec<NewTwin> = (0..10).map(pump).collect();
        wanted.push(pump(7));
        wanted.push(NewTwin { id: String::new(), ..pump(0) });
        wanted.push(NewTwin { class: "Nothing".to_owned(), ..pump(10) });
        wanted.push(NewTwin { state: vec![("nothing".to_owned(), int(1))], ..pump(11) });
        wanted.push(pump(12));
        let made = twins.create_batch_blocking(wanted);
        for (number, made) in made.iter().enumerate() {
            match number {
                3 | 10 => assert!(matches!(made, Err(Refusal::Exists { .. })), "{made:?}"),
                11 | 13 => assert!(matches!(made, Err(Refusal::Malformed { .. })), "{made:?}"),
                12 => assert!(matches!(made, Err(Refusal::NoSuchClass { .. })), "{made:?}"),
                _ => assert_eq!(*made, Ok(1)),
            }
        }
        assert_eq!(made.len(), 15);
        assert_eq!(send(&twins, "p-12", "bump", &[]).0, int(1));
        assert!(matches!(refused(&twins, "p-11", "bump", &[]), Refusal::NoSuchTwin { .. }));
        twins.close_blocking();
        let made = twins.create_batch_blocking(vec![pump(20)]);
        assert!(matches!(&made[..], [Err(Refusal::Unavailable { .. })]));
    }
}
