//! One message to a hundred twins.

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{Criterion, Throughput};

use crate::cpu::CpuTime;
use crate::support::fleet::{fleet, in_memory, updates};
use crate::support::rows::Rows;
use crate::support::sensor::{Boxes, Floor, Readings, TypedSensor, selector};
use crate::support::turn;

const TWINS: u64 = 100;

pub fn broadcast(c: &mut Criterion<CpuTime>) {
    let mut group = c.benchmark_group("broadcast");
    group.throughput(Throughput::Elements(TWINS));
    let mut readings = Readings::default();
    let ids: Vec<u64> = (0..TWINS).collect();

    let mut boxes: Boxes<u64> = HashMap::new();
    for &id in &ids {
        boxes.insert(id, Box::new(Floor::default()));
    }
    group.bench_function("floor: HashMap<u64, Box<dyn Trait>>", |b| {
        b.iter(|| {
            let reading = black_box(readings.next());
            for id in black_box(&ids) {
                boxes.get_mut(id).expect("it exists").update_telemetry(reading);
            }
        })
    });
    let last = boxes[&0].temperature();
    assert!(boxes.values().all(|sensor| sensor.temperature() == last));

    let mut turn = turn();
    let mut rows: Rows<u64, TypedSensor> = Rows::with_capacity(ids.len());
    for &id in &ids {
        rows.create(id, &mut turn);
    }
    group.bench_function("twins in rows and HashMap<u64, u32>, by selector", |b| {
        b.iter(|| {
            let reading = black_box(readings.next());
            for id in black_box(&ids) {
                assert!(rows.send(id, black_box(selector::UPDATE_TELEMETRY_WITH), reading, &mut turn));
            }
        })
    });

    let twins = fleet(&in_memory(), "TypedSensor", ids.len());
    group.bench_function("through the engine, answers and events included", |b| {
        b.iter(|| {
            let results = twins.send_batch_blocking(updates(0, ids.len(), ids.len(), &mut readings));
            assert!(results.len() == ids.len() && results.iter().all(Result::is_ok));
        })
    });
    twins.close_blocking();
    group.finish();
}
