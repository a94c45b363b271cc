//! Where objects may move while variables of Rust refer to them.

use super::LocalId;

/// Where scratch may be collected without a root for each variable: at the end of a loop's round, or in a send that is
/// hardly ever sent. Objects move then, so the collection is handed what refers to them.
#[derive(Clone, Debug, Default)]
pub struct Safepoint {
    /// Whether it may be collected at all: the rounds of a loop need not take memory.
    pub collects: bool,
    /// The variables of Rust that the collection must find.
    pub keeps: Vec<LocalId>,
    /// Whether `self`, or the block, is one of them.
    pub keeps_self: bool,
    /// What has a root but is a variable of Rust in this loop, where no call collects: read before it, stored behind it.
    pub lifts: Vec<LocalId>,
    /// Whether `self`, or the block, is one of those.
    pub lifts_self: bool,
}

/// A function of the runtime that may answer a message to one of the library's own objects.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtOnce {
    pub function: &'static str,
    /// Its module: `quick` may change the receiver, and fail.
    pub module: &'static str,
    /// That of the send, if it may collect where the function has no answer.
    pub safepoint: Option<usize>,
}
