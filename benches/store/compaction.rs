//! What leaving out old events frees and takes, and what is noticed of it.

use std::path::Path;
use std::time::{Duration, Instant};

use twintalk_runtime::Twins;
use twintalk_runtime::engine::{Durability, Options};

use super::measure::{Scattered, alone, bytes, directory, is_segment, row, until_indexed};
use super::opening::{CLOSED, LEAVE};
use crate::support::fleet::{run, update};
use crate::support::sensor::{PROGRAM, Readings};

/// The word by which this program starts itself to compact what was left.
pub const COMPACT: &str = "compact";

const TWINS: usize = 100_000;
const EVENTS: usize = 5_000_000;
const BATCH: usize = 1000;

/// Messages without a run are counted over so long.
const WHILE: Duration = Duration::from_secs(3);

pub fn compaction() {
    let place = directory();
    let data = place.path().to_str().expect("a path of text");
    assert!(alone(&[LEAVE, data, &TWINS.to_string(), &EVENTS.to_string(), CLOSED]));
    assert!(alone(&[COMPACT, data]));
}

/// Opens a directory twice: to see how fast messages are without a run, and beside one.
pub fn compact(words: &[String]) {
    let [data] = words else { panic!("{COMPACT} DIRECTORY") };
    let data = Path::new(data);
    let twins = open(data, None);
    until_indexed(&twins);
    let start = Instant::now();
    let alone = rate(&twins, || start.elapsed() < WHILE);
    twins.close_blocking();

    let before = bytes(data, is_segment) >> 20;
    // Long ago for all that is there, and not for what comes.
    let twins = open(data, Some(Duration::from_secs(1)));
    let beside = rate(&twins, || metric(&twins, "compaction_last_run_timestamp_seconds") == 0);
    let (segments, took) = (metric(&twins, "compaction_segments_total"), metric(&twins, "compaction_last_run_milliseconds"));
    let freed = metric(&twins, "compaction_freed_bytes_total") >> 20;
    row(
        "5 million events of 100 thousand twins compacted to their states",
        format!("{took} ms; {freed} of {before} MiB freed in {segments} segments"),
        "",
    );
    row("messages a second, beside that ÷ without", format!("{:.2} ÷ {:.2} million", beside / 1e6, alone / 1e6), "");
    twins.close_blocking();
}

fn open(data: &Path, retain: Option<Duration>) -> Twins {
    let options = Options { data: Some(data.to_owned()), durability: Durability::Os, shards: 1, retain, ..Options::default() };
    Twins::open(&PROGRAM, &options).expect("it opens")
}

fn metric(twins: &Twins, name: &str) -> u64 {
    twins.metrics().into_iter().find(|(of, _)| *of == name).map_or(0, |(_, value)| value)
}

/// Messages a second while something holds.
fn rate(twins: &Twins, holds: impl Fn() -> bool) -> f64 {
    let (mut readings, mut numbers) = (Readings::default(), Scattered::new(TWINS));
    let (mut sent, start) = (0, Instant::now());
    while holds() {
        let batches = (0..10).map(|_| numbers.by_ref().take(BATCH).map(|number| update(number, &mut readings)).collect());
        sent += run(twins, batches);
    }
    sent as f64 / start.elapsed().as_secs_f64()
}
