//! The lines of an export.
//!
//! ```text
//! {"export":"twintalk","version":1,"position":…,"symbols":[…],"schemas":[…],"blocks":[…],"statements":[…]}
//! {"id":…,"class":…,"sequence":…,"time":…,"state":{…},"snapshot":base64}        one for each living twin
//! {"event":{"id":…,"sequence":…,"time":…,"kind":…,"selector":…,"arguments":[…],"slots":[…],"position":…,"record":base64}}
//! ```
//!
//! A snapshot is the payload of a snapshot's record ([`snapshot`](crate::snapshot)) with no record before; its numbers are
//! places in the arrays of the first line. An event's record is its payload, as it lies in the log.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::tables::{Block, Schema, SlotSchema, Tables};

/// The newest version that is written and read.
pub const VERSION: u32 = 1;

/// What an export says it is.
pub const EXPORT: &str = "twintalk";

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    pub export: String,
    pub version: u32,
    /// Where the log ended.
    pub position: u64,
    pub symbols: Vec<String>,
    pub schemas: Vec<SchemaEntry>,
    pub blocks: Vec<BlockEntry>,
    /// Top-level statements that were run.
    pub statements: Vec<Statement>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaEntry {
    pub class: String,
    pub slots: Vec<SlotEntry>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotEntry {
    pub name: String,
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub declared: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockEntry {
    pub class: String,
    pub selector: String,
    pub ordinal: u32,
    /// In hexadecimal digits: many readers of JSON round large numbers.
    pub hash: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Of its text, in hexadecimal digits.
    pub hash: String,
    pub place: u32,
    pub at: String,
}

/// What is read of a line after the first one.
#[derive(Debug, Deserialize)]
pub struct Line {
    pub id: Option<String>,
    pub class: Option<String>,
    pub sequence: Option<u64>,
    pub time: Option<String>,
    pub snapshot: Option<String>,
    pub event: Option<IgnoredAny>,
}

impl Heading {
    /// The tables of a directory.
    pub fn of(tables: &Tables, statements: Vec<Statement>, position: u64) -> Self {
        let schema = |schema: &Schema| SchemaEntry {
            class: schema.class.clone(),
            slots: schema.slots.iter().map(|slot| SlotEntry { name: slot.name.clone(), declared: slot.declared.clone() }).collect(),
        };
        let block = |block: &Block| BlockEntry {
            class: block.class.clone(),
            selector: block.selector.clone(),
            ordinal: block.ordinal,
            hash: hexadecimal(block.hash),
        };
        Self {
            export: EXPORT.to_owned(),
            version: VERSION,
            position,
            symbols: (0..).map_while(|number| tables.symbols.get(number)).map(|symbol| symbol.0.clone()).collect(),
            schemas: (0..).map_while(|number| tables.schemas.get(number)).map(schema).collect(),
            blocks: (0..).map_while(|number| tables.blocks.get(number)).map(block).collect(),
            statements,
        }
    }
}

impl SchemaEntry {
    /// As the tables have it.
    pub fn schema(self) -> Schema {
        let slots = self.slots.into_iter().map(|slot| SlotSchema { name: slot.name, declared: slot.declared });
        Schema { class: self.class, slots: slots.collect() }
    }
}

impl BlockEntry {
    /// As the tables have it.
    pub fn block(self) -> Result<Block, String> {
        let hash = number(&self.hash)?;
        Ok(Block { class: self.class, selector: self.selector, ordinal: self.ordinal, hash })
    }
}

/// A number as 16 hexadecimal digits.
pub fn hexadecimal(number: u64) -> String {
    format!("{number:016x}")
}

/// The number that hexadecimal digits are.
pub fn number(digits: &str) -> Result<u64, String> {
    u64::from_str_radix(digits, 16).map_err(|_| format!("`{}` is not a hash of 16 hexadecimal digits", digits.escape_debug()))
}

/// Bytes as text.
pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The bytes of a text, in words, so that they are aligned as a record is; and how many there are.
pub fn decode(text: &str) -> Result<(Vec<u64>, usize), String> {
    let bytes = STANDARD.decode(text).map_err(|why| format!("`snapshot` is not base64: {why}"))?;
    let mut words = vec![0_u64; bytes.len().div_ceil(8)];
    bytemuck::cast_slice_mut::<u64, u8>(&mut words)[..bytes.len()].copy_from_slice(&bytes);
    Ok((words, bytes.len()))
}
