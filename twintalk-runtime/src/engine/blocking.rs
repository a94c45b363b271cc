//! The interface for threads without an async runtime: each call waits for its answer.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use super::shard::PATIENCE;
use super::{Envelope, Event, FeedPage, FeedPosition, Moment, NewTwin, Refusal, Sent, TwinState, Twins};
use crate::data::Data;

/// Wakes a thread by unparking it.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

thread_local! {
    static WAKER: Waker = Waker::from(Arc::new(Unpark(thread::current())));
}

/// Runs a future to its end on this thread.
pub(super) fn wait<F: Future>(future: F) -> F::Output {
    WAKER.with(|waker| wait_with(waker, future))
}

fn wait_with<F: Future>(waker: &Waker, future: F) -> F::Output {
    let mut future = pin!(future);
    // An answer that comes soon costs no sleep: the first looks leave no waker behind that the shard would have to call.
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..PATIENCE {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        std::hint::spin_loop();
    }
    let mut context = Context::from_waker(waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        thread::park();
    }
}

/// The same calls for threads that may wait; not for tasks of an async runtime.
impl Twins {
    /// See [`create`](Self::create).
    pub fn create_blocking(&self, id: &str, class: &str, state: Vec<(String, Data)>) -> Result<u64, Refusal> {
        wait(self.create(id, class, state))
    }

    /// See [`create_batch`](Self::create_batch).
    pub fn create_batch_blocking(&self, twins: Vec<NewTwin>) -> Vec<Result<u64, Refusal>> {
        wait(self.create_batch(twins))
    }

    /// See [`reserve`](Self::reserve).
    pub fn reserve_blocking(&self, class: &str, twins: usize) -> Result<(), Refusal> {
        wait(self.reserve(class, twins))
    }

    /// See [`read`](Self::read).
    pub fn read_blocking(&self, id: &str, at: Moment) -> Result<TwinState, Refusal> {
        wait(self.read(id, at))
    }

    /// See [`send`](Self::send).
    pub fn send_blocking(&self, id: &str, selector: &str, arguments: Vec<Data>) -> Result<Sent, Refusal> {
        wait(self.send(id, selector, arguments))
    }

    /// See [`send_batch`](Self::send_batch).
    pub fn send_batch_blocking(&self, messages: Vec<Envelope>) -> Vec<Result<Sent, Refusal>> {
        wait(self.send_batch(messages))
    }

    /// See [`delete`](Self::delete).
    pub fn delete_blocking(&self, id: &str) -> Result<u64, Refusal> {
        wait(self.delete(id))
    }

    /// See [`erase`](Self::erase).
    pub fn erase_blocking(&self, id: &str) -> Result<(), Refusal> {
        wait(self.erase(id))
    }

    /// See [`clone_twin`](Self::clone_twin).
    pub fn clone_blocking(&self, id: &str, new_id: Option<&str>) -> Result<(String, u64), Refusal> {
        wait(self.clone_twin(id, new_id))
    }

    /// See [`events`](Self::events).
    pub fn events_blocking(&self, id: &str, after: u64, limit: usize) -> Result<Vec<Event>, Refusal> {
        wait(self.events(id, after, limit))
    }

    /// See [`changes`](Self::changes).
    pub fn changes_blocking(&self, after: Option<FeedPosition>, class: Option<&str>, limit: usize) -> Result<FeedPage, Refusal> {
        wait(self.changes(after, class, limit))
    }

    /// See [`wait_for_changes`](Self::wait_for_changes).
    pub fn wait_for_changes_blocking(&self, after: FeedPosition) -> Result<(), Refusal> {
        wait(self.wait_for_changes(after))
    }

    /// See [`list`](Self::list).
    pub fn list_blocking(&self, class: Option<&str>, after: Option<&str>, limit: usize) -> Result<Vec<TwinState>, Refusal> {
        wait(self.list(class, after, limit))
    }

    /// See [`close`](Self::close).
    pub fn close_blocking(&self) {
        wait(self.close());
    }
}
