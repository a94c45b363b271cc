//! Enumerations of collections whose exact class the compiler knows: no test of it, and an element is read where it stands.
//!
//! The cursors are those of the other walks, so that a step of either kind continues what the other has begun.

use super::{Cursor, FIRST, HASHED_LAST, LAST, Shape, ordered_at};
use crate::answer::Raised;
use crate::quick;
use crate::turn::Turn;
use crate::value::{NIL, Value};

/// All places of an Array.
#[inline]
pub fn array(collection: Value, cursor: &mut Cursor, t: &Turn) {
    *cursor = Cursor::new(Shape::Array, 1, t.header(collection).map_or(0, |header| header.length() as i64));
}

/// The elements of an OrderedCollection by place in its array.
#[inline]
pub fn ordered(collection: Value, cursor: &mut Cursor, t: &Turn) {
    *cursor = Cursor::new(Shape::Ordered, index(collection, FIRST, t), index(collection, LAST, t));
}

/// The elements of an OrderedCollection by `at:`.
#[inline]
pub fn ordered_places(collection: Value, cursor: &mut Cursor, t: &Turn) {
    *cursor = Cursor::new(Shape::OrderedAt, 1, index(collection, LAST, t) - index(collection, FIRST, t) + 1);
}

/// The elements of a set.
#[inline]
pub fn elements(collection: Value, cursor: &mut Cursor, t: &Turn) {
    *cursor = Cursor::new(Shape::Set, 1, index(collection, HASHED_LAST, t));
}

/// The values of a dictionary.
#[inline]
pub fn values(collection: Value, cursor: &mut Cursor, t: &Turn) {
    *cursor = Cursor::new(Shape::DictionaryValues, 1, index(collection, HASHED_LAST, t));
}

/// The keys of a dictionary.
#[inline]
pub fn keys(collection: Value, cursor: &mut Cursor, t: &Turn) {
    *cursor = Cursor::new(Shape::DictionaryKeys, 1, index(collection, HASHED_LAST, t));
}

#[inline]
fn index(collection: Value, slot: usize, t: &Turn) -> i64 {
    t.field(collection, slot).small_unchecked()
}

/// The next element of an Array.
#[inline]
pub fn next_array(collection: Value, cursor: &mut Cursor, t: &mut Turn) -> Result<Option<Value>, Raised> {
    let at = cursor.at;
    if at > cursor.end {
        return Ok(None);
    }
    cursor.at = at + 1;
    Ok(Some(t.field(collection, at as usize - 1)))
}

/// The next element of an OrderedCollection.
#[inline]
pub fn next_ordered(collection: Value, cursor: &mut Cursor, t: &mut Turn) -> Result<Option<Value>, Raised> {
    let Some((array, _, last)) = quick::ordered(collection, t) else { return Ok(None) };
    let at = cursor.at;
    if at > cursor.end || at > last {
        return Ok(None);
    }
    cursor.at = at + 1;
    match t.element(array, at) {
        Some(element) => Ok(Some(element)),
        None => crate::ops::at(array, Value::int(at), t).map(Some),
    }
}

/// The next element of an OrderedCollection, as `at:` answers it.
#[inline]
pub fn next_place(collection: Value, cursor: &mut Cursor, t: &mut Turn) -> Result<Option<Value>, Raised> {
    let at = cursor.at;
    if at > cursor.end {
        return Ok(None);
    }
    cursor.at = at + 1;
    match quick::ordered_at_index(collection, at, t)? {
        Some(element) => Ok(Some(element)),
        None => ordered_at(collection, at, t).map(Some),
    }
}

/// The next element of a set.
#[inline]
pub fn next_element(collection: Value, cursor: &mut Cursor, t: &mut Turn) -> Result<Option<Value>, Raised> {
    Ok(entry::<1, 0>(collection, cursor, t))
}

/// The next value of a dictionary.
#[inline]
pub fn next_value(collection: Value, cursor: &mut Cursor, t: &mut Turn) -> Result<Option<Value>, Raised> {
    Ok(entry::<2, 1>(collection, cursor, t))
}

/// The next key of a dictionary.
#[inline]
pub fn next_key(collection: Value, cursor: &mut Cursor, t: &mut Turn) -> Result<Option<Value>, Raised> {
    Ok(entry::<2, 0>(collection, cursor, t))
}

/// The next entry that is there: where one was removed the array holds itself.
#[inline]
fn entry<const STRIDE: usize, const PART: usize>(collection: Value, cursor: &mut Cursor, t: &Turn) -> Option<Value> {
    let &[_, _, last, array] = t.words_of(collection).get(collection.offset()..)?.first_chunk::<4>()?;
    let array = Value::from_word(array).unwrap_or(NIL);
    let entries = t.words_of(array).get(array.offset() + 1..)?;
    let end = cursor.end.min(Value::from_word(last)?.small_unchecked());
    while cursor.at <= end {
        let at = (cursor.at as usize).wrapping_sub(1) * STRIDE;
        cursor.at += 1;
        let entry = entries.get(at..at + STRIDE)?;
        if entry[0] != array.bits() {
            return Value::from_word(entry[PART]);
        }
    }
    None
}
