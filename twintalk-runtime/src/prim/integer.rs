//! Integers of any size.

use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};

use super::Try;
use super::number::{MAX_BITS, Number, big, big_to_float, wide};
use crate::numbers::{MAX_VAL, MIN_VAL};
use crate::turn::Turn;
use crate::value::Value;

/// Defines an operation: on 128 bits for operands of 64, on large integers, and on floats where the other one is a float.
macro_rules! arithmetic {
    ($(#[$doc:meta])* $name:ident, |$a:ident, $b:ident| $small:expr, $large:expr) => {
        $(#[$doc])*
        pub fn $name(this: Value, other: Value, t: &mut Turn) -> Try {
            let (Some($a), Some($b)) = (Number::of(this, t), Number::of(other, t)) else { return Ok(None) };
            match ($a, $b) {
                (Number::Small($a), Number::Small($b)) => {
                    let ($a, $b) = (i128::from($a), i128::from($b));
                    Ok(Some(wide($small, t)))
                }
                ($a, Number::Float($b)) => {
                    let $a = $a.to_float();
                    Ok(Some(Value::float($small)))
                }
                ($a, $b) => {
                    let ($a, $b) = ($a.into_big(), $b.into_big());
                    if $a.bits() + $b.bits() > MAX_BITS {
                        return Err(t.too_large());
                    }
                    big(&$large, t)
                }
            }
        }
    };
}

arithmetic!(
    /// `+`
    integer_plus, |a, b| a + b, a + b
);
arithmetic!(
    /// `-`
    integer_minus, |a, b| a - b, a - b
);
arithmetic!(
    /// `*`
    integer_times, |a, b| a * b, a * b
);

/// `/` where the result is an integer or a float.
pub fn integer_divide(this: Value, other: Value, t: &mut Turn) -> Try {
    if let Some(divisor) = other.as_float() {
        let dividend = Number::of(this, t).map(|number| number.to_float());
        return Ok(dividend.filter(|_| divisor != 0.0).map(|dividend| Value::float(dividend / divisor)));
    }
    let small = |a: i64, b: i64| if a % b == 0 { Some(a / b) } else { None };
    division(this, other, t, small, |a, b| {
        let (quotient, rest) = a.div_rem(b);
        rest.is_zero().then_some(quotient)
    })
}

/// `//`
pub fn integer_floor_divide(this: Value, other: Value, t: &mut Turn) -> Try {
    division(this, other, t, |a, b| Some(Integer::div_floor(&a, &b)), |a, b| Some(a.div_floor(b)))
}

/// `\\`
pub fn integer_modulo(this: Value, other: Value, t: &mut Turn) -> Try {
    division(this, other, t, |a, b| Some(Integer::mod_floor(&a, &b)), |a, b| Some(a.mod_floor(b)))
}

/// `quo:`
pub fn integer_quo(this: Value, other: Value, t: &mut Turn) -> Try {
    division(this, other, t, |a, b| Some(a / b), |a, b| Some(a / b))
}

/// `rem:`
pub fn integer_rem(this: Value, other: Value, t: &mut Turn) -> Try {
    division(this, other, t, |a, b| Some(a % b), |a, b| Some(a % b))
}

/// What divides two integers, the divisor not zero: by `small` where both are SmallIntegers, whose quotients cannot overflow.
fn division(
    this: Value,
    other: Value,
    t: &mut Turn,
    small: impl FnOnce(i64, i64) -> Option<i64>,
    large: impl FnOnce(&BigInt, &BigInt) -> Option<BigInt>,
) -> Try {
    if let (Some(a), Some(b)) = (small_integer(this, t), small_integer(other, t)) {
        return Ok(if b == 0 { None } else { small(a, b).map(|result| t.integer(result)) });
    }
    let (Some(a), Some(b)) = (t.big(this), t.big(other)) else { return Ok(None) };
    if b.is_zero() {
        return Ok(None);
    }
    match large(&a, &b) {
        Some(result) => big(&result, t),
        None => Ok(None),
    }
}

/// An integer of 61 bits: its negation and its quotients fit 64.
fn small_integer(value: Value, t: &Turn) -> Option<i64> {
    t.as_i64(value).filter(|integer| (MIN_VAL..=MAX_VAL).contains(integer))
}

/// `negated`
pub fn integer_negated(this: Value, t: &mut Turn) -> Try {
    if let Some(small) = this.as_small() {
        return Ok(Some(t.integer(-small)));
    }
    match t.big(this) {
        Some(integer) => big(&-integer, t),
        None => Ok(None),
    }
}

/// `bitAnd:`
pub fn integer_bit_and(this: Value, other: Value, t: &mut Turn) -> Try {
    bits(this, other, t, |a, b| a & b, |a, b| a & b)
}

/// `bitOr:`
pub fn integer_bit_or(this: Value, other: Value, t: &mut Turn) -> Try {
    bits(this, other, t, |a, b| a | b, |a, b| a | b)
}

/// `bitXor:`
pub fn integer_bit_xor(this: Value, other: Value, t: &mut Turn) -> Try {
    bits(this, other, t, |a, b| a ^ b, |a, b| a ^ b)
}

fn bits(this: Value, other: Value, t: &mut Turn, small: fn(i64, i64) -> i64, large: fn(BigInt, BigInt) -> BigInt) -> Try {
    if let (Some(a), Some(b)) = (t.as_i64(this), t.as_i64(other)) {
        return Ok(Some(t.integer(small(a, b))));
    }
    let (Some(a), Some(b)) = (t.big(this), t.big(other)) else { return Ok(None) };
    big(&large(a, b), t)
}

/// `bitShift:`: to the left where positive.
pub fn integer_bit_shift(this: Value, other: Value, t: &mut Turn) -> Try {
    let Some(shift) = t.as_i64(other) else { return Ok(None) };
    if let Some(integer) = t.as_i64(this) {
        if shift <= 0 {
            return Ok(Some(t.integer(integer >> shift.unsigned_abs().min(63))));
        }
        if shift < 64 {
            return Ok(Some(wide(i128::from(integer) << shift, t)));
        }
    }
    let Some(integer) = t.big(this) else { return Ok(None) };
    if shift <= 0 {
        // All bits go but the sign.
        let shift = shift.unsigned_abs().min(integer.bits() + 1);
        return big(&(integer >> shift), t);
    }
    if integer.is_zero() {
        return Ok(Some(Value::int(0)));
    }
    if integer.bits().saturating_add(shift.unsigned_abs()) > MAX_BITS {
        return Ok(None);
    }
    big(&(integer << shift.unsigned_abs()), t)
}

/// The integer if it is not negative and fits 64 bits.
fn natural(value: Value, t: &Turn) -> Option<u64> {
    t.as_i64(value).and_then(|integer| u64::try_from(integer).ok())
}

/// `highBit`, not of negative integers.
pub fn integer_high_bit(this: Value, t: &mut Turn) -> Try {
    if let Some(integer) = natural(this, t) {
        return Ok(Some(Value::int(i64::from(u64::BITS - integer.leading_zeros()))));
    }
    Ok(t.big(this).filter(|integer| !integer.is_negative()).map(|integer| Value::int(integer.bits() as i64)))
}

/// `bitCount`, not of negative integers.
pub fn integer_bit_count(this: Value, t: &mut Turn) -> Try {
    if let Some(integer) = natural(this, t) {
        return Ok(Some(Value::int(integer.count_ones().into())));
    }
    let integer = t.big(this).filter(|integer| !integer.is_negative());
    Ok(integer.map(|integer| Value::int(integer.magnitude().count_ones() as i64)))
}

/// `gcd:`
pub fn integer_gcd(this: Value, other: Value, t: &mut Turn) -> Try {
    if let (Some(a), Some(b)) = (small_integer(this, t), small_integer(other, t)) {
        return Ok(Some(t.integer(a.gcd(&b))));
    }
    let (Some(a), Some(b)) = (t.big(this), t.big(other)) else { return Ok(None) };
    big(&a.gcd(&b), t)
}

/// `isPrime` below 2 to the 64th, by Miller and Rabin with witnesses that suffice there.
pub fn integer_is_prime(this: Value, t: &mut Turn) -> Try {
    let Some(integer) = t.as_i64(this) else { return Ok(None) };
    Ok(Some(Value::boolean(u64::try_from(integer).is_ok_and(is_prime))))
}

fn is_prime(n: u64) -> bool {
    const WITNESSES: [u64; 12] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];
    if n < 2 || WITNESSES.iter().any(|prime| n != *prime && n.is_multiple_of(*prime)) {
        return false;
    }
    if WITNESSES.contains(&n) {
        return true;
    }
    let (shift, odd) = ((n - 1).trailing_zeros(), (n - 1) >> (n - 1).trailing_zeros());
    let times = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(n)) as u64;
    let power = |base: u64| {
        let (mut result, mut base, mut rest) = (1, base, odd);
        while rest > 0 {
            if rest & 1 == 1 {
                result = times(result, base);
            }
            base = times(base, base);
            rest >>= 1;
        }
        result
    };
    WITNESSES.iter().all(|witness| {
        let mut x = power(*witness);
        x == 1
            || (0..shift).any(|_| {
                let found = x == n - 1;
                x = times(x, x);
                found
            })
    })
}

/// The root of the largest square that is not above the receiver.
pub fn integer_sqrt_floor(this: Value, t: &mut Turn) -> Try {
    if let Some(integer) = natural(this, t) {
        return Ok(Some(t.integer(integer.isqrt() as i64)));
    }
    match t.big(this).filter(|integer| !integer.is_negative()) {
        Some(integer) => big(&integer.sqrt(), t),
        None => Ok(None),
    }
}

/// The integer part of a root.
pub fn integer_nth_root(this: Value, root: Value, t: &mut Turn) -> Try {
    let (Some(integer), Some(root)) = (t.big(this), root.as_small()) else { return Ok(None) };
    match u32::try_from(root) {
        Ok(root) if root > 0 && !(integer.is_negative() && root.is_even()) => big(&integer.nth_root(root), t),
        _ => Ok(None),
    }
}

/// To a power that is not negative and whose result is not too large.
pub fn integer_raised(this: Value, exponent: Value, t: &mut Turn) -> Try {
    if let (Some(base), Some(exponent)) = (t.as_i64(this), t.as_i64(exponent))
        && let Some(result) = u32::try_from(exponent).ok().and_then(|exponent| base.checked_pow(exponent))
    {
        return Ok(Some(t.integer(result)));
    }
    let (Some(base), Some(exponent)) = (t.big(this), t.big(exponent)) else { return Ok(None) };
    if exponent.is_negative() {
        return Ok(None);
    }
    if base.magnitude().bits() <= 1 {
        // 0, 1 and -1, whatever the exponent.
        let result = if exponent.is_zero() || (base.is_negative() && exponent.is_even()) { BigInt::from(1) } else { base };
        return big(&result, t);
    }
    match exponent.to_u32() {
        Some(exponent) if base.bits() * u64::from(exponent) <= MAX_BITS => big(&base.pow(exponent), t),
        _ => Ok(None),
    }
}

/// The nearest float.
pub fn integer_as_float(this: Value, t: &mut Turn) -> Try {
    if let Some(integer) = t.as_i64(this) {
        return Ok(Some(Value::float(integer as f64)));
    }
    Ok(t.big(this).map(|integer| Value::float(big_to_float(&integer))))
}
