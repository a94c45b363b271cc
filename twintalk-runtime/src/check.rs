//! Checks of declared types that are not a field's own.

use crate::answer::Raised;
use crate::library::class;
use crate::turn::Turn;
use crate::value::Value;

/// What a declaration may admit beside class numbers, which are below these.
pub mod types {
    /// Any real number.
    pub const REAL: u32 = 0x8000_0000;
    /// `nil`.
    pub const NIL: u32 = 0x8000_0001;
    /// `true` or `false`.
    pub const BOOLEAN: u32 = 0x8000_0002;
    /// An integer of 64 bits.
    pub const INT64: u32 = 0x8000_0003;
    /// Any value.
    pub const ANY: u32 = 0x8000_0004;
}

/// Raises unless the value is of one of the types.
#[inline]
pub fn check(
    value: Value,
    admitted: &[u32],
    slot: &str,
    declared: &str,
    t: &mut Turn,
) -> Result<(), Raised> {
    if admitted.iter().any(|admitted| admits(*admitted, value, t)) {
        return Ok(());
    }
    Err(wrong_type(value, slot, declared, t))
}

fn admits(admitted: u32, value: Value, t: &Turn) -> bool {
    match admitted {
        types::REAL => {
            value.is_float() || t.is_kind_of(value, class::NUMBER) && t.real(value).is_some()
        }
        types::NIL => value.is_nil(),
        types::BOOLEAN => value.as_bool().is_some(),
        types::INT64 => t.as_i64(value).is_some(),
        types::ANY => true,
        class => t.is_kind_of(value, class),
    }
}

/// Raises the error that names slot, expected type and value.
#[cold]
#[inline(never)]
pub fn wrong_type(value: Value, slot: &str, declared: &str, t: &mut Turn) -> Raised {
    let message = format!(
        "{slot} is declared {declared} and cannot hold {}",
        t.describe(value)
    );
    t.raise(class::TYPE_ERROR, &message)
}
