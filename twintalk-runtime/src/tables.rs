//! The data directory's own numbering of symbols, schemas and blocks.
//!
//! A program numbers its symbols and classes as it was compiled, and the next build numbers them
//! otherwise. What is on the disk uses the numbers of these tables, which only grow: the first record
//! of a kind has the number 0, and so on. They are a fold of the journal like any other table.
//!
//! ```text
//!  SYMBOL  0        4
//!          ├ number ┼ text, to the end ┤
//!
//!  SCHEMA  0        4
//!          ├ number ┼ class ┼ count ┼ (slot ┼ declared type, empty if none) × count ┤
//!
//!  BLOCK   0        4         8
//!          ├ number ┼ ordinal ┼ hash of its source ×8 ┼ class ┼ selector ┤
//! ```
//!
//! Texts (class, slot, type, selector) are a length in 4 bytes and UTF-8; nothing is padded.

use std::hash::Hash;

use indexmap::{Equivalent, IndexSet};

use crate::bytes::{Cursor, Malformed};
use crate::journal::{Batch, Record, RecordWriter};
use crate::kinds;

/// What a table can hold.
pub trait Entry: Eq + Hash + Sized {
    /// The kind of its records.
    const KIND: u8;
    /// Writes what follows the number.
    fn put(&self, record: &mut RecordWriter<'_>);
    /// Reads what follows the number.
    fn read(payload: &[u8]) -> Result<Self, Malformed>;
}

/// A symbol.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Symbol(pub String);

/// The form of a twin's slots.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Schema {
    /// The name of the class.
    pub class: String,
    /// Its slots, inherited ones first.
    pub slots: Vec<SlotSchema>,
}

/// One slot of a schema.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SlotSchema {
    /// Its name.
    pub name: String,
    /// Its declared type as it was written.
    pub declared: Option<String>,
}

/// A block that values on the disk may refer to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Block {
    /// The class of the method it is in.
    pub class: String,
    /// The method's selector.
    pub selector: String,
    /// Which of the method's blocks it is.
    pub ordinal: u32,
    /// A hash of its source: a block that was changed is another one.
    pub hash: u64,
}

/// All tables.
#[derive(Clone, Debug, Default)]
pub struct Tables {
    /// Symbols, selectors among them.
    pub symbols: Table<Symbol>,
    /// Forms of twins.
    pub schemas: Table<Schema>,
    /// Blocks.
    pub blocks: Table<Block>,
}

impl Tables {
    /// Takes in a record; answers whether it was one of a table.
    pub fn apply(&mut self, record: &Record<'_>) -> Result<bool, Malformed> {
        match record.kind {
            kinds::SYMBOL => self.symbols.apply(record.payload)?,
            kinds::SCHEMA => self.schemas.apply(record.payload)?,
            kinds::BLOCK => self.blocks.apply(record.payload)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// One table: entries by number, numbers by entry.
#[derive(Clone, Debug)]
pub struct Table<T>(IndexSet<T>);

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(IndexSet::default())
    }
}

impl<T: Entry> Table<T> {
    /// How many entries it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The entry with a number.
    pub fn get(&self, number: u32) -> Option<&T> {
        self.0.get_index(number as usize)
    }

    /// The number of an entry.
    pub fn number<Q: Hash + Equivalent<T> + ?Sized>(&self, entry: &Q) -> Option<u32> {
        self.0.get_index_of(entry).map(|number| number as u32)
    }

    /// The number of an entry. A new one gets the next number, and its record is added to the batch,
    /// which must reach the journal before, or with, the first record that uses the number.
    pub fn intern(&mut self, entry: T, batch: &mut Batch) -> u32 {
        let (number, is_new) = self.0.insert_full(entry);
        if is_new && let Some(entry) = self.0.get_index(number) {
            let mut record = batch.record(T::KIND);
            record.put(&(number as u32).to_le_bytes());
            entry.put(&mut record);
            record.finish();
        }
        number as u32
    }

    /// How a program's numbers, given by its entries in order, and those of the disk correspond. What
    /// the disk does not know yet is interned.
    pub fn translate(&mut self, program: impl IntoIterator<Item = T>, batch: &mut Batch) -> Translation {
        let to_disk: Vec<u32> = program.into_iter().map(|entry| self.intern(entry, batch)).collect();
        let mut to_program = vec![None; self.len()];
        for (number, &on_disk) in to_disk.iter().enumerate() {
            to_program[on_disk as usize].get_or_insert(number as u32);
        }
        let identity =
            to_program.iter().enumerate().all(|(disk, &program)| program == Some(disk as u32)) && to_disk.len() == to_program.len();
        Translation { to_disk, to_program, identity }
    }

    fn apply(&mut self, payload: &[u8]) -> Result<(), Malformed> {
        let mut cursor = Cursor::new(payload);
        let number = cursor.u32()? as usize;
        let entry = T::read(cursor.rest())?;
        match self.0.insert_full(entry) {
            (at, true) if at == number => Ok(()),
            _ => Err(Malformed("the entries of a table are not in order")),
        }
    }
}

/// Which number of the program is which of the disk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Translation {
    to_disk: Vec<u32>,
    to_program: Vec<Option<u32>>,
    identity: bool,
}

impl Translation {
    /// Numbers of the disk that mean nothing to the program mean what `now` makes of their entries.
    pub fn adopt<T: Entry>(&mut self, table: &Table<T>, now: impl Fn(&T) -> Option<T>) {
        for number in 0..self.to_program.len() as u32 {
            if self.to_program(number).is_none()
                && let Some(entry) = table.get(number).and_then(&now)
                && let Some(known) = table.number(&entry)
            {
                self.to_program[number as usize] = self.to_program(known);
            }
        }
    }

    /// Whether all numbers of both sides are the same, so that words can be read in place.
    pub fn is_identity(&self) -> bool {
        self.identity
    }

    /// The disk's number of one of the program's.
    #[inline]
    pub fn to_disk(&self, program: u32) -> Option<u32> {
        self.to_disk.get(program as usize).copied()
    }

    /// The program's number of one of the disk's, if the program knows it.
    #[inline]
    pub fn to_program(&self, disk: u32) -> Option<u32> {
        self.to_program.get(disk as usize).copied().flatten()
    }
}

impl Entry for Symbol {
    const KIND: u8 = kinds::SYMBOL;

    fn put(&self, record: &mut RecordWriter<'_>) {
        record.put(self.0.as_bytes());
    }

    fn read(payload: &[u8]) -> Result<Self, Malformed> {
        Ok(Self(Cursor::new(payload).text(payload.len())?.to_owned()))
    }
}

impl Equivalent<Symbol> for str {
    fn equivalent(&self, symbol: &Symbol) -> bool {
        self == symbol.0
    }
}

impl Entry for Schema {
    const KIND: u8 = kinds::SCHEMA;

    fn put(&self, record: &mut RecordWriter<'_>) {
        put_text(record, &self.class);
        record.put(&(self.slots.len() as u32).to_le_bytes());
        for slot in &self.slots {
            put_text(record, &slot.name);
            put_text(record, slot.declared.as_deref().unwrap_or_default());
        }
    }

    fn read(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload);
        let class = cursor.counted_text()?.to_owned();
        let count = cursor.u32()?;
        let mut slots = Vec::new();
        for _ in 0..count {
            let name = cursor.counted_text()?.to_owned();
            let declared = Some(cursor.counted_text()?).filter(|declared| !declared.is_empty());
            slots.push(SlotSchema { name, declared: declared.map(str::to_owned) });
        }
        cursor.end()?;
        Ok(Self { class, slots })
    }
}

impl Entry for Block {
    const KIND: u8 = kinds::BLOCK;

    fn put(&self, record: &mut RecordWriter<'_>) {
        record.put(&self.ordinal.to_le_bytes());
        record.put(&self.hash.to_le_bytes());
        put_text(record, &self.class);
        put_text(record, &self.selector);
    }

    fn read(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload);
        let (ordinal, hash) = (cursor.u32()?, cursor.u64()?);
        let class = cursor.counted_text()?.to_owned();
        let selector = cursor.counted_text()?.to_owned();
        cursor.end()?;
        Ok(Self { class, selector, ordinal, hash })
    }
}

fn put_text(record: &mut RecordWriter<'_>, text: &str) {
    record.put(&(text.len() as u32).to_le_bytes());
    record.put(text.as_bytes());
}

#[cfg(test)]
mod tests;
