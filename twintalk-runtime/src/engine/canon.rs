//! Words of the program and words of the disk.
//!
//! Numbers in words (of symbols, classes, blocks) are those of the program in memory and those of the
//! data directory's tables on the disk. A class on the disk is the number of its schema, so that a
//! state tells how its objects were laid out.

use std::borrow::Cow;
use std::collections::HashMap;

use super::former::Former;
use super::names::{Names, classes, symbols};
use super::state::{NO_SCHEMA, State};
use crate::bytes::Malformed;
use crate::journal::Batch;
use crate::object::{Header, Kind};
use crate::program::Program;
use crate::tables::{Block, Schema, SlotSchema, Symbol, Tables, Translation};
use crate::value::METACLASS;

/// On the disk the bit of a metaclass is above all numbers of schemas.
const DISK_METACLASS: u64 = 1 << 40;
const TAGS: u64 = 0xFFFF << 48;
const CLASS_TAG: u64 = 7 << 48;
const SYMBOL_TAG: u64 = 3 << 48;
/// What a block's first word holds below the count of its arguments.
const BLOCK_NUMBER: u64 = 0xFFFF_FFFF;

/// The numbering of a data directory, and how a program's corresponds to it.
#[derive(Debug)]
pub(super) struct Canon {
    pub tables: Tables,
    /// What the disk's numbers mean.
    pub names: Names,
    pub symbols: Translation,
    pub blocks: Translation,
    schemas: Translation,
    /// For each schema the program's class of that name, or of one it had, whatever its slots are.
    classes: Vec<Option<u32>>,
    /// For each schema whether it is the program's class of that number, name and slots.
    straight: Vec<bool>,
    former: Former,
    by_name: HashMap<&'static str, u32>,
    identity: bool,
}

impl Canon {
    /// Compares a program with the tables of a disk; what is new goes into the batch.
    pub fn new(mut tables: Tables, program: &'static Program, extra: &[&str], batch: &mut Batch) -> Self {
        let texts = symbols(program).map(|text| Symbol(text.to_owned()));
        let symbols = tables.symbols.translate(texts, batch);
        for text in extra {
            tables.symbols.intern(Symbol((*text).to_owned()), batch);
        }
        let schemas: Vec<Schema> = classes(program).map(schema_of).collect();
        let schemas = tables.schemas.translate(schemas, batch);
        let mut blocks = tables.blocks.translate(blocks(program), batch);
        let former = Former::of(program);
        let by_name: HashMap<&'static str, u32> = classes(program).map(|info| info.name).zip(0..).collect();
        let classes = (0..tables.schemas.len() as u32)
            .map(|number| {
                let exact = schemas.to_program(number);
                let name = tables.schemas.get(number).map(|schema| schema.class.as_str());
                exact.or_else(|| name.and_then(|name| by_name.get(name).copied().or_else(|| former.class(name))))
            })
            .collect();
        let class_names: Vec<&str> = self::classes(program).map(|info| info.name).collect();
        blocks.adopt(&tables.blocks, |block| renamed(block, &former, &class_names));
        // Symbols beyond the program's do no harm: none of its words refers to them.
        let is_same = |translation: &Translation, count: usize| (0..count as u32).all(|number| translation.to_disk(number) == Some(number));
        let identity = is_same(&symbols, self::symbols(program).count())
            && is_same(&schemas, self::classes(program).count())
            && is_same(&blocks, self::blocks(program).count());
        let names = Names::of_disk(&tables, &Names::of_program(program), &former);
        let mut canon = Self { tables, names, symbols, blocks, schemas, classes, straight: Vec::new(), former, by_name, identity };
        let numbers = 0..canon.tables.schemas.len() as u32;
        let is_straight = |number| canon.class(number) == Some(number) && canon.schema(number) == Some(number);
        canon.straight = numbers.map(is_straight).collect();
        canon
    }

    /// Whether a schema is the program's class of the same number, with the slots and the name it has there.
    #[inline]
    pub fn is_straight(&self, schema: u32) -> bool {
        self.straight.get(schema as usize).is_some_and(|is| *is)
    }

    /// The number of the current schema of a class of the program.
    pub fn schema(&self, class: u32) -> Option<u32> {
        self.schemas.to_disk(class)
    }

    /// The program's class for a schema, by name.
    pub fn class(&self, schema: u32) -> Option<u32> {
        self.classes.get(schema as usize).copied().flatten()
    }

    /// Whether a schema is of a class that has another name now.
    pub fn is_renamed(&self, schema: u32) -> bool {
        let name = |schema| self.names.class(schema).map(|form| &form.name);
        self.class(schema).and_then(|class| self.schema(class)).is_some_and(|now| name(now) != name(schema))
    }

    /// The program's class of a name.
    pub fn class_named(&self, name: &str) -> Option<u32> {
        self.by_name.get(name).copied()
    }

    /// For each slot of a class of the program the slot of a schema that it is, or was before it was renamed.
    pub fn places(&self, class: u32, schema: u32) -> Option<Vec<Option<usize>>> {
        let current = self.names.class(self.schema(class)?)?;
        let old = self.names.class(schema)?;
        Some(self.former.places(class, &current.slots, &old.slots))
    }

    /// Brings a state to the slots that its class has in the program.
    pub fn bring(&self, state: &mut State, class: u32) -> Result<(), Malformed> {
        let schema = self.schema(class).ok_or(NO_SCHEMA)?;
        if state.schema != schema {
            let places = self.places(class, state.schema).ok_or(NO_SCHEMA)?;
            let count = self.names.class(state.schema).map_or(0, |form| form.slots.len());
            state.rearrange(&places, count);
            state.schema = schema;
        }
        Ok(())
    }

    /// Whether words of the program are words of the disk.
    pub fn is_identity(&self) -> bool {
        self.identity
    }

    /// A value of the program as the disk has it.
    #[inline]
    pub fn outward(&self, word: u64) -> u64 {
        if self.identity {
            return word;
        }
        match word & TAGS {
            SYMBOL_TAG => {
                let number = self.symbols.to_disk(word as u32);
                SYMBOL_TAG | u64::from(number.unwrap_or(u32::MAX))
            }
            CLASS_TAG => {
                let class = word as u32;
                let number = self.schemas.to_disk(class & !METACLASS).unwrap_or(0);
                let meta = if class & METACLASS == 0 { 0 } else { DISK_METACLASS };
                CLASS_TAG | meta | u64::from(number)
            }
            _ => word,
        }
    }

    /// Whole objects of the program as the disk has them.
    pub fn outward_heap<'a>(&self, words: &'a [u64]) -> Cow<'a, [u64]> {
        if self.identity {
            return Cow::Borrowed(words);
        }
        let mut translated = words.to_vec();
        for (at, header) in Objects::of(words) {
            let class = self.schemas.to_disk(header.class()).unwrap_or(0);
            translated[at] = header.with_class(class).0;
            if header.kind().holds_values() {
                let body = &mut translated[at + 1..][..header.body_words()];
                for word in &mut *body {
                    *word = self.outward(*word);
                }
                if header.kind() == Kind::Block {
                    self.outward_block(body);
                }
            }
        }
        Cow::Owned(translated)
    }

    fn outward_block(&self, body: &mut [u64]) {
        if let Some(info) = body.first_mut() {
            let number = self.blocks.to_disk(*info as u32).unwrap_or(u32::MAX);
            *info = *info & !BLOCK_NUMBER | u64::from(number);
        }
    }

    /// Writes into a heap of the program as the disk has them. What lies in objects without values is
    /// left as it is, so the heap after the writes is needed, to see which those are.
    pub fn outward_writes(&self, writes: &mut [(u32, u64)], heap: &[u64]) {
        if self.identity || writes.is_empty() {
            return;
        }
        writes.sort_unstable_by_key(|(address, _)| *address);
        let mut rest = &mut writes[..];
        for (at, header) in Objects::of(heap) {
            let end = at + 1 + header.body_words();
            let inside = rest.partition_point(|(address, _)| (*address as usize) < end);
            let (here, later) = std::mem::take(&mut rest).split_at_mut(inside);
            for (address, word) in here {
                if *address as usize == at {
                    let header = Header(*word);
                    let class = self.schemas.to_disk(header.class()).unwrap_or(0);
                    *word = header.with_class(class).0;
                } else if header.kind().holds_values() {
                    *word = self.outward(*word);
                }
            }
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
    }
}

/// Walks over the objects of a heap; ends where one does not fit.
pub(super) struct Objects<'a> {
    words: &'a [u64],
    at: usize,
}

impl<'a> Objects<'a> {
    /// The objects of a heap.
    pub fn of(words: &'a [u64]) -> Self {
        Self { words, at: 0 }
    }

    /// Where the walk stands.
    pub fn position(&self) -> usize {
        self.at
    }
}

impl Iterator for Objects<'_> {
    type Item = (usize, Header);

    fn next(&mut self) -> Option<Self::Item> {
        let at = self.at;
        let header = Header(*self.words.get(at)?);
        let end = at + 1 + header.body_words();
        if end > self.words.len() {
            return None;
        }
        self.at = end;
        Some((at, header))
    }
}

/// The schema of a class.
pub(super) fn schema_of(info: &crate::program::ClassInfo) -> Schema {
    let slots = info.slots.iter().map(|slot| SlotSchema { name: slot.name.to_owned(), declared: slot.declared.map(str::to_owned) });
    Schema { class: info.name.to_owned(), slots: slots.collect() }
}

/// A block of a class that was renamed, as it is called now.
fn renamed(block: &Block, former: &Former, classes: &[&str]) -> Option<Block> {
    let (name, side) = match block.class.split_once(' ') {
        Some((name, side)) => (name, Some(side)),
        None => (block.class.as_str(), None),
    };
    let now = classes.get(former.class(name)? as usize)?;
    let class = side.map_or_else(|| (*now).to_owned(), |side| format!("{now} {side}"));
    Some(Block { class, ..block.clone() })
}

fn blocks(program: &'static Program) -> impl Iterator<Item = Block> {
    crate::library::BLOCKS.iter().chain(program.blocks).map(|info| {
        let (class, selector) = info.method.split_once(">>").unwrap_or(("", info.method));
        Block { class: class.to_owned(), selector: selector.to_owned(), ordinal: info.ordinal, hash: info.hash }
    })
}

/// What a block whose source is gone refers to: no block has this number, so running it says so.
pub(super) const NO_BLOCK: u32 = 0xFFFF_FFFF;
