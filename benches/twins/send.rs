//! What one message to one twin costs: an update in a transaction of its own, with fuel, undo and dirty mask.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use twintalk_runtime::{Twin, Value};

use crate::cpu::CpuTime;
use crate::support::sensor::{Floor, Readings, TemperatureSensor, TypedSensor, selector};
use crate::support::turn;

pub fn send(c: &mut Criterion<CpuTime>) {
    let mut group = c.benchmark_group("send");
    group.throughput(Throughput::Elements(1));
    let mut readings = Readings::default();

    let mut floor = Floor::default();
    group.bench_function("floor: a Rust method", |b| b.iter(|| black_box(&mut floor).update_telemetry(black_box(readings.next()))));
    assert!(!floor.alert && floor.temperature < 30.0);

    let mut turn = turn();
    let mut typed = TypedSensor::create(&mut turn).expect("it initializes");
    let mut untyped = TemperatureSensor::create(&mut turn).expect("it initializes");
    group
        .bench_function("an empty transaction", |b| b.iter(|| turn.transact(black_box(&mut typed), |_| Ok(black_box(Value::NIL))).is_ok()));
    group.bench_function("direct, typed slots", |b| {
        b.iter(|| black_box(&mut typed).update_telemetry_with(black_box(readings.next()), &mut turn).is_ok())
    });
    group.bench_function("direct, untyped slots", |b| {
        b.iter(|| black_box(&mut untyped).update_telemetry_with(black_box(readings.next()), &mut turn).is_ok())
    });
    let selector = selector::UPDATE_TELEMETRY_WITH;
    group.bench_function("by selector, typed slots", |b| {
        b.iter(|| {
            let reading = Value::float(black_box(readings.next()));
            turn.transact(black_box(&mut typed), |t| t.send(black_box(selector), Value::SELF, &[reading])).is_ok()
        })
    });
    group.bench_function("by selector, untyped slots", |b| {
        b.iter(|| {
            let reading = Value::float(black_box(readings.next()));
            turn.transact(black_box(&mut untyped), |t| t.send(black_box(selector), Value::SELF, &[reading])).is_ok()
        })
    });
    for (slots, mut twin) in [("typed", Box::new(typed.clone()) as Box<dyn Twin>), ("untyped", Box::new(untyped.clone()))] {
        group.bench_function(format!("by selector through a trait object, {slots} slots"), |b| {
            b.iter(|| {
                let reading = Value::float(black_box(readings.next()));
                black_box(&mut twin).send(black_box(selector), &[reading], &mut turn).is_ok()
            })
        });
        assert!(twin.send(selector, &[Value::float(31.0)], &mut turn).is_ok());
        assert_eq!(twin.send(selector::ALERT_STATE, &[], &mut turn).ok(), Some(Value::TRUE));
    }

    // Written once more so that the last state is one the messages explain.
    assert!(typed.update_telemetry_with(31.0, &mut turn).is_ok() && untyped.update_telemetry_with(31.0, &mut turn).is_ok());
    let alerts = [typed.alert_state(&mut turn), untyped.alert_state(&mut turn)];
    assert!(alerts.iter().all(|alert| alert.as_ref().is_ok_and(|alert| *alert == Value::TRUE)));
    group.finish();
}
