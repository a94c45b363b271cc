//! Opening a data directory: with few and with very many twins, and after the process was killed.

use std::path::Path;

use twintalk_runtime::Twins;
use twintalk_runtime::engine::{Durability, Moment, Options};

use super::measure::{Scattered, alone, bytes, directory, resident, row, spent, until_indexed};
use crate::support::fleet::{create_batch, id, run, update};
use crate::support::sensor::{PROGRAM, Readings};

/// The word by which this program starts itself as a process that leaves data behind.
pub const LEAVE: &str = "leave";

/// The word by which it starts itself to open what was left.
pub const OPEN: &str = "open";

/// How a process that leaves data behind ends.
const KILLED: &str = "killed";
pub const CLOSED: &str = "closed";

const BATCH: usize = 1000;

pub fn opening() {
    for (twins, events, end, what, limit) in [
        ("10000", "0", CLOSED, "opening 10 thousand twins", ""),
        ("10000000", "0", CLOSED, "opening 10 million twins", "as 10 thousand"),
        ("1000000", "4000000", KILLED, "opening after `kill -9` with 5 million events", "1000 ms"),
    ] {
        let place = directory();
        let data = place.path().to_str().expect("a path of text");
        assert_eq!(alone(&[LEAVE, data, twins, events, end]), end == CLOSED);
        assert!(alone(&[OPEN, data, twins, what, limit]));
        if end == CLOSED {
            assert!(alone(&[OPEN, data, twins, &format!("{what}, all of it indexed"), limit]));
        }
    }
}

/// Opens a directory, tells what that took, and closes it when all that is sealed is indexed.
pub fn open(words: &[String]) {
    let [data, twins, what, limit] = words else { panic!("{OPEN} DIRECTORY TWINS WHAT LIMIT") };
    let (data, twins): (&Path, usize) = (Path::new(data), twins.parse().expect("a number"));
    let before = resident();
    let (opened, spent) = spent(|| Twins::open(&PROGRAM, &options(data)).expect("it opens"));
    let memory = (resident() - before) >> 20;
    let sequence = opened.read_blocking(&id(twins - 1), Moment::Now).expect("it is there").sequence;
    assert!(sequence >= 1);
    let size = bytes(data, |_| true) >> 20;
    row(what, format!("{:.0} ms, {memory} MiB of memory; {size} MiB of files", spent.wall.as_secs_f64() * 1e3), limit);
    until_indexed(&opened);
    opened.close_blocking();
}

fn options(data: &Path) -> Options {
    Options { data: Some(data.to_owned()), durability: Durability::Os, shards: 1, ..Options::default() }
}

/// Makes twins and sends them messages.
pub fn leave(words: &[String]) {
    let [data, twins, events, end] = words else { panic!("{LEAVE} DIRECTORY TWINS EVENTS closed|killed") };
    let (twins, events): (usize, usize) = (twins.parse().expect("a number"), events.parse().expect("a number"));
    let fleet = Twins::open(&PROGRAM, &options(Path::new(data))).expect("it opens");
    for first in (0..twins).step_by(BATCH) {
        create_batch(&fleet, "TypedSensor", first..first + BATCH);
    }
    let (mut readings, mut numbers) = (Readings::default(), Scattered::new(twins));
    run(&fleet, (0..events / BATCH).map(|_| numbers.by_ref().take(BATCH).map(|number| update(number, &mut readings)).collect()));
    if end == KILLED {
        // Nothing is closed, and no destructor runs.
        std::process::abort();
    }
    fleet.close_blocking();
}
