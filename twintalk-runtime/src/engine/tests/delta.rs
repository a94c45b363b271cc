//! What a change of a collection costs, on the disk and when the history is read, does not depend on how large the collection is.

use super::fleet::{PROGRAM, options};
use super::*;
use crate::engine::Envelope;
use crate::engine::delta::work;
use crate::journal::Position;

/// A twin whose collection has so many entries.
fn filled(entries: i64) -> (Twins, Arc<dyn Journal>) {
    let log = log();
    let twins = open(&PROGRAM, &Options { snapshot_every: 20_000, ..options() }, &log);
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    let enter = |number| Envelope { twin: "p".to_owned(), selector: "enter:".to_owned(), arguments: vec![int(number)] };
    for sent in twins.send_batch_blocking((0..entries).map(enter).collect()) {
        sent.unwrap();
    }
    (twins, log)
}

/// The bytes that two more entries take, and the words that are looked at to tell the second of them.
fn cost(entries: i64) -> (u64, u64) {
    let (twins, log) = filled(entries);
    let Position(before) = log.durable();
    let (_, sequence) = send(&twins, "p", "enter:", &[int(-1)]);
    let Position(after) = log.durable();
    send(&twins, "p", "enter:", &[int(-2)]);
    let read = |limit| {
        work::take();
        let events = twins.events_blocking("p", sequence - 1, limit).unwrap();
        let added = |number| Change::Sequence(SequenceChange { added: vec![int(number)], ..SequenceChange::default() });
        for (event, number) in events.iter().zip([-1, -2]) {
            assert_eq!(event.changes, changes(&[("entries", added(number))]));
        }
        assert_eq!(events.len(), limit);
        work::take()
    };
    let one = read(1);
    let (bytes, words) = (after - before, read(2) - one);
    println!("an entry more than {entries}: {bytes} bytes in the log, {words} words looked at");
    (bytes, words)
}

#[test]
fn an_entry_more_costs_the_same_in_a_large_collection() {
    let (bytes, words) = cost(10);
    assert!(bytes < 200, "{bytes} bytes");
    assert!(words < 64, "{words} words");
    assert_eq!(cost(100_000), (bytes, words));
}
