//! Numbers as the primitives see them: integers of any size and floats.

use num_bigint::BigInt;
use num_traits::{FromPrimitive, ToPrimitive};
use std::cmp::Ordering;

use super::Try;
use crate::turn::Turn;
use crate::value::Value;

/// The bits an integer may have: larger ones would take the time of a turn for one operation.
pub(super) const MAX_BITS: u64 = 1 << 26;

/// An operand. Fractions and scaled decimals are the library's.
pub(super) enum Number {
    Small(i64),
    Big(BigInt),
    Float(f64),
}

impl Number {
    #[inline]
    pub(super) fn of(value: Value, t: &Turn) -> Option<Self> {
        if let Some(small) = value.as_small() {
            return Some(Self::Small(small));
        }
        if let Some(float) = value.as_float() {
            return Some(Self::Float(float));
        }
        if let Some(integer) = t.as_i64(value) {
            return Some(Self::Small(integer));
        }
        t.big(value).map(Self::Big)
    }

    /// The nearest float.
    pub(super) fn to_float(&self) -> f64 {
        match self {
            Self::Small(integer) => *integer as f64,
            Self::Big(integer) => big_to_float(integer),
            Self::Float(float) => *float,
        }
    }

    /// The integer, which the caller knows it is.
    pub(super) fn into_big(self) -> BigInt {
        match self {
            Self::Small(integer) => integer.into(),
            Self::Big(integer) => integer,
            Self::Float(float) => BigInt::from_f64(float).unwrap_or_default(),
        }
    }
}

/// The nearest float, infinite where there is none so large.
pub(super) fn big_to_float(integer: &BigInt) -> f64 {
    let infinity = if integer.sign() == num_bigint::Sign::Minus { f64::NEG_INFINITY } else { f64::INFINITY };
    integer.to_f64().unwrap_or(infinity)
}

/// Exact, also between integers and floats; none with NaN.
pub(super) fn compare(a: &Number, b: &Number) -> Option<Ordering> {
    use Number::{Big, Float, Small};
    match (a, b) {
        (Small(a), Small(b)) => Some(a.cmp(b)),
        (Float(a), Float(b)) => a.partial_cmp(b),
        (Big(a), Big(b)) => Some(a.cmp(b)),
        (Big(a), Small(b)) => Some(a.cmp(&BigInt::from(*b))),
        (Small(a), Big(b)) => Some(BigInt::from(*a).cmp(b)),
        (Float(a), Small(b)) => compare_float(*a, &BigInt::from(*b)),
        (Float(a), Big(b)) => compare_float(*a, b),
        (Small(_) | Big(_), Float(_)) => compare(b, a).map(Ordering::reverse),
    }
}

fn compare_float(float: f64, integer: &BigInt) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    match BigInt::from_f64(float.floor()) {
        None => Some(if float > 0.0 { Ordering::Greater } else { Ordering::Less }),
        Some(floor) => Some(floor.cmp(integer).then(if float > float.floor() { Ordering::Greater } else { Ordering::Equal })),
    }
}

/// An integer of 128 bits as a value.
#[inline]
pub(super) fn wide(value: i128, t: &mut Turn) -> Value {
    match i64::try_from(value) {
        Ok(value) => t.integer(value),
        Err(_) => t.big_integer(&BigInt::from(value)),
    }
}

/// An integer of any size as a value; raises where it is too large for a turn.
pub(super) fn big(value: &BigInt, t: &mut Turn) -> Try {
    if value.bits() > MAX_BITS {
        return Err(t.too_large());
    }
    Ok(Some(t.big_integer(value)))
}

/// The integer a whole float is.
pub(super) fn whole(float: f64, t: &mut Turn) -> Option<Value> {
    const EXACT: f64 = (1u64 << 62) as f64;
    if float.abs() < EXACT {
        return Some(t.integer(float as i64));
    }
    BigInt::from_f64(float).map(|integer| t.big_integer(&integer))
}
