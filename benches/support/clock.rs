//! CPU time: what a shared machine's other load disturbs least.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// CPU time of all threads of the process.
pub fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
