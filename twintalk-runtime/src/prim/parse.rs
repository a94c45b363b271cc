//! Numbers read from strings.

use num_bigint::BigInt;
use num_traits::Num;

use super::Try;
use super::float::quotient;
use crate::turn::Turn;
use crate::value::Value;

/// `asInteger`: the first integer in a string.
pub fn string_as_integer(this: Value, t: &mut Turn) -> Try {
    let Some(text) = t.text(this) else { return Ok(None) };
    let Some(start) = text.find(|c: char| c.is_ascii_digit()) else { return Ok(None) };
    let digits = leading_digits(&text[start..], 10);
    let mut integer: BigInt = digits.parse().unwrap_or_default();
    if text[..start].ends_with('-') {
        integer = -integer;
    }
    Ok(Some(t.big_integer(&integer)))
}

fn leading_digits(text: &str, radix: u32) -> &str {
    let end = text.find(|c: char| !c.is_digit(radix) || c.is_ascii_lowercase()).unwrap_or(text.len());
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
    let whole = leading_digits(text, 10);
    if whole.is_empty() {
        return None;
    }
    let mut rest = &text[whole.len()..];
    if let Some(digits) = rest.strip_prefix('r') {
        let radix = whole.parse().ok().filter(|radix| (2..=36).contains(radix))?;
        let (negative, digits) = digits.strip_prefix('-').map_or((negative, digits), |digits| (!negative, digits));
        let integer = BigInt::from_str_radix(leading_digits(digits, radix), radix).ok()?;
        return Some(t.big_integer(&if negative { -integer } else { integer }));
    }
    let mut fraction = "";
    if let Some(digits) = rest.strip_prefix('.') {
        fraction = leading_digits(digits, 10);
        if !fraction.is_empty() {
            rest = &digits[fraction.len()..];
        }
    }
    let exponent = exponent(rest);
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

/// `e-3` at the beginning of a text; 0 where there is none.
fn exponent(text: &str) -> i32 {
    let Some(text) = text.strip_prefix(['e', 'd', 'q']) else { return 0 };
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let exponent = leading_digits(digits, 10).parse().unwrap_or(0i32);
    if negative { -exponent } else { exponent }
}
