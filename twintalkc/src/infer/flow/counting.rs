//! The counter of a loop, from the first value and the limit.

use super::ranges::FAR;
use crate::known::{FLOAT, Known, SMALL};

/// What a counter is in the body of its loop: none where the body never runs.
pub fn counter(from: &Known, limit: &Known, step: i64) -> Known {
    if !from.only(SMALL) {
        // A Float stays one, and of everything else nobody knows what `+` makes of it.
        return if from.only(FLOAT) { Known::kinds(FLOAT) } else { Known::open() };
    }
    let (low, high) = from.range;
    // Against what is no integer it counts for as long as a program runs.
    let far = |start: i64| if step > 0 { start.max(FAR) } else { start.min(-FAR) };
    let end = match (limit.only(SMALL), step > 0) {
        (true, true) => limit.range.1,
        (true, false) => limit.range.0,
        (false, true) => far(high),
        (false, false) => far(low),
    };
    let range = if step > 0 { (low, end) } else { (end, high) };
    if range.0 > range.1 { Known::none() } else { Known::integers(range.0, range.1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn between_first_and_limit() {
        let one = Known::integers(1, 1);
        assert_eq!(counter(&one, &Known::integers(3, 9), 1), Known::integers(1, 9));
        assert_eq!(counter(&Known::integers(2, 8), &Known::integers(0, 3), -2), Known::integers(0, 8));
        assert!(counter(&one, &Known::integers(-2, 0), 1).is_none());
        assert_eq!(counter(&one, &Known::kinds(FLOAT), 1), Known::integers(1, FAR));
        assert_eq!(counter(&Known::kinds(FLOAT), &Known::integers(3, 9), 1), Known::kinds(FLOAT));
        assert_eq!(counter(&Known::any(), &Known::integers(3, 9), 1), Known::open());
    }
}
