//! States that move from one data directory to another: verified, and numbered as the other one's tables are.

use super::canon::Objects;
use super::state::State;
use crate::object::{Header, Kind};
use crate::value::{Place, Value};

const SYMBOL: u64 = 3;
const CLASS: u64 = 7;
/// Of a word that is the lower half of an integer.
const HALF: u64 = 8;
const NUMBER: u64 = u32::MAX as u64;

/// For each number of one directory that of the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Numbers {
    pub symbols: Vec<u32>,
    pub schemas: Vec<u32>,
    pub blocks: Vec<u32>,
    /// How many slots each schema has.
    pub slots: Vec<usize>,
}

type Result<T> = std::result::Result<T, &'static str>;

fn number(numbers: &[u32], of: u32, missing: &'static str) -> Result<u32> {
    numbers.get(of as usize).copied().ok_or(missing)
}

impl Numbers {
    /// The number of a schema.
    pub fn schema(&self, schema: u32) -> Result<u32> {
        number(&self.schemas, schema, "a schema in it is not in the table")
    }

    /// Brings a state to the other numbers; else tells what is wrong with it.
    pub fn renumber(&self, state: &mut State) -> Result<()> {
        let count = *self.slots.get(state.schema as usize).ok_or("its schema is not in the table")?;
        let has_halves = state.slots.len() == 2 * count && count > 0;
        if state.slots.len() != count && !has_halves {
            return Err("it does not have the slots of its schema");
        }
        let heads = self.heap(&mut state.heap)?;
        for (index, word) in state.slots.iter_mut().enumerate() {
            let is_half = has_halves && (index >= count || *word >> 48 == HALF);
            if !is_half {
                *word = self.word(*word, &heads)?;
            }
        }
        state.schema = self.schema(state.schema)?;
        Ok(())
    }

    /// Numbers the objects of a heap; answers which words are the first of one.
    fn heap(&self, heap: &mut [u64]) -> Result<Vec<bool>> {
        let mut heads = vec![false; heap.len()];
        let mut objects = Objects::of(heap);
        let found: Vec<(usize, Header)> = objects.by_ref().collect();
        if objects.position() != heap.len() {
            return Err("an object does not fit into its heap");
        }
        for (at, header) in &found {
            if header.known_kind().is_none_or(|kind| kind == Kind::Forwarded) {
                return Err("an object in it is of an unknown kind");
            }
            heads[*at] = true;
        }
        for (at, header) in found {
            heap[at] = header.with_class(self.schema(header.class())?).0;
            if !header.kind().holds_values() {
                continue;
            }
            for (index, word) in heap[at + 1..][..header.body_words()].iter_mut().enumerate() {
                *word = match (header.kind(), index) {
                    (Kind::Block, 0) => *word & !NUMBER | u64::from(self.block(*word as u32)?),
                    _ => self.word(*word, &heads)?,
                };
            }
        }
        Ok(heads)
    }

    /// A block that has no source any more refers to none.
    fn block(&self, block: u32) -> Result<u32> {
        match block {
            super::canon::NO_BLOCK => Ok(block),
            _ => number(&self.blocks, block, "a block in it is not in the table"),
        }
    }

    fn word(&self, word: u64, heads: &[bool]) -> Result<u64> {
        let with = |number: u32| word & !NUMBER | u64::from(number);
        match word >> 48 {
            SYMBOL => return number(&self.symbols, word as u32, "a symbol in it is not in the table").map(with),
            CLASS => return self.schema(word as u32).map(with),
            _ => {}
        }
        let value = Value::checked(word).ok_or("a word in it is no value")?;
        let leads = |offset: u32| heads.get(offset as usize).copied().unwrap_or(false);
        match value.as_reference() {
            Some(reference) if reference.place != Place::Heap || !leads(reference.offset) => Err("a reference in it leads nowhere"),
            _ => Ok(word),
        }
    }
}
