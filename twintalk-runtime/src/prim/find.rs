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

const SLOTS: usize = 4;

/// The index of a hashed collection, nil where it has none.
pub(super) fn index_of(collection: Value, t: &Turn) -> Value {
    slots(collection, t).map_or(Value::default(), |[_, _, _, index]| index)
}

fn slots(collection: Value, t: &Turn) -> Option<[Value; SLOTS]> {
    let (header, body) = t.object(collection)?;
    let words: [u64; SLOTS] = body.get(..SLOTS)?.try_into().ok()?;
    (header.kind() == Kind::Values).then(|| words.map(Value::from_bits))
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
    let Some([_, last, array, index]) = slots(this, t) else { return Ok(None) };
    let Some(last) = last.as_small().and_then(|last| usize::try_from(last).ok()) else { return Ok(None) };
    if !is_array(array, t) || last * stride > length(array, t) {
        return Ok(None);
    }
    // Objects whose class inherits `=` from Object are equal when they are the same.
    let plain = if !identity && inherits(selector::EQUAL, key, t) { Some(t.class_of(key)) } else { None };
    let is_here = |place: usize, t: &Turn| {
        let each = t.slot(array, (place - 1) * stride);
        if each == array {
            Some(false) // A hole holds the array itself.
        } else if identity || plain == Some(t.class_of(each)) {
            Some(same(key, each, t))
        } else {
            equal(key, each, t)
        }
    };
    let places = length(index, t);
    if places == 0 {
        for place in 1..=last {
            match is_here(place, t) {
                Some(true) => return Ok(Some(Value::int(place as i64))),
                Some(false) => {}
                None => return Ok(None),
            }
        }
        return Ok(Some(Value::int(0)));
    }
    let by_identity = identity || plain.is_some() && inherits(selector::HASH, key, t);
    let hash = if by_identity { Some(hash::identity(key, t)) } else { hash::of(key, t) };
    let Some(hash) = hash.filter(|_| is_array(index, t) && places.is_power_of_two()) else { return Ok(None) };
    let start = hash::probe(hash, places);
    for probe in (start..places).chain(0..start) {
        match t.slot(index, probe).as_small().and_then(|place| usize::try_from(place).ok()) {
            Some(0) => return Ok(Some(Value::int(0))),
            Some(place) if place <= last => match is_here(place, t) {
                Some(true) => return Ok(Some(Value::int(place as i64))),
                Some(false) => {}
                None => return Ok(None),
            },
            _ => return Ok(None),
        }
    }
    Ok(Some(Value::int(0)))
}

fn is_array(value: Value, t: &Turn) -> bool {
    t.header(value).is_some_and(|header| header.kind() == Kind::Values && header.class() == class::ARRAY)
}

fn length(value: Value, t: &Turn) -> usize {
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
        if let Some(number) = Number::of(value, t) {
            return Some(Self::Number(number));
        }
        if value.as_symbol().is_some() {
            return Chars::of(value, t).map(Self::Text);
        }
        match t.header(value) {
            Some(header) if is_string(header.class()) || is_symbol(header.class()) => Chars::of(value, t).map(Self::Text),
            Some(_) => None,
            None if value.is_self() => None,
            None => Some(Self::Other),
        }
    }
}
