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
    /// `log`
    float_log10, f64::log10, |x| x > 0.0;
    /// `log2`
    float_log2, f64::log2, |x| x > 0.0;
    /// `sin`
    float_sin, f64::sin, |_| true;
    /// `cos`
    float_cos, f64::cos, |_| true;
    /// `tan`
    float_tan, f64::tan, |_| true;
    /// `arcSin`
    float_arc_sin, f64::asin, |x| x.abs() <= 1.0;
    /// `arcCos`
    float_arc_cos, f64::acos, |x| x.abs() <= 1.0;
    /// `arcTan`
    float_arc_tan, f64::atan, |_| true;
    /// `sinh`
    float_sinh, f64::sinh, |_| true;
    /// `cosh`
    float_cosh, f64::cosh, |_| true;
    /// `tanh`
    float_tanh, f64::tanh, |_| true;
}

/// `arcTan:`
pub fn float_arc_tan_2(this: Value, other: Value, t: &mut Turn) -> Try {
    let (Some(y), Some(x)) = (this.as_float(), Number::of(other, t)) else { return Ok(None) };
    Ok(Some(Value::float(y.atan2(x.to_float()))))
}

/// `raisedTo:` where the result is real.
pub fn float_raised(this: Value, exponent: Value, t: &mut Turn) -> Try {
    let (Some(base), Some(exponent)) = (this.as_float(), Number::of(exponent, t)) else { return Ok(None) };
    let result = match exponent {
        Number::Small(exponent) => {
            if base == 0.0 && exponent < 0 {
                return Ok(None);
            }
            i32::try_from(exponent).map_or_else(|_| base.powf(exponent as f64), |exponent| base.powi(exponent))
        }
        Number::Float(exponent) if base > 0.0 => base.powf(exponent),
        _ => return Ok(None),
    };
    Ok(Some(Value::float(result)))
}
