//! What it costs to copy a twin: prototypes, and what-if questions.

use std::cell::Cell;
use std::collections::HashMap;
use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};

use crate::cpu::CpuTime;
use crate::support::fleet::{fleet, id, in_memory};
use crate::support::rows::Rows;
use crate::support::sensor::{Floor, TypedSensor};
use crate::support::turn;

/// How many copies are registered in one go.
const COPIES: u64 = 10_000;

pub fn clone(c: &mut Criterion<CpuTime>) {
    let mut group = c.benchmark_group("clone");
    let mut turn = turn();
    group.throughput(Throughput::Elements(1));
    let floor = Floor::default();
    group.bench_function("floor: a struct", |b| b.iter(|| black_box(black_box(&floor).clone())));
    let sensor = TypedSensor::create(&mut turn).expect("it initializes");
    group.bench_function("a scalar twin", |b| b.iter(|| black_box(black_box(&sensor).clone())));

    group.throughput(Throughput::Elements(COPIES));
    let capacity = COPIES as usize + 1;
    group.bench_function("floor: a struct, registered", |b| {
        let copies = |(mut slab, mut ids): (Vec<Floor>, HashMap<u64, u32>)| {
            for id in 1..=COPIES {
                let copy = slab[ids[&0] as usize].clone();
                ids.insert(black_box(id), slab.len() as u32);
                slab.push(copy);
            }
            assert_eq!(slab.len(), capacity);
            (slab, ids)
        };
        let one = || {
            let (mut slab, mut ids) = (Vec::with_capacity(capacity), HashMap::with_capacity(capacity));
            slab.push(Floor::default());
            ids.insert(0, 0);
            (slab, ids)
        };
        b.iter_batched(one, copies, BatchSize::LargeInput)
    });
    group.bench_function("a scalar twin, registered", |b| {
        let copies = |mut rows: Rows<u64, TypedSensor>| {
            for id in 1..=COPIES {
                rows.clone_twin(&0, black_box(id));
            }
            assert_eq!(rows.len(), capacity);
            rows
        };
        let one = || {
            let mut rows = Rows::with_capacity(capacity);
            rows.create(0, &mut turn);
            rows
        };
        b.iter_batched(one, copies, BatchSize::LargeInput)
    });

    // Two jobs, an answer each, and the event of the new twin.
    group.throughput(Throughput::Elements(1));
    let twins = fleet(&in_memory(), "TypedSensor", 1);
    let next = Cell::new(1);
    group.bench_function("through the engine, event included", |b| {
        b.iter(|| {
            let (copy, sequence) = twins.clone_blocking("sensor-0", Some(&id(next.replace(next.get() + 1)))).expect("it is new");
            assert!(copy.starts_with("sensor-") && sequence == 1);
        })
    });
    twins.close_blocking();
    group.finish();
}
