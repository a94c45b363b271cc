//! The committed heap of a twin: what its slots reach, and some garbage until the next compaction.

use crate::collect::Move;
use crate::row::{Row, Word};
use crate::value::Place;

/// A twin's heap. A twin whose slots hold no objects pays the eight bytes of an empty option.
#[derive(Clone, Default, Debug)]
pub struct Core(Option<Box<Heap>>);

#[derive(Clone, Default, Debug)]
struct Heap {
    words: Vec<u64>,
    /// How long the heap was after the last compaction, which is what the next one is judged by.
    compacted: u32,
    epoch: u32,
}

/// Below this many words compaction gains nothing worth a snapshot.
const WORTH_COMPACTING: usize = 256;

impl Core {
    /// A heap of words that have been verified, in an address epoch.
    pub(crate) fn from_words(words: Vec<u64>, epoch: u32) -> Self {
        if words.is_empty() && epoch == 0 {
            return Self(None);
        }
        let compacted = words.len() as u32;
        Self(Some(Box::new(Heap { words, compacted, epoch })))
    }

    /// Whether there is no heap.
    #[inline]
    pub(crate) fn is_none(&self) -> bool {
        self.0.is_none()
    }

    /// Zero if there is no heap.
    #[inline]
    pub(crate) fn word(&self) -> usize {
        self.0.as_deref().map_or(0, |heap| std::ptr::from_ref(heap).addr())
    }

    /// The words, objects one after the other.
    pub fn words(&self) -> &[u64] {
        self.0.as_ref().map_or(&[], |heap| &heap.words)
    }

    /// The address epoch: word addresses of one epoch mean nothing in another.
    pub fn epoch(&self) -> u32 {
        self.0.as_ref().map_or(0, |heap| heap.epoch)
    }

    /// Bytes of memory held beyond the row itself.
    pub fn memory(&self) -> usize {
        self.0.as_ref().map_or(0, |heap| heap.words.capacity() * 8 + size_of::<Heap>())
    }

    /// Whether enough may be garbage for a compaction to pay.
    pub fn should_compact(&self) -> bool {
        self.0.as_ref().is_some_and(|heap| heap.words.len() > WORTH_COMPACTING.max(2 * heap.compacted as usize))
    }

    /// Moves the words, if there are any, into a turn's empty heap space; answers how many there are.
    #[inline]
    pub(crate) fn lend(&mut self, space: &mut Vec<u64>) -> Option<u32> {
        let heap = self.0.as_mut()?;
        std::mem::swap(&mut heap.words, space);
        Some(space.len() as u32)
    }

    /// Moves the words back after a turn that changed none and added none.
    #[inline]
    pub(crate) fn take_back_unchanged(&mut self, space: &mut Vec<u64>) {
        if let Some(heap) = &mut self.0 {
            std::mem::swap(&mut heap.words, space);
        }
    }

    /// Moves the words back, which leaves the space empty.
    #[inline]
    pub(crate) fn take_back(&mut self, space: &mut Vec<u64>) {
        if let Some(heap) = &mut self.0 {
            std::mem::swap(&mut heap.words, space);
        } else if !space.is_empty() {
            self.0 = Some(Box::new(Heap { words: std::mem::take(space), ..Heap::default() }));
        }
    }

    pub(crate) fn words_mut(&mut self) -> &mut Vec<u64> {
        &mut self.0.get_or_insert_default().words
    }

    /// Copies what the row's slots reach into a new heap of the next address epoch.
    /// The caller writes a snapshot, since later word writes refer to the new addresses.
    pub fn compact<R: Row>(row: &mut R) {
        let epoch = row.core().epoch() + 1;
        let mut from = Vec::new();
        row.core().lend(&mut from);
        let mut to = Vec::new();
        let mut copy = Move::new(&mut from, Place::Heap, &mut to, Place::Heap);
        for index in 0..R::SLOTS {
            if let Word::Value(value) = row.get(index)
                && value.is_reference()
            {
                row.put(index, Word::Value(copy.forward(value)));
            }
        }
        copy.scan(0);
        to.shrink_to_fit();
        *row.core() = Self::from_words(to, epoch);
    }
}
