//! How deep a syntax tree may be, and how many errors are worth telling.

/// The greatest depth of an expression in the tree: messages of a chain, brackets and assignments together. Later passes
/// recurse over the tree and rely on it.
pub(super) const DEPTH: usize = 1000;

/// Brackets deeper than this are parsed on a thread with a large stack.
pub(super) const SHALLOW: usize = 8;

/// Enough for `nesting::LIMIT` brackets in an unoptimised build.
pub(super) const STACK: usize = 256 << 20;

/// More errors in one file are not reported: they tend to follow from each other.
pub(super) const ERRORS: usize = 50;
