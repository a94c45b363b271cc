//! Comparisons of numbers. Integers and floats compare exactly, not by way of the nearest float.

use std::cmp::Ordering;

use super::Try;
use super::number::{Number, compare};
use crate::turn::Turn;
use crate::value::Value;

fn test(this: Value, other: Value, t: &Turn, is: fn(Option<Ordering>) -> bool) -> Try {
    let (Some(a), Some(b)) = (Number::of(this, t), Number::of(other, t)) else { return Ok(None) };
    Ok(Some(Value::boolean(is(compare(&a, &b)))))
}

/// Defines a comparison under the names that integers and floats have for it.
macro_rules! comparison {
    ($($(#[$doc:meta])* $integer:ident, $float:ident, $is:expr;)*) => {$(
        $(#[$doc])*
        pub fn $integer(this: Value, other: Value, t: &mut Turn) -> Try {
            test(this, other, t, $is)
        }
        $(#[$doc])*
        pub fn $float(this: Value, other: Value, t: &mut Turn) -> Try {
            test(this, other, t, $is)
        }
    )*};
}

comparison! {
    /// `=`
    integer_equal, float_equal, |order| order == Some(Ordering::Equal);
    /// `<`
    integer_less, float_less, |order| order == Some(Ordering::Less);
    /// `>`
    integer_greater, float_greater, |order| order == Some(Ordering::Greater);
    /// `<=`
    integer_less_equal, float_less_equal, |order| order.is_some_and(Ordering::is_le);
    /// `>=`
    integer_greater_equal, float_greater_equal, |order| order.is_some_and(Ordering::is_ge);
}
