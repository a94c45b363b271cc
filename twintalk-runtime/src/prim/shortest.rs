//! The shortest digits of a float in any radix (Steele and White 1990, Burger and Dybvig 1996).

use num_bigint::BigUint;
use num_integer::Integer;

/// The digits of a positive finite float that no other float is nearer to, and the power of the radix of the first one.
pub(super) fn digits(float: f64, radix: u32) -> (String, i32) {
    let (significand, power) = super::float::decode(float);
    let (significand, power) = (significand.unsigned_abs(), power as i32);
    // Below the lowest significand of a binade, floats are half as far apart as above it.
    let narrow = significand == 1 << 52 && power > -1074;
    let shift = if narrow { 2u32 } else { 1 };
    let one = BigUint::from(1u32);
    // The float is rest / scale; half the way to its neighbours is below / scale and above / scale.
    let (mut rest, mut scale, mut below) = (BigUint::from(significand) << shift, one.clone() << shift, one);
    if power >= 0 {
        rest <<= power;
        below <<= power;
    } else {
        scale <<= power.unsigned_abs();
    }
    let mut above = if narrow { &below << 1u32 } else { below.clone() };
    // Ties go to even significands, so the limits themselves read back as this float.
    let inclusive = significand % 2 == 0;
    let reaches = |rest: &BigUint, above: &BigUint, scale: &BigUint| {
        let sum = rest + above;
        if inclusive { sum >= *scale } else { sum > *scale }
    };
    let mut exponent = (float.log2() / f64::from(radix).log2() - 1e-10).ceil() as i32;
    let factor = BigUint::from(radix).pow(exponent.unsigned_abs());
    if exponent >= 0 {
        scale *= factor;
    } else {
        rest *= &factor;
        below *= &factor;
        above *= &factor;
    }
    // The estimate is right or one too low.
    if reaches(&rest, &above, &scale) {
        exponent += 1;
    } else {
        rest *= radix;
        below *= radix;
        above *= radix;
    }
    let mut text = String::new();
    loop {
        let (digit, remainder) = rest.div_rem(&scale);
        rest = remainder;
        let digit = u32::try_from(digit).unwrap_or(0);
        let low = if inclusive { rest <= below } else { rest < below };
        let high = reaches(&rest, &above, &scale);
        let up = high && (!low || &rest << 1u32 >= scale);
        let digit = char::from_digit(digit + u32::from((low || high) && up), radix).unwrap_or('0');
        text.push(digit.to_ascii_uppercase());
        if low || high {
            return (text, exponent - 1);
        }
        rest *= radix;
        below *= radix;
        above *= radix;
    }
}
