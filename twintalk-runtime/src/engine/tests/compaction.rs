//! What is left of histories, and what is told of the rest.

use super::fleet::{PROGRAM, options};
use super::index::{index_files, replace_index};
use super::model::open_disk;
use super::*;
use crate::engine::compaction::{Compaction, Retention};
use crate::engine::lookup::Lookup;
use crate::journal::faulty::{Disk, Survival};
use crate::journal::{Position, SegmentLog};

/// Twins of two classes with some history in many segments.
fn fleet(disk: &Disk) -> Twins {
    let twins = open_disk(disk, &PROGRAM, &Options { snapshot_every: 7, ..options() });
    for twin in 0..20 {
        twins.create_blocking(&format!("t{twin}"), if twin % 4 == 3 { "Meter" } else { "Pump" }, Vec::new()).unwrap();
    }
    for level in 0..60 {
        for twin in 0..19 {
            send(&twins, &format!("t{twin}"), "level:", &[int(level)]);
        }
    }
    twins.delete_blocking("t0").unwrap();
    twins.delete_blocking("t1").unwrap();
    twins.create_blocking("t1", "Pump", Vec::new()).unwrap();
    twins.world().journal.roll().unwrap();
    twins
}

fn bytes(twins: &Twins) -> u64 {
    let reader = twins.world().journal.reader();
    let bytes = |(base, end): (Position, Position)| reader.compacted(base).map_or(end.0 - base.0, |compacted| compacted.bytes);
    reader.sealed().map(bytes).sum()
}

fn states(twins: &Twins) -> Vec<TwinState> {
    twins.list_blocking(None, None, 1000).unwrap()
}

fn metric(twins: &Twins, name: &str) -> u64 {
    twins.metrics().into_iter().find(|metric| metric.0 == name).unwrap().1
}

#[test]
fn the_latest_state_of_each_twin_is_left() {
    let disk = Disk::default();
    let twins = fleet(&disk);
    let (before, all) = (states(&twins), bytes(&twins));
    compact(&twins);
    let left = bytes(&twins);
    // The tables of the library are most of what is left.
    assert!(left < all / 2, "{left} of {all} bytes");
    assert_eq!(metric(&twins, "compaction_freed_bytes_total"), all - left);
    assert!(metric(&twins, "compaction_segments_total") > 5);
    assert_eq!(states(&twins), before);
    assert_eq!(twins.events_blocking("t5", 0, 10), Ok(Vec::new()));
    assert_eq!(twins.events_blocking("t5", 60, 10), Err(Refusal::PastNotKept { id: "t5".into(), first: 62 }));
    assert_eq!(twins.events_blocking("t5", 61, 10), Ok(Vec::new()));
    let read = |id: &str, at| twins.read_blocking(id, at).map(|state| state.sequence);
    assert_eq!(read("t5", Moment::Sequence(61)), Ok(61));
    assert_eq!(read("t5", Moment::Sequence(60)), Err(Refusal::PastNotKept { id: "t5".into(), first: 61 }));
    assert_eq!(read("t5", Moment::Time(0)), Err(Refusal::PastNotKept { id: "t5".into(), first: 61 }));
    assert_eq!(read("nobody", Moment::Sequence(1)), Err(Refusal::NoSuchTwin { id: "nobody".into() }));
    // A deletion is kept, and so is what began and did nothing since.
    assert_eq!(read("t0", Moment::Now), Err(Refusal::Deleted { id: "t0".into() }));
    assert_eq!(twins.events_blocking("t0", 0, 10).unwrap()[0].sequence, 62);
    assert_eq!(read("t0", Moment::Sequence(3)), Err(Refusal::PastNotKept { id: "t0".into(), first: 62 }));
    assert_eq!(twins.events_blocking("t1", 0, 10).unwrap()[0].sequence, 63);
    assert_eq!(twins.events_blocking("t19", 0, 10).unwrap()[0].sequence, 1);
    // Life goes on.
    assert_eq!(send(&twins, "t5", "bump", &[]), (int(60), 62));
    assert_eq!(twins.events_blocking("t5", 0, 10).unwrap()[0].sequence, 62);
    assert_eq!(twins.events_blocking("t5", 60, 10), Err(Refusal::PastNotKept { id: "t5".into(), first: 62 }));
    let after = twins.changes_blocking(None, None, 100).unwrap();
    assert_eq!(after.events.iter().map(|event| (event.twin.as_str(), event.sequence)).collect::<Vec<_>>(), [("t5", 62)]);
    assert_eq!(twins.create_blocking("t0", "Pump", Vec::new()), Ok(63));
}

/// A second run finds nothing to do; one after more has happened leaves one base of each twin again.
#[test]
fn runs_follow_one_another() {
    let disk = Disk::default();
    let twins = fleet(&disk);
    compact(&twins);
    let (left, before) = (bytes(&twins), disk.contents());
    compact(&twins);
    assert!(disk.contents() == before, "something was written");
    for round in 0..3 {
        for level in 0..20 {
            for twin in 2..19 {
                send(&twins, &format!("t{twin}"), "level:", &[int(100 * round + level)]);
            }
        }
        twins.world().journal.roll().unwrap();
        compact(&twins);
        let states = states(&twins);
        assert!(bytes(&twins) < 2 * left, "{} bytes, of {left}", bytes(&twins));
        for twin in 2..19 {
            assert_eq!(twins.events_blocking(&format!("t{twin}"), 0, 10), Ok(Vec::new()));
        }
        twins.world().index.as_ref().unwrap().index.verify().unwrap();
        assert_eq!(states.len(), 19);
    }
}

/// The index says the same whether it saw what was compacted or is made of what is left.
#[test]
fn an_index_of_what_is_left_is_the_same() {
    let disk = Disk::default();
    let twins = fleet(&disk);
    compact(&twins);
    send(&twins, "t7", "bump", &[]);
    let (before, count) = (states(&twins), metric(&twins, "twins"));
    twins.close_blocking();
    drop(twins);
    for is_indexed in [false, true] {
        let disk = disk.after_exit();
        replace_index(&disk, &Vec::new());
        let twins = open_disk(&disk, &PROGRAM, &options());
        if is_indexed {
            compact(&twins);
            assert!(!index_files(&disk).is_empty());
        }
        assert_eq!((states(&twins), metric(&twins, "twins")), (before.clone(), count));
        assert_eq!(twins.events_blocking("t7", 0, 10).unwrap().len(), usize::from(!is_indexed));
        twins.close_blocking();
        drop(twins);
        let twins = open_disk(&disk, &PROGRAM, &options());
        assert_eq!((states(&twins), metric(&twins, "twins")), (before.clone(), count));
        assert!(matches!(twins.read_blocking("t0", Moment::Now), Err(Refusal::Deleted { .. })));
        assert!(matches!(twins.read_blocking("t77", Moment::Now), Err(Refusal::NoSuchTwin { .. })));
    }
}

/// Where little happens a segment would not be full for years: it is sealed when its first event is old.
#[test]
fn little_traffic_keeps_nothing_for_ever() {
    let disk = Disk::default();
    let twins = open_disk(&disk, &PROGRAM, &options());
    twins.create_blocking("a", "Pump", Vec::new()).unwrap();
    send(&twins, "a", "bump", &[]);
    let world = twins.world();
    let compaction = world.compaction.as_ref().unwrap();
    let sealed = || world.journal.reader().sealed().count();
    let (before, now) = (sealed(), crate::engine::host::machine_time());
    compaction.roll(now).unwrap();
    assert_eq!(sealed(), before, "it is young");
    let late = now + 2 * 3600 * 1_000_000_000;
    compaction.roll(late).unwrap();
    compaction.roll(late).unwrap();
    assert_eq!(sealed(), before + 1, "once: there is nothing in the next one");
    compaction.run_always(late, &Work::new()).unwrap();
    assert_eq!(twins.events_blocking("a", 0, 10), Ok(Vec::new()));
    assert_eq!(send(&twins, "a", "bump", &[]).1, 3);
}

/// Events stay as long as their class says.
#[test]
fn what_is_young_stays() {
    let disk = Disk::default();
    let twins = open_disk(&disk, &PROGRAM, &options());
    twins.create_blocking("a", "Pump", Vec::new()).unwrap();
    twins.create_blocking("b", "Meter", Vec::new()).unwrap();
    for level in 0..500 {
        send(&twins, "a", "level:", &[int(level)]);
        send(&twins, "b", "level:", &[int(level)]);
    }
    twins.world().journal.roll().unwrap();
    let world = twins.world();
    let events = twins.events_blocking("b", 0, 1000).unwrap();
    let middle = events[250].time;
    // Pumps for ever, meters for a second.
    let second = Some(std::time::Duration::from_secs(1));
    let mut classes = crate::engine::world::classes(&PROGRAM, &world.canon, &world.hasher);
    let of = |classes: &[_]| {
        let by_schema = crate::engine::world::by_schema(classes, &world.canon);
        Retention::of(classes, &by_schema, None)
    };
    assert!(of(&classes).lengths().is_empty());
    classes[1].known.as_mut().unwrap().retention = second;
    let lookup = world.index.as_ref().unwrap();
    let compaction = Compaction::new(&world.journal, &lookup.index, &world.canon.tables.schemas, of(&classes));
    lookup.index.catch_up(&world.journal.reader(), &Work::new()).unwrap();
    compaction.run(events[0].time, &Work::new()).unwrap();
    assert_eq!(twins.events_blocking("b", 0, 1000).unwrap(), events);
    assert!(compaction.run(middle + 1_000_000_000, &Work::new()).unwrap());
    assert!(!compaction.run(middle + 1_000_000_000, &Work::new()).unwrap());
    assert_eq!(twins.events_blocking("a", 0, 1000).unwrap().len(), 501);
    let left = twins.events_blocking("b", 0, 1000).unwrap();
    assert!(left[0].sequence > 100 && left[0].time <= middle, "{} of 501", left.len());
    assert_eq!(left[..], events[left[0].sequence as usize - 1..]);
    for sequence in 1..=501 {
        assert_eq!(twins.read_blocking("a", Moment::Sequence(sequence)).unwrap().sequence, sequence);
    }
    assert!(compaction.run(i64::MAX, &Work::new()).unwrap());
    assert_eq!(twins.events_blocking("a", 0, 1000).unwrap().len(), 501);
    assert!(twins.events_blocking("b", 0, 1000).unwrap().is_empty());
    assert_eq!((slot(&twins, "a", "level"), slot(&twins, "b", "level")), (int(499), int(499)));
}

/// Whether a text is in any file of a disk.
fn says(disk: &Disk, text: &str) -> bool {
    disk.contents().iter().any(|(_, bytes)| bytes.windows(text.len()).any(|window| window == text.as_bytes()))
}

#[test]
fn nothing_is_left_of_a_twin_that_is_erased() {
    let disk = Disk::default();
    let twins = fleet(&disk);
    let id = "a name that is nowhere else";
    assert_eq!(twins.erase_blocking(id), Err(Refusal::NoSuchTwin { id: id.into() }));
    for life in 0..2 {
        twins.create_blocking(id, "Pump", Vec::new()).unwrap();
        for level in 0..200 {
            send(&twins, id, "level:", &[int(level)]);
            send(&twins, "t9", "level:", &[int(level)]);
        }
        if life == 0 {
            twins.delete_blocking(id).unwrap();
            compact(&twins);
        }
    }
    let (before, events) = (states(&twins), twins.events_blocking("t9", 61, 1000));
    assert!(says(&disk, id));
    assert_eq!(twins.erase_blocking(id), Ok(()));
    assert!(!says(&disk, id));
    let without: Vec<TwinState> = before.into_iter().filter(|state| state.id != id).collect();
    assert_eq!((states(&twins), twins.events_blocking("t9", 61, 1000)), (without.clone(), events));
    assert_eq!(twins.read_blocking(id, Moment::Now), Err(Refusal::NoSuchTwin { id: id.into() }));
    assert_eq!(twins.events_blocking(id, 0, 10), Err(Refusal::NoSuchTwin { id: id.into() }));
    assert_eq!(twins.erase_blocking(id), Err(Refusal::NoSuchTwin { id: id.into() }));
    assert_eq!(twins.create_blocking(id, "Meter", Vec::new()), Ok(1));
    assert_eq!(send(&twins, id, "level:", &[int(1)]).1, 2);
    twins.close_blocking();
    drop(twins);
    for is_lost in [false, true] {
        let disk = disk.after_exit();
        if is_lost {
            replace_index(&disk, &Vec::new());
        }
        let twins = open_disk(&disk, &PROGRAM, &options());
        assert_eq!(twins.events_blocking(id, 0, 10).unwrap().len(), 2);
        assert_eq!((states(&twins).len(), metric(&twins, "twins")), (without.len() + 1, without.len() as u64 + 1));
        assert_eq!(twins.erase_blocking(id), Ok(()));
        assert_eq!(states(&twins), without);
        assert!(!says(&disk, id));
    }
}

/// Wherever an erasure ends, the twin lives as it did, or is deleted, or was never there; others are what they were.
#[test]
fn a_crash_at_any_moment_of_an_erasure() {
    let disk = Disk::default();
    let id = "a name that is nowhere else";
    let twins = open_disk(&disk, &PROGRAM, &Options { snapshot_every: 7, ..options() });
    for twin in [id, "other", "third"] {
        twins.create_blocking(twin, "Pump", Vec::new()).unwrap();
    }
    for level in 0..60 {
        send(&twins, id, "level:", &[int(level)]);
        send(&twins, "other", "level:", &[text(&"x".repeat(200))]);
    }
    let other = twins.read_blocking("other", Moment::Now).unwrap();
    disk.record();
    let before = disk.operations().len();
    twins.erase_blocking(id).unwrap();
    let trace = disk.trace();
    assert!(disk.operations().len() > before + 20);
    let mut found = [0; 3];
    for (at, disk) in trace.iter().enumerate() {
        for survival in [Survival::Everything, Survival::Nothing] {
            let disk = disk.after(survival);
            if at % 3 == 0 {
                replace_index(&disk, &Vec::new());
            }
            let twins = open_disk(&disk, &PROGRAM, &options());
            let state = match twins.read_blocking(id, Moment::Now) {
                Ok(state) => {
                    assert_eq!(state.sequence, 61, "{at}");
                    0
                }
                Err(Refusal::Deleted { .. }) => 1,
                Err(Refusal::NoSuchTwin { .. }) => 2,
                Err(refusal) => panic!("{at}: {refusal}"),
            };
            found[state] += 1;
            assert_eq!(metric(&twins, "twins"), if state == 0 { 3 } else { 2 }, "{at}");
            assert_eq!(twins.erase_blocking(id).is_ok(), state < 2, "{at}");
            assert!(!says(&disk, id), "{at}");
            assert_eq!(twins.read_blocking("other", Moment::Now).unwrap(), other, "{at}");
            assert_eq!(twins.events_blocking("other", 0, 100).unwrap().len(), 61, "{at}");
            assert_eq!(metric(&twins, "twins"), 2, "{at}");
            assert_eq!(twins.create_blocking(id, "Pump", Vec::new()), Ok(1), "{at}");
        }
    }
    assert!(found.iter().all(|count| *count > 0), "{found:?}");
}

/// Nothing is taken for a state that is none, whichever byte of a compacted segment is no longer what was written.
#[test]
fn a_flipped_bit_in_what_is_left() {
    let disk = Disk::default();
    let twins = open_disk(&disk, &PROGRAM, &options());
    for twin in 0..6 {
        twins.create_blocking(&format!("t{twin}"), "Pump", Vec::new()).unwrap();
    }
    for level in 0..120 {
        send(&twins, &format!("t{}", level % 5), "enter:", &[int(level)]);
    }
    twins.delete_blocking("t4").unwrap();
    twins.world().journal.roll().unwrap();
    compact(&twins);
    let before = states(&twins);
    twins.close_blocking();
    drop(twins);
    let whole = disk.after_exit();
    let (mut served, mut refused) = (0, 0);
    for (name, bytes) in whole.contents().into_iter().filter(|(name, _)| name.ends_with(".log")) {
        // The first one has the library's symbols, which are many.
        let step = if bytes.len() > 1 << 14 { bytes.len() / 60 } else { 7 };
        for at in (0..bytes.len()).step_by(step) {
            let disk = whole.after_exit();
            disk.flip(&name, at, at as u32 % 8);
            if at % 2 == 0 {
                replace_index(&disk, &Vec::new());
            }
            let config = Config { segment_bytes: 1 << 13, ..Config::default() };
            let opened =
                SegmentLog::open_in(Arc::new(disk.clone()), &config).map_err(crate::engine::open::open_error).and_then(|(log, _)| {
                    let index = Lookup::open(Arc::new(disk.clone()), &log.reader()).map_err(crate::engine::open::index_error)?;
                    Twins::open_journal(&PROGRAM, &options(), Arc::new(log), Some(index))
                });
            let twins = match opened {
                Ok(twins) => twins,
                Err(error) => {
                    assert!(error.to_string().contains("is damaged at offset"), "{name} at {at}: {error}");
                    refused += 1;
                    continue;
                }
            };
            for state in &before {
                match twins.read_blocking(&state.id, Moment::Now) {
                    Ok(read) => assert_eq!(read, *state, "{name} at {at}"),
                    Err(Refusal::Unavailable { why }) => assert!(why.contains("is damaged at offset"), "{name} at {at}: {why}"),
                    Err(refusal) => panic!("{name} at {at}: {}: {refusal}", state.id),
                }
            }
            // What is damaged is left as it is.
            compact(&twins);
            served += 1;
        }
    }
    assert!(served > 100 && refused < served / 4, "{served} {refused}");
}

/// Twins whose ids share a hash are told apart, whichever of their records are left.
#[test]
fn twins_that_share_hashes_are_told_apart() {
    let disk = Disk::default();
    open_disk(&disk, &PROGRAM, &options()).close_blocking();
    let (log, _) = SegmentLog::open_in(Arc::new(disk.clone()), &Config::default()).unwrap();
    let mut key = *b"few bits for it.";
    key[15] = 2;
    let config = crate::index::Config { key: Some(crate::index::hash::Key(key)) };
    let (index, _) = crate::index::Index::open(Arc::new(disk.clone()), &log.reader(), &config).unwrap();
    index.catch_up(&log.reader(), &Work::new()).unwrap();
    drop((index, log));
    let mut twins = open_disk(&disk, &PROGRAM, &options());
    let mut expected = std::collections::BTreeMap::new();
    for round in 0..6 {
        for twin in 0..40_u64 {
            let id = format!("t{twin}");
            if round == 0 && twin % 3 != 2 || round == 2 && twin % 3 == 2 {
                twins.create_blocking(&id, "Pump", Vec::new()).unwrap();
                expected.insert(id.clone(), 1);
            }
            if let Some(sequence) = expected.get_mut(&id).filter(|_| (twin + round) % 4 != 0) {
                *sequence += 1;
                assert_eq!(send(&twins, &id, "level:", &[text(&"y".repeat(100))]).1, *sequence);
            }
        }
        twins.world().journal.roll().unwrap();
        compact(&twins);
        let erased = format!("t{}", round * 3);
        twins.erase_blocking(&erased).unwrap();
        expected.remove(&erased);
        if round % 2 == 1 {
            twins.close_blocking();
            drop(twins);
            twins = open_disk(&disk, &PROGRAM, &Options { memory: 1, ..options() });
        }
        for twin in 0..40 {
            let id = format!("t{twin}");
            let read = twins.read_blocking(&id, Moment::Now).map(|state| state.sequence);
            assert_eq!(read, expected.get(&id).copied().ok_or(Refusal::NoSuchTwin { id: id.clone() }), "round {round}");
        }
        assert_eq!((states(&twins).len(), metric(&twins, "twins")), (expected.len(), expected.len() as u64));
    }
}
