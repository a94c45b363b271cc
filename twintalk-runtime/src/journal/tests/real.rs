//! The log in a real directory, with its thread.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;

use super::super::{Batch, Config, Journal, SegmentLog, open};
use super::{Durability, Error, Position, read_all};

fn config() -> Config {
    Config { segment_bytes: 1 << 16, commit_bytes: 1 << 12, pending_bytes: 1 << 13, ..Config::default() }
}

#[test]
fn many_threads_append_to_one_log() {
    for durability in [Durability::Sync, Durability::Os, Durability::Memory] {
        let directory = tempfile::tempdir().unwrap();
        let config = Config { durability, ..config() };
        let (log, opened) = open(directory.path(), &config).unwrap();
        assert_eq!((opened.durable, opened.segments, opened.clean), (Position(0), 0, true));
        let completed = Arc::new(AtomicUsize::new(0));
        let highest = Arc::new(AtomicU64::new(0));
        thread::scope(|scope| {
            for thread in 0..4_u64 {
                let (log, completed, highest) = (&log, &completed, &highest);
                scope.spawn(move || {
                    let mut batch = Batch::new();
                    for n in 0..100 {
                        batch.clear();
                        batch.push(thread as u8, &(thread << 32 | n).to_le_bytes());
                        batch.push(9, &vec![n as u8; n as usize * 7]);
                        let (completed, highest) = (Arc::clone(completed), Arc::clone(highest));
                        log.append(
                            &batch,
                            Box::new(move |result| {
                                let durable = result.unwrap().0;
                                assert!(highest.swap(durable, Ordering::Relaxed) <= durable);
                                completed.fetch_add(1, Ordering::Relaxed);
                            }),
                        )
                        .unwrap();
                    }
                });
            }
        });
        log.commit(&Batch::new()).unwrap();
        assert_eq!(completed.load(Ordering::Relaxed), 400);
        let found = read_all(&log.reader()).unwrap();
        let marks: BTreeSet<&[u8]> = found.iter().filter(|(_, payload)| payload.len() == 8).map(|(_, payload)| &payload[..]).collect();
        assert_eq!((found.len(), marks.len()), (800, 400));
        log.close().unwrap();
        drop(log);

        if durability != Durability::Memory {
            let (log, opened) = open(directory.path(), &config).unwrap();
            assert!(opened.clean && opened.segments > 1 && opened.truncated_bytes == 0);
            assert_eq!(read_all(&log.reader()).unwrap(), found);
        }
    }
}

#[test]
fn an_open_directory_is_locked() {
    let directory = tempfile::tempdir().unwrap();
    let (log, _) = SegmentLog::open(directory.path(), &config()).unwrap();
    assert!(matches!(SegmentLog::open(directory.path(), &config()), Err(Error::Locked { .. })));
    let reader = log.reader();
    drop(log);
    assert!(matches!(SegmentLog::open(directory.path(), &config()), Err(Error::Locked { .. })));
    drop(reader);
    SegmentLog::open(directory.path(), &config()).unwrap();
}

#[test]
fn a_closed_log_leaves_its_directory_to_others() {
    let directory = tempfile::tempdir().unwrap();
    let (log, _) = SegmentLog::open(directory.path(), &config()).unwrap();
    log.commit(&Batch::new()).unwrap();
    log.close().unwrap();
    let (other, opened) = SegmentLog::open(directory.path(), &config()).unwrap();
    assert!(opened.clean);
    assert!(log.commit(&Batch::new()).is_err());
    other.commit(&Batch::new()).unwrap();
}

#[test]
fn a_newer_format_is_refused_politely() {
    let directory = tempfile::tempdir().unwrap();
    let (log, _) = SegmentLog::open(directory.path(), &config()).unwrap();
    log.commit(&Batch::new()).unwrap();
    drop(log);
    let path = directory.path().join("0000000000000000.log");
    let mut bytes = fs::read(&path).unwrap();
    bytes[16] = 3;
    let check = crc32c::crc32c(&bytes[..36]);
    bytes[36..40].copy_from_slice(&check.to_le_bytes());
    fs::write(&path, bytes).unwrap();
    let error = SegmentLog::open(directory.path(), &config()).err().unwrap();
    assert!(error.to_string().ends_with("has format 3, and this version reads up to format 2; open it with a newer version"));
}

#[test]
fn a_batch_larger_than_everything_passes() {
    let directory = tempfile::tempdir().unwrap();
    let (log, _) = SegmentLog::open(directory.path(), &config()).unwrap();
    let mut batch = Batch::new();
    batch.push(1, &vec![5; 300_000]);
    let position = log.commit(&batch).unwrap();
    assert_eq!(log.commit(&batch).unwrap().0, position.0 + 300_008 + 120);
    assert_eq!(log.reader().read(position).unwrap().payload, vec![5; 300_000]);
}
