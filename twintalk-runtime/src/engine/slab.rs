//! The rows of one twin class: typed, in chunks, never moved. The engine knows them by one trait object.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::answer::Answer;
use crate::failure::Failure;
use crate::heap::Core;
use crate::row::{Row, Word};
use crate::turn::Turn;
use crate::value::Value;

/// How many rows a chunk has.
pub(super) const CHUNK: u32 = 256;

/// What a turn answers, or how it ended otherwise.
pub type Outcome = Result<Value, Ended>;

/// How a turn ended that did not succeed.
#[derive(Debug)]
pub enum Ended {
    /// By an error; the row is as before.
    Failed(Box<Failure>),
    /// By a defect that left neither the row nor the turn in a state to be used.
    Lost,
}

/// The rows of one twin class. A row's number is its place: chunk after chunk.
pub trait TwinClass: Send {
    /// Adds a chunk of empty rows; answers its number.
    fn grow(&mut self) -> u32;
    /// Empties a row.
    fn reset(&mut self, row: u32);
    /// Runs a turn of a row. A panic ends it like an error.
    fn run(&mut self, row: u32, t: &mut Turn, f: &mut dyn FnMut(&mut Turn) -> Answer) -> Outcome;
    /// The content of a slot.
    fn word(&self, row: u32, slot: u32) -> Word;
    /// How many slots a row has.
    fn slots(&self) -> u32;
    /// The heap of a row.
    fn core(&mut self, row: u32) -> &mut Core;
    /// Fills a row with a state; answers the slot whose declared type does not admit its content.
    fn load(&mut self, row: u32, slots: &[Word], heap: Vec<u64>, epoch: u32) -> Result<(), u32>;
    /// Makes the heap of a row dense, in a new address epoch.
    fn compact(&mut self, row: u32);
    /// The bytes of a row, without its heap.
    fn row_bytes(&self) -> usize;
}

/// The store of the rows of a class; what generated code names in its table of twin classes.
pub fn slab<R: Row + Send>() -> Box<dyn TwinClass> {
    Box::new(Slab::<R> { chunks: Vec::new() })
}

struct Slab<R> {
    chunks: Vec<Box<[R]>>,
}

impl<R> Slab<R> {
    #[inline]
    fn row(&self, row: u32) -> &R {
        &self.chunks[(row / CHUNK) as usize][(row % CHUNK) as usize]
    }

    #[inline]
    fn row_mut(&mut self, row: u32) -> &mut R {
        &mut self.chunks[(row / CHUNK) as usize][(row % CHUNK) as usize]
    }
}

impl<R: Row + Send> TwinClass for Slab<R> {
    fn grow(&mut self) -> u32 {
        self.chunks.push((0..CHUNK).map(|_| R::default()).collect());
        self.chunks.len() as u32 - 1
    }

    fn reset(&mut self, row: u32) {
        *self.row_mut(row) = R::default();
    }

    fn run(&mut self, row: u32, t: &mut Turn, f: &mut dyn FnMut(&mut Turn) -> Answer) -> Outcome {
        let row = self.row_mut(row);
        // After a panic the row and the turn are put back before anyone looks at them.
        match catch_unwind(AssertUnwindSafe(|| t.transact(row, f).map_err(Ended::Failed))) {
            Ok(outcome) => outcome,
            Err(_) => {
                let failure = catch_unwind(AssertUnwindSafe(|| t.reset_after_panic(row)));
                Err(failure.map_or(Ended::Lost, Ended::Failed))
            }
        }
    }

    fn word(&self, row: u32, slot: u32) -> Word {
        self.row(row).get(slot)
    }

    fn slots(&self) -> u32 {
        R::SLOTS
    }

    fn core(&mut self, row: u32) -> &mut Core {
        self.row_mut(row).core()
    }

    fn load(&mut self, row: u32, slots: &[Word], heap: Vec<u64>, epoch: u32) -> Result<(), u32> {
        let mut loaded = R::default();
        for (index, &word) in (0..R::SLOTS).zip(slots) {
            loaded.put(index, word);
            if !same(loaded.get(index), word) {
                return Err(index);
            }
        }
        *loaded.core() = Core::from_words(heap, epoch);
        *self.row_mut(row) = loaded;
        Ok(())
    }

    fn compact(&mut self, row: u32) {
        Core::compact(self.row_mut(row));
    }

    fn row_bytes(&self) -> usize {
        size_of::<R>()
    }
}

/// Whether a slot took what it was given. An integer may have become the float it equals.
fn same(got: Word, given: Word) -> bool {
    match (got, given) {
        (Word::Value(got), Word::Value(given)) => {
            got == given || matches!((got.as_float(), given.as_small()), (Some(float), Some(small)) if float == small as f64)
        }
        (Word::Int64(got), Word::Value(given)) => given.as_small() == Some(got),
        (got, given) => got == given,
    }
}
