//! Every operation on the disk fails in turn: writes are refused from then on, what was durable is read on, and
//! after a restart all is as it was.

use std::sync::atomic::{AtomicBool, Ordering};

use super::fleet::{PROGRAM, SECOND, options};
use super::history::{Fleet, Message, Step, id};
use super::model::open_disk;
use super::*;
use crate::engine::api::OpenError;
use crate::engine::lookup::Lookup;
use crate::journal::faulty::{Disk, Fault, Operation, Random, Survival};
use crate::journal::{self, SegmentLog};

fn tight() -> Options {
    Options { memory: 1, snapshot_every: 3, ..options() }
}

fn script() -> Vec<Step> {
    let enter = |twin: u8, length: usize| Step::Tell(twin, Message::Enter(text(&"x".repeat(length))));
    let mut steps = vec![Step::Create(0), Step::Create(1), enter(0, 5), Step::Tell(1, Message::Bump), enter(1, 3000)];
    steps.extend([Step::Clone(1, 2), enter(2, 6000), Step::Delete(0), enter(1, 9), Step::Create(0)]);
    steps.push(Step::Bulk((0..9).map(|n| (n % 3, Message::Enter(int(n.into())))).collect()));
    steps.extend([Step::Read(1), Step::Index(9), Step::Tell(2, Message::Ask), enter(0, 7), Step::Read(2)]);
    steps
}

/// The program's tables are on the disk already.
fn prepared() -> Disk {
    let disk = Disk::default();
    let twins = open_disk(&disk, &PROGRAM, &tight());
    twins.close_blocking();
    drop(twins);
    disk.after_exit()
}

/// Runs the script on a disk whose operation number `at` fails, if there is one.
fn run(disk: &Disk, at: usize, fault: Fault) -> (Fleet, Result<Twins, OpenError>) {
    let mut fleet = Fleet::default();
    disk.fail(at, fault);
    let (log, _) = match SegmentLog::open_in(Arc::new(disk.clone()), &Config { segment_bytes: 1 << 13, ..Config::default() }) {
        Ok(log) => log,
        Err(error) => return (fleet, Err(crate::engine::open::open_error(error))),
    };
    // New symbols and schemas must be written first.
    let index = match Lookup::open(Arc::new(disk.clone()), &log.reader()) {
        Ok(index) => index,
        Err(error) => return (fleet, Err(crate::engine::open::index_error(error))),
    };
    let twins = match Twins::open_journal(&SECOND, &tight(), Arc::new(log), Some(index)) {
        Ok(twins) => twins,
        Err(error) => return (fleet, Err(error)),
    };
    for step in script() {
        fleet.step(&twins, &step, &|| 0);
    }
    (fleet, Ok(twins))
}

#[test]
fn a_disk_with_too_little_room_takes_no_messages_until_there_is_more() {
    let disk = Disk::default();
    let twins = open_disk(&disk, &PROGRAM, &Options { min_free: Some(1 << 16), ..options() });
    let create = |id: &str| twins.create_blocking(id, "Pump", Vec::new());
    let bump = |id: &str| twins.send_blocking(id, "bump", Vec::new()).map(|sent| sent.sequence);
    assert_eq!(create("a"), Ok(1));
    disk.limit(Some(1 << 15));
    assert!(!twins.ready());
    let cloned = twins.clone_blocking("a", None).map(|(_, sequence)| sequence);
    for result in [create("b"), bump("a"), twins.delete_blocking("a"), cloned] {
        let Err(Refusal::Unavailable { why }) = result else { panic!("{result:?}") };
        assert!(why.contains("make room on it, or say how much must stay free with --min-free"), "{why}");
    }
    assert_eq!(twins.read_blocking("a", Moment::Now).unwrap().sequence, 1);
    let metric = |name| twins.metrics().into_iter().find(|(of, _)| *of == name).map(|(_, value)| value);
    assert_eq!((metric("disk_needed_bytes"), metric("shards_failed")), (Some(1 << 16), Some(0)));
    disk.limit(None);
    assert!(twins.ready());
    assert_eq!((create("b"), bump("a")), (Ok(1), Ok(2)));
    twins.close_blocking();
}

#[test]
fn after_a_failure_nothing_is_written_and_what_is_durable_is_read() {
    let start = prepared();
    let whole = start.after_exit();
    let (_, twins) = run(&whole, usize::MAX / 2, Fault::Error);
    twins.unwrap().close_blocking();
    let operations = whole.operations();
    let count = |kind| operations.iter().filter(|&&operation| operation == kind).count();
    assert!(count(Operation::Create) >= 3 && count(Operation::Rename) >= 3 && count(Operation::Map) >= 3);
    for at in 0..operations.len() {
        for fault in [Fault::Error, Fault::Broken] {
            let context = format!("{:?} number {at} of {} fails: {fault:?}", operations[at], operations.len());
            let disk = start.after_exit();
            let (mut fleet, twins) = run(&disk, at, fault);
            match twins {
                // The disk could not even be opened: nothing has happened.
                Err(error) => {
                    assert!(fleet.issued.is_empty(), "{context}");
                    assert!(error.to_string().contains("disk/"), "{context}: {error}");
                }
                Ok(twins) => {
                    if fleet.has_failed {
                        check_read_only(&fleet, &twins, &context);
                    }
                    twins.close_blocking();
                }
            }
            let mut random = Random(at as u64);
            for disk in [disk.after_exit(), disk.after(Survival::Nothing), disk.after_power_failure(&mut random)] {
                let mut fleet = fleet.clone();
                let twins = open_disk(&disk, &SECOND, &tight());
                assert!(twins.ready(), "{context}");
                fleet.shorten(&twins, 0);
                fleet.check(&twins);
                fleet.has_failed = false;
                fleet.step(&twins, &Step::Create(5), &|| 0);
                fleet.step(&twins, &Step::Tell(5, Message::Bump), &|| 0);
                twins.close_blocking();
            }
            fleet.has_failed = false;
        }
    }
}

/// Writes are refused, and reads answer what was acknowledged.
fn check_read_only(fleet: &Fleet, twins: &Twins, context: &str) {
    for number in 0..7 {
        let id = id(number);
        let refusals = [
            twins.send_blocking(&id, "bump", Vec::new()).err(),
            twins.create_blocking(&id, "Pump", Vec::new()).err(),
            twins.delete_blocking(&id).err(),
            twins.clone_blocking(&id, Some("another")).err(),
        ];
        for refusal in refusals {
            let is_known = matches!(refusal, Some(Refusal::NoSuchTwin { .. } | Refusal::Deleted { .. } | Refusal::Exists { .. }));
            let is_unavailable = matches!(&refusal, Some(Refusal::Unavailable { why }) if why.contains("until a restart"));
            assert!(is_known || is_unavailable, "{context}: {refusal:?}");
        }
    }
    assert!(!twins.ready(), "{context}");
    let mut durable = fleet.clone();
    durable.shorten(twins, 0);
    durable.check(twins);
    durable.check_past(twins);
}

#[test]
fn a_full_disk_refuses_with_a_reason() {
    let disk = prepared();
    let twins = open_disk(&disk, &PROGRAM, &Options { min_free: Some(0), ..tight() });
    let used: usize = disk.contents().iter().map(|(_, bytes)| bytes.len()).sum();
    disk.limit(Some(used + 20_000));
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    let filled = (2..1000).find(|&sequence| match twins.send_blocking("p", "enter:", vec![text(&"x".repeat(500))]) {
        Ok(sent) => {
            assert_eq!(sent.sequence, sequence);
            false
        }
        Err(refusal) => {
            assert!(matches!(&refusal, Refusal::Unavailable { why } if why.contains("cannot create disk/")), "{refusal}");
            true
        }
    });
    let filled = filled.unwrap();
    assert_eq!(twins.events_blocking("p", 0, 1000).unwrap().len() as u64, filled - 1);
    twins.close_blocking();
    drop(twins);
    disk.limit(None);
    let twins = open_disk(&disk, &PROGRAM, &tight());
    assert_eq!(send(&twins, "p", "bump", &[]).1, filled);
}

/// A journal that fails, and whose records cannot be read again as a whole.
struct Broken {
    log: Arc<dyn Journal>,
    damaged: Arc<dyn Journal>,
    is_broken: AtomicBool,
}

impl Journal for Broken {
    fn append(&self, batch: &journal::Batch, completion: journal::Completion) -> Result<journal::Position, journal::Error> {
        if self.is_broken.load(Ordering::Relaxed) { Err(journal::Error::Closed) } else { self.log.append(batch, completion) }
    }

    fn durable(&self) -> journal::Position {
        self.log.durable()
    }

    fn reader(&self) -> journal::Reader {
        if self.is_broken.load(Ordering::Relaxed) { self.damaged.reader() } else { self.log.reader() }
    }

    fn commits(&self) -> u64 {
        self.log.commits()
    }

    fn close(&self) -> Result<(), journal::Error> {
        Ok(())
    }
}

/// Twins that cannot be read again after a failure are not said to be missing.
#[test]
fn damage_that_is_found_after_a_failure_makes_no_twin_unknown() {
    let disk = prepared();
    let twins = open_disk(&disk, &PROGRAM, &tight());
    for id in ["p", "q"] {
        twins.create_blocking(id, "Pump", Vec::new()).unwrap();
        send(&twins, id, "enter:", &[text(&"x".repeat(2000))]);
    }
    twins.close_blocking();
    drop(twins);
    let (name, bytes) = disk.contents().pop().unwrap();
    let mark = bytes.windows(100).position(|window| window.iter().all(|&byte| byte == b'x')).unwrap();
    let damaged = disk.after_exit();
    damaged.overwrite(&name, mark, &[b'y'; 100]);
    let open = |disk: &Disk| -> Arc<dyn Journal> { Arc::new(SegmentLog::open_in(Arc::new(disk.clone()), &Config::default()).unwrap().0) };
    let broken = Arc::new(Broken { log: open(&disk.after_exit()), damaged: open(&damaged), is_broken: AtomicBool::new(false) });
    let journal: Arc<dyn Journal> = broken.clone();
    let twins = Twins::open_journal(&PROGRAM, &options(), journal, None).unwrap();
    assert_eq!(send(&twins, "p", "bump", &[]), (int(1), 3));
    broken.is_broken.store(true, Ordering::Relaxed);
    assert!(matches!(refused(&twins, "p", "bump", &[]), Refusal::Unavailable { .. }));
    let reads = ["p", "q"].map(|id| twins.read_blocking(id, Moment::Now));
    assert!(reads.iter().any(Result::is_err), "one of them is damaged");
    for read in reads {
        assert!(matches!(read, Ok(_) | Err(Refusal::Unavailable { .. })), "{read:?}");
    }
    assert!(matches!(twins.create_blocking("q", "Pump", Vec::new()), Err(Refusal::Unavailable { .. } | Refusal::Exists { .. })));
}

#[test]
fn a_newer_format_says_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { data: Some(directory.path().to_owned()), durability: journal::Durability::Os, retain: None, ..options() };
    Twins::open(&PROGRAM, &options).unwrap().close_blocking();
    let path = directory.path().join("0000000000000000.log");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[16] = 99;
    let check = crc32c::crc32c(&bytes[..36]);
    bytes[36..40].copy_from_slice(&check.to_le_bytes());
    std::fs::write(&path, &bytes).unwrap();
    let error = Twins::open(&PROGRAM, &options).unwrap_err();
    assert!(matches!(error, OpenError::Unusable { .. }));
    let error = error.to_string();
    assert!(error.contains("this version reads up to format") && error.contains("open it with a newer version"), "{error}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "it is left as it is");
}
