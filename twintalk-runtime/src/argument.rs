//! What Rust code may pass to a twin's typed methods.

use num_bigint::BigInt;

use crate::answer::{Answer, Raised};
use crate::check::{Declared, check};
use crate::data::Data;
use crate::library::class;
use crate::turn::Turn;
use crate::value::Value;

/// A Rust value that becomes an argument of a message. Numbers, booleans and characters make no `Data` on the way.
pub trait Argument: Sized {
    /// The value, in the scratch of the turn that begins.
    fn argument(self, t: &mut Turn) -> Answer;

    /// The number, for a parameter of this name that is declared `Float`.
    #[inline]
    fn float(self, name: &str, t: &mut Turn) -> Result<f64, Raised> {
        let value = self.argument(t)?;
        let value = check(value, &FLOAT, name, t)?;
        Ok(value.float_unchecked())
    }
}

const FLOAT: Declared = Declared { classes: &[class::FLOAT], nil: false, text: "Float" };

/// Rust's floats need no check; all NaNs become one.
macro_rules! floats {
    ($($type:ty)*) => {$(
        impl Argument for $type {
            #[inline]
            fn argument(self, _: &mut Turn) -> Answer {
                Ok(Value::any_float(self.into()))
            }

            #[inline]
            fn float(self, _: &str, _: &mut Turn) -> Result<f64, Raised> {
                let number = f64::from(self);
                // The lesser is always the number: said for the optimiser, which then drops the check for computed NaNs.
                Ok(if number.is_nan() { f64::NAN } else { f64::from_bits(number.to_bits().min(f64::NEG_INFINITY.to_bits())) })
            }
        }
    )*};
}

floats! { f64 f32 }

macro_rules! immediate {
    ($($type:ty => |$value:ident, $t:ident| $made:expr;)*) => {$(
        impl Argument for $type {
            #[inline]
            fn argument(self, $t: &mut Turn) -> Answer {
                let $value = self;
                Ok($made)
            }
        }
    )*};
}

immediate! {
    bool => |value, _t| Value::boolean(value);
    char => |value, _t| Value::character(value);
    i64 => |value, t| t.integer(value);
    i32 => |value, t| t.integer(value.into());
    u32 => |value, t| t.integer(value.into());
    &str => |value, t| t.string(value);
}

macro_rules! through_data {
    ($($type:ty)*) => {$(
        impl Argument for $type {
            fn argument(self, t: &mut Turn) -> Answer {
                t.import(&self.into())
            }
        }
    )*};
}

through_data! { Data String BigInt Vec<Data> }

impl<T: Argument> Argument for Option<T> {
    #[inline]
    fn argument(self, t: &mut Turn) -> Answer {
        match self {
            Some(value) => value.argument(t),
            None => Ok(crate::value::NIL),
        }
    }
}
