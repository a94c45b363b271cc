//! One step of a generator of random numbers. A Random has the slots seed, high and low: the state's halves.

use super::Try;
use crate::turn::Turn;
use crate::value::Value;

const HIGH: usize = 1;
const LOW: usize = 2;

/// Of the linear congruential generator beneath.
const MULTIPLIER: u64 = 6_364_136_223_846_793_005;
const INCREMENT: u64 = 1_442_695_040_888_963_407;

/// The state after this one, and the 32 bits that this one gives: PCG-XSH-RR.
fn step(state: u64) -> (u64, u32) {
    let shifted = ((state >> 18 ^ state) >> 27) as u32;
    let bits = shifted.rotate_right((state >> 59) as u32);
    (state.wrapping_mul(MULTIPLIER).wrapping_add(INCREMENT), bits)
}

/// The next 31 random bits of a Random.
pub fn random_step(this: Value, t: &mut Turn) -> Try {
    let Some((_, &[_, high, low, ..])) = t.object(this) else { return Ok(None) };
    let half = |word| Value::from_bits(word).as_small().and_then(|half| u32::try_from(half).ok());
    let (Some(high), Some(low)) = (half(high), half(low)) else { return Ok(None) };
    let (next, bits) = step(u64::from(high) << 32 | u64::from(low));
    t.set_slot(this, HIGH, Value::int((next >> 32) as i64))?;
    t.set_slot(this, LOW, Value::int(i64::from(next as u32)))?;
    Ok(Some(Value::int(i64::from(bits & 0x7FFF_FFFF))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_known_numbers() {
        // Those that Pharo draws from the seed 42.
        let (mut state, _) = step(42u64.wrapping_add(INCREMENT));
        let drawn: Vec<u32> = std::iter::repeat_with(|| {
            let (next, bits) = step(state);
            state = next;
            bits & 0x7FFF_FFFF
        })
        .take(3)
        .collect();
        assert_eq!(drawn, [1_123_384_278, 1_795_671_209, 1_924_641_435]);
    }
}
