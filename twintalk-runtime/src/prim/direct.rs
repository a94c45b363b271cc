//! Small integers and plain objects in sets and dictionaries: found, and put there, by comparing words.
//!
//! The caller knows that the collection is an exact one of the library, and that the library's methods say what is equal.
//! Whatever is less simple is left to the general search of `table`.

use super::hash;
use super::table::{Spread, index_words};
use crate::answer::Raised;
use crate::known::Known;
use crate::library::class;
use crate::object::{Header, Kind};
use crate::turn::Turn;
use crate::value::{NIL, Value};

const TALLY: usize = 0;
const LAST: usize = 1;

/// Where a key is.
pub(crate) enum Place {
    /// At a place, from 1.
    At(usize),
    /// Nowhere: here it would be.
    Free(Free),
    /// Only the general search can tell.
    Unsure,
}

/// Where a new key would stand: at the word of the index, if there is one.
#[derive(Clone, Copy)]
pub(crate) struct Free {
    at: usize,
    spread: Option<Spread>,
}

/// The slots of a hashed collection.
struct Slots {
    tally: i64,
    last: i64,
    array: Value,
    index: Value,
}

impl Slots {
    #[inline(always)]
    fn of(collection: Value, t: &Turn) -> Option<Self> {
        let &[_, tally, last, array, index] = t.words_of(collection).get(collection.offset()..)?.first_chunk::<5>()?;
        let value = |word| Value::from_word(word).unwrap_or(NIL);
        Some(Self { tally: value(tally).small_unchecked(), last: value(last).small_unchecked(), array: value(array), index: value(index) })
    }
}

/// What tells a key from others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    /// Only other kinds of numbers may be equal to it.
    Small,
    /// An object that nobody else is equal to who compares by identity too.
    Plain,
}

/// The hash of a key, if it is of either sort.
#[inline(always)]
fn hashed(key: Value, by_identity: bool, t: &Turn) -> Option<(i64, Sort)> {
    if key.is_small() && (by_identity || t.frozen.known(class::SMALL_INTEGER).has(Known::CONTENT)) {
        return Some((hash::integer(key.small_unchecked()), Sort::Small));
    }
    let header = t.header(key)?;
    let plain = header.kind() == Kind::Values && (by_identity || t.frozen.known(header.class()).has(Known::IDENTITY));
    plain.then(|| (hash::of_object(header), Sort::Plain))
}

/// Whether an entry that is not the key cannot be equal to it.
#[inline(always)]
fn differs(entry: u64, sort: Sort, by_identity: bool, t: &Turn) -> bool {
    let Some(entry) = Value::from_word(entry) else { return false };
    match sort {
        Sort::Small => entry.is_small() || by_identity,
        Sort::Plain if by_identity => true,
        Sort::Plain => t.header(entry).is_some_and(|header| t.frozen.known(header.class()).has(Known::IDENTITY)),
    }
}

/// Looks for a key in an exact collection whose entries take `STRIDE` values.
#[inline]
pub(crate) fn find<const STRIDE: usize>(collection: Value, key: Value, by_identity: bool, t: &Turn) -> Place {
    search::<STRIDE>(collection, key, by_identity, t).unwrap_or(Place::Unsure)
}

#[inline(always)]
fn search<const STRIDE: usize>(collection: Value, key: Value, by_identity: bool, t: &Turn) -> Option<Place> {
    let slots = Slots::of(collection, t)?;
    let (hash, sort) = hashed(key, by_identity, t)?;
    let entries = t.words_of(slots.array).get(slots.array.offset() + 1..)?;
    if slots.index.is_nil() {
        let mut at = 0;
        for place in 1..=slots.last as usize {
            let entry = *entries.get(at)?;
            if entry == key.bits() {
                return Some(Place::At(place));
            }
            if entry != slots.array.bits() && !differs(entry, sort, by_identity, t) {
                return None;
            }
            at += STRIDE;
        }
        return Some(Place::Free(Free { at: 0, spread: None }));
    }
    let index = index_words(slots.index, t)?;
    let below = index.len() - 1;
    let spread = Spread::of(hash);
    let (mark, mut at) = (spread.mark(index.len()), spread.start(index.len()));
    loop {
        let word = *index.get(at)?;
        if word == 0 {
            return Some(Place::Free(Free { at, spread: Some(spread) }));
        }
        let place = word as usize & below;
        if word ^ place as u32 == mark {
            let entry = *entries.get(place.wrapping_sub(1).wrapping_mul(STRIDE))?;
            if entry == key.bits() {
                return Some(Place::At(place));
            }
            // Where an entry was removed stands the array itself.
            if entry != slots.array.bits() && !differs(entry, sort, by_identity, t) {
                return None;
            }
        }
        at = (at + 1) & below;
    }
}

/// Puts a new key where it belongs, and a value with it; `false` where there is no room.
#[inline]
pub(crate) fn enter<const STRIDE: usize>(collection: Value, free: Free, key: Value, value: Value, t: &mut Turn) -> Result<bool, Raised> {
    let Some(slots) = Slots::of(collection, t) else { return Ok(false) };
    let at = slots.last as usize * STRIDE;
    let header = t.header(slots.array).unwrap_or(Header(0));
    if header.class() != class::ARRAY || at + STRIDE > header.length() {
        return Ok(false);
    }
    t.set_slot(collection, LAST, Value::int(slots.last + 1))?;
    t.set_slot(collection, TALLY, Value::int(slots.tally + 1))?;
    t.set_slot(slots.array, at, key)?;
    if STRIDE > 1 {
        t.set_slot(slots.array, at + 1, value)?;
    }
    if let Some(spread) = free.spread {
        spread.enter(slots.index, free.at, slots.last as usize + 1, t)?;
    }
    Ok(true)
}

/// The value at a place of an exact dictionary.
#[inline]
pub(crate) fn value(dictionary: Value, place: usize, t: &Turn) -> Option<Value> {
    let slots = Slots::of(dictionary, t)?;
    Some(t.field(slots.array, place * 2 - 1))
}

/// Writes the value at a place of an exact dictionary.
#[inline]
pub(crate) fn set_value(dictionary: Value, place: usize, value: Value, t: &mut Turn) -> Result<(), Raised> {
    match Slots::of(dictionary, t) {
        Some(slots) => t.set_slot(slots.array, place * 2 - 1, value),
        None => Ok(()),
    }
}
