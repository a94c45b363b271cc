//! Operators: fast for small integers and floats, a send for everything else.
//!
//! The send runs without a safepoint, so callers may keep values in locals across an operator.

use crate::answer::Answer;
use crate::known::Known;
use crate::library::{class, selector};
use crate::object::Kind;
use crate::prim;
use crate::turn::Turn;
use crate::value::Value;

/// Both operands as floats, if they are small integers or floats and not both integers.
#[inline]
fn floats(a: Value, b: Value) -> Option<(f64, f64)> {
    let real = |value: Value| value.as_float().or(value.as_small().map(|small| small as f64));
    if a.is_float() || b.is_float() { Some((real(a)?, real(b)?)) } else { None }
}

macro_rules! arithmetic {
    ($($(#[$doc:meta])* $name:ident $selector:ident $quick:expr, $integers:expr, $floats:expr;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(a: Value, b: Value, t: &mut Turn) -> Answer {
            /// What needs a box, or numbers of two kinds, or a send.
            #[inline(never)]
            fn slow(a: Value, b: Value, t: &mut Turn) -> Answer {
                if Value::both_small(a, b) {
                    let result: Option<i64> = $integers(a.small_unchecked(), b.small_unchecked());
                    if let Some(result) = result {
                        return Ok(t.integer(result));
                    }
                } else if let Some((a, b)) = floats(a, b) {
                    let result: Option<f64> = $floats(a, b);
                    if let Some(result) = result {
                        return Ok(Value::float(result));
                    }
                }
                t.send_in_place(selector::$selector, a, &[b])
            }
            if Value::both_small(a, b) {
                let result: Option<Value> = $quick(a, b);
                if let Some(result) = result {
                    return Ok(result);
                }
            } else if Value::both_float(a, b) {
                let result: Option<f64> = $floats(a.float_unchecked(), b.float_unchecked());
                if let Some(result) = result {
                    return Ok(Value::float(result));
                }
            }
            slow(a, b, t)
        }
    )*};
}

arithmetic! {
    /// `a + b`
    plus PLUS |a: Value, b: Value| a.shifted().checked_add(b.shifted()).map(Value::from_shifted),
        |a: i64, b| Some(a + b), |a, b| Some(a + b);
    /// `a - b`
    minus MINUS |a: Value, b: Value| a.shifted().checked_sub(b.shifted()).map(Value::from_shifted),
        |a: i64, b| Some(a - b), |a, b| Some(a - b);
    /// `a * b`
    times TIMES |a: Value, b: Value| a.shifted().checked_mul(b.small_unchecked()).map(Value::from_shifted),
        |a: i64, b| a.checked_mul(b), |a, b| Some(a * b);
    /// `a / b`
    divide DIVIDE |a, b| positive(a, b).filter(|(a, b)| a % b == 0).map(|(a, b)| natural(a / b)),
        |a: i64, b: i64| if b != 0 && a % b == 0 { Some(a / b) } else { None }, |a, b| if b == 0.0 { None } else { Some(a / b) };
    /// `a \\ b`, rounded towards negative infinity
    modulo MODULO |a, b| positive(a, b).map(|(a, b)| natural(a % b)),
        |a: i64, b: i64| if b == 0 { None } else { Some(num_integer::mod_floor(a, b)) }, |_, _| None;
    /// `a // b`, rounded towards negative infinity
    int_divide INT_DIVIDE |a, b| positive(a, b).map(|(a, b)| natural(a / b)),
        |a: i64, b: i64| if b == 0 { None } else { Some(num_integer::div_floor(a, b)) }, |_, _| None;
    /// `a bitAnd: b`
    bit_and BIT_AND_WITH |a: Value, b: Value| Some(Value::from_bits(a.bits() & b.bits())), |a: i64, b| Some(a & b), |_, _| None;
    /// `a bitOr: b`
    bit_or BIT_OR_WITH |a: Value, b: Value| Some(Value::from_bits(a.bits() | b.bits())), |a: i64, b| Some(a | b), |_, _| None;
    /// `a bitShift: b`
    bit_shift BIT_SHIFT_WITH |a: Value, b: Value| shift(a.small_unchecked(), b.small_unchecked()).and_then(Value::small),
        shift, |_, _| None;
}

/// Two small integers as the processor divides them at once: neither is negative, nor the divisor zero.
#[inline(always)]
fn positive(a: Value, b: Value) -> Option<(u64, u64)> {
    let (a, b) = (a.small_unchecked(), b.small_unchecked());
    (a >= 0 && b > 0).then_some((a as u64, b as u64))
}

#[inline(always)]
fn natural(value: u64) -> Value {
    Value::int(value as i64)
}

/// Shifts left, or right where `by` is negative; `None` where bits would be lost on the left.
#[inline]
fn shift(a: i64, by: i64) -> Option<i64> {
    if by <= 0 {
        return Some(a >> by.unsigned_abs().min(63));
    }
    (by < 16).then(|| a << by)
}

macro_rules! comparison {
    ($($(#[$doc:meta])* $name:ident $selector:ident $operator:tt;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(a: Value, b: Value, t: &mut Turn) -> Answer {
            /// A number and one of another kind, or a send.
            #[inline(never)]
            fn slow(a: Value, b: Value, t: &mut Turn) -> Answer {
                if Value::both_characters(a, b) && !t.is_open(class::CHARACTER) {
                    return Ok(Value::boolean(a.bits() $operator b.bits()));
                }
                match floats(a, b) {
                    Some((a, b)) => Ok(Value::boolean(a $operator b)),
                    None => t.send_in_place(selector::$selector, a, &[b]),
                }
            }
            if Value::both_small(a, b) {
                Ok(Value::boolean(a.shifted() $operator b.shifted()))
            } else if Value::both_float(a, b) {
                Ok(Value::boolean(a.float_unchecked() $operator b.float_unchecked()))
            } else {
                slow(a, b, t)
            }
        }
    )*};
}

comparison! {
    /// `a < b`
    less LESS <;
    /// `a > b`
    greater GREATER >;
    /// `a <= b`
    less_equal LESS_EQUAL <=;
    /// `a >= b`
    greater_equal GREATER_EQUAL >=;
}

/// Equality where no send is needed and no object concerned.
#[inline(always)]
fn equal_at_once(a: Value, b: Value) -> Option<bool> {
    if Value::both_unique(a, b) {
        Some(a == b)
    } else if Value::both_float(a, b) {
        Some(a.float_unchecked() == b.float_unchecked())
    } else {
        None
    }
}

/// Equality where no send is needed: numbers of two kinds, and immediate values of which at least one is unique.
fn equal_without_send(a: Value, b: Value) -> Option<bool> {
    if let Some((a, b)) = floats(a, b) {
        return Some(a == b);
    }
    let plain = |value: Value| !value.is_reference() && !value.is_self();
    (plain(a) && plain(b)).then_some(a == b)
}

/// Equality of two strings of bytes, unless the program has a say in it.
fn equal_texts(a: Value, b: Value, t: &Turn) -> Option<bool> {
    let ((header, words), (other, other_words)) = (t.object(a)?, t.object(b)?);
    let are_texts = header.class() == class::BYTE_STRING && other.class() == class::BYTE_STRING;
    let are_bytes = header.kind() == Kind::Bytes && other.kind() == Kind::Bytes;
    (are_texts && are_bytes && t.frozen.known(class::BYTE_STRING).has(Known::CONTENT))
        .then(|| header.length() == other.length() && words == other_words)
}

macro_rules! equality {
    ($($(#[$doc:meta])* $name:ident $selector:ident $wanted:literal;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(a: Value, b: Value, t: &mut Turn) -> Answer {
            /// Values of two kinds, or a send.
            #[inline(never)]
            fn slow(a: Value, b: Value, t: &mut Turn) -> Answer {
                match equal_without_send(a, b).or_else(|| equal_texts(a, b, t)) {
                    Some(answer) => Ok(Value::boolean(answer == $wanted)),
                    None => t.send_in_place(selector::$selector, a, &[b]),
                }
            }
            match equal_at_once(a, b) {
                Some(answer) => Ok(Value::boolean(answer == $wanted)),
                None => slow(a, b, t),
            }
        }
    )*};
}

equality! {
    /// `a = b`
    equal EQUAL true;
    /// `a ~= b`
    not_equal NOT_EQUAL false;
}

/// The limit of a loop that counts in small integers, as a number that needs no heap and compares alike.
#[inline]
pub fn limit(limit: Value, t: &mut Turn) -> Answer {
    if limit.is_small() || limit.is_float() { Ok(limit) } else { far_limit(limit, t) }
}

#[cold]
fn far_limit(limit: Value, t: &mut Turn) -> Answer {
    match t.real(limit) {
        Some(real) => Ok(Value::float(real)),
        None => {
            let message = format!("a loop counts to a number, not to {}", t.describe(limit));
            t.inhibit += 1;
            let answer = t.raise_about(class::ERROR, limit, &message);
            t.inhibit -= 1;
            answer
        }
    }
}

/// `a at: i`
#[inline]
pub fn at(a: Value, i: Value, t: &mut Turn) -> Answer {
    if i.is_small()
        && let Some(element) = t.element(a, i.small_unchecked())
    {
        return Ok(element);
    }
    send_at(a, i, t)
}

/// What the library's own collections answer, unless the program has a say in it; else a send.
#[inline(never)]
fn send_at(a: Value, i: Value, t: &mut Turn) -> Answer {
    if i.is_small()
        && let Some(element) = prim::character_at(a, i.small_unchecked(), t)
    {
        return Ok(element);
    }
    if i.is_small()
        && let Some(element) = prim::element(a, i.small_unchecked(), t)
    {
        return Ok(element);
    }
    if let Some(header) = t.header(a)
        && matches!(header.class(), class::DICTIONARY | class::IDENTITY_DICTIONARY)
        && !t.is_open(header.class())
        && let Some(found) = prim::dictionary_at(a, i, t)?
    {
        return Ok(found);
    }
    t.send_in_place(selector::AT_WITH, a, &[i])
}

/// `a at: i put: value`
#[inline]
pub fn at_put(a: Value, i: Value, value: Value, t: &mut Turn) -> Answer {
    if i.is_small() && t.set_element(a, i.small_unchecked(), value) {
        return Ok(value);
    }
    send_at_put(a, i, value, t)
}

#[inline(never)]
fn send_at_put(a: Value, i: Value, value: Value, t: &mut Turn) -> Answer {
    if let Some(header) = t.header(a)
        && !t.is_open(header.class())
    {
        let done = match header.class() {
            class::ORDERED_COLLECTION => prim::ordered_at_put(a, i, value, t)?,
            class::BYTE_STRING => prim::string_at_put(a, i, value, t)?,
            class::DICTIONARY | class::IDENTITY_DICTIONARY => prim::dictionary_at_put(a, i, value, t)?,
            _ => None,
        };
        if let Some(done) = done {
            return Ok(done);
        }
    }
    t.send_in_place(selector::AT_PUT, a, &[i, value])
}

/// `a size`
#[inline]
pub fn size(a: Value, t: &mut Turn) -> Answer {
    match t.header(a) {
        Some(header) if header.class() == class::ARRAY || header.class() == class::BYTE_STRING => Ok(Value::int(header.length() as i64)),
        _ => send_size(a, t),
    }
}

#[inline(never)]
fn send_size(a: Value, t: &mut Turn) -> Answer {
    t.send_in_place(selector::SIZE, a, &[])
}
