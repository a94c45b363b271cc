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

/// `42`, `-5`, `2e3`; `1e-7` is a fraction.
pub(super) fn integer(text: &str) -> Result<Literal, NumberError> {
    let (digits, exponent) = split_exponent(text);
    let Some(exponent) = exponent else { return decimal(digits).map(Literal::Integer) };
    let (negative, exponent) = split_sign(exponent);
    let zeros = exponent.parse().ok().filter(|zeros| *zeros <= DIGITS).ok_or(NumberError::TooManyDigits)?;
    if negative {
        return Ok(fraction(decimal(digits)?, 10, zeros as u32));
    }
    decimal(&format!("{digits}{}", "0".repeat(zeros))).map(Literal::Integer)
}

/// An integer divided by a power of the radix.
fn fraction(numerator: String, radix: u32, power: u32) -> Literal {
    if power == 0 { Literal::Integer(numerator) } else { Literal::Fraction { numerator, radix, power } }
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
    let sign = if front_sign == back_sign { "" } else { "-" };
    let radix: u32 =
        radix_text.parse().ok().filter(|radix| (2..=36).contains(radix)).ok_or_else(|| NumberError::Radix(radix_text.to_string()))?;
    let (mantissa, exponent) = match exponent_at(rest, radix) {
        Some(at) => (&rest[..at], rest[at + 1..].parse().map_err(|_| NumberError::TooManyDigits)?),
        None => (rest, 0i64),
    };
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{decimals}");
    if digits.len() > DIGITS || exponent.unsigned_abs() > DIGITS as u64 {
        return Err(NumberError::TooManyDigits);
    }
    let mut number = Decimal::default();
    for digit in digits.chars() {
        number.push(radix, digit.to_digit(radix).ok_or(NumberError::Digit { digit, radix })?);
    }
    let power = exponent - decimals.len() as i64;
    for _ in 0..power.max(0) {
        number.push(radix, 0);
    }
    if mantissa.contains('.') {
        let text = number.divided(radix, power.min(0).unsigned_abs());
        return float(&format!("{sign}{text}"));
    }
    Ok(fraction(decimal(&format!("{sign}{number}"))?, radix, power.min(0).unsigned_abs() as u32))
}

/// Where an exponent begins: at a letter that is no digit, with digits behind it.
fn exponent_at(text: &str, radix: u32) -> Option<usize> {
    text.find(['e', 'd', 'q']).filter(|at| {
        let (_, digits) = split_sign(&text[at + 1..]);
        let letter_is_digit = text[*at..].starts_with(|letter: char| letter.is_digit(radix));
        !letter_is_digit && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
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

    /// The text of the number divided by a power of the radix, with so many decimals that a float read from it is the
    /// nearest one: a last digit stands for what is cut off.
    fn divided(mut self, radix: u32, power: u64) -> String {
        if power == 0 {
            return self.to_string();
        }
        // Six bits a power at most, and 800 digits behind, more than any float's rounding depends on.
        let places = power as usize * 6 / 29 + 100;
        self.0.splice(0..0, std::iter::repeat_n(0, places));
        let mut cut = false;
        for _ in 0..power {
            let mut rest = 0u64;
            for limb in self.0.iter_mut().rev() {
                let value = rest * LIMB + u64::from(*limb);
                *limb = (value / u64::from(radix)) as u32;
                rest = value % u64::from(radix);
            }
            cut |= rest > 0;
            while self.0.last() == Some(&0) {
                self.0.pop();
            }
        }
        format!("{self}{}e-{}", u8::from(cut), places * 9 + 1)
    }
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Some((highest, rest)) = self.0.split_last() else { return write!(f, "0") };
        write!(f, "{highest}")?;
        rest.iter().rev().try_for_each(|limb| write!(f, "{limb:09}"))
    }
}
