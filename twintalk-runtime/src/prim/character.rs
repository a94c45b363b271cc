//! Characters.

use super::Try;
use crate::turn::Turn;
use crate::value::Value;

/// The uppercase letter, where it is one character.
pub(super) fn upper(c: char) -> char {
    let mut all = c.to_uppercase();
    match (all.next(), all.next()) {
        (Some(only), None) => only,
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
