//! Intervals of integers (Cousot and Cousot 1977): arithmetic on bounds, and the widening that makes loops end.

pub use crate::known::COUNTED_FAR as FAR;
use crate::known::{Known, SMALL, SMALL_INTEGERS};

/// Two bounds, both included. Wider than any SmallInteger, so that arithmetic shows what overflows.
pub type Range = (i128, i128);

/// The most one step of a count may add.
const STEP: i64 = 1 << 9;

pub fn of(range: (i64, i64)) -> Range {
    (i128::from(range.0), i128::from(range.1))
}

fn corners(a: Range, b: Range, f: impl Fn(i128, i128) -> i128) -> Range {
    let all = [f(a.0, b.0), f(a.0, b.1), f(a.1, b.0), f(a.1, b.1)];
    (all.into_iter().min().unwrap_or(0), all.into_iter().max().unwrap_or(0))
}

pub fn plus(a: Range, b: Range) -> Range {
    (a.0 + b.0, a.1 + b.1)
}

pub fn minus(a: Range, b: Range) -> Range {
    (a.0 - b.1, a.1 - b.0)
}

pub fn times(a: Range, b: Range) -> Range {
    corners(a, b, |a, b| a * b)
}

/// The divisors without 0: those below, those above.
fn divisors(b: Range) -> impl Iterator<Item = Range> {
    let below = (b.0, b.1.min(-1));
    let above = (b.0.max(1), b.1);
    [below, above].into_iter().filter(|part| part.0 <= part.1)
}

fn each_divisor(b: Range, f: impl Fn(Range) -> Range) -> Option<Range> {
    divisors(b).map(f).reduce(|one, other| (one.0.min(other.0), one.1.max(other.1)))
}

/// The quotient rounded towards negative infinity; none where the divisor can only be 0.
pub fn floor_divide(a: Range, b: Range) -> Option<Range> {
    each_divisor(b, |b| corners(a, b, |a, b| a.div_euclid(b) - i128::from(b < 0 && a.rem_euclid(b) != 0)))
}

/// The quotient rounded towards zero.
pub fn truncate_divide(a: Range, b: Range) -> Option<Range> {
    each_divisor(b, |b| corners(a, b, |a, b| a / b))
}

/// What floor division leaves.
pub fn modulo(a: Range, b: Range) -> Option<Range> {
    each_divisor(b, |b| {
        if b.0 > 0 {
            (0, if a.0 >= 0 { a.1.min(b.1 - 1) } else { b.1 - 1 })
        } else {
            (if a.1 <= 0 { a.0.max(b.0 + 1) } else { b.0 + 1 }, 0)
        }
    })
}

/// What truncating division leaves: it has the sign of the receiver.
pub fn remainder(a: Range, b: Range) -> Option<Range> {
    each_divisor(b, |b| {
        let most = b.0.abs().max(b.1.abs()) - 1;
        (if a.0 < 0 { a.0.max(-most) } else { 0 }, if a.1 > 0 { a.1.min(most) } else { 0 })
    })
}

pub fn bit_and(a: Range, b: Range) -> Range {
    match (a.0 >= 0, b.0 >= 0) {
        (true, true) => (0, a.1.min(b.1)),
        (true, false) => (0, a.1),
        (false, true) => (0, b.1),
        (false, false) => (lowest(a.0.min(b.0)), a.1.max(b.1).max(0)),
    }
}

/// `bitOr:` and `bitXor:`
pub fn bit_or(a: Range, b: Range) -> Range {
    let bits = a.0.abs().max(a.1.abs()).max(b.0.abs()).max(b.1.abs());
    let above = mask(bits);
    (if a.0 >= 0 && b.0 >= 0 { 0 } else { -above - 1 }, above)
}

fn mask(bits: i128) -> i128 {
    (1 << (128 - bits.leading_zeros()).min(120)) - 1
}

fn lowest(low: i128) -> i128 {
    -mask(low.abs()) - 1
}

/// Bits to the left; to the right where the distance is negative.
pub fn shift(a: Range, by: Range) -> Range {
    let large = 1 << 62;
    if a.0 < -large || large < a.1 {
        return (i128::MIN, i128::MAX);
    }
    let by = (by.0.clamp(-62, 62), by.1.clamp(-62, 62));
    corners(a, by, |a, by| if by >= 0 { a << by } else { a >> -by })
}

pub fn absolute(a: Range) -> Range {
    let most = a.0.abs().max(a.1.abs());
    (
        if a.0 > 0 {
            a.0
        } else if a.1 < 0 {
            -a.1
        } else {
            0
        },
        most,
    )
}

/// The part of a range that SmallInteger holds.
pub fn small(range: Range) -> Option<Known> {
    let (low, high) = (range.0.max(SMALL_INTEGERS.0.into()), range.1.min(SMALL_INTEGERS.1.into()));
    (low <= high).then(|| Known::integers(low as i64, high as i64))
}

const HIGHS: [i64; 2] = [FAR, SMALL_INTEGERS.1];
const LOWS: [i64; 3] = [0, -FAR, SMALL_INTEGERS.0];

/// The bounds of a result: what is a small step beyond where counting stops stays there.
pub fn counted(range: Range) -> Range {
    let (far, step) = (i128::from(FAR), i128::from(STEP));
    let high = if far < range.1 && range.1 <= far + step { far } else { range.1 };
    let low = if -far - step <= range.0 && range.0 < -far { -far } else { range.0 };
    (low, high)
}

/// The bounds of an iteration after which bounds were others: those that still grow go to the next threshold.
///
/// What grew to `FAR` stays there in small steps (see `counted`): counting so far takes weeks of nothing else.
pub fn widen(before: (i64, i64), after: (i64, i64)) -> (i64, i64) {
    let high = match after.1 {
        high if high <= before.1 => before.1,
        high => HIGHS.into_iter().find(|threshold| high <= *threshold).unwrap_or(SMALL_INTEGERS.1),
    };
    let low = match after.0 {
        low if low >= before.0 => before.0,
        low => LOWS.into_iter().find(|threshold| low >= *threshold).unwrap_or(SMALL_INTEGERS.0),
    };
    (low, high)
}

/// Makes `known` what it may be after one more iteration, and tells whether that is more.
pub fn grow(known: &mut Known, next: &Known, widening: bool) -> bool {
    let before = known.clone();
    known.add(next);
    if widening && before.may_be(SMALL) && known.range != before.range {
        known.range = widen(before.range, known.range);
    }
    *known != before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_of_bounds() {
        assert_eq!(times((-3, 2), (-5, 7)), (-21, 15));
        assert_eq!(floor_divide((-7, 7), (2, 2)), Some((-4, 3)));
        assert_eq!(floor_divide((-7, 7), (0, 0)), None);
        assert_eq!(floor_divide((1, 9), (-2, 3)), Some((-9, 9)));
        assert_eq!(modulo((-7, 70), (0, 10)), Some((0, 9)));
        assert_eq!(modulo((5, 6), (-4, 10)), Some((-3, 6)));
        assert_eq!(bit_and((-8, 8), (0, 65_535)), (0, 65_535));
        assert_eq!(bit_or((0, 4), (0, 3)), (0, 7));
        assert_eq!(shift((1, 1), (0, 10)), (1, 1024));
        assert_eq!(shift((-8, 8), (-2, -1)), (-4, 4));
        assert_eq!(remainder((-9, 9), (4, 4)), Some((-3, 3)));
    }

    /// Every result of small operands lies in the bounds of their ranges.
    #[test]
    fn bounds_hold() {
        let ranges = [(-4, -2), (-3, 2), (0, 0), (0, 5), (2, 7), (-1, 0)];
        for a in ranges {
            for b in ranges {
                for x in a.0..=a.1 {
                    for y in b.0..=b.1 {
                        let check = |range: Range, value: i128| assert!(range.0 <= value && value <= range.1, "{x} {y}: {range:?} {value}");
                        check(bit_and(a, b), x & y);
                        check(bit_or(a, b), x | y);
                        check(bit_or(a, b), x ^ y);
                        check(shift(a, b), if y >= 0 { x << y } else { x >> -y });
                        check(absolute(a), x.abs());
                        if y != 0 {
                            let floor = num_floor(x, y);
                            check(floor_divide(a, b).unwrap(), floor);
                            check(modulo(a, b).unwrap(), x - floor * y);
                            check(truncate_divide(a, b).unwrap(), x / y);
                            check(remainder(a, b).unwrap(), x % y);
                        }
                    }
                }
            }
        }
    }

    fn num_floor(x: i128, y: i128) -> i128 {
        (x as f64 / y as f64).floor() as i128
    }

    #[test]
    fn counting_stays_small() {
        let mut known = Known::integers(0, 0);
        for _ in 0..10 {
            let next = counted((i128::from(known.range.0) + 1, i128::from(known.range.1) + 1));
            let next = Known::integers(next.0 as i64, next.1 as i64);
            grow(&mut known, &next, true);
        }
        assert_eq!(known, Known::integers(0, FAR));
    }
}
