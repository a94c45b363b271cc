//! Enumerations in place: cursors over the library's collections, which go the way the library's methods do.
//!
//! A cursor is a few integers, and nothing here runs at a safepoint, so that it stays right wherever objects move. Every
//! step reads the collection anew, as the library's methods do: what the loop's body adds or removes tells in the same way.

mod begin;
mod exact;
mod gather;

pub use begin::{begin, begin_range, find};
pub use exact::{
    array, elements, keys, next_array, next_element, next_key, next_ordered, next_place, next_value, ordered, ordered_places, values,
};
pub use gather::{gather, gathered, put};

use crate::answer::{Answer, Raised};
use crate::library::selector;
use crate::turn::Turn;
use crate::value::Value;

/// Slots of an OrderedCollection.
const ARRAY: usize = 0;
const FIRST: usize = 1;
const LAST: usize = 2;
/// Slots of a hashed collection.
const HASHED_LAST: usize = 1;
const HASHED_ARRAY: usize = 2;

/// The ways in which the library's methods go through a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Walk {
    /// `do:` and what is said by it.
    Elements,
    /// `reverseDo:`
    Backward,
    /// `detect:ifNone:`, `anySatisfy:`: by places where there are places, else as `do:`.
    Searched,
    /// `doWithIndex:`, `with:do:`: by `at:` from 1 to the size.
    Places,
    /// `reverseWithIndexDo:`
    BackwardPlaces,
    /// `allButFirstDo:`
    AllButFirst,
    /// `allButLastDo:`
    AllButLast,
    /// `keysAndValuesDo:`
    Pairs,
    /// `keysDo:`
    Keys,
    /// `valuesDo:`
    Values,
    /// `collect:`
    Collected,
    /// `collectWithIndex:`
    PlacesCollected,
    /// `select:`
    Selected,
    /// `isEmpty`
    Size,
}

/// What a step reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// There is nothing.
    Nothing,
    /// Elements of an Array, forwards.
    Array,
    /// Elements by `at:`.
    At,
    /// Elements of an OrderedCollection by place in its array, forwards.
    Ordered,
    /// The same backwards.
    OrderedBack,
    /// Elements of an OrderedCollection by `at:`.
    OrderedAt,
    /// Integers.
    Progression,
    /// Characters.
    Text,
    /// Bytes.
    Bytes,
    /// Elements of a set.
    Set,
    /// Values of a dictionary.
    DictionaryValues,
    /// Keys of a dictionary.
    DictionaryKeys,
}

/// Where an enumeration stands.
#[derive(Clone, Copy, Debug)]
pub struct Cursor {
    shape: Shape,
    /// The next place, and the last one.
    at: i64,
    end: i64,
    step: i64,
    /// The first of the integers of a progression and their distance.
    base: i64,
    stride: i64,
    /// How many results there are.
    filled: i64,
}

impl Cursor {
    /// Nothing to go through.
    pub const NONE: Self = Self { shape: Shape::Nothing, at: 1, end: 0, step: 1, base: 0, stride: 0, filled: 0 };

    #[inline]
    fn new(shape: Shape, at: i64, end: i64) -> Self {
        Self { shape, at, end, ..Self::NONE }
    }

    fn reversed(self) -> Self {
        Self { at: self.end, end: self.at, step: -self.step, ..self }
    }

    /// How many elements are to come, if none are added or removed.
    #[inline]
    fn left(&self) -> i64 {
        ((self.end - self.at) * self.step + 1).max(0)
    }

    /// Whether there is anything to come.
    #[inline]
    pub fn any(&self) -> bool {
        self.left() > 0
    }

    /// Whether as many elements are to come as of another collection.
    #[inline]
    pub fn same_size(&self, other: &Self) -> bool {
        self.left() == other.left()
    }
}

/// The next element.
#[inline]
pub fn next(collection: Value, cursor: &mut Cursor, t: &mut Turn) -> Result<Option<Value>, Raised> {
    let at = cursor.at;
    match cursor.shape {
        Shape::Array => {
            if at > cursor.end {
                return Ok(None);
            }
            cursor.at = at + 1;
            Ok(Some(t.slot(collection, at as usize - 1)))
        }
        Shape::Ordered => {
            let last = t.slot(collection, LAST).small_unchecked();
            if at > cursor.end || at > last {
                return Ok(None);
            }
            cursor.at = at + 1;
            let array = t.slot(collection, ARRAY);
            crate::ops::at(array, Value::int(at), t).map(Some)
        }
        Shape::Progression => {
            if (cursor.end - at) * cursor.step < 0 {
                return Ok(None);
            }
            cursor.at = at + cursor.step;
            Ok(Some(Value::int(cursor.base + cursor.stride * (at - 1))))
        }
        Shape::Set => {
            let (at, element) = hashed::<1, 0>(collection, at, cursor.end, t);
            cursor.at = at;
            Ok(element)
        }
        Shape::DictionaryValues => {
            let (at, value) = hashed::<2, 1>(collection, at, cursor.end, t);
            cursor.at = at;
            Ok(value)
        }
        _ => {
            let (at, next) = other(collection, *cursor, t);
            cursor.at = at;
            next
        }
    }
}

/// A step of a less frequent shape, and the place after it.
#[inline(never)]
fn other(collection: Value, cursor: Cursor, t: &mut Turn) -> (i64, Result<Option<Value>, Raised>) {
    let at = cursor.at;
    match cursor.shape {
        Shape::DictionaryKeys => {
            let (at, key) = hashed::<2, 0>(collection, at, cursor.end, t);
            return (at, Ok(key));
        }
        Shape::OrderedBack => {
            if at < t.slot(collection, FIRST).small_unchecked() {
                return (at, Ok(None));
            }
            let array = t.slot(collection, ARRAY);
            return (at - 1, crate::ops::at(array, Value::int(at), t).map(Some));
        }
        _ if (cursor.end - at) * cursor.step < 0 => return (at, Ok(None)),
        _ => {}
    }
    let element = match cursor.shape {
        Shape::OrderedAt => ordered_at(collection, at, t),
        Shape::Text => match crate::prim::string_at(collection, Value::int(at), t) {
            Ok(Some(character)) => Ok(character),
            Ok(None) => t.send_in_place(selector::AT_WITH, collection, &[Value::int(at)]),
            Err(raised) => Err(raised),
        },
        Shape::Bytes => match byte(collection, at, t) {
            Some(byte) => Ok(Value::int(byte.into())),
            None => t.send_in_place(selector::AT_WITH, collection, &[Value::int(at)]),
        },
        _ => crate::ops::at(collection, Value::int(at), t),
    };
    (at + cursor.step, element.map(Some))
}

fn byte(collection: Value, at: i64, t: &Turn) -> Option<u8> {
    let (header, body) = t.object(collection)?;
    let bytes: &[u8] = bytemuck::cast_slice(body);
    bytes.get(..header.length())?.get(usize::try_from(at - 1).ok()?).copied()
}

/// `at:` of an OrderedCollection.
fn ordered_at(collection: Value, at: i64, t: &mut Turn) -> Answer {
    let (first, last) = (t.slot(collection, FIRST).small_unchecked(), t.slot(collection, LAST).small_unchecked());
    if at < 1 || at > last - first + 1 {
        return t.send_in_place(selector::AT_WITH, collection, &[Value::int(at)]);
    }
    let array = t.slot(collection, ARRAY);
    crate::ops::at(array, Value::int(first + at - 1), t)
}

/// The next entry that is there, and the place after it: where one was removed the array holds itself.
#[inline(never)]
fn hashed<const STRIDE: usize, const PART: usize>(collection: Value, at: i64, end: i64, t: &Turn) -> (i64, Option<Value>) {
    let (array, last) = (t.slot(collection, HASHED_ARRAY), t.slot(collection, HASHED_LAST).small_unchecked());
    let (mut at, end) = (at, end.min(last));
    let Some((_, body)) = t.object(array) else { return (at, None) };
    while at <= end {
        let entry = (at as usize - 1) * STRIDE;
        at += 1;
        match body.get(entry..entry + STRIDE) {
            Some(entry) if entry[0] != array.bits() => return (at, Some(Value::from_bits(entry[PART]))),
            _ => {}
        }
    }
    (at, None)
}

/// The key of the element that came last: its place, where it is one of a sequence.
#[inline]
pub fn key(collection: Value, cursor: &Cursor, t: &Turn) -> Value {
    let at = cursor.at - cursor.step;
    if cursor.shape == Shape::DictionaryValues {
        return t.slot(t.slot(collection, HASHED_ARRAY), (at as usize - 1) * 2);
    }
    Value::int(at)
}
