//! What Rust code may pass to a twin's typed methods.

use num_bigint::BigInt;

use crate::answer::Answer;
use crate::data::Data;
use crate::turn::Turn;
use crate::value::Value;

/// A Rust value that becomes an argument of a message. Numbers, booleans and characters make no `Data` on the way.
pub trait Argument {
    /// The value, in the scratch of the turn that begins.
    fn argument(self, t: &mut Turn) -> Answer;
}

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
    f64 => |value, _t| Value::any_float(value);
    f32 => |value, _t| Value::any_float(value.into());
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
