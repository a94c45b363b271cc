//! From a row and what a turn changed in it to the words of an event or a snapshot.

use super::canon::Canon;
use super::slab::TwinClass;
use super::state::{lower_half, upper_half};
use crate::changes::Changes;
use crate::event::{Copied, NewEvent};
use crate::row::Word;
use crate::value::Value;

/// The words of one record, in memory that is used again and again.
#[derive(Default)]
pub(super) struct Outward {
    pub mask: Vec<u64>,
    pub slots: Vec<u64>,
    upper: Vec<(usize, u64)>,
    writes: Vec<(u32, u64)>,
    copies: Vec<Copied>,
    pub heap: Vec<u64>,
    pub epoch: u32,
}

impl Outward {
    /// No changes.
    pub fn clear(&mut self) {
        self.mask.clear();
        self.slots.clear();
        self.upper.clear();
        self.writes.clear();
        self.copies.clear();
        self.heap.clear();
        self.epoch = 0;
    }

    /// What a turn changed.
    pub fn changes(&mut self, changes: &Changes, slab: &mut dyn TwinClass, row: u32, canon: &Canon) {
        self.clear();
        let count = slab.slots() as usize;
        for slot in changes.slots() {
            self.slot(slot as usize, slab.word(row, slot), count, canon);
        }
        self.finish_slots();
        if changes.length == changes.base && changes.words.is_empty() {
            return;
        }
        let core = slab.core(row);
        self.epoch = core.epoch();
        self.writes.extend_from_slice(&changes.words);
        canon.outward_writes(&mut self.writes, core.words());
        let copies = changes.copies.iter().map(|copy| Copied { from: copy.from, to: copy.to, length: copy.length });
        self.copies.extend(copies);
        if canon.is_identity() {
            self.heap.extend_from_slice(&changes.appended);
            return;
        }
        // Only whole objects can be translated; what is copied is left out afterwards.
        let base = changes.base as usize;
        let grown = core.words().get(base..).unwrap_or_default();
        let grown = canon.outward_heap(grown);
        let mut at = 0;
        for copy in &self.copies {
            let to = copy.to as usize - base;
            self.heap.extend_from_slice(&grown[at..to]);
            at = to + copy.length as usize;
        }
        self.heap.extend_from_slice(&grown[at..]);
    }

    /// The whole state of a row.
    pub fn state(&mut self, slab: &mut dyn TwinClass, row: u32, canon: &Canon) {
        self.clear();
        let count = slab.slots();
        for slot in 0..count {
            self.slot(slot as usize, slab.word(row, slot), count as usize, canon);
        }
        self.finish_slots();
        let core = slab.core(row);
        self.epoch = core.epoch();
        self.heap.extend_from_slice(&canon.outward_heap(core.words()));
    }

    /// All slots and the heap as a snapshot has them, after [`state`](Self::state).
    pub fn whole(&mut self, count: usize) -> (&[u64], &[u64]) {
        if self.slots.len() > count {
            let mut upper = self.slots.split_off(count).into_iter();
            for index in count..2 * count {
                let bits = self.mask.get(index / 64).copied().unwrap_or(0);
                let is_set = bits >> (index % 64) & 1 != 0;
                let word = if is_set { upper.next() } else { None };
                self.slots.push(word.unwrap_or(0));
            }
        }
        (&self.slots, &self.heap)
    }

    fn slot(&mut self, index: usize, word: Word, count: usize, canon: &Canon) {
        let word = match word {
            Word::Value(value) => canon.outward(value.bits()),
            Word::Int64(integer) => match Value::small(integer) {
                Some(small) => small.bits(),
                None => {
                    self.upper.push((count + index, upper_half(integer)));
                    lower_half(integer)
                }
            },
        };
        self.mark(index);
        self.slots.push(word);
    }

    fn finish_slots(&mut self) {
        for (index, word) in std::mem::take(&mut self.upper) {
            self.mark(index);
            self.slots.push(word);
        }
    }

    fn mark(&mut self, index: usize) {
        if index / 64 >= self.mask.len() {
            self.mask.resize(index / 64 + 1, 0);
        }
        self.mask[index / 64] |= 1 << (index % 64);
    }

    /// Puts the words into an event.
    pub fn fill<'a>(&'a self, event: &mut NewEvent<'a>) {
        event.slot_mask = &self.mask;
        event.slots = &self.slots;
        event.epoch = self.epoch;
        event.writes = &self.writes;
        event.copies = &self.copies;
        event.appended = &self.heap;
    }
}
