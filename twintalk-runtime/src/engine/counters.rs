//! What the engine counts, for whoever watches it.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! counters {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Counts of all shards together.
        #[derive(Debug, Default)]
        pub(super) struct Counters {
            $($(#[$doc])* pub $name: Count,)*
        }

        impl Counters {
            /// All counts by name.
            pub fn all(&self) -> Vec<(&'static str, u64)> {
                vec![$(($text, self.$name.get()),)*]
            }
        }
    };
}

counters! {
    /// Twins that were not deleted.
    twins = "twins",
    /// Twins in rows.
    resident = "twins_resident",
    /// Twins that the registries hold.
    entries = "twins_in_registry",
    /// Bytes of rows, heaps and registries.
    memory = "memory_bytes",
    /// Messages that were run.
    messages = "messages_total",
    /// Messages that ended in an error.
    failures = "failures_total",
    /// Events appended.
    events = "events_total",
    /// Snapshots appended.
    snapshots = "snapshots_total",
    /// Twins loaded from the journal.
    loads = "loads_total",
    /// Twins passivated.
    passivations = "passivations_total",
    /// Shards that take nothing more since the journal failed.
    failed = "shards_failed",
    /// Twins whose state could not be loaded.
    quarantined = "twins_quarantined",
}

/// One count.
#[derive(Debug, Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    /// Counts up.
    pub fn add(&self, count: u64) {
        if count != 0 {
            self.0.fetch_add(count, Ordering::Relaxed);
        }
    }

    /// Counts down.
    pub fn sub(&self, count: u64) {
        self.0.fetch_sub(count, Ordering::Relaxed);
    }

    /// The count.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
