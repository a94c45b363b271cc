//! A crash after every single operation on the disk: one run of a script is recorded, and what the disk was
//! like after each operation is opened again.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::fleet::{PROGRAM, SECOND, options};
use super::history::{Fleet, Message, Step, is_thorough};
use super::index::{index_files, replace_index};
use super::model::open_disk;
use super::steps::step;
use super::*;
use crate::journal::faulty::{Disk, Operation, Random, Survival};

/// Snapshots, passivations and loads happen all the time.
fn tight() -> Options {
    Options { memory: 1, snapshot_every: 3, ..options() }
}

/// Twins are made, asked, cloned, deleted and made again; the program changes and so do its tables; in between
/// all is stopped and started.
fn script() -> Vec<Step> {
    let tell = |twin: u8, message: Message| Step::Tell(twin, message);
    let mut steps = vec![Step::Create(0), Step::Create(1), tell(0, Message::Bump), tell(1, Message::Enter(int(7)))];
    steps.extend([Step::Clone(1, 2), tell(2, Message::Replace("x".repeat(700))), Step::Delete(0), Step::Create(0)]);
    steps.push(Step::Bulk((0..9).map(|n| (n % 3, Message::Enter(int(n.into())))).collect()));
    steps.extend([Step::Restart(true), Step::Index(9), Step::Clone(2, 5), Step::Tell(5, Message::Bump)]);
    let mut runner = TestRunner::deterministic();
    let length = if is_thorough() { 400 } else { 40 };
    for n in 0..length {
        let random = step(6).new_tree(&mut runner).unwrap().current();
        steps.push(match n % 20 {
            15 => Step::Restart(n % 40 > 20),
            3 | 10 | 18 => Step::Index(4),
            12 => Step::Compact,
            _ => random,
        });
    }
    steps
}

/// A run of the script: the disk before and after each operation, the model, and the program that ran.
struct Recorded {
    trace: Vec<Disk>,
    operations: Vec<Operation>,
    fleet: Fleet,
    /// From which operation on which program ran.
    programs: Vec<(usize, &'static Program)>,
}

impl Recorded {
    fn new(steps: &[Step], options: &Options) -> Self {
        let disk = Disk::default();
        disk.record();
        let clock = || disk.operations().len();
        let mut fleet = Fleet::default();
        let mut programs = vec![(0, &PROGRAM)];
        let mut twins = open_disk(&disk, &PROGRAM, options);
        for step in steps {
            if let Step::Restart(second) = step {
                twins.close_blocking();
                drop(twins);
                let program: &'static Program = if *second { &SECOND } else { &PROGRAM };
                programs.push((clock(), program));
                twins = open_disk(&disk, program, options);
            }
            fleet.step(&twins, step, &clock);
        }
        twins.close_blocking();
        drop(twins);
        Self { trace: disk.trace(), operations: disk.operations(), fleet, programs }
    }

    fn program(&self, at: usize) -> &'static Program {
        self.programs.iter().rev().find(|(from, _)| *from <= at).unwrap().1
    }

    /// Opens what a crash after `at` operations left, compares it with the model, and goes on.
    fn check(&self, at: usize, disk: &Disk, options: &Options, is_thorough: bool) {
        let twins = open_disk(disk, self.program(at), options);
        let mut fleet = self.fleet.clone();
        let kept = fleet.shorten(&twins, at);
        fleet.check(&twins);
        if is_thorough {
            fleet.check_past(&twins);
        }
        fleet.step(&twins, &Step::Create(0), &|| at);
        fleet.step(&twins, &Step::Tell(kept as u8 % 6, Message::Enter(int(1))), &|| at);
        twins.close_blocking();
        drop(twins);
        if is_thorough {
            let twins = open_disk(disk, &PROGRAM, options);
            fleet.check(&twins);
        }
    }
}

#[test]
fn a_crash_after_every_operation_loses_nothing_acknowledged() {
    let options = tight();
    let recorded = Recorded::new(&script(), &options);
    let count = |kind| recorded.operations.iter().filter(|&&operation| operation == kind).count();
    assert!(count(Operation::Write) > 40 && count(Operation::Sync) > 40 && count(Operation::Create) > 3);
    for (at, disk) in recorded.trace.iter().enumerate() {
        let is_chosen = at % 16 == 0 || is_thorough();
        let context = Context(format!("after operation {at} of {}", recorded.operations.len()));
        recorded.check(at, &disk.after(Survival::Everything), &options, is_chosen);
        if disk.sectors() > 0 || is_chosen {
            recorded.check(at, &disk.after(Survival::Nothing), &options, false);
            for seed in 0..if is_thorough() { 8 } else { 2 } {
                let mut random = Random((at * 8 + seed) as u64);
                recorded.check(at, &disk.after_power_failure(&mut random), &options, false);
            }
        }
        if is_chosen {
            // The index is lost, or of an earlier time.
            for index in [Vec::new(), index_files(&recorded.trace[at * 2 / 3]), index_files(&recorded.trace[at / 5])] {
                let disk = disk.after(Survival::Nothing);
                replace_index(&disk, &index);
                recorded.check(at, &disk, &options, false);
            }
        }
        drop(context);
    }
}

#[test]
fn any_sector_may_be_the_one_that_is_lost_or_kept() {
    let tell = |n: u8| Step::Tell(n % 2, Message::Replace("y".repeat(200 * usize::from(n))));
    let enter = |n: u8| Step::Tell(n, Message::Enter(int(1)));
    let steps = [Step::Create(0), Step::Create(1), enter(0), enter(1), tell(3), tell(8), tell(5), Step::Delete(1), Step::Create(1)];
    let recorded = Recorded::new(&steps, &options());
    let mut opened = 0;
    for (at, disk) in recorded.trace.iter().enumerate() {
        let sectors = disk.sectors();
        // The tables of the library, which are written first, are too many to go through one by one.
        let step = if sectors > 40 && !is_thorough() { sectors / 8 } else { 1 };
        for sector in (0..sectors).step_by(step) {
            let context = Context(format!("sector {sector} of {sectors} after operation {at}"));
            recorded.check(at, &disk.after(Survival::Only(sector)), &options(), false);
            recorded.check(at, &disk.after(Survival::AllBut(sector)), &options(), false);
            opened += 2;
            drop(context);
        }
    }
    assert!(opened > 50, "{opened}");
}

/// Says where the test was when it panicked.
struct Context(String);

impl Drop for Context {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.0);
        }
    }
}
