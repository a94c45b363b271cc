//! What the benchmarks share: a sensor, in Smalltalk and in Rust, and fleets of it.
#![allow(dead_code, reason = "each benchmark uses its part")]

pub mod clock;
pub mod fleet;
pub mod rows;
pub mod sensor;

use twintalk_runtime::Turn;

/// A turn for the sensors.
pub fn turn() -> Turn {
    Turn::for_program(&sensor::PROGRAM).expect("class sides initialize")
}
