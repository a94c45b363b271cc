//! What one message to one twin costs, beside a hand-written Rust method in the same run.
//!
//! ```text
//! cargo bench --bench twins
//! ```

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use twintalk_runtime::Turn;

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

criterion_group!(benches, send, create, clone);
criterion_main!(benches);
