//! Finding elements and keys in hashed collections, and putting them there, for keys whose equality the library defines.

use super::Try;
use super::equality::Way;
use super::table::{Found, Table};
use crate::answer::Raised;
use crate::turn::Turn;
use crate::value::{NIL, Value};

/// How many values of its array an entry takes: a set has elements, a dictionary keys and values.
const SET: usize = 1;
const DICTIONARY: usize = 2;

/// `Set>>placeOf:`
pub fn set_find(this: Value, key: Value, t: &mut Turn) -> Try {
    Ok(place(this, key, SET, Way::Equality, t))
}

/// `Dictionary>>placeOf:`
pub fn dictionary_find(this: Value, key: Value, t: &mut Turn) -> Try {
    Ok(place(this, key, DICTIONARY, Way::Equality, t))
}

/// `IdentitySet>>placeOf:`
pub fn identity_set_find(this: Value, key: Value, t: &mut Turn) -> Try {
    Ok(place(this, key, SET, Way::Identity, t))
}

/// `IdentityDictionary>>placeOf:`
pub fn identity_dictionary_find(this: Value, key: Value, t: &mut Turn) -> Try {
    Ok(place(this, key, DICTIONARY, Way::Identity, t))
}

/// The place of a key, 0 where it is missing; none where only a message can tell whether two objects are equal.
fn place(this: Value, key: Value, stride: usize, way: Way, t: &Turn) -> Option<Value> {
    Some(match Table::of(this, stride, t)?.find(key, way, t)? {
        Found::At(place) => Value::int(place as i64),
        Found::Free(_) => Value::int(0),
    })
}

/// A collection whose entries are where the library puts them, and where it has a key or would have it.
fn search(this: Value, key: Value, stride: usize, t: &Turn) -> Option<(Table, Way, Found)> {
    let way = Way::of(this, t)?;
    let table = Table::of(this, stride, t)?;
    let found = table.find(key, way, t)?;
    Some((table, way, found))
}

/// `includes:` of a set.
pub fn set_includes(this: Value, key: Value, t: &mut Turn) -> Try {
    Ok(search(this, key, SET, t).map(|(_, _, found)| Value::boolean(matches!(found, Found::At(_)))))
}

/// `includesKey:`
pub fn dictionary_includes_key(this: Value, key: Value, t: &mut Turn) -> Try {
    Ok(search(this, key, DICTIONARY, t).map(|(_, _, found)| Value::boolean(matches!(found, Found::At(_)))))
}

/// `at:`; fails where the key is missing.
pub fn dictionary_at(this: Value, key: Value, t: &mut Turn) -> Try {
    Ok(match search(this, key, DICTIONARY, t) {
        Some((table, _, Found::At(place))) => Some(t.slot(table.array, place * DICTIONARY - 1)),
        _ => None,
    })
}

/// `at:ifAbsent:` and its kin, of a key that is there.
pub fn dictionary_at_if_absent(this: Value, key: Value, _absent: Value, t: &mut Turn) -> Try {
    dictionary_at(this, key, t)
}

/// `at:put:`
pub fn dictionary_at_put(this: Value, key: Value, value: Value, t: &mut Turn) -> Try {
    let Some((array, place)) = enter(this, key, DICTIONARY, t)? else { return Ok(None) };
    t.set_slot(array, place * DICTIONARY - 1, value)?;
    Ok(Some(value))
}

/// `add:` of a set.
pub fn set_add(this: Value, key: Value, t: &mut Turn) -> Try {
    Ok(enter(this, key, SET, t)?.map(|_| key))
}

/// The array and the place in it where a key stands afterwards.
fn enter(this: Value, key: Value, stride: usize, t: &mut Turn) -> Result<Option<(Value, usize)>, Raised> {
    match search(this, key, stride, t) {
        Some((table, _, Found::At(place))) => Ok(Some((table.array, place))),
        Some((table, way, Found::Free(free))) => {
            let Some((array, place)) = table.add(this, key, way, free, t)? else { return Ok(None) };
            t.set_slot(array, (place - 1) * stride, key)?;
            Ok(Some((array, place)))
        }
        None => Ok(None),
    }
}

/// `removeKey:ifAbsent:` of a key that is there, with others.
pub fn dictionary_remove(this: Value, key: Value, _absent: Value, t: &mut Turn) -> Try {
    let Some((table, _, Found::At(place))) = search(this, key, DICTIONARY, t) else { return Ok(None) };
    let value = t.slot(table.array, place * DICTIONARY - 1);
    if !table.remove(this, place, t)? {
        return Ok(None);
    }
    t.set_slot(table.array, place * DICTIONARY - 1, NIL)?;
    Ok(Some(value))
}

/// `remove:ifAbsent:` of an element that is there, with others.
pub fn set_remove(this: Value, key: Value, _absent: Value, t: &mut Turn) -> Try {
    let Some((table, _, Found::At(place))) = search(this, key, SET, t) else { return Ok(None) };
    Ok(table.remove(this, place, t)?.then_some(key))
}
