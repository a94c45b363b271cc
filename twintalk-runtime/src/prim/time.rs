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

/// Waits so many nanoseconds, where the host allows it.
pub fn wait(_this: Value, nanoseconds: Value, t: &mut Turn) -> Try {
    let Some(nanoseconds) = t.as_i64(nanoseconds) else { return Ok(None) };
    let time = std::time::Duration::from_nanos(u64::try_from(nanoseconds).unwrap_or(0));
    Ok(t.host().wait(time).then_some(Value::NIL))
}
