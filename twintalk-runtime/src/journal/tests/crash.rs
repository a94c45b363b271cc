//! Random batches, and a crash after every operation on the disk.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::faulty::{Disk, Fault, Random};
use super::super::frame::HEADER;
use super::{Driven, Durability, Error, Position, check_prefix, read_all, read_around, small};
use crate::testing::fixed;

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<usize>),
    Write,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let lengths = prop_oneof![8 => 0..200_usize, 1 => 900..5000_usize];
    let step = prop_oneof![
        3 => vec(lengths, 1..4).prop_map(Step::Append),
        2 => Just(Step::Write),
    ];
    vec(step, 1..14)
}

/// Runs the steps, ignoring what is refused after the disk failed; then closes the log if asked.
fn run(disk: &Disk, steps: &[Step], durability: Durability, close: bool) -> Option<Driven> {
    let mut log = Driven::open(disk, &small(durability)).ok()?;
    for (tag, step) in steps.iter().enumerate() {
        match step {
            Step::Append(lengths) => {
                let _ = log.append(tag as u8, lengths);
            }
            Step::Write => log.step(),
        }
    }
    log.drain();
    if close {
        let _ = log.close();
    }
    assert_eq!(log.told.lock().unwrap().completed, log.batches, "a completion was not called, or twice");
    Some(log)
}

/// Opens the disk again: what was acknowledged is there, and the log goes on, twice.
fn check_recovery(disk: &Disk, before: &Driven, least: usize, random: &mut Random) {
    let mut log = Driven::open(disk, &small(Durability::Sync)).unwrap();
    let found = read_all(&log.reader()).unwrap();
    check_prefix(&found, &before.appended, least);
    let mut all = before.appended[..found.len()].to_vec();
    let at_once = disk.after_power_failure(random);
    let reopened = Driven::open(&at_once, &small(Durability::Sync)).unwrap();
    check_prefix(&read_all(&reopened.reader()).unwrap(), &all, all.len());
    assert!(log.parts.opened.durable.0 >= all.last().map_or(0, |last| last.position.0));

    log.append(100, &[100, 3]).unwrap();
    log.drain();
    log.append(101, &[1]).unwrap();
    log.drain();
    all.append(&mut log.appended);
    let found = read_all(&log.reader()).unwrap();
    check_prefix(&found, &all, all.len());

    let disk = disk.after_power_failure(random);
    drop(log);
    let log = Driven::open(&disk, &small(Durability::Sync)).unwrap();
    check_prefix(&read_all(&log.reader()).unwrap(), &all, all.len());
}

proptest! {
    #![proptest_config(fixed(48))]
    /// After a power failure at any moment nothing acknowledged is lost and nothing is half there.
    #[test]
    fn power_failure(steps in steps(), seed: u64, close: bool) {
        let whole = Disk::default();
        run(&whole, &steps, Durability::Sync, close).unwrap();
        let mut random = Random(seed);
        for at in 0..whole.operations().len() {
            let disk = Disk::default();
            disk.fail(at, Fault::Crash);
            let Some(log) = run(&disk, &steps, Durability::Sync, close) else { continue };
            check_recovery(&disk.after_power_failure(&mut random), &log, log.acknowledged(), &mut random);
        }
    }

    /// A crash of the process alone loses nothing that the operating system had.
    #[test]
    fn crash_of_the_process(steps in steps(), seed: u64, sync: bool, close: bool) {
        let durability = if sync { Durability::Sync } else { Durability::Os };
        let whole = Disk::default();
        run(&whole, &steps, durability, close).unwrap();
        let mut random = Random(seed);
        for at in 0..whole.operations().len() {
            let disk = Disk::default();
            disk.fail(at, Fault::Crash);
            let Some(log) = run(&disk, &steps, durability, close) else { continue };
            check_recovery(&disk.after_exit(), &log, log.acknowledged(), &mut random);
        }
    }

    /// Without syncs a power failure may lose the end, but leaves whole batches and no damage.
    #[test]
    fn power_failure_without_syncs(steps in steps(), seed: u64) {
        let whole = Disk::default();
        run(&whole, &steps, Durability::Os, false).unwrap();
        let mut random = Random(seed);
        for at in 0..whole.operations().len() {
            let disk = Disk::default();
            disk.fail(at, Fault::Crash);
            let Some(log) = run(&disk, &steps, Durability::Os, false) else { continue };
            check_recovery(&disk.after_power_failure(&mut random), &log, 0, &mut random);
        }
    }

    /// An operation that fails poisons the log: what was durable stays readable, the rest is refused.
    /// The bug to guard against: the data of a failed sync is in the cache, is read from there after a
    /// restart, taken for durable, and lost with the power.
    #[test]
    fn failed_operation(steps in steps(), seed: u64, close: bool) {
        let whole = Disk::default();
        run(&whole, &steps, Durability::Sync, close).unwrap();
        let mut random = Random(seed);
        for at in 0..whole.operations().len() {
            let disk = Disk::default();
            disk.fail(at, Fault::Error);
            let Some(mut log) = run(&disk, &steps, Durability::Sync, close) else {
                continue; // the log could not be opened
            };
            if !log.alive {
                prop_assert!(matches!(log.append(9, &[1]), Err(Error::Poisoned(_))));
            }
            let least = log.acknowledged();
            check_prefix(&read_all(&log.reader()).unwrap(), &log.appended, least);
            let (restarted, lost) = (disk.after_exit(), disk.after_power_failure(&mut random));
            check_recovery(&restarted, &log, least, &mut random);
            check_recovery(&lost, &log, least, &mut random);
        }
    }

    /// Opening that fails half way can be tried again: a disk that cannot be read is not a torn tail.
    #[test]
    fn failed_opening(steps in steps(), seed: u64, close: bool, failed: prop::sample::Index) {
        let whole = Disk::default();
        run(&whole, &steps, Durability::Sync, close).unwrap();
        let disk = Disk::default();
        disk.fail(failed.index(whole.operations().len() + 1), Fault::Error);
        let Some(log) = run(&disk, &steps, Durability::Sync, close) else { return Ok(()) };
        let whole = disk.after_exit();
        Driven::open(&whole, &small(Durability::Sync)).unwrap();
        let mut random = Random(seed);
        for at in 0..whole.operations().len() {
            for fault in [Fault::Error, Fault::Crash] {
                let disk = disk.after_exit();
                disk.fail(at, fault);
                let opened = Driven::open(&disk, &small(Durability::Sync));
                let refused = matches!(opened, Err(Error::Io { .. }));
                prop_assert!(refused || fault == Fault::Crash);
                drop(opened);
                let least = log.acknowledged();
                check_recovery(&disk.after_exit(), &log, least, &mut random);
                check_recovery(&disk.after_power_failure(&mut random), &log, least, &mut random);
            }
        }
    }

    /// A bit that changed below what the log itself calls durable is reported; nothing wrong is ever read, and
    /// all that lies elsewhere is.
    #[test]
    fn flipped_bits(steps in steps(), close: bool, places: [(prop::sample::Index, prop::sample::Index, u32); 24]) {
        let disk = Disk::default();
        let log = run(&disk, &steps, Durability::Sync, close).unwrap();
        // The last batch of a log that was not closed is called durable by nobody.
        let recorded = if close { log.durable() } else { Position(last_frame(&disk)) };
        let least = log.appended.iter().filter(|record| record.position < recorded);
        let contents = disk.contents();
        if contents.is_empty() {
            return Ok(());
        }
        for (file, offset, bit) in places {
            let (name, bytes) = file.get(&contents);
            let offset = offset.index(bytes.len());
            let disk = disk.after_exit();
            disk.flip(name, offset, bit % 8);
            let log = match Driven::open(&disk, &small(Durability::Sync)) {
                Ok(log) => log,
                Err(error) => {
                    // The header of a segment that has nothing else.
                    prop_assert!(matches!(error, Error::Damaged(_)) && offset < HEADER, "{error}");
                    continue;
                }
            };
            let (found, damages) = read_around(&log.reader());
            let base = u64::from_str_radix(name.split('.').next().unwrap(), 16).unwrap();
            let place = base + offset as u64;
            let mut missing = Vec::new();
            for expected in least.clone() {
                let is_found = found.contains(&(expected.position, expected.payload.clone()));
                if !is_found {
                    missing.push(expected.position);
                    let end = expected.position.0 + 8 + expected.payload.len() as u64 + 8;
                    prop_assert!((expected.position.0..end).contains(&place), "{expected:?} is lost by a flip at {place}");
                }
            }
            prop_assert!(missing.len() <= 1);
            prop_assert_eq!(missing.len(), damages.iter().filter(|damage| damage.hides_records).count());
            prop_assert!(found.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
    }
}

proptest! {
    #![proptest_config(fixed(48))]

    /// Headers that say anything, with checksums that fit, are an error or are not; nothing panics.
    #[test]
    fn forged_headers(steps in steps(), forged: [(prop::sample::Index, prop::sample::Index, prop::sample::Index, u8); 8]) {
        let disk = Disk::default();
        run(&disk, &steps, Durability::Sync, false).unwrap();
        let contents = disk.contents();
        if contents.is_empty() {
            return Ok(());
        }
        for (file, header, field, value) in forged {
            let (name, bytes) = file.get(&contents);
            let headers: Vec<usize> = (0..bytes.len() - HEADER)
                .step_by(8)
                .filter(|&at| bytes[at..].starts_with(b"\x20\0\0\0") && bytes[at + 7] == 0xff)
                .collect();
            let at = *header.get(&headers);
            let mut forged = bytes[at..at + HEADER].to_vec();
            forged[8 + field.index(28)] = value;
            let check = crc32c::crc32c(&forged[..36]);
            forged[36..].copy_from_slice(&check.to_le_bytes());
            let disk = disk.after_exit();
            disk.overwrite(name, at, &forged);
            let _ = Driven::open(&disk, &small(Durability::Sync)).and_then(|log| read_all(&log.reader()));
        }
    }
}

/// Where the last frame of a log is, found without the code under test.
fn last_frame(disk: &Disk) -> u64 {
    let Some((name, bytes)) = disk.contents().pop() else {
        return 0;
    };
    let base = u64::from_str_radix(name.split('.').next().unwrap(), 16).unwrap();
    let frame = bytes.chunks(8).rposition(|word| word == b"\x20\0\0\0FRM\xff");
    base + 8 * frame.unwrap_or(0) as u64
}
