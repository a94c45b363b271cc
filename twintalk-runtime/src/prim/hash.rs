//! Hashes. Those of numbers, strings and identities are kept in durable collections: they must never change.

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::Try;
use super::table;
use super::text::Chars;
use crate::dispatch::{is_string, is_symbol};
use crate::library::class;
use crate::object::{Header, Kind};
use crate::turn::Turn;
use crate::value::Value;

/// Hashes have this many bits, so that each is an immediate integer.
const BITS: u32 = 40;
const MASK: u64 = (1 << BITS) - 1;
pub(super) const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

#[inline]
fn mix(bits: u64) -> i64 {
    ((bits ^ bits >> 32).wrapping_mul(GOLDEN) >> (64 - BITS)) as i64
}

/// Integers are their own hash while they are small.
#[inline]
pub(super) fn integer(value: i64) -> i64 {
    if value.unsigned_abs() <= MASK { value } else { mix(value as u64) }
}

fn big(value: &BigInt) -> i64 {
    let folded = value.iter_u64_digits().fold(value.sign() as u64, |hash, digit| hash.wrapping_mul(GOLDEN) ^ digit);
    mix(folded)
}

/// A float that is an integer hashes as that integer.
fn float(value: f64) -> i64 {
    if value.is_finite() && value.fract() == 0.0 {
        return match <i64 as FromPrimitive>::from_f64(value) {
            Some(whole) if (crate::numbers::MIN_VAL..=crate::numbers::MAX_VAL).contains(&whole) => integer(whole),
            _ => BigInt::from_f64(value).map_or(0, |whole| big(&whole)),
        };
    }
    mix(value.to_bits())
}

fn number(value: Value, t: &Turn) -> Option<i64> {
    if let Some(small) = value.as_small() {
        return Some(integer(small));
    }
    if let Some(value) = value.as_float() {
        return Some(float(value));
    }
    match t.kind_of(value)? {
        Kind::Int64 => t.as_i64(value).map(integer),
        Kind::LargeInt => t.big(value).map(|value| big(&value)),
        _ => None,
    }
}

/// By characters, whatever holds them (FNV-1a, Fowler, Noll and Vo).
fn codes(codes: impl Iterator<Item = u32>) -> i64 {
    mix(codes.fold(0xCBF2_9CE4_8422_2325u64, |hash, code| (hash ^ u64::from(code)).wrapping_mul(0x100_0000_01B3)))
}

fn text(chars: &Chars<'_>) -> i64 {
    match chars {
        Chars::Narrow(bytes) => codes(bytes.iter().map(|byte| u32::from(*byte))),
        Chars::Wide(wide) => codes(wide.iter().copied()),
    }
}

/// The hash of a string or symbol.
fn of_text(value: Value, t: &Turn) -> Option<i64> {
    match value.as_symbol() {
        Some(number) => t.frozen.symbol_hash(number, |text| codes(text.chars().map(u32::from))),
        None => Chars::of(value, t).map(|chars| text(&chars)),
    }
}

/// The hash of what the library itself compares: numbers, texts, characters, classes, Booleans and nil.
pub(super) fn of(value: Value, t: &Turn) -> Option<i64> {
    if let Some(hash) = number(value, t) {
        return Some(hash);
    }
    if let Some(character) = value.as_character() {
        return Some(i64::from(u32::from(character)));
    }
    if let Some(truth) = value.as_bool() {
        return Some(2 + i64::from(truth));
    }
    if value.is_nil() {
        return Some(1);
    }
    if let Some(number) = value.as_class() {
        return Some(mix(u64::from(number)));
    }
    of_text(value, t)
}

#[inline]
fn of_parts(class: u32, header: Header) -> i64 {
    mix(u64::from(class) | u64::from(header.identity()) << 16)
}

/// The hash that belongs to `==` of an object that is no string.
#[inline]
pub(super) fn of_object(header: Header) -> i64 {
    of_parts(header.class(), header)
}

/// The hash that belongs to `==`: objects keep it in their headers, whatever space they move to.
pub(super) fn identity(value: Value, t: &Turn) -> i64 {
    if value.is_float() || value.is_reference() && !is_compared_by_content(value, t) {
        return match value.as_float() {
            Some(float) => mix(float.to_bits()),
            None => t.header(value).map_or(0, |header| {
                // A string that is widened changes its class.
                let class = if is_string(header.class()) { class::STRING } else { header.class() };
                of_parts(class, header)
            }),
        };
    }
    of(value, t).unwrap_or(4)
}

fn is_compared_by_content(value: Value, t: &Turn) -> bool {
    t.header(value).is_some_and(|header| matches!(header.kind(), Kind::Int64 | Kind::LargeInt) || is_symbol(header.class()))
}

/// `identityHash`
pub fn object_identity_hash(this: Value, t: &mut Turn) -> Try {
    Ok(Some(Value::int(identity(this, t))))
}

/// `hash` of a number: equal for equal integers and floats.
pub fn number_hash(this: Value, t: &mut Turn) -> Try {
    Ok(number(this, t).map(Value::int))
}

/// `hash` of a string or symbol.
pub fn string_hash(this: Value, t: &mut Turn) -> Try {
    Ok(of_text(this, t).map(Value::int))
}

/// `hash` of a byte array.
pub fn bytes_hash(this: Value, t: &mut Turn) -> Try {
    Ok(t.bytes(this).map(|bytes| Value::int(text(&Chars::Narrow(&bytes)))))
}

/// A hash that a message answered, as 64 bits.
fn answered(hash: Value, t: &Turn) -> Option<i64> {
    t.as_i64(hash).or_else(|| t.big(hash).map(|hash| big(&hash)))
}

/// `probeOf:` of a HashedCollection: see `table`.
pub fn hashed_probe(this: Value, hash: Value, t: &mut Turn) -> Try {
    let probe = answered(hash, t).and_then(|hash| table::probe(this, hash, t));
    Ok(probe.map(|probe| Value::int(probe as i64)))
}

/// `placeAtProbe:` of a HashedCollection.
pub fn hashed_place(this: Value, probe: Value, t: &mut Turn) -> Try {
    let probe = probe.as_small().and_then(|probe| usize::try_from(probe).ok());
    Ok(probe.and_then(|probe| table::place_at(this, probe, t)).map(|place| Value::int(place as i64)))
}

/// `enter:hash:` of a HashedCollection.
pub fn hashed_enter(this: Value, place: Value, hash: Value, t: &mut Turn) -> Try {
    let place = place.as_small().and_then(|place| u32::try_from(place).ok());
    let (Some(place), Some(hash)) = (place, answered(hash, t)) else { return Ok(None) };
    Ok(table::enter(this, place as usize, hash, t)?.then_some(this))
}
