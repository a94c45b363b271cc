//! Any bytes in the place of a segment file: the log is opened or refused, what is in it is read, and it goes on.
//!
//! Headers get checks that fit, so that more than checksums is looked at. This is the place where memory is read that a
//! file is mapped to.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use twintalk_runtime::journal::look::look;
use twintalk_runtime::journal::{Batch, Config, Error, Journal, Position, Reader, SegmentLog};

/// The length of a header, and of what its check is about.
const HEADER: usize = 40;
const CHECKED: usize = 36;

fuzz_target!(|bytes: &[u8]| {
    let mut bytes = bytes.to_vec();
    for at in (0..bytes.len().saturating_sub(HEADER - 1)).step_by(8) {
        if bytes[at..].starts_with(b"\x20\0\0\0") && bytes[at + 7] == 0xff {
            let check = crc32c::crc32c(&bytes[at..at + CHECKED]);
            bytes[at + CHECKED..at + HEADER].copy_from_slice(&check.to_le_bytes());
        }
    }
    let base = bytes.get(24..).and_then(|rest| rest.first_chunk()).map_or(0, |base| u64::from_le_bytes(*base));
    let directory = tempfile::tempdir().expect("a directory");
    fs::write(directory.path().join(format!("{base:016x}.log")), &bytes).expect("a file");
    if let Ok(looked) = look(directory.path()) {
        read(&looked.reader);
    }
    let config = Config { segment_bytes: 4096, ..Config::default() };
    if let Ok((log, _)) = SegmentLog::open(directory.path(), &config) {
        read(&log.reader());
        let mut batch = Batch::new();
        batch.push(1, b"goes on");
        let position = log.commit(&batch).expect("an open log takes a record");
        assert_eq!(log.reader().read(position).map(|record| record.payload.to_vec()).ok(), Some(b"goes on".to_vec()));
    }
});

fn read(reader: &Reader) {
    for record in reader.records(Position::NONE) {
        match record {
            Ok(record) => assert_eq!(reader.read(record.position).ok(), Some(record)),
            Err(Error::Damaged(damage)) => drop(reader.repaired(&damage)),
            Err(_) => {}
        }
    }
}
