//! Characters.

use super::Try;
use crate::turn::Turn;
use crate::value::Value;

/// The uppercase letter, where it is one character.
pub(super) fn upper(c: char) -> char {
    let mut all = c.to_uppercase();
    match (all.next(), all.next()) {
        (Some(only), None) => only,
        _ if c == 'ß' => 'ẞ',
        _ => c,
    }
}

/// The lowercase letter, where it is one character.
pub(super) fn lower(c: char) -> char {
    let mut all = c.to_lowercase();
    match (all.next(), all.next()) {
        (Some(only), None) => only,
        _ => c,
    }
}

/// `Character value:`
pub fn character_value(_this: Value, code: Value, _t: &mut Turn) -> Try {
    let code = code.as_small().and_then(|code| u32::try_from(code).ok());
    Ok(code.and_then(char::from_u32).map(Value::character))
}

/// `value`
pub fn character_code(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_character().map(|c| Value::int(i64::from(u32::from(c)))))
}

/// `isLetter`
pub fn character_is_letter(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_character().map(|c| Value::boolean(c.is_alphabetic())))
}

/// `isUppercase`
pub fn character_is_uppercase(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_character().map(|c| Value::boolean(c.is_uppercase())))
}

/// `isLowercase`
pub fn character_is_lowercase(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_character().map(|c| Value::boolean(c.is_lowercase())))
}

/// `asUppercase`
pub fn character_as_uppercase(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_character().map(|c| Value::character(upper(c))))
}

/// `asLowercase`
pub fn character_as_lowercase(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_character().map(|c| Value::character(lower(c))))
}

/// The digits zero of scripts that have their ten digits in a row.
const ZEROS: &[u32] = &[
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0,
    0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
];

fn decimal(c: char) -> Option<u32> {
    let at = ZEROS.partition_point(|zero| *zero <= u32::from(c)).checked_sub(1)?;
    Some(u32::from(c) - ZEROS[at]).filter(|digit| *digit < 10)
}

/// `isDigit`
pub fn character_is_digit(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_character().map(|c| Value::boolean(decimal(c).is_some())))
}

/// `digitValue`
pub fn character_digit_value(this: Value, _t: &mut Turn) -> Try {
    let digit = this.as_character().and_then(|c| decimal(c).or_else(|| c.to_digit(36)));
    Ok(digit.map(|digit| Value::int(digit.into())))
}
