//! Where enumerations begin: which collections the runtime knows, and how it goes through each.

use super::{Cursor, FIRST, HASHED_ARRAY, HASHED_LAST, LAST, Shape, Walk};
use crate::answer::Raised;
use crate::library::class;
use crate::prim;
use crate::quick;
use crate::turn::Turn;
use crate::value::Value;

/// Classes of the library that enumerate alike. A subclass may do otherwise, so that only these very classes count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Array,
    Bytes,
    Text,
    Ordered,
    /// An OrderedCollection but for what `select:` makes of it.
    Sorted,
    Interval,
    Set,
    Dictionary,
    IdentityDictionary,
    /// A Dictionary but for how it finds keys.
    Pluggable,
}

fn family(class: u32) -> Option<Family> {
    Some(match class {
        class::ARRAY => Family::Array,
        class::BYTE_ARRAY => Family::Bytes,
        class::BYTE_STRING | class::WIDE_STRING | class::BYTE_SYMBOL | class::WIDE_SYMBOL => Family::Text,
        class::ORDERED_COLLECTION => Family::Ordered,
        class::SORTED_COLLECTION => Family::Sorted,
        class::INTERVAL => Family::Interval,
        class::SET | class::IDENTITY_SET | class::PLUGGABLE_SET => Family::Set,
        class::DICTIONARY | class::ORDERED_DICTIONARY | class::SMALL_DICTIONARY => Family::Dictionary,
        class::IDENTITY_DICTIONARY | class::ORDERED_IDENTITY_DICTIONARY | class::SMALL_IDENTITY_DICTIONARY => Family::IdentityDictionary,
        class::PLUGGABLE_DICTIONARY => Family::Pluggable,
        _ => return None,
    })
}

impl Family {
    fn is_hashed(self) -> bool {
        matches!(self, Self::Set | Self::Dictionary | Self::IdentityDictionary | Self::Pluggable)
    }
}

/// Begins a walk, if the runtime knows how to go through such a collection.
#[inline]
pub fn begin(walk: Walk, collection: Value, cursor: &mut Cursor, t: &Turn) -> bool {
    let by_places =
        !matches!(walk, Walk::Backward | Walk::BackwardPlaces | Walk::AllButFirst | Walk::AllButLast | Walk::Keys | Walk::Values);
    if by_places
        && let Some(header) = t.header(collection)
        && header.class() == class::ARRAY
    {
        *cursor = Cursor::new(Shape::Array, 1, header.length() as i64);
        return true;
    }
    match over(walk, collection, t) {
        Some(begun) => {
            *cursor = begun;
            true
        }
        None => false,
    }
}

#[inline(never)]
fn over(walk: Walk, collection: Value, t: &Turn) -> Option<Cursor> {
    let family = family(t.class_of(collection))?;
    if family.is_hashed() {
        return hashed(walk, family, collection, t);
    }
    let by_array = matches!(walk, Walk::Elements | Walk::Backward)
        || matches!((walk, family), (Walk::Collected, Family::Ordered | Family::Sorted) | (Walk::Selected, Family::Ordered));
    if by_array && matches!(family, Family::Ordered | Family::Sorted) {
        let (first, last) = ends(collection, t)?;
        return Some(match walk {
            Walk::Backward => Cursor { step: -1, ..Cursor::new(Shape::OrderedBack, last, first) },
            _ => Cursor::new(Shape::Ordered, first, last),
        });
    }
    let all = places(family, collection, t)?;
    Some(match walk {
        Walk::Elements | Walk::Searched | Walk::Places | Walk::Pairs | Walk::Size => all,
        Walk::Backward | Walk::BackwardPlaces => by_at(all).reversed(),
        Walk::AllButFirst => Cursor { at: 2, ..all },
        Walk::AllButLast => Cursor { end: all.end - 1, ..all },
        Walk::Collected | Walk::Selected if matches!(family, Family::Array | Family::Interval) => all,
        Walk::PlacesCollected if matches!(family, Family::Array | Family::Interval | Family::Ordered | Family::Sorted) => all,
        _ => return None,
    })
}

/// The first and the last index in the array of an OrderedCollection.
fn ends(collection: Value, t: &Turn) -> Option<(i64, i64)> {
    Some((t.slot(collection, FIRST).as_small()?, t.slot(collection, LAST).as_small()?))
}

/// From the first place to the last.
fn places(family: Family, collection: Value, t: &Turn) -> Option<Cursor> {
    match family {
        Family::Array => Some(Cursor::new(Shape::Array, 1, length(collection, t))),
        Family::Bytes => Some(Cursor::new(Shape::Bytes, 1, length(collection, t))),
        Family::Text => Some(Cursor::new(Shape::Text, 1, prim::text_length(collection, t)?)),
        Family::Ordered | Family::Sorted => {
            let (first, last) = ends(collection, t)?;
            Some(Cursor::new(Shape::OrderedAt, 1, last - first + 1))
        }
        _ => progression(collection, t),
    }
}

/// An Interval of integers that need no box.
fn progression(collection: Value, t: &Turn) -> Option<Cursor> {
    let part = |index| t.slot(collection, index).as_small();
    let (start, stop, step) = (part(0)?, part(1)?, part(2)?);
    let size = match step {
        0 => return None,
        1.. if stop < start => 0,
        ..0 if start < stop => 0,
        _ => (stop - start) / step + 1,
    };
    Some(Cursor { base: start, stride: step, ..Cursor::new(Shape::Progression, 1, size) })
}

/// The same places in any direction.
fn by_at(cursor: Cursor) -> Cursor {
    let shape = if cursor.shape == Shape::Array { Shape::At } else { cursor.shape };
    Cursor { shape, ..cursor }
}

fn length(collection: Value, t: &Turn) -> i64 {
    t.header(collection).map_or(0, |header| header.length() as i64)
}

fn hashed(walk: Walk, family: Family, collection: Value, t: &Turn) -> Option<Cursor> {
    let (tally, last) = (t.slot(collection, 0).as_small()?, t.slot(collection, HASHED_LAST).as_small()?);
    let dictionary = family != Family::Set;
    let shape = match walk {
        Walk::Size => return Some(Cursor::new(Shape::Nothing, 1, tally)),
        Walk::Elements | Walk::Searched if !dictionary => Shape::Set,
        Walk::Elements | Walk::Searched => Shape::DictionaryValues,
        Walk::Pairs | Walk::Values if dictionary => Shape::DictionaryValues,
        Walk::Keys if dictionary => Shape::DictionaryKeys,
        _ => return None,
    };
    t.header(t.slot(collection, HASHED_ARRAY))?;
    Some(Cursor::new(shape, 1, last))
}

/// Begins a walk over the places between two.
#[inline]
pub fn begin_range(collection: Value, start: Value, stop: Value, cursor: &mut Cursor, t: &Turn) -> bool {
    let begun = range(collection, start, stop, t);
    *cursor = begun.unwrap_or(Cursor::NONE);
    begun.is_some()
}

#[inline(never)]
fn range(collection: Value, start: Value, stop: Value, t: &Turn) -> Option<Cursor> {
    family(t.class_of(collection)).filter(|family| !family.is_hashed()).and_then(|family| {
        let all = places(family, collection, t)?;
        let (start, stop) = (start.as_small()?, stop.as_small()?);
        let within = stop < start || start >= 1 && stop <= all.end;
        // A place that is none is an error, which the collection raises itself.
        if within { Some(Cursor { at: start, end: stop, ..all }) } else { None }
    })
}

/// Looks up a key (`Walk::Keys`), or a key or place: the walk goes to what is there, or nowhere.
#[inline]
pub fn find(walk: Walk, collection: Value, key: Value, cursor: &mut Cursor, t: &mut Turn) -> Result<bool, Raised> {
    let found = look_up(walk, collection, key, t)?;
    *cursor = found.unwrap_or(Cursor::NONE);
    Ok(found.is_some())
}

#[inline(never)]
fn look_up(walk: Walk, collection: Value, key: Value, t: &mut Turn) -> Result<Option<Cursor>, Raised> {
    let at_place = |place: i64| if place > 0 { Cursor::new(Shape::DictionaryValues, place, place) } else { Cursor::NONE };
    let Some(family) = family(t.class_of(collection)) else { return Ok(None) };
    let exact = match t.class_of(collection) {
        class::DICTIONARY => quick::place(collection, key, false, t),
        class::IDENTITY_DICTIONARY => quick::place(collection, key, true, t),
        _ => None,
    };
    if let Some(place) = exact {
        return Ok(Some(at_place(place as i64)));
    }
    let place = match family {
        Family::Dictionary => prim::dictionary_find(collection, key, t)?,
        Family::IdentityDictionary => prim::identity_dictionary_find(collection, key, t)?,
        Family::Set | Family::Pluggable => None,
        _ if walk == Walk::Keys => None,
        _ => {
            let (Some(all), Some(at)) = (places(family, collection, t), key.as_small()) else { return Ok(None) };
            let is_there = at >= 1 && at <= all.end;
            return Ok(Some(if is_there { Cursor { at, end: at, ..all } } else { Cursor::NONE }));
        }
    };
    Ok(place.and_then(Value::as_small).map(at_place))
}
