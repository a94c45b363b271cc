//! What one message to one twin costs, beside a hand-written Rust method in the same run.
//!
//! ```text
//! cargo bench --bench twins
//! ```

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::time::Duration;
use twintalk_runtime::engine::{Durability, Envelope, Moment, Options};
use twintalk_runtime::{Data, Turn, Twins};

twintalk_runtime::twin! { r#"
    Twin subclass: #TemperatureSensor
        instanceVariables: 'temperature threshold alertState'.

    TemperatureSensor>>initialize
        super initialize.
        temperature := 20.0.
        threshold := 30.0.
        alertState := false

    TemperatureSensor>>updateTelemetry: aReading
        temperature := aReading.
        (temperature > threshold) ifTrue: [
            alertState := true.
            self notifyObservers
        ].

    Twin subclass: #TypedSensor
        instanceVariables: 'temperature <Float> threshold <Float> alertState <Boolean>'.

    TypedSensor>>initialize
        super initialize.
        temperature := 20.0.
        threshold := 30.0.
        alertState := false

    TypedSensor>>updateTelemetry: aReading <Float>
        temperature := aReading.
        (temperature > threshold) ifTrue: [
            alertState := true.
            self notifyObservers
        ].
"# }

/// The floor: what a person would write.
struct Floor {
    temperature: f64,
    threshold: f64,
    alert: bool,
}

impl Floor {
    #[inline(never)]
    fn update_telemetry(&mut self, reading: f64) {
        self.temperature = reading;
        if self.temperature > self.threshold {
            self.alert = true;
        }
    }
}

fn turn() -> Turn {
    Turn::for_program(&PROGRAM).expect("class sides initialize")
}

/// Readings below the threshold, never the same twice in a row.
fn reading(i: &mut u32) -> f64 {
    *i = i.wrapping_add(1);
    f64::from(*i % 16) + 10.0
}

fn send(c: &mut Criterion) {
    let mut group = c.benchmark_group("send");
    group.throughput(Throughput::Elements(1));
    let mut i = 0;

    let mut floor = Floor { temperature: 20.0, threshold: 30.0, alert: false };
    group.bench_function("floor: a Rust method", |b| {
        b.iter(|| {
            black_box(&mut floor).update_telemetry(black_box(reading(&mut i)));
        })
    });
    assert!(!floor.alert && floor.temperature >= 10.0);

    let mut turn = turn();
    let mut typed = TypedSensor::create(&mut turn).expect("it initializes");
    group.bench_function("direct, typed slots", |b| {
        b.iter(|| black_box(&mut typed).update_telemetry_with(black_box(reading(&mut i)), &mut turn).is_ok())
    });
    group.bench_function("an empty transaction", |b| {
        b.iter(|| turn.transact(black_box(&mut typed), |_| Ok(black_box(twintalk_runtime::Value::NIL))).is_ok())
    });
    let mut untyped = TemperatureSensor::create(&mut turn).expect("it initializes");
    group.bench_function("direct, untyped slots", |b| {
        b.iter(|| black_box(&mut untyped).update_telemetry_with(black_box(reading(&mut i)), &mut turn).is_ok())
    });

    let selector = selector::UPDATE_TELEMETRY_WITH;
    group.bench_function("dynamic, by selector", |b| {
        b.iter(|| {
            let reading = twintalk_runtime::Value::float(black_box(reading(&mut i)));
            let twin = black_box(&mut untyped);
            turn.transact(twin, |t| t.send(black_box(selector), twintalk_runtime::Value::SELF, &[reading])).is_ok()
        })
    });
    group.finish();
}

fn create(c: &mut Criterion) {
    let mut group = c.benchmark_group("create");
    let mut turn = turn();
    group.bench_function("a twin and its first turn", |b| b.iter(|| TemperatureSensor::create(&mut turn).is_ok()));
    group.finish();
}

fn clone(c: &mut Criterion) {
    let mut group = c.benchmark_group("clone");
    let mut turn = turn();
    let sensor = TemperatureSensor::create(&mut turn).expect("it initializes");
    group.bench_function("a scalar twin", |b| b.iter_batched(|| (), |()| black_box(&sensor).clone(), BatchSize::SmallInput));
    group.finish();
}

/// Twins on the embedded store, asked through a shard's queue and answered when durable.
fn store(c: &mut Criterion) {
    let mut group = c.benchmark_group("store");
    group.sample_size(20).measurement_time(Duration::from_secs(3));
    let mut i = 0;

    let directory = tempfile::tempdir().expect("a directory for the data");
    let mut floor = File::create(directory.path().join("floor")).expect("a file");
    group.bench_function("floor: append 96 bytes and fdatasync", |b| {
        b.iter(|| {
            floor.write_all(black_box(&[7; 96])).expect("the disk has room");
            floor.sync_data().expect("the disk works");
        })
    });

    let options = |name: &str| Options { data: Some(directory.path().join(name)), shards: 1, ..Options::default() };
    let twins = Twins::open(&PROGRAM, &options("durable")).expect("the store opens");
    twins.create_blocking("sensor", "TemperatureSensor", Vec::new()).expect("it is new");
    group.bench_function("durable send, one at a time", |b| b.iter(|| update(&twins, "sensor", &mut i)));
    group.bench_function("read a resident twin", |b| b.iter(|| twins.read_blocking("sensor", Moment::Now).expect("it exists")));
    group.throughput(Throughput::Elements(1000));
    group.bench_function("durable sends, 1000 at a time", |b| {
        b.iter(|| {
            let batch = (0..1000).map(|_| envelope("sensor", &mut i)).collect();
            assert!(twins.send_batch_blocking(batch).iter().all(Result::is_ok));
        })
    });
    twins.close_blocking();

    // Far more twins than memory: every read is of a passivated twin, every send loads one and passivates another.
    let small = Options { durability: Durability::Os, memory: 256 << 10, ..options("passivated") };
    let twins = Twins::open(&PROGRAM, &small).expect("the store opens");
    let ids: Vec<String> = (0..20_000).map(|number| format!("sensor-{number}")).collect();
    for id in &ids {
        twins.create_blocking(id, "TemperatureSensor", Vec::new()).expect("it is new");
    }
    group.throughput(Throughput::Elements(1));
    let mut next = ids.iter().cycle();
    group.bench_function("read a passivated twin", |b| {
        b.iter(|| twins.read_blocking(next.next().expect("endless"), Moment::Now).expect("it exists"))
    });
    group.throughput(Throughput::Elements(1000));
    group.bench_function("load 1000 passivated twins for a send each", |b| {
        b.iter(|| {
            let batch = next.by_ref().take(1000).map(|id| envelope(id, &mut i)).collect();
            assert!(twins.send_batch_blocking(batch).iter().all(Result::is_ok));
        })
    });
    twins.close_blocking();
    group.finish();
}

fn envelope(id: &str, i: &mut u32) -> Envelope {
    Envelope { twin: id.into(), selector: "updateTelemetry:".into(), arguments: vec![Data::Float(reading(i))] }
}

fn update(twins: &Twins, id: &str, i: &mut u32) {
    twins.send_blocking(id, "updateTelemetry:", vec![Data::Float(reading(i))]).expect("a reading is understood");
}

criterion_group!(benches, send, create, clone, store);
criterion_main!(benches);
