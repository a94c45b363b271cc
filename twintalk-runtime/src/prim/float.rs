//! Floats: arithmetic, rounding and what they consist of. Functions are in `real`.

use num_bigint::BigInt;
use num_traits::Zero;

use super::number::{Number, whole};
use super::{Try, real};
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::Value;

pub use real::*;

fn operands(this: Value, other: Value, t: &Turn) -> Option<(f64, f64)> {
    Some((this.as_float()?, Number::of(other, t)?.to_float()))
}

/// `+`
pub fn float_plus(this: Value, other: Value, t: &mut Turn) -> Try {
    Ok(operands(this, other, t).map(|(a, b)| Value::float(a + b)))
}

/// `-`
pub fn float_minus(this: Value, other: Value, t: &mut Turn) -> Try {
    Ok(operands(this, other, t).map(|(a, b)| Value::float(a - b)))
}

/// `*`
pub fn float_times(this: Value, other: Value, t: &mut Turn) -> Try {
    Ok(operands(this, other, t).map(|(a, b)| Value::float(a * b)))
}

/// `/`, not by zero.
pub fn float_divide(this: Value, other: Value, t: &mut Turn) -> Try {
    Ok(operands(this, other, t).filter(|(_, b)| *b != 0.0).map(|(a, b)| Value::float(a / b)))
}

/// `negated`
pub fn float_negated(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_float().map(|float| Value::float(-float)))
}

/// `abs`
pub fn float_abs(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_float().map(|float| Value::float(float.abs())))
}

/// `Float nan`
pub fn float_nan(_this: Value, _t: &mut Turn) -> Try {
    Ok(Some(Value::float(f64::NAN)))
}

/// `Float infinity`
pub fn float_infinity(_this: Value, _t: &mut Turn) -> Try {
    Ok(Some(Value::float(f64::INFINITY)))
}

fn rounding(this: Value, t: &mut Turn, round: fn(f64) -> f64) -> Try {
    Ok(this.as_float().and_then(|float| whole(round(float), t)).filter(|_| this.as_float().is_some_and(f64::is_finite)))
}

/// `truncated`
pub fn float_truncated(this: Value, t: &mut Turn) -> Try {
    rounding(this, t, f64::trunc)
}

/// `floor`
pub fn float_floor(this: Value, t: &mut Turn) -> Try {
    rounding(this, t, f64::floor)
}

/// `ceiling`
pub fn float_ceiling(this: Value, t: &mut Turn) -> Try {
    rounding(this, t, f64::ceil)
}

/// `rounded`: halves go away from zero.
pub fn float_rounded(this: Value, t: &mut Turn) -> Try {
    rounding(this, t, f64::round)
}

/// `fractionPart`
pub fn float_fraction_part(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_float().filter(|float| float.is_finite()).map(|float| Value::float(float.fract())))
}

/// The integer and the power of two whose product the float is.
pub(super) fn decode(float: f64) -> (i64, i64) {
    let bits = float.to_bits();
    let (exponent, mantissa) = ((bits >> 52 & 0x7FF) as i64, (bits & ((1 << 52) - 1)) as i64);
    let (significand, exponent) = if exponent == 0 { (mantissa, -1074) } else { (mantissa | 1 << 52, exponent - 1075) };
    (if float.is_sign_negative() { -significand } else { significand }, exponent)
}

/// `significandAsInteger`
pub fn float_significand(this: Value, t: &mut Turn) -> Try {
    Ok(this.as_float().map(|float| t.integer(decode(float).0)))
}

/// The power of two that belongs to it.
pub fn float_exponent(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_float().map(|float| Value::int(decode(float).1)))
}

/// A quotient in lowest terms: an integer or a Fraction.
pub(super) fn quotient(numerator: &BigInt, denominator: &BigInt, t: &mut Turn) -> Value {
    use num_integer::Integer;
    let divisor = numerator.gcd(denominator);
    if divisor.is_zero() {
        return Value::int(0);
    }
    let (numerator, denominator) = (numerator / &divisor, denominator / &divisor);
    if denominator == BigInt::from(1) {
        return t.big_integer(&numerator);
    }
    let (numerator, denominator) = (t.big_integer(&numerator), t.big_integer(&denominator));
    t.new_values(Kind::Values, class::FRACTION, &[numerator, denominator])
}

/// The fraction that the shortest digits stand for.
pub fn float_decimal(this: Value, t: &mut Turn) -> Try {
    let Some(float) = this.as_float().filter(|float| float.is_finite()) else { return Ok(None) };
    let (digits, exponent) = super::print::digits(float.abs());
    let mut numerator: BigInt = digits.parse().unwrap_or_default();
    let shift = exponent - digits.len() as i32 + 1;
    let power = BigInt::from(10).pow(shift.unsigned_abs());
    if float < 0.0 {
        numerator = -numerator;
    }
    Ok(Some(if shift >= 0 { quotient(&(numerator * power), &BigInt::from(1), t) } else { quotient(&numerator, &power, t) }))
}

/// The nearest float to a fraction whose parts may be too large for one.
pub fn fraction_as_float(this: Value, t: &mut Turn) -> Try {
    let (Some(numerator), Some(denominator)) = (t.big(t.slot(this, 0)), t.big(t.slot(this, 1))) else { return Ok(None) };
    if denominator.is_zero() {
        return Ok(None);
    }
    Ok(Some(Value::float(divide(&numerator, &denominator))))
}

/// Divides so that the quotient has 66 bits or more, the last one standing for all that is cut off; rounding that to
/// a float then rounds the exact quotient.
fn divide(numerator: &BigInt, denominator: &BigInt) -> f64 {
    use num_integer::Integer;
    let exponent = numerator.bits() as i64 - denominator.bits() as i64 - 66;
    let (top, bottom) = if exponent < 0 {
        (numerator << exponent.unsigned_abs(), denominator.clone())
    } else {
        (numerator.clone(), denominator << exponent.unsigned_abs())
    };
    let (mut quotient, rest) = top.div_rem(&bottom);
    // A subnormal result has fewer bits: those below its last one join the sticky bit first.
    let spare = -1074 - exponent;
    let mut exponent = exponent;
    let mut sticky = !rest.is_zero();
    if spare > 2 {
        let cut = (spare - 2).unsigned_abs();
        let kept: BigInt = &quotient >> cut;
        sticky |= (&kept << cut) != quotient;
        quotient = kept;
        exponent += spare - 2;
    }
    if sticky {
        quotient = (quotient << 1u32) + if numerator.sign() == num_bigint::Sign::Minus { -1 } else { 1 };
        exponent -= 1;
    }
    let nearest = super::number::big_to_float(&quotient);
    super::ieee::scale(nearest, exponent.clamp(-5000, 5000))
}
