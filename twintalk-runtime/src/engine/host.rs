//! The world around a shard's turns: a clock that stands still during a round.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::host::Host;

/// The time of a shard's round, in nanoseconds since 1970.
#[derive(Clone, Default)]
pub(super) struct Clock(Arc<AtomicI64>);

impl Clock {
    /// A clock that is at a time already.
    pub fn at(time: i64) -> Self {
        Self(Arc::new(AtomicI64::new(time)))
    }

    /// Moves on to the machine's time, never back.
    pub fn advance(&self) {
        self.0.fetch_max(machine_time(), Ordering::Relaxed);
    }

    /// The time of the round.
    pub fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The machine's time.
pub(super) fn machine_time() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |time| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX))
}

/// The host of a twin's turn: what it does to the world is done when its event is durable.
pub(super) struct ShardHost(pub Clock);

impl Host for ShardHost {
    fn transcript(&mut self, text: &str) {
        show(text);
    }

    fn now(&mut self) -> i64 {
        self.0.now()
    }
}

/// Shows text on the transcript, which is the standard output.
pub(super) fn show(text: &str) {
    use std::io::Write;
    // A closed pipe is no reason to stop a fleet.
    let _ = std::io::stdout().write_all(text.as_bytes());
}
