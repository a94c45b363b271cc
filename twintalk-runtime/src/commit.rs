//! A turn as a transaction: its row and heap change as a whole or not at all.

use std::mem;

use crate::answer::{Answer, Raised};
use crate::changes::Copy;
use crate::collect::Move;
use crate::exceptions::{NONE, Unwind};
use crate::failure::{Failure, FailureKind};
use crate::frozen::Frozen;
use crate::heap::Core;
use crate::message::Message;
use crate::object::Identity;
use crate::row::{Row, Word};
use crate::turn::Turn;
use crate::value::{Place, Value};

const HEAP: usize = Place::Heap as usize;
const SCRATCH: usize = Place::Scratch as usize;
const FROZEN: usize = Place::Frozen as usize;

impl Turn {
    /// Runs `f` as a turn of the twin of `row`. On success the row has its new state and `changes` tells what
    /// is new; on failure it is exactly as before. The answer is valid until the next turn begins.
    #[inline(always)]
    pub fn transact<R: Row>(&mut self, row: &mut R, f: impl FnOnce(&mut Self) -> Answer) -> Result<Value, Box<Failure>> {
        self.deliver(row, f)
    }

    /// Runs a message as a turn, like [`transact`](Self::transact).
    ///
    /// A turn of a twin without a heap that writes a few slots, and no objects into them, is all here; what others need
    /// lies in functions of its own.
    #[inline(always)]
    pub fn deliver<R: Row>(&mut self, row: &mut R, message: impl Message) -> Result<Value, Box<Failure>> {
        // One test for all that few turns need: each of these words is zero if there is nothing to prepare.
        if self.current.word() | usize::from(self.tidy) | self.spaces[SCRATCH].len() | row.core().word() != 0 {
            self.prepare(row.core())?;
        }
        self.undo.begin();
        self.refuel();
        match self.with_row(row, message) {
            Ok(answer) if !self.undo.refers() && row.core().is_none() => {
                self.changes.dirty = self.undo.dirty();
                Ok(answer)
            }
            Ok(answer) => self.finish(row, answer),
            Err(Raised) => Err(self.abandon(row)),
        }
    }

    /// Ends a turn that wrote more than slots, or whose twin has a heap.
    #[inline(never)]
    fn finish<R: Row>(&mut self, row: &mut R, answer: Value) -> Result<Value, Box<Failure>> {
        if self.undo.refers() {
            return self.commit(row, answer);
        }
        self.changes.dirty = self.undo.dirty();
        self.born = Identity::default();
        row.core().take_back_unchanged(&mut self.spaces[HEAP].words);
        Ok(answer)
    }

    /// Makes the turn ready for the next message, if none is running, and takes the twin's heap, if it has one.
    #[inline(never)]
    fn prepare(&mut self, core: &mut Core) -> Result<(), Box<Failure>> {
        if self.has_twin() {
            return Err(self.busy());
        }
        if self.tidy || !self.spaces[SCRATCH].is_empty() {
            self.tidy_up();
        }
        if let Some(words) = core.lend(&mut self.spaces[HEAP].words) {
            self.born = Identity::new(words);
        }
        Ok(())
    }

    /// Runs `f` outside of any twin: the top level, where scratch lives on from one call to the next.
    pub fn run(&mut self, f: impl FnOnce(&mut Self) -> Answer) -> Result<Value, Box<Failure>> {
        if self.has_twin() {
            return Err(self.busy());
        }
        self.undo.clear();
        self.changes.clear();
        self.tidy = true;
        self.scratch_limit = self.limits.scratch;
        self.refuel();
        let answer = f(self);
        answer.map_err(|Raised| self.settle())
    }

    /// After a panic passed through `transact`: the row as before, the turn ready for the next.
    pub fn reset_after_panic<R: Row>(&mut self, row: &mut R) -> Box<Failure> {
        let message = "an internal error, which is a defect of the runtime".to_owned();
        self.failure = Some(Box::new(Failure { class: "Panic".into(), message, kind: FailureKind::Panic, ..Failure::default() }));
        self.abandon(row)
    }

    /// After a panic passed through `run`: the turn ready for the next.
    pub(crate) fn settle_after_panic(&mut self) -> Box<Failure> {
        let message = "an internal error, which is a defect of the runtime".to_owned();
        self.unwind = Unwind::Failure;
        self.failure = Some(Box::new(Failure { class: "Panic".into(), message, kind: FailureKind::Panic, ..Failure::default() }));
        self.settle()
    }

    #[cold]
    fn busy(&self) -> Box<Failure> {
        Box::new(Failure { class: "Error".into(), message: "a turn is already running".into(), ..Failure::default() })
    }

    /// Forgets what the turn before left; few turns change more than slots.
    fn tidy_up(&mut self) {
        if self.tidy {
            self.tidy = false;
            self.undo.clear();
            self.changes.clear();
            self.scratch_limit = self.limits.scratch;
        }
        let scratch = &mut self.spaces[SCRATCH].words;
        scratch.clear();
        if scratch.capacity() > crate::roots::KEEP {
            (*scratch, self.spare) = (Vec::new(), Vec::new());
        }
        self.scratch_trigger = self.limits.collect;
        self.born = Identity::default();
        self.grown.clear();
    }

    /// Moves what the written slots and words reach from scratch to the end of the heap.
    fn commit<R: Row>(&mut self, row: &mut R, answer: Value) -> Result<Value, Box<Failure>> {
        let mut heap = mem::take(&mut self.spaces[HEAP].words);
        let mut from = mem::take(&mut self.spaces[SCRATCH].words);
        let base = heap.len();
        let limit = self.limits.heap.max(base);
        let frozen = &self.spaces[FROZEN].words;
        let mut copy = Move::new(&mut from, Place::Scratch, &mut heap, Place::Heap).durable(Some(frozen), limit);
        for (index, old) in self.undo.dirty_slots() {
            if let Word::Value(value) = row.get(index)
                && value.is_reference()
            {
                let same = if let Word::Value(old) = old { copy.same_literal(value, old) } else { None };
                let moved = same.unwrap_or_else(|| copy.forward(value));
                row.put(index, Word::Value(moved));
            }
        }
        for (address, _) in &self.undo.words {
            copy.forward_at(*address as usize);
        }
        copy.scan(base);
        let full = copy.is_full();
        let grown = mem::take(&mut self.grown);
        let moved = grown.into_iter().filter_map(|(array, from, length)| {
            let target = copy.survivor(array)?;
            Some(Copy { to: target.offset() as u32 + 1, from, length })
        });
        let mut copies: Vec<Copy> = moved.collect();
        if full {
            heap.truncate(base);
            self.spaces[HEAP].words = heap;
            let Raised = self.abort(FailureKind::HeapFull);
            return Err(self.abandon(row));
        }
        self.tidy = true;
        self.changes.dirty = self.undo.dirty();
        self.changes.listed.extend(self.undo.listed_slots());
        self.changes.note_heap(&heap, base, &self.undo, &mut copies);
        row.core().take_back(&mut heap);
        self.spaces[HEAP].words = heap;
        Ok(self.keep_answer(answer, from))
    }

    /// The answer may share objects with what has moved to the heap, so it is copied out of the old scratch.
    fn keep_answer(&mut self, answer: Value, mut from: Vec<u64>) -> Value {
        let mut to = mem::take(&mut self.spare);
        let mut copy = Move::new(&mut from, Place::Scratch, &mut to, Place::Scratch);
        let answer = copy.forward(answer);
        copy.scan(0);
        from.clear();
        self.spaces[SCRATCH].words = to;
        self.spare = from;
        answer
    }

    /// Restores what the turn wrote, and answers why it failed.
    #[cold]
    #[inline(never)]
    fn abandon<R: Row>(&mut self, row: &mut R) -> Box<Failure> {
        let heap = &mut self.spaces[HEAP].words;
        for (address, old) in self.undo.written() {
            heap[address as usize] = old;
        }
        row.core().take_back(heap);
        for (index, old) in self.undo.dirty_slots() {
            row.put(index, old);
        }
        self.undo.clear();
        let transcript = mem::take(&mut self.changes.transcript);
        self.changes.clear();
        self.tidy = true;
        self.changes.transcript = transcript;
        self.spaces[SCRATCH].words.clear();
        self.settle()
    }

    /// Empties every stack after a failure.
    fn settle(&mut self) -> Box<Failure> {
        self.roots.clear();
        self.homes.clear();
        self.handlers.clear();
        self.handler_top = NONE;
        self.signals.clear();
        self.suspended.clear();
        self.grown.clear();
        self.inhibit = 0;
        let unwind = mem::take(&mut self.unwind);
        let stray = || Box::new(Failure { class: "Error".into(), message: format!("{unwind:?} found no place"), ..Failure::default() });
        self.failure.take().unwrap_or_else(stray)
    }

    /// Lets class-side state be assigned, or not. It starts closed.
    pub fn open_class_state(&mut self, open: bool) {
        self.class_state_open = open;
    }

    /// Class-side state as it is now, frozen for all turns to share.
    pub fn freeze(&mut self) -> std::sync::Arc<Frozen> {
        let mut space = self.spaces[FROZEN].clone();
        let mut from = mem::take(&mut self.spaces[SCRATCH].words);
        let start = space.words.len();
        let mut copy = Move::new(&mut from, Place::Scratch, &mut space.words, Place::Frozen).durable(None, u32::MAX as usize);
        let state: Vec<Value> = self.class_state.iter().map(|value| copy.forward(*value)).collect();
        copy.scan(start);
        self.class_state.clone_from(&state);
        self.class_state_open = false;
        self.roots.clear();
        self.spaces[FROZEN] = space.clone();
        self.frozen = self.frozen.with_state(space, state);
        self.frozen.clone()
    }
}

impl Turn {
    /// Whether something unwinds at this moment.
    pub fn is_unwinding(&self) -> bool {
        self.unwind != Unwind::None
    }
}
