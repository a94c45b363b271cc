//! Finding elements and keys in hashed collections, for keys whose equality the library defines.
//!
//! A HashedCollection has the slots tally, last, array and index; see `hashed_collection.st` for what they hold.

use super::Try;
use super::hash;
use super::number::{Number, compare};
use super::text::Chars;
use crate::dispatch::{is_string, is_symbol, same};
use crate::library::{class, selector};
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::Value;

/// The slots of a hashed collection.
#[derive(Clone, Copy)]
pub(super) struct Slots {
    pub tally: i64,
    pub last: usize,
    pub array: Value,
    /// nil where there is none.
    pub index: Value,
}

/// What a search finds.
pub(super) enum Looked {
    /// The key, at a place from 1.
    At(usize),
    /// Nothing. The hash, where the search needed it.
    Missing(Option<i64>),
}

/// The index of a hashed collection, nil where it has none.
pub(super) fn index_of(collection: Value, t: &Turn) -> Value {
    slots(collection, t).map_or(Value::default(), |slots| slots.index)
}

#[inline]
pub(super) fn slots(collection: Value, t: &Turn) -> Option<Slots> {
    let (header, body) = t.object(collection)?;
    let [tally, last, array, index] = *body.first_chunk()?;
    if header.kind() != Kind::Values {
        return None;
    }
    let last = usize::try_from(Value::from_bits(last).as_small()?).ok()?;
    Some(Slots { tally: Value::from_bits(tally).as_small()?, last, array: Value::from_bits(array), index: Value::from_bits(index) })
}

/// `Set>>placeOf:`
pub fn set_find(this: Value, key: Value, t: &mut Turn) -> Try {
    find(this, key, 1, false, t)
}

/// `Dictionary>>placeOf:`
pub fn dictionary_find(this: Value, key: Value, t: &mut Turn) -> Try {
    find(this, key, 2, false, t)
}

/// `IdentitySet>>placeOf:`
pub fn identity_set_find(this: Value, key: Value, t: &mut Turn) -> Try {
    find(this, key, 1, true, t)
}

/// `IdentityDictionary>>placeOf:`
pub fn identity_dictionary_find(this: Value, key: Value, t: &mut Turn) -> Try {
    find(this, key, 2, true, t)
}

/// The place of a key, 0 where it is missing; fails where only a message can tell whether two objects are equal.
fn find(this: Value, key: Value, stride: usize, identity: bool, t: &mut Turn) -> Try {
    Ok(look_up(this, key, stride, identity, t).map(|looked| match looked {
        Looked::At(place) => Value::int(place as i64),
        Looked::Missing(_) => Value::int(0),
    }))
}

/// Looks for a key; `None` where only a message can tell whether two objects are equal.
pub(super) fn look_up(this: Value, key: Value, stride: usize, identity: bool, t: &Turn) -> Option<Looked> {
    let Slots { last, array, index, .. } = slots(this, t)?;
    let entries = elements(array, t)?;
    if last * stride > entries.len() {
        return None;
    }
    // Objects whose class inherits `=` from Object are equal when they are the same.
    let plain = if !identity && inherits(selector::EQUAL, key, t) { Some(t.class_of(key)) } else { None };
    let is_here = |place: usize| {
        let each = Value::from_bits(entries[(place - 1) * stride]);
        if Value::both_unique(key, each) {
            Some(key == each)
        } else if each == array {
            Some(false) // A hole holds the array itself.
        } else if identity || plain.is_some() && plain == Some(t.class_of(each)) {
            Some(same(key, each, t))
        } else {
            equal(key, each, t)
        }
    };
    if index.is_nil() {
        for place in 1..=last {
            if is_here(place)? {
                return Some(Looked::At(place));
            }
        }
        return Some(Looked::Missing(None));
    }
    let places = elements(index, t)?;
    if places.is_empty() || !places.len().is_power_of_two() {
        return None;
    }
    let hash = if plain.is_some() && inherits(selector::HASH, key, t) { hash::identity(key, t) } else { hash_of(key, identity, t)? };
    let mut probe = hash::probe(hash, places.len());
    for _ in 0..places.len() {
        match usize::try_from(Value::from_bits(places[probe]).as_small()?) {
            Ok(0) => return Some(Looked::Missing(Some(hash))),
            Ok(place) if place <= last => {
                if is_here(place)? {
                    return Some(Looked::At(place));
                }
            }
            _ => return None,
        }
        probe = (probe + 1) & (places.len() - 1);
    }
    Some(Looked::Missing(Some(hash)))
}

/// The hash of a key, if no message is needed for it.
pub(super) fn hash_of(key: Value, identity: bool, t: &Turn) -> Option<i64> {
    let by_identity = identity || inherits(selector::EQUAL, key, t) && inherits(selector::HASH, key, t);
    if by_identity { Some(hash::identity(key, t)) } else { hash::of(key, t) }
}

/// The elements of an Array.
#[inline]
fn elements(value: Value, t: &Turn) -> Option<&[u64]> {
    let (header, body) = t.object(value)?;
    (header.class() == class::ARRAY).then_some(body)
}

pub(super) fn length(value: Value, t: &Turn) -> usize {
    t.header(value).map_or(0, |header| header.length())
}

/// Whether the class of an object leaves a message, `=` or `hash`, to Object.
fn inherits(message: u32, value: Value, t: &Turn) -> bool {
    if t.kind_of(value) != Some(Kind::Values) {
        return false;
    }
    let mut class = t.class_of(value);
    loop {
        let defines = t.class_info(class).is_none_or(|info| info.selectors.contains(&message));
        match t.superclass(class) {
            Some(superclass) if !defines => class = superclass,
            _ => return class == class::OBJECT,
        }
    }
}

/// Whether two values are equal, if both are of classes whose `=` is known here.
fn equal(a: Value, b: Value, t: &Turn) -> Option<bool> {
    if a == b && !a.is_float() && !a.is_reference() && !a.is_self() {
        return Some(true);
    }
    match (Operand::of(a, t)?, Operand::of(b, t)?) {
        (Operand::Number(a), Operand::Number(b)) => Some(compare(&a, &b) == Some(std::cmp::Ordering::Equal)),
        (Operand::Text(a), Operand::Text(b)) => Some(a == b),
        _ => Some(false),
    }
}

/// A value as `=` of the library sees it.
enum Operand<'a> {
    Number(Number),
    Text(Chars<'a>),
    /// Equal only when the same.
    Other,
}

impl<'a> Operand<'a> {
    fn of(value: Value, t: &'a Turn) -> Option<Self> {
        match t.header(value) {
            Some(header) if is_string(header.class()) || is_symbol(header.class()) => Chars::of(value, t).map(Self::Text),
            Some(header) if matches!(header.kind(), Kind::Int64 | Kind::LargeInt) => Number::of(value, t).map(Self::Number),
            Some(_) => None,
            None if value.is_small() || value.is_float() => Number::of(value, t).map(Self::Number),
            None if value.as_symbol().is_some() => Chars::of(value, t).map(Self::Text),
            None if value.is_self() => None,
            None => Some(Self::Other),
        }
    }
}
