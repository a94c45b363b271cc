//! A data directory meets another build of the program.

use super::fleet::{PROGRAM, SECOND, THIRD, options};
use super::*;

fn first(log: &Arc<dyn Journal>) {
    let twins = open(&PROGRAM, &options(), log);
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    twins.create_blocking("m", "Meter", Vec::new()).unwrap();
    send(&twins, "p", "pressure:", &[Data::Float(1.5)]);
    send(&twins, "p", "level:", &[int(7)]);
    send(&twins, "p", "stamp:", &[int(1 << 60)]);
    send(&twins, "p", "enter:", &[text("a")]);
    send(&twins, "p", "enter:", &[Data::Symbol("red".into())]);
    send(&twins, "p", "enter:", &[Data::Symbol("green".into())]);
    twins.close_blocking();
}

#[test]
fn slots_are_matched_by_name() {
    let log = log();
    first(&log);
    let entries = array(&[text("a"), Data::Symbol("red".into()), Data::Symbol("green".into())]);
    let twins = open(&SECOND, &options(), &log);
    let expected = |added: Data, level: i64, entries: Data| {
        let slots = [("added", added), ("level", int(level)), ("entries", entries), ("stamp", int(1 << 60))];
        slots.map(|(name, data)| (name.to_owned(), data)).to_vec()
    };
    let asleep = twins.read_blocking("p", Moment::Now).unwrap();
    assert_eq!((asleep.sequence, &asleep.state), (7, &expected(Data::Nil, 7, entries.clone())));
    assert_eq!(send(&twins, "p", "bump", &[]), (int(8), 8));
    let resident = twins.read_blocking("p", Moment::Now).unwrap();
    assert_eq!(resident.state, expected(Data::Nil, 8, entries));
    send(&twins, "p", "added:", &[text("new")]);
    send(&twins, "p", "replace:", &[Data::Symbol("red".into())]);
    send(&twins, "p", "enter:", &[Data::Symbol("blue".into())]);
    let entries = array(&["red", "red", "green", "blue"].map(|name| Data::Symbol(name.into())));
    assert_eq!(slot(&twins, "p", "entries"), entries);

    // What was removed is still in the history.
    let past = twins.read_blocking("p", Moment::Sequence(3)).unwrap();
    assert_eq!(past.state[0], ("pressure".to_owned(), Data::Float(1.5)));
    let events = twins.events_blocking("p", 0, 100).unwrap();
    assert_eq!(events.len(), 11);
    assert_eq!(events[1].changes, changes(&[("pressure", Change::Value(Data::Float(1.5)))]));
    assert_eq!(events[8].changes, changes(&[("added", Change::Value(text("new")))]));
    twins.close_blocking();

    // The same build again, and the first one again.
    let twins = open(&SECOND, &options(), &log);
    assert_eq!(twins.read_blocking("p", Moment::Now).unwrap().state, expected(text("new"), 8, entries.clone()));
    assert_eq!(send(&twins, "p", "mark", &[]).1, 12);
    twins.close_blocking();
    let twins = open(&PROGRAM, &options(), &log);
    assert_eq!(slot(&twins, "p", "pressure"), Data::Nil);
    assert_eq!(slot(&twins, "p", "entries"), entries);
    assert_eq!(slot(&twins, "p", "level"), Data::Symbol("green".into()));
    assert_eq!(send(&twins, "p", "level", &[]).0, Data::Symbol("green".into()));
}

#[test]
fn a_missing_class_quarantines_its_twins_only() {
    let log = log();
    first(&log);
    let twins = open(&THIRD, &options(), &log);
    for refusal in [twins.read_blocking("p", Moment::Now).unwrap_err(), refused(&twins, "p", "level", &[])] {
        assert!(matches!(&refusal, Refusal::Unavailable { why } if why.contains("Pump")), "{refusal}");
    }
    twins.create_blocking("l", "Lonely", Vec::new()).unwrap();
    assert_eq!(send(&twins, "l", "level", &[]), (int(0), 1));
    // The past can be read without the class.
    assert_eq!(twins.read_blocking("p", Moment::Sequence(3)).unwrap().class, "Pump");
    assert_eq!(twins.list_blocking(None, None, 10).unwrap().len(), 3);
    twins.delete_blocking("m").unwrap();
    twins.close_blocking();
    let twins = open(&PROGRAM, &options(), &log);
    assert_eq!(slot(&twins, "p", "level"), int(7));
    assert_eq!(twins.read_blocking("m", Moment::Now), Err(Refusal::Deleted { id: "m".into() }));
}
