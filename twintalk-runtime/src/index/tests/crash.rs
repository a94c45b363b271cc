//! A crash, or an error, at every operation on the disk.

use super::model::{journal, open, written};
use crate::index::{Error, Work};
use crate::journal::faulty::{Disk, Fault, Operation, Random};
use crate::journal::{Journal, Reader};

/// Opens an index and brings it up to date, as far as the disk lets it.
fn run(disk: &Disk, reader: &Reader) -> Result<(), Error> {
    open(disk, reader, 2)?.0.catch_up(reader, &Work::new())
}

/// The operations that it takes to index a closed journal.
fn whole(disk: &Disk) -> (usize, Vec<Operation>) {
    let disk = disk.after_exit();
    let reader = journal(&disk).reader();
    let before = disk.operations().len();
    run(&disk, &reader).unwrap();
    (before, disk.operations()[before..].to_vec())
}

#[test]
fn power_failure_at_every_operation() {
    let (closed, model) = written(3, 70, 25);
    let (_, operations) = whole(&closed);
    for operation in [Operation::Write, Operation::Sync, Operation::Rename, Operation::SyncNames, Operation::Remove] {
        assert!(operations.contains(&operation), "{operation:?}");
    }
    let mut random = Random(11);
    for at in 0..operations.len() {
        let disk = closed.after_exit();
        let reader = journal(&disk).reader();
        disk.fail(at, Fault::Crash);
        let _ = run(&disk, &reader);
        let disk = disk.after_power_failure(&mut random);
        let reader = journal(&disk).reader();
        let (index, opened) = open(&disk, &reader, 2).unwrap();
        assert!(opened.damaged.is_empty(), "operation {at}: {opened:?}");
        model.check(&index.directory(), &reader, &mut random);
        // It goes on where it was; what was half done leaves nothing behind.
        index.catch_up(&reader, &Work::new()).unwrap();
        index.verify().unwrap();
        model.check(&index.directory(), &reader, &mut random);
        assert!(disk.contents().iter().all(|(name, _)| !name.ends_with(".new")));
        assert_eq!(open(&disk, &reader, 2).unwrap().1.removed, 0);
    }
}

#[test]
fn an_error_at_every_operation() {
    let (closed, model) = written(4, 70, 25);
    let (_, operations) = whole(&closed);
    let mut random = Random(12);
    for at in 0..operations.len() {
        let disk = closed.after_exit();
        let reader = journal(&disk).reader();
        disk.fail(at, Fault::Error);
        let Ok((index, _)) = open(&disk, &reader, 2) else {
            // What cannot be read now may be readable later: nothing was thrown away.
            run(&disk, &reader).unwrap();
            continue;
        };
        let mut failed = 0;
        while let Err(error) = index.catch_up(&reader, &Work::new()) {
            failed += 1;
            assert!(failed < 3, "operation {at}: {error}");
            model.check(&index.directory(), &reader, &mut random);
        }
        index.verify().unwrap();
        model.check(&index.directory(), &reader, &mut random);
        let opened = open(&disk, &reader, 2).unwrap().1;
        assert!(opened.damaged.is_empty() && opened.anew.is_none(), "operation {at}: {opened:?}");
    }
}

#[test]
fn work_stopped_at_every_step_leaves_nothing_half_done() {
    let (disk, model) = written(5, 60, 25);
    let reader = journal(&disk).reader();
    let mut random = Random(13);
    let index = open(&disk, &reader, 0).unwrap().0;
    loop {
        let stopped = Work::new();
        stopped.stop();
        let result = index.step(&reader, &stopped);
        assert!(matches!(result, Err(Error::Stopped) | Ok(_)), "{result:?}");
        assert!(disk.contents().iter().all(|(name, _)| !name.ends_with(".new")));
        model.check(&index.directory(), &reader, &mut random);
        if index.step(&reader, &Work::new()).unwrap().is_none() {
            break;
        }
    }
    assert_eq!(index.behind(&reader), 0);
}
