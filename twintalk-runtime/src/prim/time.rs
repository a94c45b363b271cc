//! The clock and chance, both the host's.

use super::Try;
use crate::turn::Turn;
use crate::value::Value;

/// Nanoseconds since 1970.
pub fn time_now(_this: Value, t: &mut Turn) -> Try {
    let now = t.host().now();
    Ok(Some(t.integer(now)))
}

/// What random numbers start from: the turn's time, so that a turn with the same time draws the same ones.
pub fn random_seed(_this: Value, t: &mut Turn) -> Try {
    let mixed = t.host().seed().wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
    Ok(Some(t.integer(mixed as i64)))
}
