//! Messages to the library's own collections, answered where they are sent: a test of the exact class, then the work.
//!
//! Generated code asks here first where the methods that would run are the library's; what these do not answer, errors
//! among them, is sent. Elements that are read and written as they stand are a few instructions in the code around.

use crate::library::class;
use crate::object::Header;
use crate::prim::{self, Try};
use crate::turn::Turn;
use crate::value::{NIL, Value};

/// Slots of an OrderedCollection.
const FIRST: usize = 1;
const LAST: usize = 2;

/// The array, the first and the last index of an exact OrderedCollection.
#[inline(always)]
pub(crate) fn ordered(this: Value, t: &Turn) -> Option<(Value, i64, i64)> {
    let &[header, array, first, last] = t.words_of(this).get(this.offset()..)?.first_chunk::<4>()?;
    if Header(header).class() != class::ORDERED_COLLECTION {
        return None;
    }
    let index = |word| Some(Value::from_word(word)?.small_unchecked());
    Some((Value::from_word(array)?, index(first)?, index(last)?))
}

/// `add:`
#[inline]
pub fn add(this: Value, value: Value, t: &mut Turn) -> Try {
    if let Some((array, _, last)) = ordered(this, t)
        && t.set_element(array, last + 1, value)
    {
        t.set_slot(this, LAST, Value::int(last + 1))?;
        return Ok(Some(value));
    }
    add_to_others(this, value, t)
}

#[inline(never)]
fn add_to_others(this: Value, value: Value, t: &mut Turn) -> Try {
    match class_of(this, t) {
        class::ORDERED_COLLECTION => prim::ordered_add(this, value, t),
        class::SET | class::IDENTITY_SET => prim::set_add(this, value, t),
        _ => Ok(None),
    }
}

/// `addLast:`
#[inline]
pub fn add_last(this: Value, value: Value, t: &mut Turn) -> Try {
    if let Some((array, _, last)) = ordered(this, t)
        && t.set_element(array, last + 1, value)
    {
        t.set_slot(this, LAST, Value::int(last + 1))?;
        return Ok(Some(value));
    }
    match class_of(this, t) {
        class::ORDERED_COLLECTION => prim::ordered_add_last(this, value, t),
        _ => Ok(None),
    }
}

/// `addFirst:`
pub fn add_first(this: Value, value: Value, t: &mut Turn) -> Try {
    match class_of(this, t) {
        class::ORDERED_COLLECTION => prim::ordered_add_first(this, value, t),
        _ => Ok(None),
    }
}

/// `removeFirst`
#[inline]
pub fn remove_first(this: Value, t: &mut Turn) -> Try {
    let Some((array, first, last)) = ordered(this, t) else { return Ok(None) };
    let Some(element) = t.element(array, first).filter(|_| first <= last) else { return Ok(None) };
    if !t.set_element(array, first, NIL) {
        return Ok(None);
    }
    // An empty one begins anew.
    let next = if first == last { 1 } else { first + 1 };
    t.set_slot(this, FIRST, Value::int(next))?;
    if first == last {
        t.set_slot(this, LAST, Value::int(0))?;
    }
    Ok(Some(element))
}

/// `removeLast`
#[inline]
pub fn remove_last(this: Value, t: &mut Turn) -> Try {
    let Some((array, first, last)) = ordered(this, t) else { return Ok(None) };
    let Some(element) = t.element(array, last).filter(|_| first <= last) else { return Ok(None) };
    if !t.set_element(array, last, NIL) {
        return Ok(None);
    }
    t.set_slot(this, LAST, Value::int(last - 1))?;
    Ok(Some(element))
}

/// `first`
#[inline]
pub fn first(this: Value, t: &mut Turn) -> Try {
    Ok(match ordered(this, t) {
        Some((array, first, last)) => t.element(array, first).filter(|_| first <= last),
        None => t.element(this, 1),
    })
}

/// `last`
#[inline]
pub fn last(this: Value, t: &mut Turn) -> Try {
    Ok(match ordered(this, t) {
        Some((array, first, last)) => t.element(array, last).filter(|_| first <= last),
        None => t.header(this).and_then(|header| t.element(this, header.length() as i64)),
    })
}

/// `at:` of an OrderedCollection, by an index of any kind.
#[inline]
pub fn ordered_at(this: Value, index: Value, t: &mut Turn) -> Try {
    if !index.is_small() {
        return Ok(None);
    }
    ordered_at_index(this, index.small_unchecked(), t)
}

/// `at:` of an OrderedCollection.
#[inline]
pub fn ordered_at_index(this: Value, index: i64, t: &mut Turn) -> Try {
    let Some((array, first, last)) = ordered(this, t) else { return Ok(None) };
    let at = first.wrapping_add(index).wrapping_sub(1);
    Ok(t.element(array, at).filter(|_| index >= 1 && at <= last))
}

/// `at:` of a dictionary.
pub fn dictionary_at(this: Value, key: Value, t: &mut Turn) -> Try {
    if is_dictionary(this, t) { prim::dictionary_at(this, key, t) } else { Ok(None) }
}

/// `at:put:` of an OrderedCollection or a dictionary.
pub fn at_put(this: Value, key: Value, value: Value, t: &mut Turn) -> Try {
    match class_of(this, t) {
        class::ORDERED_COLLECTION => prim::ordered_at_put(this, key, value, t),
        class::DICTIONARY | class::IDENTITY_DICTIONARY => prim::dictionary_at_put(this, key, value, t),
        _ => Ok(None),
    }
}

/// `includes:` of a set.
pub fn includes(this: Value, value: Value, t: &mut Turn) -> Try {
    match class_of(this, t) {
        class::SET | class::IDENTITY_SET => prim::set_includes(this, value, t),
        _ => Ok(None),
    }
}

/// `includesKey:`
pub fn includes_key(this: Value, key: Value, t: &mut Turn) -> Try {
    if is_dictionary(this, t) { prim::dictionary_includes_key(this, key, t) } else { Ok(None) }
}

/// How many elements an array, an OrderedCollection or a hashed collection has.
#[inline]
fn count(this: Value, t: &Turn) -> Option<i64> {
    match ordered(this, t) {
        Some((_, first, last)) => Some(last - first + 1),
        None => count_of_others(this, t),
    }
}

#[inline(never)]
fn count_of_others(this: Value, t: &Turn) -> Option<i64> {
    let header = t.header(this)?;
    match header.class() {
        class::ARRAY | class::BYTE_STRING | class::BYTE_ARRAY => Some(header.length() as i64),
        class::SET | class::IDENTITY_SET | class::DICTIONARY | class::IDENTITY_DICTIONARY => t.slot(this, 0).as_small(),
        _ => None,
    }
}

/// `size`
#[inline]
pub fn size(this: Value, t: &mut Turn) -> Try {
    Ok(count(this, t).map(Value::int))
}

/// `isEmpty`
#[inline]
pub fn is_empty(this: Value, t: &mut Turn) -> Try {
    Ok(count(this, t).map(|count| Value::boolean(count == 0)))
}

/// `notEmpty`
#[inline]
pub fn not_empty(this: Value, t: &mut Turn) -> Try {
    Ok(count(this, t).map(|count| Value::boolean(count != 0)))
}

/// The class of an object, else none.
#[inline]
fn class_of(this: Value, t: &Turn) -> u32 {
    t.header(this).map_or(u32::MAX, |header| header.class())
}

#[inline]
fn is_dictionary(this: Value, t: &Turn) -> bool {
    matches!(class_of(this, t), class::DICTIONARY | class::IDENTITY_DICTIONARY)
}
