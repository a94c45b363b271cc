//! Messages that the library answers at once where no object is concerned: to characters and numbers. Generated code
//! asks here before it sends, where the program leaves the library's methods as they are.

use crate::turn::Turn;
use crate::value::Value;

/// Whether `a` is before `b`, of two characters or two numbers of one kind; none of what else they are.
#[inline(always)]
fn before(a: Value, b: Value) -> Option<bool> {
    if Value::both_small(a, b) || Value::both_characters(a, b) {
        Some(a.shifted() < b.shifted())
    } else if Value::both_float(a, b) {
        Some(a.float_unchecked() < b.float_unchecked())
    } else {
        None
    }
}

/// `between:and:` of three characters or three small integers.
#[inline]
pub fn between_and(this: Value, low: Value, high: Value, _t: &Turn) -> Option<Value> {
    let alike = Value::both_characters(this, low) && Value::both_characters(this, high)
        || Value::both_small(this, low) && Value::both_small(this, high);
    alike.then(|| Value::boolean(this.shifted() >= low.shifted() && this.shifted() <= high.shifted()))
}

/// `max:`
#[inline]
pub fn max(this: Value, other: Value, _t: &Turn) -> Option<Value> {
    before(other, this).map(|before| if before { this } else { other })
}

/// `min:`
#[inline]
pub fn min(this: Value, other: Value, _t: &Turn) -> Option<Value> {
    before(this, other).map(|before| if before { this } else { other })
}

/// `asInteger` of a character or an integer.
#[inline]
pub fn as_integer(this: Value, t: &Turn) -> Option<Value> {
    if this.is_small() { Some(this) } else { code(this, t) }
}

/// `value` of a character, and what else answers its code.
#[inline]
pub fn code(this: Value, _t: &Turn) -> Option<Value> {
    this.as_character().map(|c| Value::int(i64::from(u32::from(c))))
}

/// `asCharacter` of a character.
#[inline]
pub fn as_character(this: Value, _t: &Turn) -> Option<Value> {
    this.is_character().then_some(this)
}

/// A character of ASCII.
#[inline(always)]
fn ascii(value: Value) -> Option<char> {
    value.as_character().filter(char::is_ascii)
}

macro_rules! tests {
    ($($(#[$doc:meta])* $name:ident $test:expr;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(this: Value, _t: &Turn) -> Option<Value> {
            ascii(this).map(|c| Value::boolean($test(&c)))
        }
    )*};
}

tests! {
    /// `isDigit`
    is_digit char::is_ascii_digit;
    /// `isLetter`
    is_letter char::is_ascii_alphabetic;
    /// `isAlphaNumeric`
    is_alpha_numeric char::is_ascii_alphanumeric;
    /// `isUppercase`
    is_uppercase char::is_ascii_uppercase;
    /// `isLowercase`
    is_lowercase char::is_ascii_lowercase;
    /// `isSeparator`
    is_separator |c: &char| matches!(*c, ' ' | '\t' | '\r' | '\n' | '\x0C');
    /// `isVowel`
    is_vowel |c: &char| matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u');
}

/// `asUppercase` of a character.
#[inline]
pub fn as_uppercase(this: Value, _t: &Turn) -> Option<Value> {
    ascii(this).map(|c| Value::character(c.to_ascii_uppercase()))
}

/// `asLowercase` of a character.
#[inline]
pub fn as_lowercase(this: Value, _t: &Turn) -> Option<Value> {
    ascii(this).map(|c| Value::character(c.to_ascii_lowercase()))
}

/// `digitValue` of a character.
#[inline]
pub fn digit_value(this: Value, _t: &Turn) -> Option<Value> {
    ascii(this).map(|c| Value::int(c.to_digit(36).map_or(-1, i64::from)))
}

/// `negated`
#[inline]
pub fn negated(this: Value, _t: &Turn) -> Option<Value> {
    if let Some(float) = this.as_float() {
        return Some(Value::float(-float));
    }
    this.as_small().and_then(|small| Value::small(-small))
}

/// `abs`
#[inline]
pub fn abs(this: Value, t: &Turn) -> Option<Value> {
    match this.as_small() {
        Some(small) if small < 0 => negated(this, t),
        Some(_) => Some(this),
        None => this.as_float().map(|float| Value::float(float.abs())),
    }
}

/// `asFloat`
#[inline]
pub fn as_float(this: Value, _t: &Turn) -> Option<Value> {
    if this.is_float() { Some(this) } else { this.as_small().map(|small| Value::float(small as f64)) }
}

/// `even`
#[inline]
pub fn even(this: Value, _t: &Turn) -> Option<Value> {
    this.as_small().map(|small| Value::boolean(small & 1 == 0))
}

/// `odd`
#[inline]
pub fn odd(this: Value, _t: &Turn) -> Option<Value> {
    this.as_small().map(|small| Value::boolean(small & 1 == 1))
}

/// `isZero`
#[inline]
pub fn is_zero(this: Value, _t: &Turn) -> Option<Value> {
    match this.as_small() {
        Some(small) => Some(Value::boolean(small == 0)),
        None => this.as_float().map(|float| Value::boolean(float == 0.0)),
    }
}

/// Floats nearer to zero than this have a whole part that needs no box.
const WHOLE: f64 = (1u64 << 47) as f64;

macro_rules! whole {
    ($($(#[$doc:meta])* $name:ident $round:expr;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(this: Value, _t: &Turn) -> Option<Value> {
            match this.as_float() {
                Some(float) if float.abs() < WHOLE - 1.0 => Some(Value::int($round(float) as i64)),
                Some(_) => None,
                None => this.is_small().then_some(this),
            }
        }
    )*};
}

whole! {
    /// `floor`
    floor f64::floor;
    /// `ceiling`
    ceiling f64::ceil;
    /// `truncated`
    truncated f64::trunc;
    /// `rounded`
    rounded f64::round;
}

/// `sqrt` of a Float that has one.
#[inline]
pub fn sqrt(this: Value, _t: &Turn) -> Option<Value> {
    this.as_float().filter(|float| *float >= 0.0).map(|float| Value::float(float.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::turn;

    #[test]
    fn characters_are_asked_without_a_message() {
        let t = turn();
        let [a, z, five, wide] = ['a', 'z', '5', 'é'].map(Value::character);
        assert_eq!(between_and(a, a, z, &t), Some(Value::TRUE));
        assert_eq!(between_and(five, a, z, &t), Some(Value::FALSE));
        assert_eq!(between_and(five, Value::int(0), z, &t), None);
        assert_eq!(between_and(Value::float(0.5), Value::float(0.0), Value::float(1.0), &t), None);
        assert_eq!((max(a, z, &t), min(a, z, &t)), (Some(z), Some(a)));
        assert_eq!((as_integer(a, &t), code(five, &t), code(Value::int(5), &t)), (Some(Value::int(97)), Some(Value::int(53)), None));
        assert_eq!((digit_value(z, &t), digit_value(Value::character('!'), &t)), (Some(Value::int(35)), Some(Value::int(-1))));
        assert_eq!((is_letter(a, &t), is_digit(a, &t), is_letter(wide, &t)), (Some(Value::TRUE), Some(Value::FALSE), None));
        assert_eq!((as_uppercase(a, &t), as_lowercase(wide, &t)), (Some(Value::character('A')), None));
        assert_eq!((as_character(Value::int(97), &t), as_character(a, &t)), (None, Some(a)));
    }

    #[test]
    fn numbers_are_asked_without_a_message() {
        let t = turn();
        let least = Value::int(crate::value::MIN_SMALL);
        assert_eq!((negated(least, &t), abs(least, &t)), (None, None));
        assert_eq!((abs(Value::int(-3), &t), negated(Value::float(1.5), &t)), (Some(Value::int(3)), Some(Value::float(-1.5))));
        assert_eq!(
            (max(Value::int(-1), Value::int(2), &t), min(Value::int(-1), Value::int(2), &t)),
            (Some(Value::int(2)), Some(Value::int(-1)))
        );
        assert_eq!(max(Value::int(1), Value::float(2.0), &t), None);
        assert_eq!((odd(Value::int(-3), &t), even(Value::float(2.0), &t)), (Some(Value::TRUE), None));
        assert_eq!((floor(Value::float(-2.5), &t), ceiling(Value::float(-2.5), &t)), (Some(Value::int(-3)), Some(Value::int(-2))));
        assert_eq!((truncated(Value::float(-2.5), &t), rounded(Value::float(-2.5), &t)), (Some(Value::int(-2)), Some(Value::int(-3))));
        assert_eq!(
            (floor(Value::float(1e15), &t), floor(Value::float(f64::NAN), &t), floor(Value::int(3), &t)),
            (None, None, Some(Value::int(3)))
        );
        assert_eq!(
            (sqrt(Value::float(6.25), &t), sqrt(Value::float(-1.0), &t), sqrt(Value::int(4), &t)),
            (Some(Value::float(2.5)), None, None)
        );
        assert_eq!((is_zero(Value::float(-0.0), &t), is_zero(Value::NIL, &t)), (Some(Value::TRUE), None));
    }
}
