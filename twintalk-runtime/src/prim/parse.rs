//! Numbers read from strings.

use num_bigint::BigInt;

use super::Try;
use super::float::quotient;
use crate::turn::Turn;
use crate::value::Value;

/// `asInteger`: the first integer in a string.
pub fn string_as_integer(this: Value, t: &mut Turn) -> Try {
    let Some(text) = t.text(this) else { return Ok(None) };
    let Some(start) = text.find(|c: char| c.is_ascii_digit()) else { return Ok(None) };
    let digits = leading_digits(&text[start..]);
    let mut integer: BigInt = digits.parse().unwrap_or_default();
    if text[..start].ends_with('-') {
        integer = -integer;
    }
    Ok(Some(t.big_integer(&integer)))
}

fn leading_digits(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    &text[..end]
}

/// `asNumber`: the number at the beginning of a string, in Smalltalk's notation.
pub fn string_as_number(this: Value, t: &mut Turn) -> Try {
    let Some(text) = t.text(this) else { return Ok(None) };
    let text = text.trim_start();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    Ok(number(text, negative, t))
}

fn number(text: &str, negative: bool, t: &mut Turn) -> Option<Value> {
    let named = |float: f64| Some(Value::float(if negative { -float } else { float }));
    if text.starts_with("NaN") || text.starts_with("nan") {
        return named(f64::NAN);
    }
    if text.starts_with("Infinity") || text.starts_with("inf") {
        return named(f64::INFINITY);
    }
    let whole = leading_digits(text);
    if whole.is_empty() {
        return None;
    }
    let mut rest = &text[whole.len()..];
    // A radix or a scale is for the library's parser.
    if rest.starts_with('r') {
        return None;
    }
    let mut fraction = "";
    if let Some(digits) = rest.strip_prefix('.') {
        fraction = leading_digits(digits);
        if !fraction.is_empty() {
            rest = &digits[fraction.len()..];
        }
    }
    let (exponent, rest) = exponent(rest);
    if rest.starts_with('s') {
        return None;
    }
    let sign = if negative { "-" } else { "" };
    if !fraction.is_empty() {
        return format!("{sign}{whole}.{fraction}e{exponent}").parse().ok().map(Value::float);
    }
    let integer: BigInt = format!("{sign}{whole}").parse().ok()?;
    // A text of a few characters must not make a number of millions of digits.
    if exponent.unsigned_abs() > 100_000 {
        return None;
    }
    let power = BigInt::from(10).pow(exponent.unsigned_abs());
    Some(if exponent >= 0 { t.big_integer(&(integer * power)) } else { quotient(&integer, &power, t) })
}

/// The power that `e-3` at the beginning of a text stands for, 0 where there is none, and the text behind it.
fn exponent(text: &str) -> (i32, &str) {
    let Some(after) = text.strip_prefix(['e', 'd', 'q']) else { return (0, text) };
    let (negative, after) = after.strip_prefix('-').map_or((false, after), |digits| (true, digits));
    let digits = leading_digits(after);
    if digits.is_empty() {
        return (0, text);
    }
    let exponent = digits.parse().unwrap_or(i32::MAX);
    (if negative { -exponent } else { exponent }, &after[digits.len()..])
}
