//! The root stack, and the collection of scratch that it makes possible.

use std::mem;

use crate::answer::Raised;
use crate::collect::Move;
use crate::exceptions::Unwind;
use crate::row::Word;
use crate::turn::Turn;
use crate::value::{NIL, Place, Value};

/// Scratch is not collected before it has this many words, unless a limit says so: it fits the second-level cache.
pub(crate) const MIN_TRIGGER: usize = 1 << 16;
/// Scratch of more words than this is given back to the system after the turn.
pub(crate) const KEEP: usize = 1 << 20;

/// Answers a value and gives back the roots from `frame` on.
#[inline]
pub fn leave<T>(frame: usize, value: T, t: &mut Turn) -> Result<T, Raised> {
    t.roots.truncate(frame);
    Ok(value)
}

impl Turn {
    /// Reserves `count` roots, all nil, for the time `body` runs; `body` gets the index of the first.
    #[inline]
    pub fn frame<T>(&mut self, count: usize, body: impl FnOnce(usize, &mut Self) -> Result<T, Raised>) -> Result<T, Raised> {
        let first = self.roots.len();
        self.roots.resize(first + count, NIL);
        let answer = body(first, self);
        self.roots.truncate(first);
        answer
    }

    /// Reserves roots, given their first values, until `leave`; answers the index of the first. What unwinds leaves them
    /// behind.
    #[inline]
    pub fn frame_of<const COUNT: usize>(&mut self, values: [Value; COUNT]) -> usize {
        let first = self.roots.len();
        self.roots.extend_from_slice(&values);
        first
    }

    /// Keeps values while something is sent that hardly ever is; answers where.
    #[cold]
    pub fn keep<const COUNT: usize>(&mut self, values: [Value; COUNT]) -> usize {
        self.frame_of(values)
    }

    /// What was kept, as it refers to the objects now.
    #[cold]
    pub fn kept<const COUNT: usize>(&mut self, frame: usize) -> [Value; COUNT] {
        let values = std::array::from_fn(|at| self.root(frame + at));
        self.roots.truncate(frame);
        values
    }

    /// A root.
    #[inline]
    pub fn root(&self, index: usize) -> Value {
        self.roots.get(index).copied().unwrap_or(NIL)
    }

    /// Changes a root.
    #[inline]
    pub fn set_root(&mut self, index: usize, value: Value) {
        if let Some(root) = self.roots.get_mut(index) {
            *root = value;
        }
    }

    /// Keeps a value across a send.
    #[inline]
    pub fn push(&mut self, value: Value) {
        self.roots.push(value);
    }

    /// The value pushed last. What unwinds leaves values behind, which the frames below cut off.
    #[inline]
    pub fn pop(&mut self) -> Value {
        self.roots.pop().unwrap_or(NIL)
    }

    /// Collects scratch: moves what is reachable into the other half, in order of discovery.
    #[cold]
    #[inline(never)]
    pub fn collect(&mut self) {
        self.tidy = true; // scratch may be empty afterwards, which does not mean that nothing was made
        let mut from = mem::take(&mut self.spaces[Place::Scratch as usize].words);
        let mut to = mem::take(&mut self.spare);
        to.reserve(from.len()); // untouched memory costs nothing, growing copies
        let mut copy = Move::new(&mut from, Place::Scratch, &mut to, Place::Scratch);
        self.forward_roots(&mut copy);
        self.forward_written(&mut copy);
        copy.scan(0);
        self.grown.retain_mut(|(array, _, _)| match copy.survivor(*array) {
            Some(target) => {
                *array = target;
                true
            }
            None => false,
        });
        from.clear();
        // Between collections as much is allocated as twice what survives, so that a word allocated costs half a word
        // copied at most; but the limit asks for a collection before it ends the turn.
        let ahead = if self.limits.collect < MIN_TRIGGER { self.limits.collect } else { self.limits.collect.max(2 * to.len()) };
        self.scratch_trigger = (to.len() + ahead).min(self.limits.scratch).max(to.len() + ahead.min(to.len() / 8));
        let is_wasteful = from.capacity() > KEEP.max(4 * self.scratch_trigger);
        self.spaces[Place::Scratch as usize].words = to;
        self.spare = if is_wasteful { Vec::new() } else { from };
    }

    fn forward_roots(&mut self, copy: &mut Move<'_>) {
        let unwound = [&mut self.unwind].into_iter().chain(self.suspended.iter_mut().map(|s| &mut s.unwind));
        let unwound = unwound.filter_map(Unwind::value_mut);
        let handlers = self.handlers.iter_mut().flat_map(|h| [&mut h.protected, &mut h.class, &mut h.block]);
        let signals = self.signals.iter_mut().map(|signal| &mut signal.exception);
        let globals = self.globals.iter_mut().map(|(_, value)| value);
        let roots = self.roots.iter_mut().chain(&mut self.class_state).chain(globals);
        for value in roots.chain(handlers).chain(signals).chain(unwound) {
            *value = copy.forward(*value);
        }
    }

    /// Slots and heap words that this turn wrote are the only ones that can refer to its scratch.
    pub(crate) fn forward_written(&mut self, copy: &mut Move<'_>) {
        if self.undo.refers() {
            let dirty = self.undo.dirty_slots().map(|(index, _)| index);
            for index in dirty {
                if let Some(Word::Value(value)) = self.current.get(index)
                    && value.is_reference()
                {
                    self.current.put(index, Word::Value(copy.forward(value)));
                }
            }
        }
        let heap = &mut self.spaces[Place::Heap as usize].words;
        for (address, _) in &self.undo.words {
            let word = &mut heap[*address as usize];
            let value = Value::from_bits(*word);
            if value.is_reference() {
                *word = copy.forward(value).bits();
            }
        }
    }
}
