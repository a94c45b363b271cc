//! The index in play: what opening reads, what is answered when files of the index are lost, old or damaged, and which
//! twins memory holds.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::damage::{self, TWINS};
use super::fleet::{PROGRAM, options};
use super::history::is_thorough;
use super::model::open_disk;
use super::*;
use crate::journal::faulty::{Disk, Random};
use crate::journal::files::Files;

/// The names and contents of the files of an index.
pub type IndexFiles = Vec<(String, Vec<u8>)>;

/// All files of a disk's index.
pub fn index_files(disk: &Disk) -> IndexFiles {
    disk.contents().into_iter().filter(|(name, _)| !name.ends_with(".log") && !name.contains(".log.")).collect()
}

/// Puts other files in place of a disk's index.
pub fn replace_index(disk: &Disk, by: &IndexFiles) {
    for (name, _) in index_files(disk) {
        disk.remove(&name).unwrap();
    }
    for (name, bytes) in by {
        let file = disk.create(name).unwrap();
        file.write(0, bytes).unwrap();
        file.sync().unwrap();
    }
    Files::sync(disk).unwrap();
}

fn metric(twins: &Twins, name: &str) -> u64 {
    twins.metrics().into_iter().find(|metric| metric.0 == name).unwrap().1
}

/// Indexes all that is sealed.
fn index_all(twins: &Twins) {
    let world = twins.world();
    let lookup = world.index.as_ref().unwrap();
    lookup.index.catch_up(&world.journal.reader(), &Work::new()).unwrap();
}

/// Every shard ends a round.
fn rounds(twins: &Twins, count: usize) {
    for _ in 0..count {
        assert!(twins.list_blocking(None, Some("~"), 1).unwrap().is_empty());
    }
}

fn id(number: usize) -> String {
    if number.is_multiple_of(3) { format!("a pump with number {number:04}") } else { format!("pump-{number:04}") }
}

/// A disk of so many twins whose index knows all segments but the last.
fn fleet(count: usize) -> Disk {
    let disk = Disk::default();
    let tight = Options { memory: 1, ..options() };
    let twins = open_disk(&disk, &PROGRAM, &tight);
    for number in 0..count {
        twins.create_blocking(&id(number), if number % 5 == 0 { "Meter" } else { "Pump" }, Vec::new()).unwrap();
        send(&twins, &id(number / 2), "level:", &[int(number as i64)]);
    }
    twins.close_blocking();
    drop(twins);
    // What was the end of the log is sealed now.
    let twins = open_disk(&disk, &PROGRAM, &tight);
    index_all(&twins);
    // With the second event its state is written as it leaves.
    for _ in 0..2 {
        send(&twins, &id(0), "level:", &[text("last")]);
    }
    twins.close_blocking();
    drop(twins);
    disk.after_exit()
}

/// What sealed segments hold is not looked at before somebody asks: nobody notices that it is gone.
#[test]
fn opening_reads_no_sealed_segment() {
    let disk = fleet(600);
    let mut segments: IndexFiles = disk.contents().into_iter().filter(|(name, _)| name.ends_with(".log")).collect();
    let count = segments.len();
    assert!(count > 20, "{count}");
    segments.pop();
    for (name, bytes) in segments {
        disk.overwrite(&name, 40, &vec![0xa5; bytes.len() - 40]);
    }
    let before = disk.operations().len();
    let twins = open_disk(&disk, &PROGRAM, &options());
    let operations = disk.operations().len() - before;
    assert!(operations < 8 * count + 60, "{operations} for {count} segments");
    assert_eq!(metric(&twins, "twins"), 600);
    assert_eq!(send(&twins, &id(0), "level:", &[int(1)]).1, 6);
    assert_eq!(metric(&twins, "twins_in_registry"), 1, "that of the tail");
    for number in [1, 2, 300, 599] {
        let Err(Refusal::Unavailable { why }) = twins.read_blocking(&id(number), Moment::Now) else { panic!("{number}") };
        assert!(why.contains("is damaged at offset"), "{why}");
    }
    assert!(matches!(twins.read_blocking("nobody", Moment::Now), Err(Refusal::NoSuchTwin { .. })));
}

#[test]
fn entries_leave_memory_and_twins_do_not() {
    let disk = Disk::default();
    let twins = open_disk(&disk, &PROGRAM, &Options { memory: 40_000, ..options() });
    for number in 0..1000 {
        twins.create_blocking(&id(number), "Pump", Vec::new()).unwrap();
        if number % 100 == 0 {
            index_all(&twins);
        }
    }
    index_all(&twins);
    rounds(&twins, 40);
    let held = metric(&twins, "twins_in_registry");
    assert!(held < 700, "{held} are held");
    assert_eq!(metric(&twins, "twins"), 1000);
    for number in 0..1000 {
        let id = id(number);
        assert_eq!(twins.create_blocking(&id, "Pump", Vec::new()), Err(Refusal::Exists { id: id.clone() }));
        assert_eq!(slot(&twins, &id, "level"), int(0));
        match number % 4 {
            0 => assert_eq!(send(&twins, &id, "bump", &[]), (int(1), 2)),
            1 => assert_eq!(twins.delete_blocking(&id), Ok(2)),
            2 => assert_eq!(twins.clone_blocking(&id, Some(&format!("copy-{number}"))).unwrap().1, 1),
            _ => assert_eq!(twins.events_blocking(&id, 0, 10).unwrap().len(), 1),
        }
    }
    index_all(&twins);
    rounds(&twins, 40);
    assert_eq!(metric(&twins, "twins"), 1000);
    for number in (1..1000).step_by(4) {
        assert_eq!(twins.read_blocking(&id(number), Moment::Now), Err(Refusal::Deleted { id: id(number) }));
        assert!(twins.read_blocking(&id(number), Moment::Sequence(1)).is_ok());
        assert_eq!(twins.create_blocking(&id(number), "Meter", Vec::new()), Ok(3));
    }
    assert!(metric(&twins, "twins_in_registry") < 1100);
    assert!(matches!(refused(&twins, "nobody", "bump", &[]), Refusal::NoSuchTwin { .. }));
}

/// Lists are in order and whole, page by page, whatever of them the index knows.
#[test]
fn lists_join_what_the_index_and_the_shards_know() {
    for shards in [1, 3] {
        let disk = Disk::default();
        let twins = open_disk(&disk, &PROGRAM, &Options { memory: 30_000, shards, ..options() });
        let (mut random, mut model) = (Random(7), BTreeMap::new());
        for round in 0..60 {
            for _ in 0..30 {
                let id = id(random.below(400));
                match model.entry(id.clone()) {
                    Entry::Occupied(living) if random.below(2) == 0 => {
                        twins.delete_blocking(&id).unwrap();
                        living.remove();
                    }
                    Entry::Occupied(_) => {}
                    Entry::Vacant(free) => {
                        let class = free.insert(["Pump", "Pump", "Pump", "Meter"][random.below(4)]);
                        twins.create_blocking(&id, class, Vec::new()).unwrap();
                    }
                }
            }
            (0..random.below(9)).for_each(|_| index(&twins));
            let class = [None, Some("Pump"), Some("Meter")][round % 3];
            let expected: Vec<&String> = model.iter().filter(|(_, of)| class.is_none_or(|class| class == **of)).map(|(id, _)| id).collect();
            let (limit, mut listed) = ([3, 40, 1000][random.below(3)], Vec::new());
            loop {
                let after: Option<String> = listed.last().cloned();
                let page = twins.list_blocking(class, after.as_deref(), limit).unwrap();
                listed.extend(page.iter().map(|state| state.id.clone()));
                if page.len() < limit {
                    break;
                }
            }
            assert_eq!(listed.iter().collect::<Vec<_>>(), expected, "round {round}");
        }
        assert!(twins.world().covered().0 > 0);
    }
}

/// Whatever becomes of the index, nothing is answered wrongly: a twin that cannot be looked up is unavailable, and neither
/// unknown nor free, until what is lost was built again.
#[test]
fn a_damaged_index_makes_no_twin_unknown() {
    let whole = fleet(200);
    let states: Vec<TwinState> = {
        let twins = open_disk(&whole.after_exit(), &PROGRAM, &options());
        (0..200).map(|number| twins.read_blocking(&id(number), Moment::Now).unwrap()).collect()
    };
    let mut unavailable = 0;
    for (name, bytes) in index_files(&whole) {
        for at in [None, Some(0), Some(bytes.len() / 3), Some(bytes.len() / 2), Some(bytes.len() - 9)] {
            let disk = whole.after_exit();
            match at {
                Some(at) => disk.flip(&name, at, 3),
                None => disk.remove(&name).unwrap(),
            }
            let twins = open_disk(&disk, &PROGRAM, &options());
            let context = format!("{name} at {at:?}");
            for (number, state) in states.iter().enumerate().step_by(7) {
                match twins.read_blocking(&id(number), Moment::Now) {
                    Err(Refusal::Unavailable { .. }) => unavailable += 1,
                    read => assert_eq!(read.as_ref(), Ok(state), "{context}"),
                }
                let created = twins.create_blocking(&id(number), "Pump", Vec::new());
                assert!(matches!(created, Err(Refusal::Exists { .. } | Refusal::Unavailable { .. })), "{context}: {created:?}");
            }
            let unknown = twins.read_blocking("nobody", Moment::Now);
            assert!(matches!(unknown, Err(Refusal::NoSuchTwin { .. } | Refusal::Unavailable { .. })), "{context}: {unknown:?}");
            match twins.list_blocking(None, None, 1000) {
                Err(Refusal::Unavailable { .. }) => {}
                listed => assert!(listed.unwrap().iter().all(|listed| states.contains(listed)), "{context}"),
            }
            index_all(&twins);
            assert_eq!(twins.list_blocking(None, None, 1000).unwrap().len(), 200, "{context}");
            assert_eq!(twins.read_blocking(&id(77), Moment::Now).as_ref(), Ok(&states[77]), "{context}");
            assert_eq!(metric(&twins, "twins"), 200, "{context}");
        }
    }
    assert!(unavailable > 0);
}

/// What the index knows of records that are damaged now, or were when it looked at them.
#[test]
fn a_flipped_bit_under_an_index() {
    let options = Options { snapshot_every: 4, ..options() };
    let (plain, states) = damage::disk(&options, true);
    let indexed = |disk: &Disk| {
        let twins = damage::open_damaged(disk, &options).unwrap();
        index_all(&twins);
        twins.close_blocking();
    };
    let whole = plain.after_exit();
    indexed(&whole);
    assert!(!index_files(&whole).is_empty());
    let mut refused = 0;
    // The library's symbols are many, and each is like the other.
    let (twins, tables): (Vec<_>, Vec<_>) = damage::records(&plain).into_iter().partition(|record| record.2 < 3);
    let step = if is_thorough() { 1 } else { tables.len() / 12 };
    for (name, offset, kind, length) in twins.into_iter().chain(tables.into_iter().step_by(step)).filter(|record| record.3 < 1000) {
        let step = if is_thorough() { 3 } else { length / 2 - 1 };
        for at in (offset..offset + length).step_by(step) {
            let place = format!("{name} at {at}: a record of kind {kind} from {offset} on");
            let after = whole.after_exit();
            after.flip(&name, at, at as u32 % 8);
            refused += damage::check(&after, &states, &options, &place).unwrap();
            let before = plain.after_exit();
            before.flip(&name, at, at as u32 % 8);
            indexed(&before);
            let found = damage::check(&before.after_exit(), &states, &options, &place).unwrap();
            assert!(found <= 1, "{place}");
        }
    }
    assert!(refused > 0 && refused < 1000 * TWINS.len());
}

/// A past state and a part of a history are the same whether the index leads to them or the chain of records.
#[test]
fn history_does_not_depend_on_the_index() {
    let disk = Disk::default();
    let options = Options { snapshot_every: 7, ..options() };
    let twins = open_disk(&disk, &PROGRAM, &options);
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    let mut random = Random(3);
    for n in 0..900_i64 {
        match random.below(12) {
            0 => send(&twins, "p", "enter:", &[text("entry")]),
            1 => send(&twins, "p", "stamp:", &[int(i64::MAX - n)]),
            2 => send(&twins, "p", "level:", &[Data::Symbol("green".to_owned())]),
            _ => send(&twins, "p", "level:", &[int(n)]),
        };
    }
    let all = twins.events_blocking("p", 0, usize::MAX).unwrap();
    let states: Vec<_> = (0..all.len()).step_by(31).map(|n| twins.read_blocking("p", Moment::Sequence(n as u64 + 1)).unwrap()).collect();
    for n in (0..all.len()).step_by(31) {
        let last = all.iter().rfind(|event| event.time <= all[n].time).unwrap();
        assert_eq!(twins.read_blocking("p", Moment::Time(all[n].time)).unwrap().sequence, last.sequence);
    }
    index_all(&twins);
    assert!(twins.world().index.as_ref().unwrap().directory().size().0 > 0);
    assert_eq!(twins.events_blocking("p", 0, usize::MAX).unwrap(), all);
    for (from, limit) in (0..all.len()).step_by(17).zip([1, 5, 100].into_iter().cycle()) {
        let part = twins.events_blocking("p", from as u64, limit).unwrap();
        assert_eq!(part, all[from..all.len().min(from + limit)], "{from}");
    }
    for (n, state) in (0..all.len()).step_by(31).zip(states) {
        assert_eq!(twins.read_blocking("p", Moment::Sequence(n as u64 + 1)).as_ref(), Ok(&state));
        let last = all.iter().rfind(|event| event.time <= all[n].time).unwrap();
        assert_eq!(twins.read_blocking("p", Moment::Time(all[n].time)).unwrap().sequence, last.sequence);
    }
    assert_eq!(twins.read_blocking("p", Moment::Time(0)), Err(Refusal::NoSuchTwin { id: "p".into() }));
}
