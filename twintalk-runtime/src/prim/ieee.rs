//! What floats consist of: their bits, their neighbours, their scale.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::Try;
use crate::turn::Turn;
use crate::value::Value;

/// `asIEEE64BitWord`
pub fn float_to_bits(this: Value, t: &mut Turn) -> Try {
    Ok(this.as_float().map(|float| t.big_integer(&BigInt::from(float.to_bits()))))
}

/// `asIEEE32BitWord`: of the nearest float of 32 bits.
pub fn float_to_short_bits(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_float().map(|float| Value::int((float as f32).to_bits().into())))
}

/// `Float fromIEEE64Bit:`
pub fn float_from_bits(_this: Value, bits: Value, t: &mut Turn) -> Try {
    Ok(t.big(bits).and_then(|bits| bits.to_u64()).map(|bits| Value::any_float(f64::from_bits(bits))))
}

/// `Float fromIEEE32Bit:`
pub fn float_from_short_bits(_this: Value, bits: Value, t: &mut Turn) -> Try {
    Ok(t.big(bits).and_then(|bits| bits.to_u32()).map(|bits| Value::any_float(f32::from_bits(bits).into())))
}

/// `signBit`, which tells zero from negative zero.
pub fn float_sign_bit(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_float().map(|float| Value::int(float.is_sign_negative().into())))
}

/// `successor`
pub fn float_successor(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_float().map(|float| Value::float(float.next_up())))
}

/// `predecessor`
pub fn float_predecessor(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_float().map(|float| Value::float(float.next_down())))
}

/// `timesTwoPower:`, rounded once.
pub fn float_times_two_power(this: Value, exponent: Value, t: &mut Turn) -> Try {
    let (Some(float), Some(exponent)) = (this.as_float(), t.big(exponent)) else { return Ok(None) };
    // Beyond this every float has become zero or infinite.
    let exponent = exponent.to_i64().unwrap_or(if exponent.sign() == num_bigint::Sign::Minus { -5000 } else { 5000 });
    Ok(Some(Value::float(scale(float, exponent.clamp(-5000, 5000)))))
}

/// A float times a power of two. Steps that stay normal are exact, so that only the last one rounds.
pub(super) fn scale(mut float: f64, mut exponent: i64) -> f64 {
    const UP: f64 = f64::from_bits((1023 + 1023) << 52);
    const DOWN: f64 = f64::from_bits((1023 - 969) << 52);
    while exponent > 1023 {
        float *= UP;
        exponent -= 1023;
    }
    while exponent < -1022 {
        // 2 ** -969 leaves 53 bits above the smallest float: a product that is still to shrink loses none before its last step.
        float *= DOWN;
        exponent += 969;
    }
    float * f64::from_bits(((1023 + exponent) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::scale;

    #[test]
    fn scales_exactly_or_rounds_once() {
        assert_eq!(scale(1.5, 4), 24.0);
        assert_eq!(scale(1.0, -1074), 5e-324);
        assert_eq!(scale(1.0, -1075), 0.0);
        assert_eq!(scale(1.5, -1075), 5e-324);
        assert_eq!(scale(5e-324, 2097), 2f64.powi(1023));
        assert_eq!(scale(f64::MAX, -2098), scale(1.0, -1074));
        assert_eq!(scale(1.0, 1024), f64::INFINITY);
        assert_eq!(scale(-1.0, -5000).to_bits(), (-0.0f64).to_bits());
        // A tie that two roundings would miss: the lowest bit decides.
        let odd = 1.0 + f64::EPSILON;
        assert_eq!(scale(odd, -1075), 5e-324);
    }
}
