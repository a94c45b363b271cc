//! The kinds of record in a data directory, all in one place, below 128. A number that was once used keeps
//! its meaning.

/// What happened to a twin: see [`event`](crate::event).
pub const EVENT: u8 = 1;
/// The state of a twin: see [`snapshot`](crate::snapshot).
pub const SNAPSHOT: u8 = 2;
/// A symbol and its number: see [`tables`](crate::tables).
pub const SYMBOL: u8 = 3;
/// A schema and its number: see [`tables`](crate::tables).
pub const SCHEMA: u8 = 4;
/// A block and its number: see [`tables`](crate::tables).
pub const BLOCK: u8 = 5;
/// A top-level statement that was run: see [`engine`](crate::engine).
pub const PROVISION: u8 = 6;
/// The state of a twin where its history begins, because what was before is not kept any more: see [`snapshot`](crate::snapshot).
pub const BASE: u8 = 7;
