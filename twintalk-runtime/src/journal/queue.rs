//! What stands between the shards and the writer: the commits being filled, in order.
//!
//! A batch's position is decided here, and so is everything that positions depend on: which commit
//! a batch joins, and where a new segment starts.

use std::collections::VecDeque;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::error::{Error, Poisoned};
use super::frame::HEADER;
use super::{Batch, Completion, Config, Position};

/// The largest batch; what a frame's length field allows, and a good deal less.
const MAX_BATCH: usize = 1 << 30;

/// How many idle buffers are kept.
const SPARE: usize = 4;

/// What is written and synced together: one frame.
pub struct Commit {
    /// Where the frame's header goes.
    pub position: u64,
    /// The capacity of the segment that must be started for it, directly before it.
    pub segment: Option<u64>,
    /// Room for the header, then the records; empty if it is there to seal the segment.
    pub bytes: Vec<u8>,
    completions: Vec<Completion>,
}

impl Commit {
    /// Where the frame ends.
    pub fn end(&self) -> u64 {
        self.position + self.bytes.len() as u64
    }

    /// Tells all who wait for it.
    fn complete(&mut self, result: &Result<Position, Poisoned>) {
        for completion in self.completions.drain(..) {
            // One that panics must not keep the others from being told; the panic itself was reported.
            let _ = catch_unwind(AssertUnwindSafe(|| completion(result.clone())));
        }
    }
}

/// The commits that wait for the writer.
pub struct Queue {
    state: Mutex<State>,
    /// There is a commit to write, or none will come.
    work: Condvar,
    /// There may be room for a batch.
    room: Condvar,
    config: Config,
}

struct State {
    commits: VecDeque<Commit>,
    spare: Vec<(Vec<u8>, Vec<Completion>)>,
    /// Bytes of all commits that are not durable, the one being written included.
    pending: usize,
    /// The position after all commits.
    next: u64,
    /// Where the segment that `next` lies in ends; 0 before the first.
    limit: u64,
    phase: Phase,
}

enum Phase {
    Open,
    Closed,
    Poisoned(Poisoned),
}

impl Queue {
    /// A queue whose first commit starts a segment at `next`.
    pub fn new(next: u64, config: &Config) -> Self {
        let state = State { commits: VecDeque::new(), spare: Vec::new(), pending: 0, next, limit: 0, phase: Phase::Open };
        Self { state: Mutex::new(state), work: Condvar::new(), room: Condvar::new(), config: config.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a batch to the last commit or to a new one.
    pub fn append(&self, batch: &Batch, completion: Completion) -> Result<Position, Error> {
        if batch.len() > MAX_BATCH {
            return Err(Error::TooLarge { bytes: batch.len() });
        }
        let mut state = self.lock();
        loop {
            match &state.phase {
                Phase::Open => {}
                Phase::Closed => return Err(Error::Closed),
                Phase::Poisoned(poisoned) => return Err(poisoned.clone().into()),
            }
            if state.pending == 0 || state.pending + batch.len() <= self.config.pending_bytes {
                break;
            }
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let was_idle = state.commits.is_empty();
        let commit = state.commit_for(batch.len(), &self.config);
        let position = Position(commit.end());
        batch.copy_to(&mut commit.bytes, position);
        commit.completions.push(completion);
        state.next += batch.len() as u64;
        state.pending += batch.len();
        drop(state);
        if was_idle {
            self.work.notify_one();
        }
        Ok(position)
    }

    /// Ends the segment that commits go into, if there is one: the next one starts another.
    pub fn seal(&self, completion: Completion) -> Result<(), Error> {
        let mut state = self.lock();
        match &state.phase {
            Phase::Open => {}
            Phase::Closed => return Err(Error::Closed),
            Phase::Poisoned(poisoned) => return Err(poisoned.clone().into()),
        }
        let was_idle = state.commits.is_empty();
        let position = state.next;
        if mem::take(&mut state.limit) > 0 {
            state.next += HEADER as u64;
        }
        state.commits.push_back(Commit { position, segment: None, bytes: Vec::new(), completions: vec![completion] });
        drop(state);
        if was_idle {
            self.work.notify_one();
        }
        Ok(())
    }

    /// The next commit, waiting for one; `None` when there will be none.
    pub fn take(&self) -> Option<Commit> {
        let mut state = self.lock();
        loop {
            if let Some(commit) = state.commits.pop_front() {
                return Some(commit);
            }
            if !matches!(state.phase, Phase::Open) {
                return None;
            }
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes back a commit that is durable up to `durable` and tells those who wait for it.
    pub fn done(&self, mut commit: Commit, durable: Position) {
        commit.complete(&Ok(durable));
        let length = commit.bytes.len();
        commit.bytes.clear();
        let mut state = self.lock();
        state.pending -= length;
        if state.spare.len() < SPARE && commit.bytes.capacity() <= 2 * self.config.commit_bytes {
            state.spare.push((commit.bytes, commit.completions));
        }
        drop(state);
        self.room.notify_all();
    }

    /// Ends the queue after a failure: `commit` and all after it fail, in order, and so do later appends.
    pub fn poison(&self, commit: Option<Commit>, cause: Error) {
        let poisoned = Poisoned(Arc::new(cause));
        let mut state = self.lock();
        state.phase = Phase::Poisoned(poisoned.clone());
        state.pending = 0;
        let rest = mem::take(&mut state.commits);
        drop(state);
        self.room.notify_all();
        let result = Err(poisoned);
        for mut commit in commit.into_iter().chain(rest) {
            commit.complete(&result);
        }
    }

    /// Refuses appends from now on.
    pub fn close(&self) {
        let mut state = self.lock();
        if matches!(state.phase, Phase::Open) {
            state.phase = Phase::Closed;
        }
        drop(state);
        self.work.notify_one();
        self.room.notify_all();
    }

    /// How many commits wait.
    #[cfg(test)]
    pub fn waiting(&self) -> usize {
        self.lock().commits.len()
    }
}

impl State {
    /// The commit that takes the next `length` bytes of records, which end up at `self.next`.
    fn commit_for(&mut self, length: usize, config: &Config) -> &mut Commit {
        let fits =
            |commit: &Commit| commit.bytes.len() + length <= config.commit_bytes && self.next + (length + HEADER) as u64 <= self.limit;
        if !self.commits.back().is_some_and(fits) {
            let segment = self.segment_for(length, config);
            let (mut bytes, completions) = self.spare.pop().unwrap_or_default();
            bytes.resize(HEADER, 0);
            self.commits.push_back(Commit { position: self.next, segment, bytes, completions });
            self.next += HEADER as u64;
            self.pending += HEADER;
        }
        let last = self.commits.len() - 1;
        &mut self.commits[last]
    }

    /// Moves on to a new segment if a frame of `length` bytes and a seal do not fit into this one.
    fn segment_for(&mut self, length: usize, config: &Config) -> Option<u64> {
        let needed = (HEADER + length + HEADER) as u64;
        if self.next + needed <= self.limit {
            return None;
        }
        if self.limit > 0 {
            self.next += HEADER as u64; // the seal of the segment before
        }
        let capacity = config.segment_bytes.max(HEADER as u64 + needed);
        self.limit = self.next + capacity;
        self.next += HEADER as u64; // the header of the segment
        Some(capacity)
    }
}
