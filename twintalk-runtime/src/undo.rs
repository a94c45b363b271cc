//! What a turn must restore if it fails: the first old content of each slot and heap word it wrote.
//!
//! The same lists tell what the turn changed, and which words of the heap may refer to its scratch.

use crate::row::Word;
use crate::value::NIL;

/// Slots from here on share one bit of the dirty mask and are listed.
pub(crate) const LISTED: u32 = 61;
/// The bits that tell which slots were written.
const SLOTS: u64 = (1 << (LISTED + 1)) - 1;
/// A turn that succeeds has more to do than to tell which slots it wrote: a slot was given a reference, a word of the
/// heap was written, or a slot is listed. The sign, which is told without a mask.
const REFERS: u64 = 1 << 63;

/// The undo log of one turn.
#[derive(Debug)]
pub(crate) struct Undo {
    /// A bit for each slot written, and what else decides about the end of the turn: one word, so that a turn which
    /// wrote a few slots and nothing else is told by one test.
    written: u64,
    /// The heap words written and what they held at first.
    pub words: Vec<(u32, u64)>,
    raw: Vec<(u32, u64)>,
    slots: [Word; LISTED as usize],
    listed: Vec<(u32, Word)>,
    /// A bit for each heap word in `words`. All zero between turns, so it is never cleared as a whole.
    marks: Vec<u64>,
}

impl Default for Undo {
    fn default() -> Self {
        let slots = [Word::Value(NIL); LISTED as usize];
        Self { written: 0, words: Vec::new(), raw: Vec::new(), slots, listed: Vec::new(), marks: Vec::new() }
    }
}

impl Undo {
    /// Notes that a slot was written and what it held.
    #[inline]
    pub(crate) fn slot(&mut self, index: u32, old: Word) {
        if index < LISTED {
            if self.written & 1 << index == 0 {
                self.written |= 1 << index;
                self.slots[index as usize] = old;
            }
        } else {
            self.listed_slot(index, old);
        }
    }

    #[cold]
    #[inline(never)]
    fn listed_slot(&mut self, index: u32, old: Word) {
        self.written |= 1 << LISTED | REFERS;
        if self.listed.iter().all(|(listed, _)| *listed != index) {
            self.listed.push((index, old));
        }
    }

    /// Notes that a heap word that holds a value was written and what it held.
    #[inline]
    pub(crate) fn word(&mut self, address: usize, old: u64) {
        if self.mark(address) {
            self.words.push((address as u32, old));
        }
    }

    /// Notes that a heap word of bytes or numbers was written: it may look like a reference and is none.
    pub(crate) fn raw_word(&mut self, address: usize, old: u64) {
        if self.mark(address) {
            self.raw.push((address as u32, old));
        }
    }

    /// Notes that a heap word that held bytes, and may be noted as such, holds a value from now on.
    pub(crate) fn value_word(&mut self, address: usize, old: u64) {
        if self.mark(address) {
            self.words.push((address as u32, old));
        } else if let Some(index) = self.raw.iter().position(|(raw, _)| *raw as usize == address) {
            self.words.push(self.raw.swap_remove(index));
        }
    }

    /// Every heap word written, and what it held.
    pub(crate) fn written(&self) -> impl Iterator<Item = (u32, u64)> {
        self.words.iter().chain(&self.raw).copied()
    }

    /// Whether no heap word was written.
    #[inline]
    pub(crate) fn heap_is_clean(&self) -> bool {
        self.words.is_empty() && self.raw.is_empty()
    }

    /// Whether a word is written for the first time in this turn.
    #[inline]
    fn mark(&mut self, address: usize) -> bool {
        let (index, bit) = (address / 64, 1 << (address % 64));
        if index >= self.marks.len() {
            self.marks.resize(index + 1, 0);
        }
        let first = self.marks[index] & bit == 0;
        self.marks[index] |= bit;
        self.written |= REFERS;
        first
    }

    /// The slots written, in order of index, those that are not listed first.
    pub(crate) fn dirty_slots(&self) -> impl Iterator<Item = (u32, Word)> {
        let mut bits = self.written & ((1 << LISTED) - 1);
        let low = std::iter::from_fn(move || {
            let index = bits.trailing_zeros();
            if index == 64 {
                return None;
            }
            bits &= bits - 1;
            Some((index, self.slots[index as usize]))
        });
        low.chain(self.listed.iter().copied())
    }

    /// The indices of the listed slots.
    pub(crate) fn listed_slots(&self) -> impl Iterator<Item = u32> {
        self.listed.iter().map(|(index, _)| *index)
    }

    /// The slots written, as `Changes` tells them.
    #[inline]
    pub(crate) fn dirty(&self) -> u64 {
        self.written & SLOTS
    }

    /// Notes whether a slot was given a reference.
    #[inline]
    pub(crate) fn note_reference(&mut self, is_reference: bool) {
        self.written |= u64::from(is_reference) * REFERS;
    }

    /// Whether the turn may have put references where they outlive it, or has listed slots. Otherwise one that succeeds has
    /// only to tell which slots it wrote, and to give back the heap.
    #[inline]
    pub(crate) fn refers(&self) -> bool {
        self.written & REFERS != 0
    }

    /// Begins a turn after one that wrote nothing but slots.
    #[inline]
    pub(crate) fn begin(&mut self) {
        self.written = 0;
    }

    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.begin();
        if !self.heap_is_clean() {
            self.unmark();
        }
        self.listed.clear();
    }

    fn unmark(&mut self) {
        for (address, _) in self.words.drain(..).chain(self.raw.drain(..)) {
            self.marks[address as usize / 64] = 0;
        }
    }
}
