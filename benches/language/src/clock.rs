//! Time of the processor: a loaded machine lengthens every other.

use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// What this thread has used so far.
fn now() -> Duration {
    clock_gettime(ClockId::ThreadCPUTime).try_into().unwrap_or_default()
}

/// What `f` answers, and the time it takes.
pub fn timed<T>(f: impl FnOnce() -> T) -> (T, Duration) {
    let start = now();
    let answer = f();
    (answer, now() - start)
}
