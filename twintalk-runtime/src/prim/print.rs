//! How numbers, strings and symbols print.

use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};

use super::text::Chars;
use super::{Try, string};
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::Value;

/// The shortest digits that read back as this float, and the power of ten of the first one.
pub(super) fn digits(float: f64) -> (String, i32) {
    let text = format!("{float:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    (digits, exponent.parse().unwrap_or_default())
}

/// As Pharo prints: `3.14`, `1.0e100`, `Float nan`.
pub fn float_text(float: f64) -> String {
    if float.is_nan() {
        return "Float nan".into();
    }
    let sign = if float.is_sign_negative() { "-" } else { "" };
    if float.is_infinite() {
        return format!("Float infinity{}", if sign.is_empty() { "" } else { " negated" });
    }
    if float == 0.0 {
        return format!("{sign}0.0");
    }
    let (digits, exponent) = digits(float.abs());
    place_point(sign, &digits, exponent)
}

/// Digits with a point, the first one worth that power of the radix.
fn place_point(sign: &str, digits: &str, exponent: i32) -> String {
    // From 0.0001 up to 999999.9 without an exponent.
    if (-4..=5).contains(&exponent) {
        if exponent < 0 {
            let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
            return format!("{sign}0.{zeros}{digits}");
        }
        let whole = exponent as usize + 1;
        let padded = format!("{digits:0<whole$}");
        let (whole, rest) = padded.split_at(whole);
        return format!("{sign}{whole}.{}", if rest.is_empty() { "0" } else { rest });
    }
    let (first, rest) = digits.split_at(1);
    format!("{sign}{first}.{}e{exponent}", if rest.is_empty() { "0" } else { rest })
}

/// `printString` of a float.
pub fn float_print_string(this: Value, t: &mut Turn) -> Try {
    match this.as_float() {
        Some(float) => string(&float_text(float), t),
        None => Ok(None),
    }
}

fn radix(value: Value) -> Option<u32> {
    u32::try_from(value.as_small()?).ok().filter(|radix| (2..=36).contains(radix))
}

/// `printString: base` of a float: the shortest digits that stand for it in that radix.
pub fn float_print_radix(this: Value, base: Value, t: &mut Turn) -> Try {
    let (Some(float), Some(base)) = (this.as_float(), radix(base)) else { return Ok(None) };
    if base == 10 || !float.is_finite() || float == 0.0 {
        return string(&float_text(float), t);
    }
    let (digits, exponent) = super::shortest::digits(float.abs(), base);
    let sign = if float.is_sign_negative() { "-" } else { "" };
    string(&place_point(sign, &digits, exponent), t)
}

/// Writes the digits at the end of a buffer; answers where they begin.
fn decimal(integer: i64, buffer: &mut [u8; 20]) -> usize {
    let (mut rest, mut at) = (integer.unsigned_abs(), buffer.len());
    while rest > 0 || at == buffer.len() {
        at -= 1;
        buffer[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if integer < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    at
}

/// `printString` of an integer.
pub fn integer_print_string(this: Value, t: &mut Turn) -> Try {
    if let Some(small) = t.as_i64(this) {
        let mut buffer = [0; 20];
        let start = decimal(small, &mut buffer);
        return Ok(Some(t.new_bytes(Kind::Bytes, class::BYTE_STRING, &buffer[start..])));
    }
    match t.big(this) {
        Some(integer) => string(&integer.to_string(), t),
        None => Ok(None),
    }
}

/// `printString: base` of an integer.
pub fn integer_print_radix(this: Value, base: Value, t: &mut Turn) -> Try {
    let (Some(integer), Some(base)) = (t.big(this), radix(base)) else { return Ok(None) };
    string(&integer.to_str_radix(base).to_uppercase(), t)
}

/// In quotes, those inside doubled.
pub fn string_print_string(this: Value, t: &mut Turn) -> Try {
    let Some(chars) = Chars::of(this, t) else { return Ok(None) };
    let quote = u32::from('\'');
    let mut codes = Vec::with_capacity(chars.len() + 2);
    codes.push(quote);
    for code in chars.codes() {
        if code == quote {
            codes.push(quote);
        }
        codes.push(code);
    }
    codes.push(quote);
    Ok(Some(super::text::make(&codes, t)))
}

/// `#foo`, `#with:with:`, `#+`, `#'any text'`
pub fn symbol_print_string(this: Value, t: &mut Turn) -> Try {
    let Some(text) = t.text(this) else { return Ok(None) };
    if is_selector(&text) {
        return string(&format!("#{text}"), t);
    }
    string(&format!("#'{}'", text.replace('\'', "''")), t)
}

/// Whether a symbol of this text can be written without quotes.
fn is_selector(text: &str) -> bool {
    let word = |part: &str| {
        part.starts_with(|first: char| first.is_alphabetic() || first == '_') && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    };
    let binary = |c: char| "+-*/\\~<>=@,%|&?!".contains(c);
    !text.is_empty() && (text.chars().all(binary) || word(text) || text.strip_suffix(':').is_some_and(|text| text.split(':').all(word)))
}

/// `hashMultiply`, of the low 28 bits.
pub fn integer_hash_multiply(this: Value, t: &mut Turn) -> Try {
    let Some(integer) = t.big(this) else { return Ok(None) };
    let low = (integer.abs() & BigInt::from(0xFFF_FFFF)).to_u64().unwrap_or_default();
    Ok(Some(Value::int((low.wrapping_mul(1_664_525) & 0xFFF_FFFF) as i64)))
}
