//! What it costs to start again: a process with its data directory, a twin after an error.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use twintalk_runtime::engine::{Durability, Moment, Options};
use twintalk_runtime::{Data, Twins, Value};

use crate::cpu::CpuTime;
use crate::support::fleet::{fleet, in_memory, run, updates};
use crate::support::rows::Rows;
use crate::support::sensor::{Boxes, Floor, PROGRAM, Readings, TemperatureSensor, selector};
use crate::support::turn;

/// Opening a directory that holds what an earlier process left.
pub fn restart(c: &mut Criterion) {
    let mut group = c.benchmark_group("restart");
    group.sample_size(10);
    for (twins, updates_each) in [(1000, 2), (10_000, 2), (10_000, 20)] {
        let directory = tempfile::tempdir().expect("a directory for the data");
        let data = Some(directory.path().to_owned());
        let options = Options { data, durability: Durability::Os, shards: 1, ..Options::default() };
        let left = OnceCell::new();
        let events = twins * (1 + updates_each);
        group.throughput(Throughput::Elements(events as u64));
        group.bench_function(format!("open {twins} twins with {events} events"), |b| {
            left.get_or_init(|| leave(&options, twins, updates_each));
            b.iter_custom(|rounds| {
                let mut spent = Duration::ZERO;
                for _ in 0..rounds {
                    let start = Instant::now();
                    let opened = Twins::open(&PROGRAM, &options).expect("it opens again");
                    spent += start.elapsed();
                    let sensor = opened.read_blocking("sensor-7", Moment::Now).expect("it is there");
                    assert_eq!(sensor.sequence, 1 + updates_each as u64);
                    opened.close_blocking();
                }
                spent
            })
        });
    }
    group.finish();
}

/// What an earlier process leaves, which ends here: the directory is locked as long as a handle to it lives.
fn leave(options: &Options, twins: usize, updates_each: usize) {
    let earlier = fleet(options, "TypedSensor", twins);
    let mut readings = Readings::default();
    for _ in 0..updates_each {
        run(&earlier, (0..twins / 1000).map(|batch| updates(batch * 1000, 1000, twins, &mut readings)));
    }
    earlier.close_blocking();
}

/// A message that fails, and the next one, which finds the twin in order.
pub fn failure(c: &mut Criterion<CpuTime>) {
    let mut group = c.benchmark_group("restart after an error");
    group.throughput(Throughput::Elements(1));
    let mut readings = Readings::default();

    let mut boxes: Boxes<u64> = HashMap::new();
    boxes.insert(7, Box::new(Floor::default()));
    group.bench_function("floor: catch a panic, make a new box", |b| {
        b.iter(|| {
            let id = black_box(7);
            // The hook that prints is not for failures that are expected.
            let failed = catch_unwind(AssertUnwindSafe(|| break_down(&mut boxes, id)));
            assert!(failed.is_err());
            boxes.insert(id, Box::new(Floor::default()));
            boxes.get_mut(&id).expect("it exists").update_telemetry(readings.next());
        })
    });

    let mut turn = turn();
    let mut rows: Rows<u64, TemperatureSensor> = Rows::with_capacity(1);
    rows.create(7, &mut turn);
    group.bench_function("a twin in a row is rolled back", |b| {
        b.iter(|| {
            let id = black_box(7);
            assert!(!rows.turn(&id, &mut turn, |t| t.send(selector::BREAK_DOWN, Value::SELF, &[])));
            assert!(rows.send(&id, selector::UPDATE_TELEMETRY_WITH, readings.next(), &mut turn));
        })
    });

    let twins = fleet(&in_memory(), "TemperatureSensor", 1);
    group.bench_function("through the engine, error and event told", |b| {
        b.iter(|| {
            assert!(twins.send_blocking("sensor-0", "breakDown", Vec::new()).is_err());
            let reading = vec![Data::Float(readings.next())];
            twins.send_blocking("sensor-0", "updateTelemetry:", reading).expect("it is in order")
        })
    });
    twins.close_blocking();
    group.finish();
}

#[inline(never)]
fn break_down(boxes: &mut Boxes<u64>, id: u64) {
    boxes.get_mut(&id).expect("it exists").update_telemetry(0.0);
    resume_unwind(Box::new("out of order"))
}
