//! How far long work is: a line on a terminal, nothing elsewhere.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use super::text;

/// Shown at most so often.
const PACE: Duration = Duration::from_millis(200);

/// A line on standard error that is gone when this is dropped.
pub struct Progress {
    doing: &'static str,
    all: u64,
    told: Option<Instant>,
    is_shown: bool,
}

impl Progress {
    /// Of work on so many bytes.
    pub fn new(doing: &'static str, all: u64) -> Self {
        let told = io::stderr().is_terminal().then(Instant::now);
        Self { doing, all, told, is_shown: false }
    }

    /// So many bytes are done.
    #[inline]
    pub fn at(&mut self, done: u64) {
        if self.told.is_some_and(|told| told.elapsed() >= PACE) {
            self.show(done);
        }
    }

    fn show(&mut self, done: u64) {
        let percent = (done.min(self.all) * 100).checked_div(self.all).unwrap_or(100);
        // Nobody may be looking.
        let _ = write!(io::stderr(), "\r\x1b[K{} {percent} % of {}", self.doing, text::bytes(self.all));
        (self.told, self.is_shown) = (Some(Instant::now()), true);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
