//! Hashes. Those of numbers, strings and identities are kept in durable collections: they must never change.

use num_bigint::BigInt;
use num_traits::FromPrimitive;

use super::Try;
use super::text::Chars;
use crate::dispatch::{is_string, is_symbol};
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::Value;

/// Hashes have this many bits, so that each is an immediate integer.
const BITS: u32 = 40;
const MASK: u64 = (1 << BITS) - 1;
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

fn mix(bits: u64) -> i64 {
    ((bits ^ bits >> 32).wrapping_mul(GOLDEN) >> (64 - BITS)) as i64
}

/// Integers are their own hash while they are small.
fn integer(value: i64) -> i64 {
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
fn text(chars: &Chars<'_>) -> i64 {
    let step = |hash: u64, code: u32| (hash ^ u64::from(code)).wrapping_mul(0x100_0000_01B3);
    mix(match chars {
        Chars::Narrow(bytes) => bytes.iter().fold(OFFSET, |hash, byte| step(hash, (*byte).into())),
        Chars::Wide(codes) => codes.iter().fold(OFFSET, |hash, code| step(hash, *code)),
    })
}

const OFFSET: u64 = 0xCBF2_9CE4_8422_2325;

/// The hash of what the library itself compares: numbers, texts, characters, classes, Booleans and nil.
pub(super) fn of(value: Value, t: &Turn) -> Option<i64> {
    if value.is_small() || value.is_float() || value.is_reference() {
        return number(value, t).or_else(|| Chars::of(value, t).map(|chars| text(&chars)));
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
    if let Some(symbol) = value.as_symbol() {
        return t.frozen().symbol_hash(symbol, || Chars::of(value, t).map(|chars| text(&chars)));
    }
    None
}

/// The hash that belongs to `==`: objects keep it in their headers, whatever space they move to.
pub(super) fn identity(value: Value, t: &Turn) -> i64 {
    if value.is_float() || value.is_reference() && !is_compared_by_content(value, t) {
        return match value.as_float() {
            Some(float) => mix(float.to_bits()),
            None => t.header(value).map_or(0, |header| {
                // A string that is widened changes its class.
                let class = if is_string(header.class()) { class::STRING } else { header.class() };
                mix(u64::from(class) | u64::from(header.identity()) << 16)
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
    Ok(Chars::of(this, t).map(|chars| Value::int(text(&chars))))
}

/// `hash` of a byte array.
pub fn bytes_hash(this: Value, t: &mut Turn) -> Try {
    Ok(t.bytes(this).map(|bytes| Value::int(text(&Chars::Narrow(&bytes)))))
}

/// Where in an index of `places`, a power of two, the search for a hash begins.
pub(super) fn probe(hash: i64, places: usize) -> usize {
    let bits = places.checked_ilog2().unwrap_or(0);
    if bits == 0 { 0 } else { ((hash as u64).wrapping_mul(GOLDEN) >> (64 - bits)) as usize }
}

/// `probeOf:` of a HashedCollection: see `find`.
pub fn hashed_probe(this: Value, hash: Value, t: &mut Turn) -> Try {
    let index = super::find::index_of(this, t);
    let Some(places) = t.header(index).map(|header| header.length()) else { return Ok(None) };
    let hash = match (t.as_i64(hash), t.big(hash)) {
        (Some(hash), _) => hash,
        (None, Some(hash)) => big(&hash),
        (None, None) => return Ok(None),
    };
    Ok(Some(Value::int(probe(hash, places) as i64)))
}
