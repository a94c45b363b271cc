//! How full the disk is. Below a floor twins take no messages, so that there is room left to end well: what was taken
//! is written, twins are passivated, what is old is compacted away.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};

use super::api::Refusal;
use crate::journal::{Journal, Space};

/// So much must be free, or [`PART`] of the disk if that is more.
const FLOOR: u64 = 1 << 30;

/// The part of a disk that must be free: one in twenty.
const PART: u64 = 20;

/// How often the disk is asked, in nanoseconds.
const PERIOD: i64 = if cfg!(test) { 1 } else { 1_000_000_000 };

/// Over how many seconds growth is averaged.
const HORIZON: f64 = 3600.0;

const DAY: f64 = 86_400.0;

/// What is known of the disk.
pub(super) struct Disk {
    /// What must be free, if the operator says so.
    floor: Option<u64>,
    free: AtomicU64,
    /// What must be free; 0 where the disk cannot be asked.
    needed: AtomicU64,
    /// When it is asked again.
    next: AtomicI64,
    pace: Pace,
}

/// How fast the journal grows: a mean of its growth that forgets by and by.
#[derive(Default)]
struct Pace {
    /// When and where the journal's end was last seen.
    time: AtomicI64,
    end: AtomicU64,
    /// Weighted sums of the bytes a second, and of the weights, as the bits of floats.
    bytes: AtomicU64,
    weight: AtomicU64,
}

impl Disk {
    /// A disk that was not asked yet.
    pub fn new(floor: Option<u64>) -> Self {
        let (free, needed) = (AtomicU64::new(u64::MAX), AtomicU64::new(0));
        Self { floor, free, needed, next: AtomicI64::new(i64::MIN), pace: Pace::default() }
    }

    /// Whether there is too little room, by what the disk said within the last second.
    pub fn is_full(&self, journal: &dyn Journal, now: i64) -> bool {
        let next = self.next.load(Relaxed);
        // Whoever wins asks; the others go by what it last said.
        if now >= next && self.next.compare_exchange(next, now.saturating_add(PERIOD), Relaxed, Relaxed).is_ok() {
            self.look(journal, now);
        }
        self.free.load(Relaxed) < self.needed.load(Relaxed)
    }

    fn look(&self, journal: &dyn Journal, now: i64) {
        self.pace.look(journal.durable().0, now);
        // A disk that cannot be asked is not known to be full; one that fails is found out by writing.
        if let Ok(Some(Space { free, total })) = journal.space() {
            self.free.store(free, Relaxed);
            self.needed.store(self.floor.unwrap_or(FLOOR.max(total / PART)), Relaxed);
        }
    }

    /// Why a message is refused.
    pub fn refusal(&self) -> Refusal {
        let mebibytes = |bytes: u64| bytes >> 20;
        let (free, needed) = (mebibytes(self.free.load(Relaxed)), mebibytes(self.needed.load(Relaxed)));
        let why = format!(
            "the disk has {free} MiB left, and {needed} MiB must stay free; make room on it, or say how much must stay free with --min-free"
        );
        Refusal::Unavailable { why }
    }

    /// What operators watch, by name.
    pub fn metrics(&self, journal: &dyn Journal, now: i64) -> Vec<(&'static str, u64)> {
        self.is_full(journal, now);
        let (free, needed) = (self.free.load(Relaxed), self.needed.load(Relaxed));
        if free == u64::MAX {
            return Vec::new();
        }
        let mut metrics = vec![("disk_free_bytes", free), ("disk_needed_bytes", needed)];
        let pace = self.pace.bytes_a_second();
        if pace > 0.0 {
            metrics.push(("disk_days_until_full", (free.saturating_sub(needed) as f64 / pace / DAY) as u64));
        }
        metrics
    }
}

impl Pace {
    fn look(&self, end: u64, now: i64) {
        let (time, from) = (self.time.swap(now, Relaxed), self.end.swap(end, Relaxed));
        let seconds = now.saturating_sub(time) as f64 / 1e9;
        if time == 0 || seconds <= 0.0 {
            return;
        }
        let kept = (-seconds / HORIZON).exp();
        let add = |sum: &AtomicU64, value: f64| {
            let sum_now = f64::from_bits(sum.load(Relaxed)) * kept + value * (1.0 - kept);
            sum.store(sum_now.to_bits(), Relaxed);
        };
        add(&self.bytes, end.saturating_sub(from) as f64 / seconds);
        add(&self.weight, 1.0);
    }

    fn bytes_a_second(&self) -> f64 {
        let weight = f64::from_bits(self.weight.load(Relaxed));
        if weight > 0.0 { f64::from_bits(self.bytes.load(Relaxed)) / weight } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_of_the_last_hour_counts_most() {
        let pace = Pace::default();
        let mut end = 0;
        for second in 1..=60 {
            pace.look(end, second * 1_000_000_000);
            end += 1000;
        }
        assert!((pace.bytes_a_second() - 1000.0).abs() < 1e-6, "{}", pace.bytes_a_second());
        for second in 61..=10 * 3600 {
            pace.look(end, second * 1_000_000_000);
            end += 5;
        }
        assert!((pace.bytes_a_second() - 5.0).abs() < 0.1, "{}", pace.bytes_a_second());
    }
}
