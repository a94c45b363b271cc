//! Rings when the journal has become durable further on.
//!
//! Nobody who writes waits for those who listen: as long as none does, ringing reads one word.

use std::sync::atomic::{AtomicBool, Ordering, fence};

use tokio::sync::Notify;

/// What those wait for who want what is not durable yet.
#[derive(Debug, Default)]
pub(super) struct Bell {
    /// Somebody has begun to listen since it last rang.
    is_awaited: AtomicBool,
    /// It has rung for the last time.
    is_over: AtomicBool,
    notify: Notify,
}

impl Bell {
    /// To be called after something has become durable.
    pub fn ring(&self) {
        // Either this sees who listens, or who listens sees what is durable.
        fence(Ordering::SeqCst);
        if self.is_awaited.load(Ordering::Relaxed) && self.is_awaited.swap(false, Ordering::AcqRel) {
            self.notify.notify_waiters();
        }
    }

    /// Something has become durable, or else was lost, and so will be what comes after it.
    pub fn told(&self, is_durable: bool) {
        if is_durable { self.ring() } else { self.end() }
    }

    /// Nothing more will become durable.
    pub fn end(&self) {
        self.is_over.store(true, Ordering::Release);
        self.ring();
    }

    /// Waits until something is there; answers false where it never will be.
    pub async fn wait(&self, is_there: impl Fn() -> bool) -> bool {
        loop {
            let mut rung = std::pin::pin!(self.notify.notified());
            rung.as_mut().enable();
            self.is_awaited.store(true, Ordering::Relaxed);
            fence(Ordering::SeqCst);
            let is_over = self.is_over.load(Ordering::Acquire);
            if is_there() {
                return true;
            }
            if is_over {
                return false;
            }
            rung.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicU64;

    use super::*;
    use crate::engine::blocking::wait;

    #[test]
    fn no_ring_is_missed() {
        const LAST: u64 = 2_000;
        let (bell, durable) = (Arc::new(Bell::default()), Arc::new(AtomicU64::new(0)));
        let listeners = [(); 3].map(|()| {
            let (bell, durable) = (Arc::clone(&bell), Arc::clone(&durable));
            std::thread::spawn(move || {
                let mut seen = 0;
                while wait(bell.wait(|| durable.load(Ordering::Acquire) > seen)) {
                    seen = durable.load(Ordering::Acquire);
                }
                seen
            })
        });
        for number in 1..=LAST {
            durable.store(number, Ordering::Release);
            bell.ring();
            if number % 64 == 0 {
                std::thread::yield_now();
            }
        }
        bell.end();
        assert_eq!(listeners.map(|listener| listener.join().unwrap()), [LAST; 3]);
    }
}
