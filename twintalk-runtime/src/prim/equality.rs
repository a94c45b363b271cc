//! When two values are equal, and what the hash of one is, where the library says so and no message need be sent.

use std::cmp::Ordering;

use super::hash;
use super::number::{Number, compare};
use super::text::Chars;
use crate::dispatch::same;
use crate::known::Known;
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::Value;

/// What a hashed collection finds its entries by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Way {
    /// `=` and `hash`.
    Equality,
    /// `==` and `identityHash`.
    Identity,
}

impl Way {
    /// That of a collection which has the library's methods for it.
    #[inline]
    pub(super) fn of(collection: Value, t: &Turn) -> Option<Self> {
        let known = t.frozen.known(t.header(collection)?.class());
        if known.has(Known::HASHED) {
            return Some(Self::Equality);
        }
        known.has(Known::HASHED_BY_IDENTITY).then_some(Self::Identity)
    }

    /// The hash of a key; none where a message must be sent for it.
    #[inline]
    pub(super) fn hash(self, key: Value, t: &Turn) -> Option<i64> {
        if let Some(small) = key.as_small()
            && (self == Self::Identity || t.frozen.known(class::SMALL_INTEGER).has(Known::CONTENT))
        {
            return Some(hash::integer(small));
        }
        if self == Self::Identity {
            return Some(hash::identity(key, t));
        }
        let known = known(key, t);
        if known.has(Known::IDENTITY) {
            return Some(hash::identity(key, t));
        }
        if known.has(Known::CONTENT) { hash::of(key, t) } else { None }
    }

    /// Whether no message need be sent to tell whether entries of such kinds are equal to a key.
    #[inline]
    pub(super) fn covers(self, key: Value, t: &Turn) -> bool {
        self == Self::Identity || known(key, t).has(Known::CONTENT)
    }

    /// Whether an entry is what is looked for, whose hash is known.
    #[inline]
    pub(super) fn equal(self, each: Value, key: Value, t: &Turn) -> Option<bool> {
        if each == key && !key.is_float() {
            return Some(true);
        }
        if Value::both_small(each, key) {
            return Some(false);
        }
        match self {
            Self::Identity => Some(same(each, key, t)),
            Self::Equality => equal(each, key, t),
        }
    }
}

#[inline]
fn known(value: Value, t: &Turn) -> Known {
    t.frozen.known(t.class_of(value))
}

/// `each = key`
fn equal(each: Value, key: Value, t: &Turn) -> Option<bool> {
    let known = known(each, t);
    if known.has(Known::IDENTITY) {
        return Some(same(each, key, t));
    }
    if !known.has(Known::CONTENT) {
        return None;
    }
    if let Some(equal) = equal_bytes(each, key, t) {
        return Some(equal);
    }
    match (Operand::of(each, t)?, Operand::of(key, t)?) {
        (Operand::Number(a), Operand::Number(b)) => Some(compare(&a, &b) == Some(Ordering::Equal)),
        (Operand::Text(a), Operand::Text(b)) => Some(a == b),
        // Whether it is a number that numbers compare with, only a message can tell.
        (Operand::Number(_), Operand::Object) => None,
        _ => Some(same(each, key, t)),
    }
}

/// Equality of two strings of bytes, by words: behind the last byte there are zeros.
#[inline]
fn equal_bytes(a: Value, b: Value, t: &Turn) -> Option<bool> {
    let ((header, words), (other, other_words)) = (t.object(a)?, t.object(b)?);
    let are_strings = header.class() == class::BYTE_STRING && other.class() == class::BYTE_STRING;
    let are_bytes = header.kind() == Kind::Bytes && other.kind() == Kind::Bytes;
    (are_strings && are_bytes).then(|| header.length() == other.length() && words == other_words)
}

/// A value as `=` of the library sees it.
enum Operand<'a> {
    Number(Number),
    Text(Chars<'a>),
    /// What no message is needed to know that it is neither.
    Unique,
    /// Any other object.
    Object,
}

impl<'a> Operand<'a> {
    fn of(value: Value, t: &'a Turn) -> Option<Self> {
        if let Some(number) = Number::of(value, t) {
            return Some(Self::Number(number));
        }
        match t.kind_of(value) {
            Some(Kind::Bytes | Kind::Wide | Kind::Widened) => Some(Chars::of(value, t).map_or(Self::Object, Self::Text)),
            Some(_) => Some(Self::Object),
            None if value.as_symbol().is_some() => Chars::of(value, t).map(Self::Text),
            None if value.is_self() || value.as_class().is_some() => Some(Self::Object),
            None => Some(Self::Unique),
        }
    }
}
