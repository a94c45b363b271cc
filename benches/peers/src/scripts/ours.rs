//! TwinTalk's own ways in, and the floor. Each message of a twin is a transaction.

use std::hint::black_box;

use twintalk_runtime::Value;

use super::calls;
use crate::figures::Figures;
use crate::support::sensor::{Floor, TemperatureSensor, TypedSensor, selector};
use crate::support::turn;

pub fn floor(figures: &mut Figures) {
    let mut sensor = Floor::default();
    calls(figures, |reading| black_box(&mut sensor).update_telemetry(black_box(reading)));
    assert!(!sensor.alert && sensor.temperature < 30.0);
}

pub fn typed(figures: &mut Figures) {
    let mut turn = turn();
    let mut twin = TypedSensor::create(&mut turn).expect("it initializes");
    calls(figures, |reading| assert!(black_box(&mut twin).update_telemetry_with(black_box(reading), &mut turn).is_ok()));
    assert_eq!(twin.alert_state(&mut turn).ok(), Some(Value::FALSE));
}

pub fn dynamic(figures: &mut Figures) {
    let mut turn = turn();
    let mut twin = TypedSensor::create(&mut turn).expect("it initializes");
    calls(figures, |reading| {
        let reading = Value::float(black_box(reading));
        let send = |t: &mut twintalk_runtime::Turn| t.send(black_box(selector::UPDATE_TELEMETRY_WITH), Value::SELF, &[reading]);
        assert!(turn.transact(black_box(&mut twin), send).is_ok());
    });
    assert_eq!(twin.alert_state(&mut turn).ok(), Some(Value::FALSE));
}

pub fn untyped(figures: &mut Figures) {
    let mut turn = turn();
    let mut twin = TemperatureSensor::create(&mut turn).expect("it initializes");
    calls(figures, |reading| {
        let reading = Value::float(black_box(reading));
        let send = |t: &mut twintalk_runtime::Turn| t.send(black_box(selector::UPDATE_TELEMETRY_WITH), Value::SELF, &[reading]);
        assert!(turn.transact(black_box(&mut twin), send).is_ok());
    });
    assert_eq!(twin.alert_state(&mut turn).ok(), Some(Value::FALSE));
}
