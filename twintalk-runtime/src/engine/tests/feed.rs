//! The feed: all events in the order of the journal, once they are durable.

use super::fleet::{PROGRAM, options};
use super::*;
use crate::engine::{Durability, FeedEvent, FeedPage, FeedPosition};
use crate::journal::{Batch, Completion, Error, Position, Reader};

/// A log that has let go of what is below a position.
struct Shortened(Arc<dyn Journal>, std::sync::atomic::AtomicU64);

impl Journal for Shortened {
    fn append(&self, batch: &Batch, completion: Completion) -> Result<Position, Error> {
        self.0.append(batch, completion)
    }

    fn durable(&self) -> Position {
        self.0.durable()
    }

    fn reader(&self) -> Reader {
        self.0.reader()
    }

    fn oldest(&self) -> Position {
        Position(self.1.load(std::sync::atomic::Ordering::Relaxed))
    }

    fn commits(&self) -> u64 {
        self.0.commits()
    }

    fn close(&self) -> Result<(), Error> {
        Ok(())
    }
}

fn told(events: &[FeedEvent]) -> Vec<(&str, u64, &str)> {
    events.iter().map(|event| (&*event.twin, event.sequence, &*event.selector)).collect()
}

/// All there is after a position, by pages.
#[track_caller]
fn rest(twins: &Twins, mut after: Option<FeedPosition>, class: Option<&str>, limit: usize) -> Vec<FeedEvent> {
    let end = twins.feed_end();
    let mut events = Vec::new();
    while after != Some(end) {
        let page = twins.changes_blocking(after, class, limit).unwrap();
        assert!(page.events.len() <= limit);
        after = Some(page.next);
        events.extend(page.events);
    }
    events
}

#[test]
fn events_of_all_twins_come_in_order_and_in_pages() {
    let twins = open(&PROGRAM, &Options { shards: 2, snapshot_every: 3, ..options() }, &log());
    let ids: Vec<String> = (0..5).map(|number| format!("p{number}")).collect();
    for id in &ids {
        twins.create_blocking(id, "Pump", Vec::new()).unwrap();
    }
    twins.create_blocking("m", "Meter", Vec::new()).unwrap();
    let middle = twins.feed_end();
    for round in 0..50 {
        for id in &ids {
            send(&twins, id, if round % 2 == 0 { "bump" } else { "enter:" }, &[int(round)][..(round % 2) as usize]);
        }
        send(&twins, "m", "level:", &[int(round)]);
    }
    twins.delete_blocking("p0").unwrap();
    let all = rest(&twins, None, None, 7);
    assert_eq!(all.len(), 6 * 51 + 1);
    assert_eq!(rest(&twins, None, None, 10_000), all);
    for id in ids.iter().map(String::as_str).chain(["m"]) {
        let sequences: Vec<u64> = all.iter().filter(|event| event.twin == id).map(|event| event.sequence).collect();
        let history = twins.events_blocking(id, 0, 1000).unwrap();
        assert_eq!(sequences, history.iter().map(|event| event.sequence).collect::<Vec<_>>());
    }
    assert_eq!(rest(&twins, Some(middle), None, 20), all[6..]);
    assert_eq!(rest(&twins, Some(all[99].position), None, 20), all[100..]);
    let meters: Vec<FeedEvent> = all.iter().filter(|event| event.class == "Meter").cloned().collect();
    assert_eq!(rest(&twins, None, Some("Meter"), 4), meters);
    assert_eq!(twins.changes_blocking(None, Some("Nothing"), 1), Err(Refusal::NoSuchClass { name: "Nothing".into() }));

    let [created, bumped, entered, again] = [0, 6, 12, 24].map(|index| &all[index]);
    assert_eq!((created.slots.clone(), created.objects), (vec!["level".to_owned()], false));
    assert_eq!((bumped.slots.clone(), bumped.objects), (vec!["level".to_owned()], false));
    assert_eq!((entered.slots.clone(), entered.objects), (vec!["entries".to_owned()], false));
    assert_eq!((again.slots.clone(), again.objects), (vec![], true), "the second entry goes into the collection");
}

#[test]
fn who_waits_is_woken_when_something_is_durable() {
    let twins = open(&PROGRAM, &options(), &log());
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    let start = twins.feed_end();
    let follower = {
        let twins = twins.clone();
        std::thread::spawn(move || {
            let (mut after, mut seen) = (start, Vec::new());
            while twins.wait_for_changes_blocking(after).is_ok() {
                let FeedPage { events, next } = twins.changes_blocking(Some(after), None, 3).unwrap();
                seen.extend(events.into_iter().map(|event| event.sequence));
                after = next;
            }
            seen
        })
    };
    for _ in 0..500 {
        send(&twins, "p", "bump", &[]);
    }
    let all = rest(&twins, Some(start), None, 1000);
    assert_eq!(told(&all)[0], ("p", 2, "bump"));
    twins.close_blocking();
    let seen = follower.join().unwrap();
    assert_eq!(seen, (2..2 + seen.len() as u64).collect::<Vec<_>>(), "nothing is missed, and nothing told twice");
    assert_eq!(seen.len(), 500);
    let Err(Refusal::Unavailable { .. }) = twins.wait_for_changes_blocking(twins.feed_end()) else { panic!() };
}

#[test]
fn a_position_that_is_not_kept_tells_where_to_go_on() {
    let journal = Arc::new(Shortened(log(), 0.into()));
    let twins = Twins::open_journal(&PROGRAM, &options(), journal.clone(), None).unwrap();
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    let first = twins.changes_blocking(None, None, 1).unwrap().next;
    for _ in 0..3 {
        send(&twins, "p", "bump", &[]);
    }
    let kept = twins.changes_blocking(Some(first), None, 1).unwrap().next;
    let place = u64::from_str_radix(&kept.to_string()[..16], 16).unwrap();
    journal.1.store(place, std::sync::atomic::Ordering::Relaxed);
    assert_eq!(twins.changes_blocking(Some(first), None, 10), Err(Refusal::NotKept { from: kept }));
    let events = twins.changes_blocking(Some(kept), None, 10).unwrap().events;
    assert_eq!(told(&events), [("p", 3, "bump"), ("p", 4, "bump")]);
    assert_eq!(twins.changes_blocking(None, None, 10).unwrap().events, events);

    // Positions are texts for those who keep them.
    assert_eq!(kept.to_string().parse(), Ok(kept));
    for wrong in ["", "x", "00000000000000000000000", "zz0000000000000000000000", "000000000000000000000é00"] {
        assert!(matches!(wrong.parse::<FeedPosition>(), Err(Refusal::Malformed { .. })), "{wrong}");
    }
    // One that was never told, and those of a log that has ended with its process.
    let changed: FeedPosition = kept.to_string().replace(&kept.to_string()[16..], "00000001").parse().unwrap();
    assert_eq!(twins.changes_blocking(Some(changed), None, 10), Err(Refusal::NotKept { from: kept }));
    let other = open(&PROGRAM, &options(), &log());
    assert!(matches!(other.changes_blocking(Some(kept), None, 10), Err(Refusal::NotKept { .. })));
}

#[test]
fn positions_outlive_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { data: Some(directory.path().to_owned()), durability: Durability::Os, retain: None, ..options() };
    let twins = Twins::open(&PROGRAM, &options).unwrap();
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    send(&twins, "p", "bump", &[]);
    let first = twins.changes_blocking(None, None, 1).unwrap().next;
    let end = twins.feed_end();
    twins.close_blocking();
    for round in 0..3 {
        let twins = Twins::open(&PROGRAM, &options).unwrap();
        send(&twins, "p", "bump", &[]);
        let all: Vec<u64> = rest(&twins, Some(first), None, 2).iter().map(|event| event.sequence).collect();
        assert_eq!(all, (2..=3 + round).collect::<Vec<_>>());
        let new: Vec<u64> = rest(&twins, Some(end), None, 2).iter().map(|event| event.sequence).collect();
        assert_eq!(new, (3..=3 + round).collect::<Vec<_>>());
        twins.close_blocking();
    }
}
