//! Nothing leaves before what it depends on is durable.

use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::fleet::{PROGRAM, options};
use super::*;
use crate::journal::faulty::{Disk, Fault};
use crate::journal::{Batch, Completion, Durability, Error, Position, Reader, SegmentLog};

/// A log whose completions are held back until they are released, or fail.
struct Held {
    log: Arc<dyn Journal>,
    waiting: Mutex<Option<Vec<Completion>>>,
    durable: Mutex<Position>,
}

impl Held {
    fn new() -> Arc<Self> {
        let log = log();
        let durable = Mutex::new(log.durable());
        Arc::new(Self { log, waiting: Mutex::new(None), durable })
    }

    /// From now on nothing becomes durable.
    fn hold(&self) {
        self.waiting.lock().unwrap().get_or_insert_default();
    }

    /// How many batches wait.
    fn waiting(&self) -> usize {
        self.waiting.lock().unwrap().as_ref().map_or(0, Vec::len)
    }

    /// All that waits becomes durable.
    fn release(&self) {
        *self.durable.lock().unwrap() = self.log.durable();
        let waiting = self.waiting.lock().unwrap().take();
        for completion in waiting.into_iter().flatten() {
            completion(Ok(self.log.durable()));
        }
    }
}

impl Journal for Held {
    fn append(&self, batch: &Batch, completion: Completion) -> Result<Position, Error> {
        let position = self.log.append(batch, Box::new(|_| {}))?;
        let mut waiting = self.waiting.lock().unwrap();
        match &mut *waiting {
            Some(waiting) => waiting.push(completion),
            None => {
                *self.durable.lock().unwrap() = self.log.durable();
                completion(Ok(self.log.durable()));
            }
        }
        Ok(position)
    }

    fn durable(&self) -> Position {
        *self.durable.lock().unwrap()
    }

    fn reader(&self) -> Reader {
        self.log.reader()
    }

    fn commits(&self) -> u64 {
        self.log.commits()
    }

    fn close(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// Polls once.
fn poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    match std::pin::Pin::new(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

fn until(mut condition: impl FnMut() -> bool) {
    while !condition() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn answers_and_reads_wait_for_the_journal() {
    let held = Held::new();
    let journal: Arc<dyn Journal> = held.clone();
    let twins = Twins::open_journal(&PROGRAM, &options(), journal, None).unwrap();
    for id in ["p", "q"] {
        twins.create_blocking(id, "Pump", Vec::new()).unwrap();
    }
    held.hold();
    let mut sent = Box::pin(twins.send("p", "bump", Vec::new()));
    assert!(poll(&mut sent).is_none());
    until(|| held.waiting() == 1);
    // The next turn runs on what was applied, and all that tells of it waits.
    let mut read = Box::pin(twins.read("p", Moment::Now));
    let mut again = Box::pin(twins.send("p", "bump", Vec::new()));
    let mut getter = Box::pin(twins.send("p", "level", Vec::new()));
    let mut failing = Box::pin(twins.send("p", "boom", Vec::new()));
    let mut exists = Box::pin(twins.create("p", "Pump", Vec::new()));
    let mut events = Box::pin(twins.events("p", 0, 10));
    let mut past = Box::pin(twins.read("p", Moment::Sequence(1)));
    let mut list = Box::pin(twins.list(None, None, 10));
    let mut clone = Box::pin(twins.clone_twin("p", Some("r")));
    for _ in 0..2 {
        assert!(poll(&mut read).is_none());
        assert!(poll(&mut again).is_none());
        assert!(poll(&mut getter).is_none());
        assert!(poll(&mut failing).is_none());
        assert!(poll(&mut exists).is_none());
        assert!(poll(&mut events).is_none());
        assert!(poll(&mut past).is_none());
        assert!(poll(&mut list).is_none());
        assert!(poll(&mut clone).is_none());
        // A twin that nothing happened to answers at once, behind all of these in the queue.
        assert_eq!(slot(&twins, "q", "level"), int(0));
    }
    until(|| {
        let _ = poll(&mut clone);
        held.waiting() >= 3
    });
    held.release();
    use crate::engine::blocking::wait;
    assert_eq!(wait(sent).unwrap().sequence, 2);
    assert_eq!(wait(read).unwrap().state[1].1, int(1));
    assert_eq!(wait(again).unwrap().answer, int(2));
    assert_eq!(wait(getter).unwrap().answer, int(2));
    assert!(matches!(wait(failing), Err(Refusal::Raised { .. })));
    assert_eq!(wait(exists), Err(Refusal::Exists { id: "p".into() }));
    assert!(wait(events).unwrap().len() >= 2);
    assert_eq!(wait(past).unwrap().sequence, 1);
    assert!(wait(list).unwrap().len() >= 2);
    assert_eq!(wait(clone).unwrap().1, 1);
}

#[test]
fn what_did_not_become_durable_never_happened() {
    let disk = Disk::default();
    let config = Config { durability: Durability::Sync, ..Config::default() };
    let (log, _) = SegmentLog::open_in(Arc::new(disk.clone()), &config).unwrap();
    let twins = Twins::open_journal(&PROGRAM, &options(), Arc::new(log), None).unwrap();
    twins.create_blocking("p", "Pump", Vec::new()).unwrap();
    assert_eq!(send(&twins, "p", "bump", &[]), (int(1), 2));
    disk.fail(0, Fault::Error);
    for selector in ["bump", "bump", "level"] {
        assert!(matches!(refused(&twins, "p", selector, &[]), Refusal::Unavailable { .. }));
    }
    assert!(matches!(twins.create_blocking("q", "Pump", Vec::new()), Err(Refusal::Unavailable { .. })));
    assert!(!twins.ready());
    // What was durable can be read on.
    assert_eq!(slot(&twins, "p", "level"), int(1));
    assert_eq!(twins.events_blocking("p", 0, 10).unwrap().len(), 2);
    assert_eq!(twins.list_blocking(None, None, 10).unwrap().len(), 1);
}
