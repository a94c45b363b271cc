//! A fleet under a tiny budget, restarted at any time, over a disk that fails at any time, is a map in memory.

use proptest::prelude::*;

use super::fleet::{PROGRAM, SECOND, options};
use super::history::{Fleet, Step, cases};
use super::index::{index_files, replace_index};
use super::steps::{any_step, step};
use super::*;
use crate::engine::lookup::Lookup;
use crate::journal::SegmentLog;
use crate::journal::faulty::{Disk, Fault, Random};
use crate::testing::fixed;

fn program(second: bool) -> &'static Program {
    if second { &SECOND } else { &PROGRAM }
}

/// Does steps over a log in memory, or over one on a disk, which has an index.
fn run(steps: &[Step], options: &Options, on_disk: bool) {
    let (log, disk) = (log(), Disk::default());
    let open = |program| if on_disk { open_disk(&disk, program, options) } else { open(program, options, &log) };
    let mut twins = open(&PROGRAM);
    let mut fleet = Fleet::default();
    for step in steps {
        if let Step::Restart(second) = step {
            twins.close_blocking();
            drop(twins);
            twins = open(program(*second));
        }
        fleet.step(&twins, step, &|| 0);
    }
    fleet.check(&twins);
    fleet.check_past(&twins);
}

/// Opens the twins of a disk.
pub fn open_disk(disk: &Disk, program: &'static Program, options: &Options) -> Twins {
    let config = Config { segment_bytes: 1 << 13, ..Config::default() };
    let (log, _) = SegmentLog::open_in(Arc::new(disk.clone()), &config).unwrap();
    let index = Lookup::open(Arc::new(disk.clone()), &log.reader()).unwrap();
    Twins::open_journal(program, options, Arc::new(log), Some(index)).unwrap()
}

/// The same over a disk on which an operation fails now and then; after that the power may fail as well.
fn run_with_failures(steps: &[(Step, Option<usize>)], options: &Options, seed: u64) {
    let mut random = Random(seed);
    let mut disk = Disk::default();
    let mut twins = open_disk(&disk, &PROGRAM, options);
    let mut fleet = Fleet::default();
    let mut earlier = Vec::new();
    for (step, failing) in steps {
        if let Some(at) = failing {
            disk.fail(*at, Fault::Error);
        }
        fleet.step(&twins, step, &|| 0);
        let second = if let Step::Restart(second) = step { Some(*second) } else { None };
        if fleet.has_failed || second.is_some() {
            if fleet.has_failed {
                // What was durable is served on.
                let mut served = fleet.clone();
                served.shorten(&twins, 0);
                served.check(&twins);
            }
            twins.close_blocking();
            drop(twins);
            disk = if random.below(2) == 0 { disk.after_power_failure(&mut random) } else { disk.after_exit() };
            // The index is as it was left, or lost, or of an earlier time.
            match random.below(4) {
                0 => replace_index(&disk, &Vec::new()),
                1 => replace_index(&disk, &earlier),
                2 => earlier = index_files(&disk),
                _ => {}
            }
            twins = open_disk(&disk, program(second.unwrap_or_default()), options);
            fleet.shorten(&twins, 0);
            fleet.has_failed = false;
        }
    }
    fleet.check(&twins);
    fleet.check_past(&twins);
}

proptest! {
    #![proptest_config(fixed(cases(48)))]

    #[test]
    fn a_tiny_budget_changes_nothing(
        steps in prop::collection::vec(any_step(12), 1..120), every in 1..9_u64, shards in 1..4_usize, on_disk: bool,
    ) {
        run(&steps, &Options { memory: 1, snapshot_every: every, shards, ..options() }, on_disk);
    }

    #[test]
    fn restarts_change_nothing(steps in prop::collection::vec(any_step(12), 1..120), on_disk: bool) {
        run(&steps, &options(), on_disk);
    }

    #[test]
    fn failures_lose_nothing_acknowledged(
        steps in prop::collection::vec((step(6), prop::option::weighted(0.1, 0..9_usize)), 1..60), every in 1..9_u64, seed: u64,
        is_tiny: bool,
    ) {
        let memory = if is_tiny { 1 } else { 1 << 30 };
        run_with_failures(&steps, &Options { memory, snapshot_every: every, ..options() }, seed);
    }
}

#[test]
fn twins_leave_memory() {
    let twins = open(&PROGRAM, &Options { memory: 100_000, ..options() }, &log());
    for n in 0..2000 {
        twins.create_blocking(&format!("pump-{n}"), "Pump", Vec::new()).unwrap();
    }
    let count = |name: &str| twins.metrics().into_iter().find(|metric| metric.0 == name).unwrap().1;
    assert_eq!(count("twins"), 2000);
    assert!(count("twins_resident") < 1000, "{} are resident", count("twins_resident"));
    let loads = count("loads_total");
    for n in 0..2000 {
        assert_eq!(slot(&twins, &format!("pump-{n}"), "level"), int(0));
    }
    assert_eq!(count("loads_total"), loads, "reading loads nothing");
    assert_eq!(send(&twins, "pump-0", "bump", &[]), (int(1), 2));
}
