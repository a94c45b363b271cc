//! Functions of floats. Those undefined for the receiver fail, and the library raises.

use super::Try;
use super::number::Number;
use crate::turn::Turn;
use crate::value::Value;

/// Defines functions of one float, each with the test for where it is defined.
macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident, $function:expr, $defined:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name(this: Value, _t: &mut Turn) -> Try {
            let function: fn(f64) -> f64 = $function;
            let defined: fn(f64) -> bool = $defined;
            Ok(this.as_float().filter(|float| float.is_nan() || defined(*float)).map(|float| Value::float(function(float))))
        }
    )*};
}

functions! {
    /// `sqrt`
    float_sqrt, f64::sqrt, |x| x >= 0.0;
    /// `exp`
    float_exp, f64::exp, |_| true;
    /// `ln`
    float_ln, f64::ln, |x| x > 0.0;
    /// `log2`
    float_log2, f64::log2, |x| x > 0.0;
    /// `sin`
    float_sin, f64::sin, |_| true;
    /// `arcTan`
    float_arc_tan, f64::atan, |_| true;
    /// `sinh`
    float_sinh, f64::sinh, |_| true;
    /// `cosh`
    float_cosh, f64::cosh, |_| true;
    /// `tanh`
    float_tanh, f64::tanh, |_| true;
    /// `arSinh`
    float_ar_sinh, f64::asinh, |_| true;
    /// `arCosh`
    float_ar_cosh, f64::acosh, |x| x >= 1.0;
    /// `arTanh`
    float_ar_tanh, f64::atanh, |x| x.abs() < 1.0;
}

/// `arcTan:`
pub fn float_arc_tan_2(this: Value, other: Value, t: &mut Turn) -> Try {
    let (Some(y), Some(x)) = (this.as_float(), Number::of(other, t)) else { return Ok(None) };
    Ok(Some(Value::float(y.atan2(x.to_float()))))
}

/// `raisedToInteger:` of an exponent that is not negative, by squaring from its highest bit on.
pub fn float_raised_to_integer(this: Value, exponent: Value, t: &mut Turn) -> Try {
    let (Some(base), Some(exponent)) = (this.as_float(), t.as_i64(exponent)) else { return Ok(None) };
    let Ok(exponent) = u64::try_from(exponent) else { return Ok(None) };
    let mut result = 1.0;
    for bit in (0..u64::BITS - exponent.leading_zeros()).rev() {
        result *= result;
        if exponent >> bit & 1 == 1 {
            result *= base;
        }
    }
    Ok(Some(Value::float(result)))
}
