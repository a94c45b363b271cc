//! Random numbers: the permuted congruential generator PCG-XSH-RR (M. E. O'Neill, 2014) with a state of 64 bits.
//!
//! The state lies in two slots of 32 bits each, so that a draw allocates nothing.

use num_bigint::BigInt;
use num_traits::ToPrimitive;

use super::Try;
use crate::turn::Turn;
use crate::value::Value;

const MULTIPLIER: u64 = 6_364_136_223_846_793_005;
const INCREMENT: u64 = 1_442_695_040_888_963_407;

/// The slots of a Random that hold its state: the upper and the lower half.
const HIGH: usize = 0;
const LOW: usize = 1;

fn state(this: Value, t: &Turn) -> Option<u64> {
    let half = |index| t.slot(this, index).as_small().and_then(|half| u32::try_from(half).ok());
    Some(u64::from(half(HIGH)?) << 32 | u64::from(half(LOW)?))
}

fn set_state(this: Value, state: u64, t: &mut Turn) -> Result<(), crate::answer::Raised> {
    t.set_slot(this, HIGH, Value::int((state >> 32) as i64))?;
    t.set_slot(this, LOW, Value::int((state & 0xFFFF_FFFF) as i64))
}

fn is_random(this: Value, t: &Turn) -> bool {
    t.is_kind_of(this, crate::library::class::RANDOM) && t.header(this).is_some_and(|header| header.length() > LOW)
}

/// `seed:`: the state a seed stands for, one step on.
pub fn random_set_seed(this: Value, seed: Value, t: &mut Turn) -> Try {
    let Some(seed) = t.big(seed).filter(|_| is_random(this, t)) else { return Ok(None) };
    let low: BigInt = seed & BigInt::from(u64::MAX);
    let state = low.to_u64().unwrap_or_default().wrapping_add(INCREMENT);
    set_state(this, state.wrapping_mul(MULTIPLIER).wrapping_add(INCREMENT), t)?;
    Ok(Some(this))
}

/// The next 31 random bits.
pub fn random_draw(this: Value, t: &mut Turn) -> Try {
    if !is_random(this, t) {
        return Ok(None);
    }
    let Some(state) = state(this, t) else { return Ok(None) };
    set_state(this, state.wrapping_mul(MULTIPLIER).wrapping_add(INCREMENT), t)?;
    let mixed = ((state >> 18 ^ state) >> 27) as u32;
    let drawn = mixed.rotate_right((state >> 59) as u32);
    Ok(Some(Value::int((drawn & 0x7FFF_FFFF).into())))
}
