//! The primitives: what the class library cannot say in Smalltalk, or not fast enough.
//!
//! `<primitive: name>` calls the function of that name with the receiver, the arguments and the turn.
//! `Ok(None)` means that it does not apply to these operands: the method's Smalltalk body runs.
//! A primitive checks everything it is given; none panics.

mod array;
mod block;
mod character;
mod class;
mod collation;
mod compare;
mod digits;
pub(crate) mod direct;
mod equality;
mod exception;
mod find;
mod float;
mod hash;
mod ieee;
mod integer;
mod merge;
mod native;
mod number;
mod object;
mod ordered;
mod parse;
mod print;
mod program;
mod random;
mod real;
mod shortest;
mod sort;
mod stream;
mod string;
mod sunit;
mod table;
mod text;
mod time;
mod transcript;
mod twin;
mod write;

#[cfg(test)]
mod tests;

pub(crate) use array::{character_at, element};
pub use array::*;
pub use block::*;
pub use character::*;
pub use class::*;
pub use compare::*;
pub use digits::*;
pub use exception::*;
pub use find::*;
pub use float::*;
pub use hash::*;
pub use ieee::*;
pub use integer::*;
pub use merge::*;
pub use native::*;
pub use object::*;
pub use ordered::*;
pub use parse::*;
pub use print::*;
pub use program::*;
pub use random::*;
pub use sort::*;
pub use stream::*;
pub use string::*;
pub use sunit::*;
pub use time::*;
pub use transcript::*;
pub use twin::*;

use crate::answer::Raised;
use crate::turn::Turn;
use crate::value::Value;

/// What a primitive answers: a value, `None` where it does not apply, or an error.
pub type Try = Result<Option<Value>, Raised>;

/// An index from 1 as one from 0, if it is below `length`.
fn index(value: Value, length: usize) -> Option<usize> {
    let index = usize::try_from(value.as_small()?).ok()?.checked_sub(1)?;
    (index < length).then_some(index)
}

/// A range of indices from 1, both ends included, as one from 0, if it lies within `length`.
/// The empty range may stand anywhere.
fn range(start: Value, stop: Value, length: usize) -> Option<std::ops::Range<usize>> {
    let (start, stop) = (start.as_small()?, stop.as_small()?);
    if stop < start {
        return Some(0..0);
    }
    let (start, stop) = (usize::try_from(start).ok()?.checked_sub(1)?, usize::try_from(stop).ok()?);
    (stop <= length).then_some(start..stop)
}

fn length(count: usize) -> Value {
    Value::int(count as i64)
}

/// A new string of a text.
fn string(text: &str, t: &mut Turn) -> Try {
    Ok(Some(t.string(text)))
}
