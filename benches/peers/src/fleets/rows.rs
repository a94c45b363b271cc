//! Twins in the hands of the host, by id and by selector: each message a transaction.

use std::hint::black_box;

use twintalk_runtime::{Turn, Value};

use super::Fleet;
use crate::support::rows;
use crate::support::sensor::{Readings, TemperatureSensor, TypedSensor, selector};
use crate::support::turn;

pub struct Rows {
    rows: rows::Rows<u64, TypedSensor>,
    failing: rows::Rows<u64, TemperatureSensor>,
    turn: Turn,
}

impl Fleet for Rows {
    const WEIGHED: u64 = 1_000_000;

    fn create(sensors: u64) -> Self {
        let mut fleet = Self { rows: rows::Rows::with_capacity(0), failing: rows::Rows::with_capacity(0), turn: turn() };
        for id in 0..sensors {
            fleet.rows.create(id, &mut fleet.turn);
            assert!(fleet.rows.send(&id, selector::UPDATE_TELEMETRY_WITH, black_box(20.0), &mut fleet.turn));
        }
        fleet
    }

    fn tell(&mut self, messages: usize, readings: &mut Readings) {
        let sensors = self.rows.len();
        for message in 0..messages {
            let id = black_box((message % sensors) as u64);
            let selector = black_box(selector::UPDATE_TELEMETRY_WITH);
            assert!(self.rows.send(&id, selector, readings.next(), &mut self.turn));
        }
    }

    fn ask(&mut self, id: u64, messages: usize) -> f64 {
        let mut temperature = 0.0;
        for _ in 0..messages {
            let row = self.rows.get(&black_box(id)).expect("it exists");
            let answer = self.turn.transact(row, |t| t.send(black_box(selector::TEMPERATURE), Value::SELF, &[]));
            temperature = black_box(answer.ok().and_then(Value::as_float).expect("a number"));
        }
        temperature
    }

    fn broadcast(&mut self, rounds: usize, readings: &mut Readings) {
        for _ in 0..rounds {
            let reading = black_box(readings.next());
            for id in 0..self.rows.len() as u64 {
                let selector = black_box(selector::UPDATE_TELEMETRY_WITH);
                assert!(self.rows.send(&black_box(id), selector, reading, &mut self.turn));
            }
        }
    }

    fn restart(&mut self, id: u64, rounds: usize, readings: &mut Readings) -> bool {
        if self.failing.len() == 0 {
            self.failing.create(id, &mut self.turn);
        }
        for _ in 0..rounds {
            let failed = self.failing.turn(&id, &mut self.turn, |t| t.send(selector::BREAK_DOWN, Value::SELF, &[]));
            assert!(!failed);
            assert!(self.failing.send(&id, selector::UPDATE_TELEMETRY_WITH, readings.next(), &mut self.turn));
        }
        true
    }
}
