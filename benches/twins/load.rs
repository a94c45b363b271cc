//! Far more twins than memory: what it costs to read one that was passivated, and to bring one back for a message.

use std::cell::OnceCell;
use std::hint::black_box;

use criterion::{Criterion, Throughput};
use twintalk_runtime::engine::{Durability, Moment, Options};

use crate::cpu::CpuTime;
use crate::support::fleet::{fleet, id, in_memory, update};
use crate::support::sensor::Readings;

/// How many twins there are; memory is for a fraction of them.
const TWINS: usize = 20_000;

pub fn load(c: &mut Criterion<CpuTime>) {
    let mut group = c.benchmark_group("load");
    group.throughput(Throughput::Elements(1));
    let mut readings = Readings::default();

    let resident = fleet(&in_memory(), "TypedSensor", 1);
    group.bench_function("floor: read a resident twin", |b| {
        b.iter(|| resident.read_blocking(black_box("sensor-0"), Moment::Now).expect("it exists"))
    });
    resident.close_blocking();

    let directory = tempfile::tempdir().expect("a directory for the data");
    let data = Some(directory.path().to_owned());
    let options = Options { data, durability: Durability::Os, shards: 1, memory: 256 << 10, ..Options::default() };
    let started = OnceCell::new();
    let twins = || started.get_or_init(|| fleet(&options, "TypedSensor", TWINS));
    let loads = || twins().metrics().iter().find(|metric| metric.0 == "loads_total").map_or(0, |metric| metric.1);
    // Far apart, so that no two come from one place of the disk.
    let mut number = 0;
    let mut next = move || {
        number = (number + 7919) % TWINS;
        number
    };

    group.bench_function("read a passivated twin in place", |b| {
        let (twins, before) = (twins(), loads());
        b.iter(|| {
            let state = twins.read_blocking(&id(next()), Moment::Now).expect("it exists");
            assert_eq!(black_box(state).state.len(), 3);
        });
        assert_eq!(loads(), before, "reading makes no rows");
    });

    group.throughput(Throughput::Elements(1000));
    group.bench_function("load 1000 passivated twins for a message each", |b| {
        let (twins, before) = (twins(), loads());
        b.iter(|| {
            let messages = (0..1000).map(|_| update(next(), &mut readings)).collect();
            assert!(twins.send_batch_blocking(messages).iter().all(Result::is_ok));
        });
        assert!(loads() > before + 900, "most were not resident");
    });
    if let Some(twins) = started.get() {
        twins.close_blocking();
    }
    group.finish();
}
