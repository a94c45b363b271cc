//! How far work is, and whether it goes on.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::Error;

/// Shared by who works, who watches and who stops it.
#[derive(Debug, Default)]
pub struct Work {
    stopped: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
    written: AtomicU64,
}

impl Work {
    /// Work that goes on until it is stopped.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends the work soon: what is half done is dropped.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether it is to end.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// How much of the current step is done, and how much it is, in entries or bytes.
    pub fn progress(&self) -> (u64, u64) {
        (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed))
    }

    /// How many bytes were written so far.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// A step of so much begins.
    pub(super) fn begin(&self, total: u64) {
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
    }

    /// So much more is done.
    pub(super) fn advance(&self, more: u64) -> Result<(), Error> {
        self.done.fetch_add(more, Ordering::Relaxed);
        if self.is_stopped() { Err(Error::Stopped) } else { Ok(()) }
    }

    /// So many bytes were written.
    pub(super) fn wrote(&self, bytes: u64) {
        self.written.fetch_add(bytes, Ordering::Relaxed);
    }
}
