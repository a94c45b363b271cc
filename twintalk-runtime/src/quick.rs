//! Messages to the library's own collections, answered where they are sent: a test of the exact class, then the work.
//!
//! Generated code asks here first where the methods that would run are the library's; what these do not answer, errors
//! among them, is sent. Elements that are read and written as they stand are a few instructions in the code around.

use crate::library::class;
use crate::object::{Header, Kind};
use crate::prim::direct::{self, Place};
use crate::prim::{self, Try};
use crate::turn::Turn;
use crate::value::{FALSE, NIL, TRUE, Value};

/// Slots of an OrderedCollection.
const FIRST: usize = 1;
const LAST: usize = 2;
/// Slot of a stream.
const POSITION: usize = 1;

/// The array, the first and the last index of an exact OrderedCollection.
#[inline(always)]
pub(crate) fn ordered(this: Value, t: &Turn) -> Option<(Value, i64, i64)> {
    let at = this.offset();
    let &[header, array, first, last] = t.words_of(this).get(at..at + 4)?.first_chunk()?;
    if Header(header).class() != class::ORDERED_COLLECTION {
        return None;
    }
    let index = |word: u64| (word << 16) as i64 >> 16; // as of a small integer, which it is
    Some((Value::from_word(array)?, index(first), index(last)))
}

/// `add:`
#[inline]
pub fn add(this: Value, value: Value, t: &mut Turn) -> Try {
    if t.append(this, value) {
        return Ok(Some(value));
    }
    add_to_others(this, value, t)
}

#[inline(never)]
fn add_to_others(this: Value, value: Value, t: &mut Turn) -> Try {
    let class = class_of(this, t);
    match class {
        class::ORDERED_COLLECTION => prim::ordered_add(this, value, t),
        class::SET | class::IDENTITY_SET => {
            match direct::find::<1>(this, value, class == class::IDENTITY_SET, t) {
                Place::At(_) => return Ok(Some(value)),
                Place::Free(free) if direct::enter::<1>(this, free, value, NIL, t)? => return Ok(Some(value)),
                _ => {}
            }
            prim::set_add(this, value, t)
        }
        _ => Ok(None),
    }
}

/// `addLast:`
#[inline]
pub fn add_last(this: Value, value: Value, t: &mut Turn) -> Try {
    if t.append(this, value) {
        return Ok(Some(value));
    }
    match class_of(this, t) {
        class::ORDERED_COLLECTION => prim::ordered_add_last(this, value, t),
        _ => Ok(None),
    }
}

/// `nextPut:` of a character to a WriteStream on a string of bytes that has room for it.
#[inline]
pub fn next_put(this: Value, value: Value, t: &mut Turn) -> Try {
    let at = this.offset();
    let stream = t.words_of(this).get(at..at + 3).and_then(|words| words.first_chunk());
    let Some(&[header, collection, position]) = stream else { return Ok(None) };
    let (collection, position) = (Value::from_bits(collection), Value::from_bits(position).as_small());
    let code = value.as_character().and_then(|character| u8::try_from(u32::from(character)).ok());
    if let (Some(code), Some(position)) = (code, position)
        && Header(header).class() == class::WRITE_STREAM
        && t.has_class(collection, class::BYTE_STRING)
        && t.set_byte(collection, position as usize, code)
    {
        t.set_slot(this, POSITION, Value::int(position + 1))?;
        return Ok(Some(value));
    }
    Ok(None)
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
#[inline(never)]
pub fn dictionary_at(this: Value, key: Value, t: &mut Turn) -> Try {
    let Some(by_identity) = dictionary(this, t) else { return Ok(None) };
    match direct::find::<2>(this, key, by_identity, t) {
        Place::At(place) => Ok(direct::value(this, place, t)),
        Place::Free(_) => Ok(None),
        Place::Unsure => prim::dictionary_at(this, key, t),
    }
}

/// `at:put:` of an OrderedCollection or a dictionary.
#[inline(never)]
pub fn at_put(this: Value, key: Value, value: Value, t: &mut Turn) -> Try {
    let Some(by_identity) = dictionary(this, t) else {
        return if t.has_class(this, class::ORDERED_COLLECTION) { prim::ordered_at_put(this, key, value, t) } else { Ok(None) };
    };
    match direct::find::<2>(this, key, by_identity, t) {
        Place::At(place) => {
            direct::set_value(this, place, value, t)?;
            return Ok(Some(value));
        }
        Place::Free(free) if direct::enter::<2>(this, free, key, value, t)? => return Ok(Some(value)),
        _ => {}
    }
    prim::dictionary_at_put(this, key, value, t)
}

/// `includes:` of a set.
#[inline(never)]
pub fn includes(this: Value, value: Value, t: &mut Turn) -> Try {
    let by_identity = match class_of(this, t) {
        class::SET => false,
        class::IDENTITY_SET => true,
        _ => return Ok(None),
    };
    match direct::find::<1>(this, value, by_identity, t) {
        Place::At(_) => Ok(Some(TRUE)),
        Place::Free(_) => Ok(Some(FALSE)),
        Place::Unsure => prim::set_includes(this, value, t),
    }
}

/// `includesKey:`
#[inline(never)]
pub fn includes_key(this: Value, key: Value, t: &mut Turn) -> Try {
    let Some(by_identity) = dictionary(this, t) else { return Ok(None) };
    match direct::find::<2>(this, key, by_identity, t) {
        Place::At(_) => Ok(Some(TRUE)),
        Place::Free(_) => Ok(Some(FALSE)),
        Place::Unsure => prim::dictionary_includes_key(this, key, t),
    }
}

/// The place of a key in an exact dictionary, from 1, and 0 where it is missing; none where only the general search can tell.
#[inline]
pub(crate) fn place(this: Value, key: Value, by_identity: bool, t: &Turn) -> Option<usize> {
    match direct::find::<2>(this, key, by_identity, t) {
        Place::At(place) => Some(place),
        Place::Free(_) => Some(0),
        Place::Unsure => None,
    }
}

/// An instance of a class of collections as `new` makes it: it has room for nothing, in an array that nobody writes.
#[inline]
fn new_empty<const SLOTS: usize>(class: u32, slots: [Value; SLOTS], t: &mut Turn) -> Value {
    t.new_values(Kind::Values, class, &slots)
}

/// `OrderedCollection new`
#[inline]
pub fn new_ordered(t: &mut Turn) -> Value {
    let nothing = t.frozen.nothing;
    new_empty(class::ORDERED_COLLECTION, [nothing, Value::int(1), Value::int(0)], t)
}

/// `new` of an exact hashed collection of the library.
#[inline]
pub fn new_hashed(class: u32, t: &mut Turn) -> Value {
    let nothing = t.frozen.nothing;
    new_empty(class, [Value::int(0), Value::int(0), nothing, NIL], t)
}

/// `OrderedCollection new: capacity` of a small capacity.
#[inline]
pub fn new_ordered_for(capacity: i64, t: &mut Turn) -> Option<Value> {
    const FEW: i64 = 8;
    if !(1..=FEW).contains(&capacity) {
        return None;
    }
    let array = t.new_values(Kind::Values, class::ARRAY, &[NIL; FEW as usize][..capacity as usize]);
    Some(new_empty(class::ORDERED_COLLECTION, [array, Value::int(1), Value::int(0)], t))
}

/// `OrderedCollection with: element`
#[inline]
pub fn new_ordered_with(element: Value, t: &mut Turn) -> Value {
    let array = t.new_values(Kind::Values, class::ARRAY, &[element, NIL, NIL, NIL]);
    new_empty(class::ORDERED_COLLECTION, [array, Value::int(1), Value::int(1)], t)
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

/// Whether an exact dictionary of the library finds its keys by identity.
#[inline]
fn dictionary(this: Value, t: &Turn) -> Option<bool> {
    match class_of(this, t) {
        class::DICTIONARY => Some(false),
        class::IDENTITY_DICTIONARY => Some(true),
        _ => None,
    }
}
