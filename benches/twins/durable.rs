//! What it costs to know that a message is on the disk.

use std::fs::File;
use std::hint::black_box;
use std::io::Write;

use criterion::{Criterion, Throughput};
use twintalk_runtime::Data;
use twintalk_runtime::engine::Options;

use crate::support::fleet::{fleet, updates};
use crate::support::sensor::Readings;

pub fn durable(c: &mut Criterion) {
    let mut group = c.benchmark_group("durable");
    group.throughput(Throughput::Elements(1));
    let mut readings = Readings::default();
    let directory = tempfile::tempdir().expect("a directory for the data");
    let mut floor = File::create(directory.path().join("floor")).expect("a file");
    group.bench_function("floor: append 96 bytes and fdatasync", |b| {
        b.iter(|| {
            floor.write_all(black_box(&[7; 96])).expect("the disk has room");
            floor.sync_data().expect("the disk works");
        })
    });

    let options = Options { data: Some(directory.path().join("data")), shards: 1, ..Options::default() };
    let twins = fleet(&options, "TypedSensor", 1);
    group.bench_function("one at a time", |b| {
        b.iter(|| {
            let reading = vec![Data::Float(readings.next())];
            twins.send_blocking("sensor-0", "updateTelemetry:", reading).expect("a reading is understood")
        })
    });
    group.throughput(Throughput::Elements(1000));
    group.bench_function("1000 at a time", |b| {
        b.iter(|| {
            let results = twins.send_batch_blocking(updates(0, 1000, 1, &mut readings));
            assert!(results.iter().all(Result::is_ok));
        })
    });
    twins.close_blocking();
    group.finish();
}
