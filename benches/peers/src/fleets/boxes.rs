//! The floor: what a person would write for one thread.

use std::collections::HashMap;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::Fleet;
use crate::support::sensor::{self, Floor, Readings};

pub struct Boxes(sensor::Boxes<u64>);

impl Fleet for Boxes {
    const WEIGHED: u64 = 1_000_000;

    fn create(sensors: u64) -> Self {
        let mut boxes: sensor::Boxes<u64> = HashMap::new();
        for id in 0..sensors {
            boxes.entry(id).insert_entry(Box::new(Floor::default())).into_mut().update_telemetry(black_box(20.0));
        }
        Self(boxes)
    }

    fn tell(&mut self, messages: usize, readings: &mut Readings) {
        let sensors = self.0.len();
        for message in 0..messages {
            let id = black_box((message % sensors) as u64);
            self.0.get_mut(&id).expect("it exists").update_telemetry(readings.next());
        }
    }

    fn ask(&mut self, id: u64, messages: usize) -> f64 {
        (0..messages).map(|_| black_box(self.0[&black_box(id)].temperature())).last().unwrap_or_default()
    }

    fn broadcast(&mut self, rounds: usize, readings: &mut Readings) {
        for _ in 0..rounds {
            let reading = black_box(readings.next());
            for id in 0..self.0.len() as u64 {
                self.0.get_mut(&black_box(id)).expect("it exists").update_telemetry(reading);
            }
        }
    }

    fn restart(&mut self, id: u64, rounds: usize, readings: &mut Readings) -> bool {
        for _ in 0..rounds {
            let failed = catch_unwind(AssertUnwindSafe(|| break_down(&mut self.0, black_box(id))));
            assert!(failed.is_err());
            self.0.insert(id, Box::new(Floor::default()));
            self.0.get_mut(&id).expect("it exists").update_telemetry(readings.next());
        }
        true
    }
}

#[inline(never)]
fn break_down(boxes: &mut sensor::Boxes<u64>, id: u64) {
    boxes.get_mut(&id).expect("it exists").update_telemetry(0.0);
    // Without the hook that prints.
    resume_unwind(Box::new("out of order"))
}
