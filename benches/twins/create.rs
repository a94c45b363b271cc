//! What it costs to make a twin, to register it under its id, and to send it its first update.

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};
use twintalk_runtime::Twins;

use crate::cpu::CpuTime;
use crate::support::fleet::{self, in_memory};
use crate::support::rows::Rows;
use crate::support::sensor::{Boxes, Floor, PROGRAM, Readings, TemperatureSensor, TypedSensor, selector};
use crate::support::turn;

/// How many are made in one go.
const TWINS: usize = 10_000;

pub fn create(c: &mut Criterion<CpuTime>) {
    let mut group = c.benchmark_group("create");
    group.throughput(Throughput::Elements(TWINS as u64));
    let mut turn = turn();
    let mut readings = Readings::default();
    // Ids exist before: who creates a twin has its id.
    let ids: Vec<String> = (0..TWINS).map(fleet::id).collect();
    let selector = selector::UPDATE_TELEMETRY_WITH;

    for (growth, capacity) in [("growing", 0), ("reserved", TWINS)] {
        group.bench_function(format!("floor: HashMap<String, Box<dyn Trait>>, {growth}"), |b| {
            let with_floor = |mut boxes: Boxes<String>| {
                for id in &ids {
                    let sensor = boxes.entry(id.clone()).insert_entry(Box::new(Floor::default())).into_mut();
                    sensor.update_telemetry(black_box(readings.next()));
                }
                assert_eq!(boxes.len(), TWINS);
                boxes
            };
            b.iter_batched(|| HashMap::with_capacity(capacity), with_floor, BatchSize::LargeInput)
        });
        group.bench_function(format!("floor: a slab of structs and HashMap<String, u32>, {growth}"), |b| {
            let with_floor = |(mut slab, mut numbers): (Vec<Floor>, HashMap<String, u32>)| {
                for id in &ids {
                    numbers.insert(id.clone(), slab.len() as u32);
                    slab.push(Floor::default());
                    slab.last_mut().expect("it was added").update_telemetry(black_box(readings.next()));
                }
                assert_eq!(numbers.len(), TWINS);
                (slab, numbers)
            };
            let empty = || (Vec::with_capacity(capacity), HashMap::with_capacity(capacity));
            b.iter_batched(empty, with_floor, BatchSize::LargeInput)
        });
        group.bench_function(format!("typed twins in rows and HashMap<String, u32>, {growth}"), |b| {
            let with_twins = |mut rows: Rows<String, TypedSensor>| {
                for id in &ids {
                    let number = rows.create(id.clone(), &mut turn);
                    assert!(rows.send_at(number, selector, black_box(readings.next()), &mut turn));
                }
                rows
            };
            b.iter_batched(|| Rows::with_capacity(capacity), with_twins, BatchSize::LargeInput)
        });
        group.bench_function(format!("floor: HashMap<u64, Box<dyn Trait>>, {growth}"), |b| {
            let with_floor = |mut boxes: Boxes<u64>| {
                for id in 0..TWINS as u64 {
                    let sensor = boxes.entry(black_box(id)).insert_entry(Box::new(Floor::default())).into_mut();
                    sensor.update_telemetry(black_box(readings.next()));
                }
                assert_eq!(boxes.len(), TWINS);
                boxes
            };
            b.iter_batched(|| HashMap::with_capacity(capacity), with_floor, BatchSize::LargeInput)
        });
        group.bench_function(format!("typed twins in rows and HashMap<u64, u32>, {growth}"), |b| {
            let with_twins = |mut rows: Rows<u64, TypedSensor>| {
                for id in 0..TWINS as u64 {
                    let number = rows.create(black_box(id), &mut turn);
                    assert!(rows.send_at(number, selector, black_box(readings.next()), &mut turn));
                }
                rows
            };
            b.iter_batched(|| Rows::with_capacity(capacity), with_twins, BatchSize::LargeInput)
        });
    }

    group.bench_function("a typed twin and its first turns, in no table", |b| {
        let made = |()| {
            for _ in 0..TWINS {
                let mut twin = TypedSensor::create(&mut turn).expect("it initializes");
                assert!(black_box(&mut twin).update_telemetry_with(black_box(readings.next()), &mut turn).is_ok());
            }
        };
        b.iter_batched(|| (), made, BatchSize::LargeInput)
    });
    group.bench_function("an untyped twin and its first turns, in no table", |b| {
        let made = |()| {
            for _ in 0..TWINS {
                let mut twin = TemperatureSensor::create(&mut turn).expect("it initializes");
                assert!(black_box(&mut twin).update_telemetry_with(black_box(readings.next()), &mut turn).is_ok());
            }
        };
        b.iter_batched(|| (), made, BatchSize::LargeInput)
    });

    // Two messages through the queue for each, and two events in the journal.
    group.sample_size(10);
    group.bench_function("through the engine, events included", |b| {
        let with_engine = |twins: Twins| {
            fleet::create(&twins, "TypedSensor", 0..TWINS);
            let batches = (0..TWINS / 1000).map(|batch| fleet::updates(batch * 1000, 1000, TWINS, &mut readings));
            assert_eq!(fleet::run(&twins, batches), TWINS);
            twins
        };
        let open = || Twins::open(&PROGRAM, &in_memory()).expect("it opens");
        b.iter_batched(open, with_engine, BatchSize::PerIteration)
    });
    group.bench_function("through the engine in batches of 1000, events included", |b| {
        let with_engine = |twins: Twins| {
            for batch in 0..TWINS / 1000 {
                fleet::create_batch(&twins, "TypedSensor", batch * 1000..(batch + 1) * 1000);
            }
            let batches = (0..TWINS / 1000).map(|batch| fleet::updates(batch * 1000, 1000, TWINS, &mut readings));
            assert_eq!(fleet::run(&twins, batches), TWINS);
            twins
        };
        let open = || Twins::open(&PROGRAM, &in_memory()).expect("it opens");
        b.iter_batched(open, with_engine, BatchSize::PerIteration)
    });
    group.finish();
}
