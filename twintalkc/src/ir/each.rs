//! Enumerations in place.

use super::{ClassNumber, Expr, LocalId};

/// A step of an enumeration in place: what the runtime does without a block, and without a collection of scratch.
#[derive(Clone, Debug)]
pub struct Each {
    pub step: Step,
    /// The walk that it is a step of, `rt::each::Walk::NAME`; of none of those the empty text.
    pub walk: &'static str,
    /// Where the enumeration stands: a number among those of the function.
    pub cursor: usize,
    /// The collection first.
    pub operands: Vec<Expr>,
    /// The element and the key, where `Next` is asked for them.
    pub element: Option<LocalId>,
    pub key: Option<LocalId>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Whether the operand is an instance of one of these classes.
    Of(Vec<ClassNumber>),
    /// Begins a walk, `rt::each::Walk::NAME`, and answers whether the runtime knows how to go through such a collection.
    Begin(&'static str),
    /// Looks up a key, and answers whether the runtime can tell where it is.
    Find(&'static str),
    /// Whether there is anything to come.
    Any,
    /// Whether two walks have as many elements to come; the other one's cursor.
    SameSize(usize),
    /// Takes the next element, and answers whether there was one.
    Next,
    /// A collection for results, as many as elements are to come.
    Gather,
    /// Adds a result.
    Put,
    /// The collection of results, of the class that the library's method answers.
    Gathered,
}

impl Step {
    /// Whether it answers `true` or `false`.
    pub fn is_test(&self) -> bool {
        !matches!(self, Step::Gather | Step::Put | Step::Gathered)
    }
}
