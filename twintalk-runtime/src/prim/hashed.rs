//! Hashed collections of keys that the library itself compares: reading, adding and growing without a message.
//!
//! These apply to instances of exactly the library's classes; in what inherits from them the methods do as they say.

use super::find::{self, Looked, Slots};
use super::{Try, hash};
use crate::answer::Raised;
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::Value;

const TALLY: usize = 0;
const LAST: usize = 1;
const ARRAY: usize = 2;
const INDEX: usize = 3;

/// In an index, where there is no entry.
const FREE: u64 = Value::int(0).bits();

/// Up to so many entries need no index.
const UNINDEXED: usize = 8;

/// How a class holds its entries: their size, and whether keys are the same only if they are identical.
fn form(this: Value, t: &Turn) -> Option<(usize, bool)> {
    match t.header(this)?.class() {
        class::DICTIONARY => Some((2, false)),
        class::IDENTITY_DICTIONARY => Some((2, true)),
        class::SET => Some((1, false)),
        class::IDENTITY_SET => Some((1, true)),
        _ => None,
    }
}

/// `Dictionary>>at:`, and `at:ifAbsent:` where the key is there.
#[inline]
pub fn dictionary_at(this: Value, key: Value, t: &mut Turn) -> Try {
    Ok(value_at(this, key, t))
}

/// `Dictionary>>at:ifAbsent:` and its like where the key is there.
#[inline]
pub fn dictionary_at_or(this: Value, key: Value, _absent: Value, t: &mut Turn) -> Try {
    Ok(value_at(this, key, t))
}

fn value_at(this: Value, key: Value, t: &Turn) -> Option<Value> {
    let (2, identity) = form(this, t)? else { return None };
    match find::look_up(this, key, 2, identity, t)? {
        Looked::At(place) => Some(t.slot(find::slots(this, t)?.array, place * 2 - 1)),
        Looked::Missing(_) => None,
    }
}

/// `includes:` of a set, `includesKey:` of a dictionary.
pub fn hashed_includes(this: Value, key: Value, t: &mut Turn) -> Try {
    let looked = form(this, t).and_then(|(stride, identity)| find::look_up(this, key, stride, identity, t));
    Ok(looked.map(|looked| Value::boolean(matches!(looked, Looked::At(_)))))
}

/// `Dictionary>>at:put:`
pub fn dictionary_at_put(this: Value, key: Value, value: Value, t: &mut Turn) -> Try {
    let Some((2, identity)) = form(this, t) else { return Ok(None) };
    let place = match find::look_up(this, key, 2, identity, t) {
        Some(Looked::At(place)) => place,
        Some(Looked::Missing(hash)) => match add(this, key, 2, identity, hash, t)? {
            Some(place) => place,
            None => return Ok(None),
        },
        None => return Ok(None),
    };
    let Some(slots) = find::slots(this, t) else { return Ok(None) };
    t.set_slot(slots.array, place * 2 - 1, value)?;
    Ok(Some(value))
}

/// `Set>>add:`
pub fn set_add(this: Value, key: Value, t: &mut Turn) -> Try {
    let Some((1, identity)) = form(this, t) else { return Ok(None) };
    Ok(match find::look_up(this, key, 1, identity, t) {
        Some(Looked::At(_)) => Some(key),
        Some(Looked::Missing(hash)) => add(this, key, 1, identity, hash, t)?.map(|_| key),
        None => None,
    })
}

/// Adds an entry for a key that is missing; answers its place. Fails, having done nothing, where a message must tell a
/// hash.
fn add(this: Value, key: Value, stride: usize, identity: bool, hash: Option<i64>, t: &mut Turn) -> Result<Option<usize>, Raised> {
    let Some(mut slots) = find::slots(this, t) else { return Ok(None) };
    let capacity = find::length(slots.array, t) / stride;
    if slots.last == capacity {
        match rebuilt(this, &slots, capacity, stride, identity, t)? {
            Some(larger) => slots = larger,
            None => return Ok(None),
        }
    }
    let place = slots.last + 1;
    let places = find::length(slots.index, t);
    if places > 0 {
        let Some(hash) = hash.or_else(|| find::hash_of(key, identity, t)) else { return Ok(None) };
        let Some(probe) = free_probe(slots.index, hash, places, t) else { return Ok(None) };
        t.set_slot(slots.index, probe, Value::int(place as i64))?;
    }
    t.set_slot(slots.array, (place - 1) * stride, key)?;
    t.set_slot(this, LAST, Value::int(place as i64))?;
    t.set_slot(this, TALLY, Value::int(slots.tally + 1))?;
    Ok(Some(place))
}

/// Where the index is free for a hash.
fn free_probe(index: Value, hash: i64, places: usize, t: &Turn) -> Option<usize> {
    let start = hash::probe(hash, places);
    let (_, words) = t.object(index)?;
    (start..places).chain(0..start).find(|probe| words.get(*probe) == Some(&FREE))
}

/// Closes holes and doubles the room, unless a quarter of it was holes. Fails, having done nothing, where a message must
/// tell a hash.
fn rebuilt(this: Value, slots: &Slots, capacity: usize, stride: usize, identity: bool, t: &mut Turn) -> Result<Option<Slots>, Raised> {
    let Ok(tally) = usize::try_from(slots.tally) else { return Ok(None) };
    let doubled = tally == slots.last || tally * 4 > capacity * 3;
    let room = if doubled { (capacity * 2).max(4) } else { capacity };
    let at = |place: usize| t.slot(slots.array, (place - 1) * stride);
    let kept: Vec<usize> = (1..=slots.last).filter(|place| at(*place) != slots.array).collect();
    if kept.len() != tally {
        return Ok(None);
    }
    let mut entered = Vec::new();
    if room > UNINDEXED {
        entered = vec![FREE; (room * 2).next_power_of_two().max(32)];
        for (place, old) in (1..).zip(&kept) {
            let Some(hash) = find::hash_of(at(*old), identity, t) else { return Ok(None) };
            let mut probe = hash::probe(hash, entered.len());
            while entered[probe] != FREE {
                probe = (probe + 1) % entered.len();
            }
            entered[probe] = Value::int(place).bits();
        }
    }
    let array = if tally == slots.last && capacity > 0 {
        t.grow(slots.array, room * stride)? // the journal is told that it is a copy
    } else {
        let array = t.allocate(Kind::Values, class::ARRAY, room * stride)?;
        for (place, old) in kept.iter().enumerate() {
            t.copy_units::<u64>(slots.array, (old - 1) * stride..old * stride, array, place * stride);
        }
        array
    };
    let mut index = Value::NIL;
    if !entered.is_empty() {
        index = t.allocate(Kind::Values, class::ARRAY, entered.len())?;
        t.body_mut(index)?.copy_from_slice(&entered);
    }
    t.set_slot(this, LAST, Value::int(slots.tally))?;
    t.set_slot(this, ARRAY, array)?;
    t.set_slot(this, INDEX, index)?;
    Ok(Some(Slots { last: tally, array, index, ..*slots }))
}
