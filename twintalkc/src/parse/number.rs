//! Numbers: from digits as written to decimal digits.

use crate::ast::Literal;

/// More digits are refused: working with them takes quadratic time, and no device counts that far.
pub(super) const DIGITS: usize = 10_000;

/// Why a number is refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NumberError {
    /// The radix is not between 2 and 36.
    Radix(String),
    /// Not a digit in this radix.
    Digit { digit: char, radix: u32 },
    /// More than `DIGITS` digits.
    TooManyDigits,
    /// A float beyond the largest one.
    TooLarge,
}

/// `42`, `-5`, `2e3`; `1e-7` is a float.
pub(super) fn integer(text: &str) -> Result<Literal, NumberError> {
    let (digits, exponent) = split_exponent(text);
    let Some(exponent) = exponent else { return decimal(digits).map(Literal::Integer) };
    if exponent.starts_with('-') {
        return float(text);
    }
    let zeros = exponent.parse().ok().filter(|zeros| *zeros <= DIGITS).ok_or(NumberError::TooManyDigits)?;
    decimal(&format!("{digits}{}", "0".repeat(zeros))).map(Literal::Integer)
}

/// `1.5`, `1.5e-3`, `1.5d3`
pub(super) fn float(text: &str) -> Result<Literal, NumberError> {
    let value: f64 = text.replace(['d', 'q'], "e").parse().map_err(|_| NumberError::TooLarge)?;
    if value.is_finite() { Ok(Literal::Float(value)) } else { Err(NumberError::TooLarge) }
}

/// `3.14s2`; `3.14s` has as many places as are written.
pub(super) fn scaled(text: &str) -> Result<Literal, NumberError> {
    let (value, scale) = text.split_once('s').unwrap_or((text, ""));
    let places = value.split_once('.').map_or(0, |(_, places)| places.len());
    let scale = if scale.is_empty() { places } else { scale.parse().map_err(|_| NumberError::TooManyDigits)? };
    if value.len() > DIGITS || scale > DIGITS {
        return Err(NumberError::TooManyDigits);
    }
    Ok(Literal::Scaled { value: value.to_string(), scale: scale as u32 })
}

/// `16rFF`, `-2r1010`, `16r-FF`, `16r1.8`, `2r1e4`: the exponent is one of the radix.
pub(super) fn radix(text: &str) -> Result<Literal, NumberError> {
    let (radix_text, rest) = text.split_once('r').unwrap_or(("10", text));
    let (front_sign, radix_text) = split_sign(radix_text);
    let (back_sign, rest) = split_sign(rest);
    let negative = front_sign != back_sign;
    let radix: u32 =
        radix_text.parse().ok().filter(|radix| (2..=36).contains(radix)).ok_or_else(|| NumberError::Radix(radix_text.to_string()))?;
    // A lower case letter can be a digit only where no exponent can be meant: the grammar decides.
    let exponent_at = rest.find(['e', 'd', 'q']).filter(|at| {
        let exponent = &rest[at + 1..];
        let digits = exponent.strip_prefix('-').unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && !rest[..*at].contains(|c: char| c.is_ascii_lowercase())
    });
    let (mantissa, exponent) = match exponent_at {
        Some(at) => (&rest[..at], rest[at + 1..].parse().map_err(|_| NumberError::TooManyDigits)?),
        None => (rest, 0i64),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.len() > DIGITS || exponent.unsigned_abs() > DIGITS as u64 {
        return Err(NumberError::TooManyDigits);
    }
    let sign = if negative { "-" } else { "" };
    let mut number = Decimal::default();
    for digit in digits.chars() {
        number.push(radix, digit.to_digit(radix).ok_or(NumberError::Digit { digit, radix })?);
    }
    if !mantissa.contains('.') && exponent >= 0 {
        for _ in 0..exponent {
            number.push(radix, 0);
        }
        return decimal(&format!("{sign}{number}")).map(Literal::Integer);
    }
    let mantissa: f64 = number.to_string().parse().map_err(|_| NumberError::TooLarge)?;
    let value = mantissa * f64::from(radix).powi((exponent - fraction.len() as i64) as i32);
    let value = if negative { -value } else { value };
    if value.is_finite() { Ok(Literal::Float(value)) } else { Err(NumberError::TooLarge) }
}

fn split_sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    }
}

fn split_exponent(text: &str) -> (&str, Option<&str>) {
    match text.find(['e', 'd', 'q']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

/// Digits without leading zeros and without a negative zero.
fn decimal(text: &str) -> Result<String, NumberError> {
    let (negative, digits) = split_sign(text);
    let digits = digits.trim_start_matches('0');
    match digits {
        "" => Ok("0".to_string()),
        _ if digits.len() > DIGITS => Err(NumberError::TooManyDigits),
        _ if negative => Ok(format!("-{digits}")),
        _ => Ok(digits.to_string()),
    }
}

/// An unsigned integer of any size, in limbs of nine decimal digits, least significant first.
#[derive(Default)]
struct Decimal(Vec<u32>);

const LIMB: u64 = 1_000_000_000;

impl Decimal {
    /// Multiplies by the radix and adds a digit.
    fn push(&mut self, radix: u32, digit: u32) {
        let mut carry = u64::from(digit);
        for limb in &mut self.0 {
            let product = u64::from(*limb) * u64::from(radix) + carry;
            *limb = (product % LIMB) as u32;
            carry = product / LIMB;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some((highest, rest)) = self.0.split_last() else { return write!(f, "0") };
        write!(f, "{highest}")?;
        rest.iter().rev().try_for_each(|limb| write!(f, "{limb:09}"))
    }
}
