//! How often the state of a twin is written as a whole, which bounds how many events loading it replays.
//!
//! A class says it itself: class-side `snapshotEvery` answers a number of events, asked once when the program starts.
//! For the others the number is the engine's, doubled as long as a snapshot would be larger than the events it stands for:
//! small states are written often, large ones at most as fast as their events.

use std::sync::Arc;

use super::api::{OpenError, Options};
use super::declared;
use super::world::Class;
use crate::frozen::Frozen;
use crate::turn::Turn;
use crate::value::Value;

/// What a class side answers.
const SELECTOR: &str = "snapshotEvery";

/// The bytes of a small event.
const EVENT: u64 = 96;

/// How often the engine's number is doubled at most.
const DOUBLED: u32 = 6;

/// Whether a twin's state is written after the event of a sequence; `heap` is the size of its heap in bytes.
pub(super) fn is_due(sequence: u64, every: Option<u64>, default: u64, heap: usize) -> bool {
    let default = default.max(1);
    match every {
        Some(every) => sequence.is_multiple_of(every),
        None => sequence.is_multiple_of(default) && sequence.is_multiple_of(stretched(default, heap)),
    }
}

fn stretched(default: u64, heap: usize) -> u64 {
    let events = default.saturating_mul(EVENT);
    let doubled = (heap as u64 / events).checked_ilog2().map_or(0, |log| (log + 1).min(DOUBLED));
    default << doubled
}

/// Asks the twin classes of the program.
pub(super) fn ask(classes: &mut [Class], frozen: &Arc<Frozen>, options: &Options) -> Result<(), OpenError> {
    let events = |answer: Value, _: &mut Turn| answer.as_small().and_then(|every| u64::try_from(every).ok()).filter(|every| *every > 0);
    let wanted = "a number of events, such as 100";
    declared::ask(classes, frozen, options, SELECTOR, wanted, events, |known, every| known.snapshot_every = every)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_states_are_written_less_often() {
        assert!(is_due(1000, None, 1000, 0) && !is_due(1001, None, 1000, 0));
        assert!(is_due(7, Some(7), 1000, 1 << 30) && !is_due(1000, Some(7), 1000, 0));
        assert_eq!(stretched(1000, 95_999), 1000);
        assert_eq!(stretched(1000, 96_000), 2000);
        assert_eq!(stretched(1000, 1_000_000), 16_000);
        assert_eq!(stretched(1000, usize::MAX), 64_000);
        // A heap that grows with every event is written all the same.
        let grown = (1..=100_000).filter(|sequence| is_due(*sequence, None, 1000, *sequence as usize * 64)).count();
        assert!((2..100).contains(&grown), "{grown}");
    }
}
