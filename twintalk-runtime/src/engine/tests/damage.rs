//! A byte of a data directory is no longer what was written: it is reported with its place, nothing wrong is ever
//! answered, and other twins are served.

use std::collections::BTreeMap;
use std::os::unix::fs::FileExt;

use super::fleet::{FIRST_REST, PROGRAM, options};
use super::*;
use crate::engine::api::OpenError;
use crate::engine::lookup::Lookup;
use crate::journal::faulty::Disk;
use crate::journal::{Durability, Position, Record, SegmentLog};
use crate::kinds;
use crate::program::{BlockInfo, Provision};
use crate::value::NIL;

/// A program with a block and a statement of its own.
static WITH_ALL: Program = Program {
    blocks: &[BlockInfo { method: "Pump>>bump", ordinal: 0, hash: 7, arguments: 0, source: "[]" }],
    provision: &[Provision { source: "nil", hash: 9, file: "fleet.st", line: 1, run: |_| Ok(NIL) }],
    ..FIRST_REST
};

pub const TWINS: [&str; 5] = ["a", "b", "c", "d", "a name that does not fit"];

fn config() -> Config {
    Config { segment_bytes: 1 << 13, ..Config::default() }
}

pub fn open_damaged(disk: &Disk, options: &Options) -> Result<Twins, OpenError> {
    let (log, _) = SegmentLog::open_in(Arc::new(disk.clone()), &config()).map_err(crate::engine::open::open_error)?;
    let index = Lookup::open(Arc::new(disk.clone()), &log.reader()).map_err(crate::engine::open::index_error)?;
    Twins::open_journal(&WITH_ALL, options, Arc::new(log), Some(index))
}

/// A disk with records of all kinds in two segments, and what its twins were like.
pub fn disk(options: &Options, is_stopped: bool) -> (Disk, BTreeMap<&'static str, TwinState>) {
    let disk = Disk::default();
    let mut states = BTreeMap::new();
    let twins = open_damaged(&disk, options).unwrap();
    for id in TWINS {
        twins.create_blocking(id, "Pump", Vec::new()).unwrap();
        send(&twins, id, "enter:", &[text(id)]);
    }
    send(&twins, "a", "enter:", &[text(&"x".repeat(5000))]);
    send(&twins, "b", "enter:", &[text(&"x".repeat(5000))]);
    send(&twins, "c", "bump", &[]);
    send(&twins, "c", "level:", &[Data::Symbol("red".to_owned())]);
    send(&twins, "d", "bump", &[]);
    for id in TWINS {
        states.insert(id, twins.read_blocking(id, Moment::Now).unwrap());
    }
    let crashed = disk.after_exit();
    twins.close_blocking();
    drop(twins);
    (if is_stopped { disk.after_exit() } else { crashed }, states)
}

/// All records of a disk: file, offset, kind, length with its header.
pub fn records(disk: &Disk) -> Vec<(String, usize, u8, usize)> {
    let (log, _) = SegmentLog::open_in(Arc::new(disk.after_exit()), &config()).unwrap();
    let names: Vec<String> = disk.contents().into_iter().map(|(name, _)| name).collect();
    let bases: Vec<u64> = names.iter().map(|name| u64::from_str_radix(&name[..16], 16).unwrap()).collect();
    let reader = log.reader();
    let place = |record: Record<'_>| {
        let segment = bases.iter().rposition(|&base| base <= record.position.0).unwrap();
        let offset = (record.position.0 - bases[segment]) as usize;
        (names[segment].clone(), offset, record.kind, 8 + record.payload.len().next_multiple_of(8))
    };
    reader.records(Position::NONE).map(|record| place(record.unwrap())).collect()
}

/// Opens a damaged disk: every twin is what it was, or refused with the place. Answers how many were refused, or
/// nothing if the whole was.
#[track_caller]
pub fn check(disk: &Disk, states: &BTreeMap<&'static str, TwinState>, options: &Options, place: &str) -> Option<usize> {
    let twins = match open_damaged(disk, options) {
        Ok(twins) => twins,
        Err(error) => {
            assert!(error.to_string().contains("is damaged at offset"), "{place}: {error}");
            return None;
        }
    };
    let mut refused = 0;
    for (id, state) in states {
        match twins.read_blocking(id, Moment::Now) {
            Ok(read) => {
                assert_eq!(read, *state, "{place}");
                let sent = twins.send_blocking(id, "stamp:", vec![int(1)]).unwrap();
                assert_eq!(sent.sequence, state.sequence + 1, "{place}");
            }
            Err(Refusal::Unavailable { why }) => {
                assert!(why.contains("is damaged at offset"), "{place}: {why}");
                assert!(twins.send_blocking(id, "bump", Vec::new()).is_err(), "{place}");
                assert!(twins.clone_blocking(id, Some("copy")).is_err(), "{place}");
                refused += 1;
            }
            Err(other) => panic!("{place}: {id}: {other}"),
        }
        match twins.events_blocking(id, 0, 100) {
            Ok(events) => assert!(events.len() as u64 >= state.sequence, "{place}"),
            Err(Refusal::Unavailable { why }) => assert!(why.contains("is damaged at offset"), "{place}: {why}"),
            Err(other) => panic!("{place}: {other}"),
        }
    }
    assert_eq!(twins.list_blocking(None, None, 100).unwrap().len(), TWINS.len() - refused, "{place}");
    twins.create_blocking("new", "Pump", Vec::new()).unwrap();
    assert_eq!(send(&twins, "new", "bump", &[]), (int(1), 2));
    twins.close_blocking();
    Some(refused)
}

/// Each byte of the last record of each kind, with one bit inverted, and then all.
#[test]
fn a_flipped_bit_in_each_kind_of_record() {
    let options = Options { snapshot_every: 4, ..options() };
    let (whole, states) = disk(&options, true);
    assert_eq!(check(&whole.after_exit(), &states, &options, "whole"), Some(0));
    let records = records(&whole);
    let mut refused = BTreeMap::new();
    let mut last: BTreeMap<u8, &(String, usize, u8, usize)> = BTreeMap::new();
    for record in records.iter().filter(|record| record.3 < 1000) {
        last.insert(record.2, record);
    }
    assert_eq!(last.keys().copied().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    for (kind, (name, offset, _, length)) in last {
        for at in *offset..offset + length {
            for bits in if at % 5 == 0 { vec![1 << (at % 8), 0xff] } else { vec![1_u8 << (at % 8)] } {
                let place = format!("{name} at {at}: a record of kind {kind} from {offset} on");
                let disk = whole.after_exit();
                for bit in (0..8).filter(|bit| bits & 1 << bit != 0) {
                    disk.flip(name, at, bit);
                }
                let found = check(&disk, &states, &options, &place).unwrap_or_else(|| panic!("{place}: nothing is served"));
                let most = if kind == kinds::EVENT || kind == kinds::SNAPSHOT { 1 } else { 0 };
                assert!(found <= most, "{place}: {found} are refused");
                *refused.entry(kind).or_insert(0) += found;
            }
        }
    }
    assert!(refused[&kinds::EVENT] > 0, "{refused:?}");
}

/// The journal's own headers hold nothing of a twin.
#[test]
fn a_flipped_bit_in_each_kind_of_header() {
    let options = options();
    let (whole, states) = disk(&options, true);
    let contents = whole.contents();
    assert!(contents.len() > 1);
    let mut headers = 0;
    for (name, bytes) in &contents {
        let is_header = |&at: &usize| bytes[at..].starts_with(b"\x20\0\0\0") && bytes[at + 7] == 0xff;
        let found: Vec<usize> = (0..bytes.len() - 8).step_by(8).filter(is_header).collect();
        for header in [found[0], found[1], found[found.len() / 2], found[found.len() - 1]] {
            headers += 1;
            for at in (header..header + 40).step_by(3) {
                let disk = whole.after_exit();
                disk.flip(name, at, at as u32 % 8);
                let place = format!("{name} at {at}: a header at {header}");
                assert_eq!(check(&disk, &states, &options, &place), Some(0), "{place}");
            }
        }
    }
    assert!(headers >= 8);
}

/// More than a byte: nothing wrong is answered. Where it cannot be told whose records they were, nothing is.
#[test]
fn larger_damage_is_never_taken_for_state() {
    let options = Options { snapshot_every: 4, ..options() };
    let (whole, states) = disk(&options, true);
    let (mut served, mut refused) = (0, 0);
    for (name, mut bytes) in whole.contents() {
        // Who destroys the seal and the last commits leaves what a crash leaves.
        bytes.truncate(bytes.len() - 40);
        for at in (0..bytes.len()).step_by(bytes.len() / 30) {
            let disk = whole.after_exit();
            let length = [2, 16, 512][at / 7 % 3].min(bytes.len() - at);
            disk.overwrite(&name, at, &vec![0x5a; length]);
            match check(&disk, &states, &options, &format!("{length} bytes of {name} at {at}")) {
                Some(_) => served += 1,
                None => refused += 1,
            }
        }
    }
    assert!(served > 0 && refused > 0, "{served} {refused}");
}

/// Without a stop, the last commit is proven by nobody: damaged, it is taken for torn. What came before is not.
#[test]
fn the_last_commit_before_a_crash_is_the_limit() {
    let options = options();
    let (crashed, states) = disk(&options, false);
    let (stopped, _) = disk(&options, true);
    let (name, offset, _, length) = records(&crashed).pop().unwrap();
    for at in (offset - 40..offset + length).step_by(7) {
        let damaged = crashed.after_exit();
        damaged.flip(&name, at, 1);
        let twins = open_damaged(&damaged, &options).unwrap();
        let mut before = states["d"].clone();
        before.sequence -= 1;
        before.state[1].1 = int(0);
        assert_eq!(twins.read_blocking("d", Moment::Now), Ok(before), "the event before the last one");
        assert_eq!(twins.read_blocking("c", Moment::Now), Ok(states["c"].clone()));
        twins.close_blocking();
        let damaged = stopped.after_exit();
        damaged.flip(&name, at, 1);
        let expected = usize::from(at >= offset);
        assert_eq!(check(&damaged, &states, &options, &format!("{name} at {at}")), Some(expected), "a stop seals");
    }
}

/// What changes on the disk while the engine runs, in pages that were mapped long ago.
#[test]
fn damage_under_a_running_engine_is_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { data: Some(directory.path().to_owned()), durability: Durability::Os, memory: 1, retain: None, ..options() };
    let twins = Twins::open(&PROGRAM, &options).unwrap();
    for id in TWINS {
        twins.create_blocking(id, "Pump", Vec::new()).unwrap();
        send(&twins, id, "enter:", &[text(&format!("the mark of {id}!"))]);
    }
    // What is not used leaves memory.
    for _ in 0..3 {
        send(&twins, "a", "bump", &[]);
    }
    let path = directory.path().join("0000000000000000.log");
    let bytes = std::fs::read(&path).unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    let mark = b"the mark of c!";
    let places = (0..bytes.len() - mark.len()).filter(|&at| bytes[at..].starts_with(mark));
    for place in places {
        file.write_all_at(b"T", place as u64).unwrap();
    }
    let refusals = [twins.read_blocking("c", Moment::Now).unwrap_err(), refused(&twins, "c", "bump", &[])];
    for refusal in refusals {
        let Refusal::Unavailable { why } = refusal else { panic!("{refusal}") };
        assert!(why.contains("`c` is quarantined") && why.contains("0000000000000000.log is damaged at offset"), "{why}");
    }
    assert!(twins.events_blocking("c", 0, 10).is_err());
    for id in ["a", "b", "d"] {
        assert!(twins.read_blocking(id, Moment::Now).is_ok());
        assert!(twins.send_blocking(id, "bump", Vec::new()).is_ok());
    }
    assert_eq!(twins.list_blocking(None, None, 10).unwrap().len(), 4);
}
