//! Operators where the compiler knows what an operand or the result is: a Rust number, or any value.
//!
//! One guard for what is not known, and the operator of `ops` where the guard fails. A result that is certain comes as
//! a Rust number or `bool`.

use crate::answer::{Answer, Raised};
use crate::library::class;
use crate::ops;
use crate::raise::truth;
use crate::row::{Row, Slot};
use crate::turn::Turn;
use crate::value::{MAX_SMALL, MIN_SMALL, Value};

pub use crate::elements::{Difference, Sum, array_at, array_at_put, at, at_put, at_text};

const SMALL_TAG: u64 = Value::int(0).bits();
const SMALL_BITS: u64 = (1 << 48) - 1;

/// What an operator takes: an `f64`, an `i64` that is a SmallInteger, or any value.
pub trait Operand: Copy {
    /// At most `SMALL_BITS` if it is an integer at hand.
    fn not_small(self) -> u64;
    /// Whether it is a float.
    fn is_float(self) -> bool;
    /// The integer; the caller knows it is one at hand.
    fn small(self) -> i64;
    /// The float; the caller knows it is one.
    fn float(self) -> f64;
    /// As a value.
    fn value(self, t: &mut Turn) -> Value;
}

impl Operand for Value {
    #[inline(always)]
    fn not_small(self) -> u64 {
        self.bits() ^ SMALL_TAG
    }

    #[inline(always)]
    fn is_float(self) -> bool {
        Value::is_float(self)
    }

    #[inline(always)]
    fn small(self) -> i64 {
        self.small_unchecked()
    }

    #[inline(always)]
    fn float(self) -> f64 {
        self.float_unchecked()
    }

    #[inline(always)]
    fn value(self, _: &mut Turn) -> Value {
        self
    }
}

impl Operand for f64 {
    #[inline(always)]
    fn not_small(self) -> u64 {
        u64::MAX
    }

    #[inline(always)]
    fn is_float(self) -> bool {
        true
    }

    #[inline(always)]
    fn small(self) -> i64 {
        0
    }

    #[inline(always)]
    fn float(self) -> f64 {
        self
    }

    #[inline(always)]
    fn value(self, _: &mut Turn) -> Value {
        Value::float(self)
    }
}

impl Operand for i64 {
    #[inline(always)]
    fn not_small(self) -> u64 {
        0
    }

    #[inline(always)]
    fn is_float(self) -> bool {
        false
    }

    #[inline(always)]
    fn small(self) -> i64 {
        self
    }

    #[inline(always)]
    fn float(self) -> f64 {
        0.0
    }

    #[inline(always)]
    fn value(self, t: &mut Turn) -> Value {
        t.integer(self)
    }
}

#[inline(always)]
pub(crate) fn both_small(a: impl Operand, b: impl Operand) -> bool {
    (a.not_small() | b.not_small()) <= SMALL_BITS
}

#[inline(always)]
fn both_float(a: impl Operand, b: impl Operand) -> bool {
    a.is_float() && b.is_float()
}

/// What the compiler took for certain is not so: a defect of the compiler, told like any failure.
#[cold]
#[inline(never)]
fn unexpected(what: &str, value: Value, t: &mut Turn) -> Raised {
    let message = format!("internal error: {} where {what} was inferred", t.describe(value));
    t.raise(class::ERROR, &message)
}

macro_rules! arithmetic {
    ($($(#[$doc:meta])* $name:ident $to_float:ident $to_int:ident $integers:expr, $floats:expr;)*) => {
        /// The operators for what the guards do not admit.
        mod slow {
            use super::*;
            $(
                #[cold]
                #[inline(never)]
                pub fn $name(a: Value, b: Value, t: &mut Turn) -> Answer {
                    ops::$name(a, b, t)
                }

                #[cold]
                #[inline(never)]
                pub fn $to_float(a: Value, b: Value, t: &mut Turn) -> Result<f64, Raised> {
                    let answer = ops::$name(a, b, t)?;
                    answer.as_float().ok_or_else(|| unexpected("a Float", answer, t))
                }

                #[cold]
                #[inline(never)]
                pub fn $to_int(a: Value, b: Value, t: &mut Turn) -> Result<i64, Raised> {
                    let answer = ops::$name(a, b, t)?;
                    t.as_i64(answer).ok_or_else(|| unexpected("a SmallInteger", answer, t))
                }
            )*
        }
        $(
            $(#[$doc])*
            #[inline]
            pub fn $name(a: impl Operand, b: impl Operand, t: &mut Turn) -> Answer {
                if both_small(a, b) {
                    let result: Option<i64> = $integers(a.small(), b.small());
                    if let Some(result) = result {
                        return Ok(t.integer(result));
                    }
                } else if both_float(a, b) {
                    let result: Option<f64> = $floats(a.float(), b.float());
                    if let Some(result) = result {
                        return Ok(Value::float(result));
                    }
                }
                let (a, b) = (a.value(t), b.value(t));
                slow::$name(a, b, t)
            }

            $(#[$doc])*
            /// It is certainly a Float, unless it fails.
            #[inline]
            pub fn $to_float(a: impl Operand, b: impl Operand, t: &mut Turn) -> Result<f64, Raised> {
                if both_float(a, b) {
                    let result: Option<f64> = $floats(a.float(), b.float());
                    if let Some(result) = result {
                        return Ok(result);
                    }
                }
                let (a, b) = (a.value(t), b.value(t));
                slow::$to_float(a, b, t)
            }

            $(#[$doc])*
            /// It is certainly a SmallInteger, unless it fails.
            #[inline]
            pub fn $to_int(a: impl Operand, b: impl Operand, t: &mut Turn) -> Result<i64, Raised> {
                if both_small(a, b) {
                    let result: Option<i64> = $integers(a.small(), b.small());
                    if let Some(result) = result {
                        return Ok(result);
                    }
                }
                let (a, b) = (a.value(t), b.value(t));
                slow::$to_int(a, b, t)
            }
        )*
    };
}

arithmetic! {
    /// `a + b`
    plus plus_float plus_int |a: i64, b: i64| Some(a + b), |a, b| Some(a + b);
    /// `a - b`
    minus minus_float minus_int |a: i64, b: i64| Some(a - b), |a, b| Some(a - b);
    /// `a * b`
    times times_float times_int |a: i64, b: i64| a.checked_mul(b), |a, b| Some(a * b);
    /// `a / b`
    divide divide_float divide_int |a: i64, b: i64| if b != 0 && a % b == 0 { Some(a / b) } else { None },
        |a, b| if b == 0.0 { None } else { Some(a / b) };
    /// `a \\ b`, rounded towards negative infinity
    modulo modulo_float modulo_int |a: i64, b: i64| if b == 0 { None } else { Some(num_integer::mod_floor(a, b)) }, |_, _| None;
    /// `a // b`, rounded towards negative infinity
    int_divide int_divide_float int_divide_int |a: i64, b: i64| if b == 0 { None } else { Some(num_integer::div_floor(a, b)) }, |_, _| None;
    /// `a bitAnd: b`
    bit_and bit_and_float bit_and_int |a: i64, b: i64| Some(a & b), |_, _| None;
    /// `a bitOr: b`
    bit_or bit_or_float bit_or_int |a: i64, b: i64| Some(a | b), |_, _| None;
    /// `a bitShift: b`
    bit_shift bit_shift_float bit_shift_int shift, |_, _| None;
}

/// Shifts left, or right where `by` is negative; `None` where bits would be lost on the left.
#[inline]
fn shift(a: i64, by: i64) -> Option<i64> {
    if by <= 0 {
        return Some(a >> by.unsigned_abs().min(63));
    }
    (by < 16 && (MIN_SMALL..=MAX_SMALL).contains(&a)).then(|| a << by)
}

macro_rules! comparison {
    ($($(#[$doc:meta])* $name:ident $floats:ident $slow:ident $operator:tt;)*) => {$(
        #[cold]
        #[inline(never)]
        fn $slow(a: Value, b: Value, t: &mut Turn) -> Result<bool, Raised> {
            let answer = ops::$name(a, b, t)?;
            truth(answer, t)
        }

        $(#[$doc])*
        #[inline]
        pub fn $name(a: impl Operand, b: impl Operand, t: &mut Turn) -> Result<bool, Raised> {
            if both_small(a, b) {
                return Ok(a.small() $operator b.small());
            }
            if both_float(a, b) {
                return Ok(a.float() $operator b.float());
            }
            let (a, b) = (a.value(t), b.value(t));
            $slow(a, b, t)
        }

        $(#[$doc])*
        /// Neither is an integer at hand.
        #[inline]
        pub fn $floats(a: Value, b: Value, t: &mut Turn) -> Result<bool, Raised> {
            if both_float(a, b) { Ok(a.float() $operator b.float()) } else { $slow(a, b, t) }
        }
    )*};
}

comparison! {
    /// `a < b` as a condition
    less less_floats slow_less <;
    /// `a > b` as a condition
    greater greater_floats slow_greater >;
    /// `a <= b` as a condition
    less_equal less_equal_floats slow_less_equal <=;
    /// `a >= b` as a condition
    greater_equal greater_equal_floats slow_greater_equal >=;
    /// `a = b` as a condition
    equal equal_floats slow_equal ==;
    /// `a ~= b` as a condition
    not_equal not_equal_floats slow_not_equal !=;
}

/// `a = b` of any two values as a condition
#[inline]
pub fn equal_values(a: Value, b: Value, t: &mut Turn) -> Result<bool, Raised> {
    if Value::both_unique(a, b) {
        return Ok(a == b);
    }
    equal(a, b, t)
}

/// `a ~= b` of any two values as a condition
#[inline]
pub fn not_equal_values(a: Value, b: Value, t: &mut Turn) -> Result<bool, Raised> {
    if Value::both_unique(a, b) {
        return Ok(a != b);
    }
    not_equal(a, b, t)
}

/// `a = constant` as a condition, the constant being neither a number nor an object of the heap.
#[inline]
pub fn equal_constant(a: Value, constant: Value, t: &mut Turn) -> Result<bool, Raised> {
    if !a.is_reference() && !a.is_self() { Ok(a == constant) } else { slow_equal(a, constant, t) }
}

/// `a ~= constant` as a condition, the constant being neither a number nor an object of the heap.
#[inline]
pub fn not_equal_constant(a: Value, constant: Value, t: &mut Turn) -> Result<bool, Raised> {
    if !a.is_reference() && !a.is_self() { Ok(a != constant) } else { slow_not_equal(a, constant, t) }
}

/// The float that a word of an object holds.
#[inline(always)]
pub fn float_word(word: u64) -> f64 {
    f64::from_bits(!word)
}

/// The value that a word of an object holds.
#[inline(always)]
pub fn value_word(word: u64) -> Value {
    Value::from_word(word).unwrap_or_else(|| crate::access::damaged())
}

/// The integer without a box that a word of an object holds.
#[inline(always)]
pub fn small_word(word: u64) -> i64 {
    (word << 16) as i64 >> 16
}

/// Whether a word of an object holds `true`.
#[inline(always)]
pub fn boolean_word(word: u64) -> bool {
    word == crate::value::TRUE.bits()
}

/// The integer of a value that is a SmallInteger, in a box or not.
#[inline]
pub fn int(value: Value, t: &Turn) -> i64 {
    match value.as_small() {
        Some(small) => small,
        None => t.as_i64(value).unwrap_or_default(),
    }
}

/// The last integer that a loop reaches counting up to a limit.
#[inline]
pub fn last_up(limit: Value, t: &mut Turn) -> Result<i64, Raised> {
    match limit.as_small() {
        Some(small) => Ok(small),
        None => far_limit(limit, f64::floor, i64::MIN, t),
    }
}

/// The last integer that a loop reaches counting down to a limit.
#[inline]
pub fn last_down(limit: Value, t: &mut Turn) -> Result<i64, Raised> {
    match limit.as_small() {
        Some(small) => Ok(small),
        None => far_limit(limit, f64::ceil, i64::MAX, t),
    }
}

/// No loop counts as far as the bounds of this; a counter beyond them still fits.
const FAR: i64 = 1 << 60;

/// `round` leads to the last integer before the limit; `never` is a limit that is passed already.
#[cold]
#[inline(never)]
fn far_limit(limit: Value, round: fn(f64) -> f64, never: i64, t: &mut Turn) -> Result<i64, Raised> {
    if let Some(integer) = t.as_i64(limit) {
        return Ok(integer.clamp(-FAR, FAR));
    }
    let number = ops::limit(limit, t)?;
    Ok(match t.real(number) {
        Some(real) if !real.is_nan() => (round(real) as i64).clamp(-FAR, FAR),
        _ => never,
    })
}

/// The class of an object; of what is none, a number that is no class's.
#[inline(always)]
pub fn object_class(value: Value, t: &Turn) -> u32 {
    t.header(value).map_or(u32::MAX, |header| header.class())
}

/// `a max: b` as Magnitude defines it: `b` where they cannot be compared.
#[inline]
pub fn max(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// `a min: b` as Magnitude defines it: `b` where they cannot be compared.
#[inline]
pub fn min(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

impl Turn {
    /// Writes a slot of the running twin whose declared type admits the value.
    #[inline]
    pub fn put<R: Row, S: Slot>(&mut self, index: u32, field: impl FnOnce(&mut R) -> &mut S, new: S) {
        let old = std::mem::replace(field(self.twin::<R>()), new);
        self.undo.slot(index, old.word());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::turn;

    #[test]
    fn one_guard_and_the_operator_behind_it() {
        let mut t = turn();
        let (seven, half) = (Value::int(7), Value::float(0.5));
        assert_eq!(plus(seven, 3, &mut t), Ok(Value::int(10)));
        assert_eq!(plus(half, 3, &mut t), Ok(Value::float(3.5)));
        assert_eq!(minus(1.0, half, &mut t), Ok(half));
        assert_eq!(plus_float(half, 0.25, &mut t), Ok(0.75));
        assert_eq!(times_float(seven, 0.5, &mut t), Ok(3.5));
        assert_eq!(plus_int(seven, -8, &mut t), Ok(-1));
        assert_eq!(modulo_int(seven, -4, &mut t), Ok(-1));
        assert_eq!(int_divide_int(-7, 2, &mut t), Ok(-4));
        assert_eq!(divide_int(8, 2, &mut t), Ok(4));
    }

    #[test]
    fn integers_grow_beyond_the_word() {
        let mut t = turn();
        let grown = plus(Value::int(MAX_SMALL), 1, &mut t).unwrap();
        assert!(grown.is_reference());
        assert_eq!(int(grown, &t), MAX_SMALL + 1);
        assert_eq!(plus_int(grown, 1, &mut t), Ok(MAX_SMALL + 2));
        assert_eq!(less(grown, MAX_SMALL, &mut t), Ok(false));
        assert_eq!(bit_shift(MAX_SMALL, 1, &mut t).map(|value| int(value, &t)), Ok(2 * MAX_SMALL));
    }

    #[test]
    fn conditions_compare_what_they_are_given() {
        let mut t = turn();
        assert_eq!(less(Value::int(1), 2, &mut t), Ok(true));
        assert_eq!(greater(Value::int(1), 0.5, &mut t), Ok(true));
        assert_eq!(equal(Value::float(f64::NAN), f64::NAN, &mut t), Ok(false));
        assert_eq!(not_equal(1.0, Value::int(1), &mut t), Ok(false));
        assert_eq!(equal_values(Value::NIL, Value::symbol(1), &mut t), Ok(false));
        assert_eq!(equal_constant(Value::float(1.0), Value::NIL, &mut t), Ok(false));
        assert_eq!(not_equal_constant(Value::TRUE, Value::TRUE, &mut t), Ok(false));
    }

    #[test]
    fn limits_are_the_last_integers_before_them() {
        let mut t = turn();
        assert_eq!(last_up(Value::int(9), &mut t), Ok(9));
        assert_eq!(last_up(Value::float(9.7), &mut t), Ok(9));
        assert_eq!(last_down(Value::float(-9.7), &mut t), Ok(-9));
        assert_eq!(last_up(Value::float(f64::NAN), &mut t), Ok(i64::MIN));
        assert_eq!(last_down(Value::float(f64::NAN), &mut t), Ok(i64::MAX));
        assert_eq!(last_up(Value::float(f64::INFINITY), &mut t), Ok(FAR));
    }
}
