//! What a committed turn changed, in canonical form: no address in it refers to scratch or literals.
//!
//! Applying it to the state of the previous event gives the state of this one: first the heap grows, by
//! copies of older words and by new ones; then single words are written; then slots.

use std::mem;

use crate::data::Data;
use crate::row::{Row, Word};
use crate::undo::Undo;

/// A shorter run of words is written out rather than copied.
pub(crate) const WORTH_COPYING: usize = 16;

/// The changes of one turn.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Changes {
    /// A bit for each slot written; the last, which is bit 61, stands for all slots from 61 on.
    pub dirty: u64,
    /// The slots from 61 on that were written.
    pub listed: Vec<u32>,
    /// The length of the heap before, in words.
    pub base: u32,
    /// The length of the heap after.
    pub length: u32,
    /// Runs of new words that begin as copies of old ones, in order of target.
    pub copies: Vec<Copy>,
    /// The other new words, in order.
    pub appended: Vec<u64>,
    /// Single words written after that: address, new word.
    pub words: Vec<(u32, u64)>,
    /// Messages to other twins, in order.
    pub sent: Vec<Sent>,
    /// What the turn wrote on the transcript.
    pub transcript: String,
}

/// Words of the previous event's heap that are copied to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copy {
    /// Where the copies go.
    pub to: u32,
    /// Where they come from, as they were before this turn.
    pub from: u32,
    /// How many.
    pub length: u32,
}

/// A message to another twin.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The receiver's id.
    pub to: String,
    /// The selector.
    pub selector: String,
    /// The arguments, copied.
    pub arguments: Vec<Data>,
    /// The number of the promise that awaits the answer; 0 if none does.
    pub promise: u64,
}

impl Changes {
    /// Whether there is anything to record: a write, even of an equal value, or a message.
    pub fn is_empty(&self) -> bool {
        self.dirty == 0 && self.words.is_empty() && self.length == self.base && self.sent.is_empty()
    }

    /// The indices of the slots written, in order.
    pub fn slots(&self) -> impl Iterator<Item = u32> {
        let mut bits = self.dirty & !(1 << crate::undo::LISTED);
        let low = std::iter::from_fn(move || {
            let index = bits.trailing_zeros();
            bits &= bits.wrapping_sub(1);
            (index < 64).then_some(index)
        });
        low.chain(self.listed.iter().copied())
    }

    /// The slots written and their new words, of the row as the turn left it.
    pub fn slot_words<R: Row>(&self, row: &R) -> impl Iterator<Item = (u32, Word)> {
        self.slots().map(|index| (index, row.get(index)))
    }

    #[inline]
    pub(crate) fn clear(&mut self) {
        self.dirty = 0;
        if self.base != self.length || !self.words.is_empty() {
            self.copies.clear();
            self.appended.clear();
            self.words.clear();
        }
        (self.base, self.length) = (0, 0);
        self.listed.clear();
        self.sent.clear();
        self.transcript.clear();
    }

    /// Notes what became of a heap whose first `base` words existed before the turn. `copies` are candidates.
    pub(crate) fn note_heap(&mut self, heap: &[u64], base: usize, undo: &Undo, copies: &mut Vec<Copy>) {
        (self.base, self.length) = (base as u32, heap.len() as u32);
        self.words.extend(undo.written().map(|(address, _)| (address, heap[address as usize])));
        self.words.sort_unstable();
        copies.sort_unstable_by_key(|copy| copy.to);
        let mut old_words = if copies.is_empty() { Vec::new() } else { undo.written().collect() };
        old_words.sort_unstable();
        let mut at = base;
        for copy in mem::take(copies) {
            let (to, from, length) = (copy.to as usize, copy.from as usize, copy.length as usize);
            if to < at || from + length > base || to + length > heap.len() {
                continue;
            }
            let differing: Vec<_> = (0..length)
                .filter(|index| {
                    let old = old_words.binary_search_by_key(&((from + index) as u32), |(address, _)| *address);
                    heap[to + index] != old.map_or(heap[from + index], |found| old_words[found].1)
                })
                .map(|index| ((to + index) as u32, heap[to + index]))
                .collect();
            if differing.len() * 4 > length {
                continue;
            }
            self.appended.extend_from_slice(&heap[at..to]);
            self.copies.push(copy);
            self.words.extend(differing);
            at = to + length;
        }
        self.appended.extend_from_slice(&heap[at..]);
    }

    /// Applies the changes to a row in the state of the previous event. The journal's content is checked only
    /// for what could go out of bounds here; the result is verified as a whole where it is not trusted.
    pub fn apply<R: Row>(&self, row: &mut R, slots: impl IntoIterator<Item = (u32, Word)>) -> Result<(), Mismatch> {
        if row.core().words().len() != self.base as usize && self.length != self.base {
            return Err(Mismatch);
        }
        if self.length != self.base || !self.words.is_empty() {
            self.apply_words(row.core().words_mut())?;
        }
        for (index, word) in slots {
            if index >= R::SLOTS {
                return Err(Mismatch);
            }
            row.put(index, word);
        }
        Ok(())
    }

    fn apply_words(&self, heap: &mut Vec<u64>) -> Result<(), Mismatch> {
        let mut rest = self.appended.as_slice();
        for copy in &self.copies {
            let plain = (copy.to as usize).checked_sub(heap.len()).ok_or(Mismatch)?;
            let (words, others) = rest.split_at_checked(plain).ok_or(Mismatch)?;
            heap.extend_from_slice(words);
            rest = others;
            let (from, end) = (copy.from as usize, copy.from as usize + copy.length as usize);
            if end > self.base as usize {
                return Err(Mismatch);
            }
            heap.extend_from_within(from..end);
        }
        heap.extend_from_slice(rest);
        if self.length != self.base && heap.len() != self.length as usize {
            return Err(Mismatch);
        }
        for (address, word) in &self.words {
            *heap.get_mut(*address as usize).ok_or(Mismatch)? = *word;
        }
        Ok(())
    }
}

/// The changes belong to another state than the one they were applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mismatch;

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the event does not fit the state before it")
    }
}

impl std::error::Error for Mismatch {}
