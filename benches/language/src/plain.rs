//! A program in plain Rust.

use super::{Program, Timed, Version, clock, on_large_stack};
use std::hint::black_box;

/// A program at a size in plain Rust.
pub struct Plain(Box<dyn Fn() -> i64 + Send + Sync>);

impl Plain {
    /// The version of this program.
    pub fn new(program: &Program, size: i64) -> Self {
        Self((program.plain)(size))
    }
}

impl Version for Plain {
    fn run(&mut self, iterations: u64) -> Timed {
        let run = &self.0;
        let (checksum, time) = on_large_stack(|| {
            clock::timed(|| {
                let mut checksum = 0;
                for _ in 0..iterations {
                    checksum = black_box(run());
                }
                checksum
            })
        });
        Timed { checksum, time }
    }
}
