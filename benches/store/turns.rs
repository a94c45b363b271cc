//! Whole turns of a million twins in random order, durable, with what is written for them in all.

use twintalk_runtime::engine::{Durability, Options};

use super::measure::{Scattered, Spent, bytes, directory, is_segment, row, spent, written};
use crate::support::fleet::{create_batch, run, update};
use crate::support::sensor::{PROGRAM, Readings};
use twintalk_runtime::Twins;

const TWINS: usize = 1_000_000;
const MESSAGES: usize = 4_000_000;
const BATCH: usize = 1000;

pub fn turns() {
    let ample = turned(8 << 30, MESSAGES);
    row("whole turns a second, one shard and its callers", format!("{:.2} million", ample.spent.rate(MESSAGES)), "at least 1 million");
    row("CPU a turn, caller, journal and index included", format!("{:.0} ns", ample.spent.cpu_each(MESSAGES)), "");
    row("bytes an event", format!("{:.0}", ample.bytes_an_event), "");
    row("bytes written ÷ bytes of events, index included", format!("{:.2}", ample.amplified), "1.3");
    // Rows and heads of a tenth of the twins.
    let tenth = turned(TWINS as u64 * 72 / 10, MESSAGES / 4);
    let snapshots = tenth.amplified - ample.amplified;
    row("snapshots on top, with a tenth of the twins resident", format!("{snapshots:.2}"), "1.0");
    row("turns a second then", format!("{:.2} million", tenth.spent.rate(MESSAGES / 4)), "");
}

struct Turned {
    spent: Spent,
    bytes_an_event: f64,
    amplified: f64,
}

fn turned(memory: u64, messages: usize) -> Turned {
    let place = directory();
    let options = Options { data: Some(place.path().to_owned()), durability: Durability::Sync, shards: 1, memory, ..Options::default() };
    let twins = Twins::open(&PROGRAM, &options).expect("it opens");
    for first in (0..TWINS).step_by(BATCH) {
        create_batch(&twins, "TypedSensor", first..first + BATCH);
    }
    twins.close_blocking();
    drop(twins);
    let (files, before) = (bytes(place.path(), is_segment), written());
    let twins = Twins::open(&PROGRAM, &options).expect("it opens again");
    let (mut readings, mut numbers) = (Readings::default(), Scattered::new(TWINS));
    let batches = (0..messages / BATCH).map(|_| numbers.by_ref().take(BATCH).map(|number| update(number, &mut readings)).collect());
    let (sent, spent) = spent(|| run(&twins, batches));
    assert_eq!(sent, messages);
    let count = |name| twins.metrics().into_iter().find(|(of, _)| *of == name).map_or(0, |(_, value)| value);
    assert_eq!(count("events_total"), messages as u64);
    twins.close_blocking();
    let snapshots = bytes_of_snapshots(place.path(), files);
    let events = (bytes(place.path(), is_segment) - files - snapshots) as f64;
    Turned { spent, bytes_an_event: events / messages as f64, amplified: (written() - before) as f64 / events }
}

/// How many bytes of snapshots lie in a journal behind so many bytes.
fn bytes_of_snapshots(data: &std::path::Path, from: u64) -> u64 {
    use twintalk_runtime::{journal, kinds};
    let (log, _) = journal::open(data, &journal::Config::default()).expect("it was closed");
    let reader = log.reader();
    let records = reader.records(journal::Position(0)).filter_map(Result::ok);
    let snapshots = records.filter(|record| record.position.0 >= from && record.kind == kinds::SNAPSHOT);
    snapshots.map(|record| 8 + record.payload.len().next_multiple_of(8) as u64).sum()
}
