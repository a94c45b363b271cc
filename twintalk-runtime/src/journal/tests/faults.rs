//! Single faults and limits, each with what it must lead to.

use std::sync::{Arc, Mutex};

use super::super::faulty::{Disk, Fault, Operation};
use super::super::frame::HEADER;
use super::super::log::Parts;
use super::super::{Batch, Journal, MemoryLog, SegmentLog};
use super::{Driven, Durability, Error, Position, check_prefix, read_all, read_around, small};

/// A log with three frames of one record each, and where the frames begin in its file.
fn three_frames(disk: &Disk) -> (Driven, Vec<usize>) {
    let mut log = Driven::open(disk, &small(Durability::Sync)).unwrap();
    for tag in 1..=3 {
        log.append(tag, &[40]).unwrap();
        log.drain();
    }
    let frames = log.appended.iter().map(|record| record.position.0 as usize - HEADER).collect();
    (log, frames)
}

fn first_file(disk: &Disk) -> String {
    disk.contents()[0].0.clone()
}

#[test]
fn every_part_of_a_frame_is_protected() {
    let disk = Disk::default();
    let (log, frames) = three_frames(&disk);
    let name = first_file(&disk);
    for offset in frames[1]..frames[2] {
        let disk = disk.after_exit();
        disk.flip(&name, offset, 3);
        // The third frame says that the second was durable: it stays where it is, and is reported.
        let reopened = Driven::open(&disk, &small(Durability::Sync)).unwrap();
        assert_eq!(reopened.parts.opened.truncated_bytes, 0);
        let (found, damages) = read_around(&reopened.reader());
        let is_header = offset < frames[1] + HEADER;
        for expected in log.appended.iter().filter(|record| is_header || record.position != log.appended[1].position) {
            assert!(found.contains(&(expected.position, expected.payload.clone())), "{offset}: {expected:?}");
        }
        let [damage] = &*damages else { panic!("{offset}: {damages:?}") };
        assert!(damage.path.ends_with(&name));
        assert_eq!(damage.hides_records, !is_header);
        assert!((damage.offset..damage.offset + damage.bytes).contains(&(offset as u64)), "{offset}: {damage:?}");
        let read = reopened.reader().read(log.appended[1].position).map(|record| record.payload.to_vec());
        match read {
            Ok(payload) => assert!(is_header && payload == log.appended[1].payload),
            Err(Error::Damaged(damage)) => assert!(!is_header && damage.offset == (frames[1] + HEADER) as u64),
            Err(other) => panic!("{other}"),
        }
    }
    for offset in frames[2]..frames[2] + 96 {
        let disk = disk.after_exit();
        disk.flip(&name, offset, 3);
        // Nothing says that the third was.
        let reopened = Driven::open(&disk, &small(Durability::Sync)).unwrap();
        assert_eq!(reopened.parts.opened.truncated_bytes, 96);
        let length = disk.contents()[0].1.len() as u64;
        assert_eq!(length, reopened.parts.opened.durable.0, "the file ends with the log");
        check_prefix(&read_all(&reopened.reader()).unwrap(), &log.appended, 2);
    }
}

#[test]
fn a_torn_frame_whose_header_arrived_still_proves_what_was_before_it() {
    let disk = Disk::default();
    let (_, frames) = three_frames(&disk);
    let name = first_file(&disk);
    disk.flip(&name, frames[2] + HEADER, 0);
    disk.flip(&name, frames[1] + HEADER, 0);
    let log = Driven::open(&disk, &small(Durability::Sync)).unwrap();
    let (found, damages) = read_around(&log.reader());
    assert_eq!((found.len(), damages.len()), (1, 1));
    assert_eq!(damages[0].offset, (frames[1] + HEADER) as u64);
    assert!(log.parts.opened.truncated_bytes > 0, "the third frame is a torn tail");
}

#[test]
fn a_closed_log_is_clean_and_a_damaged_seal_loses_nothing() {
    let disk = Disk::default();
    let (mut log, _) = three_frames(&disk);
    log.close().unwrap();
    let reopened = Driven::open(&disk.after_exit(), &small(Durability::Sync)).unwrap();
    assert!(reopened.parts.opened.clean);
    assert_eq!(reopened.parts.opened.truncated_bytes, 0);

    let (name, bytes) = disk.contents().remove(0);
    disk.flip(&name, bytes.len() - 1, 0);
    let reopened = Driven::open(&disk.after_exit(), &small(Durability::Sync)).unwrap();
    assert!(!reopened.parts.opened.clean);
    check_prefix(&read_all(&reopened.reader()).unwrap(), &log.appended, 3);
}

#[test]
fn a_missing_segment_is_damage() {
    let disk = Disk::default();
    let mut log = Driven::open(&disk, &small(Durability::Sync)).unwrap();
    for tag in 0..3 {
        log.append(tag, &[3000]).unwrap();
        log.drain();
    }
    let names: Vec<String> = disk.contents().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), 3);
    let disk = disk.after_exit();
    super::super::files::Files::remove(&disk, &names[1]).unwrap();
    assert!(matches!(Driven::open(&disk, &small(Durability::Sync)), Err(Error::Damaged(_))));
}

#[test]
fn a_position_that_can_be_none_is_damage() {
    use super::super::files::Files;
    use super::super::frame::SegmentHeader;

    let disk = Disk::default();
    three_frames(&disk);
    let name = first_file(&disk);
    let forged = SegmentHeader { base: 4, epoch: 1, is_compacted: false };
    disk.overwrite(&name, 0, &forged.encode());
    let disk = disk.after_exit();
    disk.rename(&name, "0000000000000004.log").unwrap();
    assert!(matches!(Driven::open(&disk, &small(Durability::Sync)), Err(Error::Damaged(_))));
}

#[test]
fn a_full_disk_poisons_and_loses_nothing() {
    let disk = Disk::default();
    disk.limit(Some(4096 + 100));
    let mut log = Driven::open(&disk, &small(Durability::Sync)).unwrap();
    for tag in 0..5 {
        log.append(tag, &[1000]).unwrap();
    }
    log.drain();
    let acknowledged = log.acknowledged();
    assert!(!log.alive && (1..5).contains(&acknowledged));
    check_prefix(&read_all(&log.reader()).unwrap(), &log.appended, acknowledged);
    let Err(Error::Poisoned(poisoned)) = log.append(6, &[1]) else { panic!() };
    assert!(matches!(poisoned.cause(), Error::Io { doing: "create", .. }));

    let disk = disk.after_exit();
    let reopened = Driven::open(&disk, &small(Durability::Sync)).unwrap();
    check_prefix(&read_all(&reopened.reader()).unwrap(), &log.appended, acknowledged);
}

#[test]
fn one_sync_acknowledges_all_that_was_appended_before_it() {
    let disk = Disk::default();
    let mut log = Driven::open(&disk, &small(Durability::Sync)).unwrap();
    log.append(0, &[1]).unwrap();
    log.drain(); // the segment is made
    let start = disk.operations().len();
    for tag in 0..5 {
        log.append(tag, &[100]).unwrap();
    }
    assert_eq!(log.acknowledged(), 1, "acknowledged without a sync");
    log.drain();
    assert_eq!(log.acknowledged(), 6);
    assert_eq!(disk.operations()[start..], [Operation::Write, Operation::Sync]);

    for tag in 0..5 {
        log.append(tag, &[100]).unwrap();
        log.drain();
    }
    let expected = [Operation::Write, Operation::Sync].repeat(5);
    assert_eq!(disk.operations()[start + 2..], expected, "one sync for each acknowledgement");
}

#[test]
fn completions_come_after_the_sync_of_their_batch() {
    let disk = Disk::default();
    let Parts { queue, mut writer, .. } = Parts::open(Arc::new(disk.clone()), &small(Durability::Sync)).unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut batch = Batch::new();
    batch.push(1, &[7; 600]);
    for _ in 0..4 {
        let (disk, seen) = (disk.clone(), Arc::clone(&seen));
        queue.append(&batch, Box::new(move |_| seen.lock().unwrap().push(disk.operations()))).unwrap();
    }
    while queue.waiting() > 0 {
        let commit = queue.take().unwrap();
        assert!(writer.step(&queue, commit));
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 4);
    for (n, operations) in seen.iter().enumerate() {
        assert!(operations.ends_with(&[Operation::Write, Operation::Sync]));
        // Each is a commit of its own: two do not fit into 1024 bytes. The first sync was the segment's header.
        assert_eq!(operations.iter().filter(|&&operation| operation == Operation::Sync).count(), n + 2);
    }
}

#[test]
fn what_is_not_durable_cannot_be_read() {
    let disk = Disk::default();
    let mut log = Driven::open(&disk, &small(Durability::Sync)).unwrap();
    log.append(0, &[1]).unwrap();
    log.drain();
    let reader = log.reader();
    let position = log.append(1, &[20]).unwrap();
    assert!(matches!(reader.read(position), Err(Error::NoRecord(at)) if at == position));
    log.drain();
    assert_eq!(reader.read(position).unwrap().kind, 1, "the same view sees it");
    for wrong in [0, 8, 40, 41, u64::MAX, u64::MAX - 7, position.0 + 1000] {
        assert!(matches!(reader.read(Position(wrong)), Err(Error::NoRecord(_) | Error::Damaged(_))), "{wrong}");
    }
}

#[test]
fn after_close_nothing_is_taken() {
    let disk = Disk::default();
    let (log, _) = SegmentLog::open_in(Arc::new(disk), &small(Durability::Sync)).unwrap();
    let mut batch = Batch::new();
    batch.push(1, b"one");
    let position = log.commit(&batch).unwrap();
    let reader = log.reader();
    log.close().unwrap();
    assert!(matches!(log.commit(&batch), Err(Error::Closed)));
    assert_eq!(reader.read(position).unwrap().payload, b"one");
    assert!(matches!(log.reader().read(position), Err(Error::NoRecord(_))));
    log.close().unwrap();
}

#[test]
fn a_failed_sync_tells_all_who_wait() {
    let disk = Disk::default();
    let (log, _) = SegmentLog::open_in(Arc::new(disk.clone()), &small(Durability::Sync)).unwrap();
    let mut batch = Batch::new();
    batch.push(1, b"one");
    let position = log.commit(&batch).unwrap();
    disk.fail(1, Fault::Error);
    assert!(matches!(log.commit(&batch), Err(Error::Poisoned(_))));
    assert!(matches!(log.commit(&batch), Err(Error::Poisoned(_))));
    let records = read_all(&log.reader()).unwrap();
    assert_eq!(records, [(position, b"one".to_vec())]);
    assert!(log.durable() > position);
}

#[test]
fn an_abandoned_record_leaves_no_trace() {
    let mut batch = Batch::new();
    let first = batch.push(1, b"first");
    let mut record = batch.record(2);
    record.put_link(first);
    drop(record);
    assert_eq!(batch.len(), 16);
    let log = MemoryLog::new(&small(Durability::Memory));
    log.commit(&batch).unwrap();
    assert_eq!(read_all(&log.reader()).unwrap().len(), 1);
}

#[test]
fn the_memory_log_reads_what_was_written() {
    let log = MemoryLog::new(&small(Durability::Memory));
    let mut expected = Vec::new();
    for n in 0..200_u8 {
        let mut batch = Batch::new();
        let first = batch.push(n % 100, &[n; 30]);
        let mut second = batch.record(7);
        second.put_link(first);
        second.finish();
        let position = log.commit(&batch).unwrap();
        expected.push((position, vec![n; 30]));
        expected.push((Position(position.0 + 40), position.0.to_le_bytes().to_vec()));
    }
    assert_eq!(read_all(&log.reader()).unwrap(), expected);
    let middle = expected[100].0;
    assert_eq!(log.reader().records(middle).count(), 300);
    log.close().unwrap();
    assert!(matches!(log.commit(&Batch::new()), Err(Error::Closed)));
}

#[test]
fn iteration_goes_on_where_the_log_was_durable() {
    let disk = Disk::default();
    let mut marks = Vec::new();
    let mut appended = Vec::new();
    for life in 0..3 {
        let mut log = Driven::open(&disk, &small(Durability::Sync)).unwrap();
        for n in 0..10 {
            marks.push((log.parts.segments.durable(), appended.len() + log.appended.len()));
            log.append(life * 10 + n, &[700, 5]).unwrap();
            log.drain();
        }
        appended.append(&mut log.appended);
        if life == 1 {
            log.close().unwrap();
        }
    }
    let log = Driven::open(&disk, &small(Durability::Sync)).unwrap();
    marks.push((log.parts.segments.durable(), appended.len()));
    let reader = log.reader();
    for (from, count) in marks {
        let found = reader.records(from).map(|record| record.unwrap().position);
        assert!(found.eq(appended[count..].iter().map(|record| record.position)), "from {from}");
    }
}
