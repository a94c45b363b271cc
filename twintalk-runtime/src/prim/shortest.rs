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

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn agrees_with_the_standard_library_in_radix_ten() {
        let mut bits = 0x9E37_79B9_7F4A_7C15u64;
        for _ in 0..2000 {
            bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let float = f64::from_bits(bits >> 1);
            if float.is_finite() && float > 0.0 {
                let (text, exponent) = digits(float, 10);
                let read: f64 = format!("0.{text}e{}", exponent + 1).parse().expect("digits");
                assert_eq!(read, float, "{text} {exponent}");
                assert_eq!(text.len(), format!("{float:e}").split('e').next().map_or(0, |m| m.replace('.', "").len()), "{float:e}");
            }
        }
    }

    #[test]
    fn powers_of_the_radix_have_one_digit() {
        for (float, radix, exponent) in [(1.0, 2, 0), (8.0, 2, 3), (0.25, 2, -2), (256.0, 16, 2), (5e-324, 2, -1074), (1.0, 36, 0)] {
            assert_eq!(digits(float, radix), ("1".to_string(), exponent));
        }
    }

    #[test]
    fn the_limits_of_the_format() {
        assert_eq!(digits(f64::MAX, 10), ("17976931348623157".to_string(), 308));
        assert_eq!(digits(f64::MIN_POSITIVE, 10), ("22250738585072014".to_string(), -308));
        assert_eq!(digits(5e-324, 10), ("5".to_string(), -324));
        assert_eq!(digits(f64::MAX, 2).0.len(), 53);
    }
}
