//! The thread that keeps the index up to date.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::{Error, Index, Step, Work, lock};
use crate::journal::{Journal, Position};

/// How long it waits to look for sealed segments when nobody tells it.
const IDLE: Duration = Duration::from_secs(2);

/// How long it waits after work failed: so long at first, and longer each time.
const RETRY: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// Threads that serve go first.
const NICE: i32 = 10;

/// What the indexer is at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// All records below are known.
    pub covered: Position,
    /// How many bytes of sealed segments are not taken in yet.
    pub behind: u64,
    /// What is being done.
    pub step: Option<Step>,
    /// How much of that is done, and how much it is.
    pub progress: (u64, u64),
    /// How many bytes were written since the start.
    pub written: u64,
    /// Why it could not go on, if it could not; it tries again.
    pub error: Option<String>,
}

/// Work for when the index is up to date.
pub trait Chore: Send + Sync {
    /// Does some of it; answers whether there was any. It ends soon where the work is stopped.
    fn work(&self, work: &Work) -> bool;
}

/// Keeps an index up to date until it is stopped, which is before its journal is closed: while it reads, nobody else can
/// open the directory.
pub struct Indexer {
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Shared {
    index: Arc<Index>,
    journal: Arc<dyn Journal>,
    chore: Option<Arc<dyn Chore>>,
    work: Work,
    now: Mutex<Now>,
    wake: Condvar,
}

#[derive(Default)]
struct Now {
    step: Option<Step>,
    error: Option<String>,
    woken: bool,
}

impl Indexer {
    /// Starts the thread, which does a chore when nothing else is to be done.
    pub fn start(index: Arc<Index>, journal: Arc<dyn Journal>, chore: Option<Arc<dyn Chore>>) -> std::io::Result<Self> {
        let shared = Arc::new(Shared { index, journal, chore, work: Work::new(), now: Mutex::default(), wake: Condvar::new() });
        let run = {
            let shared = Arc::clone(&shared);
            move || shared.run()
        };
        let thread = thread::Builder::new().name("indexer".into()).spawn(run)?;
        Ok(Self { shared, thread: Mutex::new(Some(thread)) })
    }

    /// Lets it look at once: a segment was sealed, or a file was found damaged.
    pub fn wake(&self) {
        lock(&self.shared.now).woken = true;
        self.shared.wake.notify_all();
    }

    /// What it is at.
    pub fn status(&self) -> Status {
        let Shared { index, journal, work, now, .. } = &*self.shared;
        let now = lock(now);
        Status {
            covered: index.directory().covered(),
            behind: index.behind(&journal.reader()),
            step: now.step,
            progress: work.progress(),
            written: work.written(),
            error: now.error.clone(),
        }
    }

    /// Stops it and waits until it has; what was half done is dropped.
    pub fn stop(&self) {
        self.shared.work.stop();
        self.wake();
        if let Some(thread) = lock(&self.thread).take() {
            // If it panicked there is nothing left to stop.
            let _ = thread.join();
        }
    }
}

impl Drop for Indexer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn run(&self) {
        #[cfg(target_os = "linux")]
        {
            // Where it is not allowed the indexer runs like everybody else.
            let _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICE);
        }
        let mut retry = RETRY;
        while !self.work.is_stopped() {
            // Taken anew each time: a reader keeps files open.
            let reader = self.journal.reader();
            lock(&self.now).step = self.index.next_step(&reader);
            let result = self.index.step(&reader, &self.work);
            drop(reader);
            match result {
                Ok(step) => {
                    let mut now = lock(&self.now);
                    (now.step, now.error) = (None, None);
                    drop(now);
                    retry = RETRY;
                    let did = step.is_some() || self.chore.as_ref().is_some_and(|chore| chore.work(&self.work));
                    if !did {
                        self.wait(IDLE);
                    }
                }
                Err(Error::Stopped) => break,
                Err(error) => {
                    lock(&self.now).error = Some(error.to_string());
                    self.wait(retry);
                    retry = (2 * retry).min(LONGEST);
                }
            }
        }
    }

    fn wait(&self, time: Duration) {
        let mut now = lock(&self.now);
        if !now.woken && !self.work.is_stopped() {
            (now, _) = self.wake.wait_timeout(now, time).unwrap_or_else(PoisonError::into_inner);
        }
        now.woken = false;
    }
}
