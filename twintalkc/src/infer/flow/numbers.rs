//! Arithmetic on what is known of numbers: operators and the commonest messages between integers and floats.

use super::basics::Basics;
use super::ranges::{self, Range};
use crate::ir::ClassNumber;
use crate::known::{BOOLEAN, FALSE, FLOAT, Known, OTHER, SMALL, SMALL_INTEGERS, TRUE};

/// The numbers among what a value may be.
#[derive(Clone, Copy, Debug)]
pub struct Numbers {
    /// The bounds of the integers, if there are any.
    pub integers: Option<Range>,
    pub float: bool,
}

/// What is no LargeInteger lies far inside these.
const BEYOND: i128 = 1 << 90;

impl Numbers {
    /// The integers and floats, and whether there is nothing else.
    pub fn of(known: &Known, basics: &Basics) -> (Numbers, bool) {
        let mut integers = known.may_be(SMALL).then(|| ranges::of(known.range));
        let large = |class: &ClassNumber| basics.is_large(*class);
        if known.may_be(OTHER) {
            for (class, bound) in basics.large.iter().zip([BEYOND, -BEYOND]) {
                if known.is_open() || known.others().contains(class) {
                    let first = if bound > 0 { i128::from(SMALL_INTEGERS.1) + 1 } else { i128::from(SMALL_INTEGERS.0) - 1 };
                    let range = integers.get_or_insert((first, first));
                    *range = (range.0.min(bound).min(first), range.1.max(bound).max(first));
                }
            }
        }
        let only = known.only(SMALL | FLOAT | OTHER) && !known.is_open() && known.others().iter().all(large);
        (Numbers { integers, float: known.may_be(FLOAT) }, only)
    }

    fn is_none(self) -> bool {
        self.integers.is_none() && !self.float
    }
}

/// What an operator between numbers answers, and whether it may raise instead.
pub struct Outcome {
    pub answer: Known,
    pub raises: bool,
}

/// `a NAME b` where both are numbers, by the operator's name in the runtime; none where nothing is known of it.
pub fn operator(basics: &Basics, name: &str, a: Numbers, b: Numbers) -> Option<Outcome> {
    let sure = |answer: Known| Some(Outcome { answer, raises: false });
    if a.is_none() || b.is_none() {
        return sure(Known::none());
    }
    match name {
        "plus" => sure(arithmetic(basics, a, b, ranges::plus)),
        "minus" => sure(arithmetic(basics, a, b, ranges::minus)),
        "times" => sure(arithmetic(basics, a, b, times)),
        "divide" => Some(divide(basics, a, b)),
        "int_divide" => Some(floor_divide(basics, a, b)),
        "modulo" => modulo(basics, a, b),
        "less" => sure(compare(a, b, |a, b| (a.1 < b.0, a.0 >= b.1))),
        "less_equal" => sure(compare(a, b, |a, b| (a.1 <= b.0, a.0 > b.1))),
        "greater" => sure(compare(a, b, |a, b| (a.0 > b.1, a.1 <= b.0))),
        "greater_equal" => sure(compare(a, b, |a, b| (a.0 >= b.1, a.1 < b.0))),
        "equal" => sure(compare(a, b, |a, b| (a == b && a.0 == a.1, a.1 < b.0 || b.1 < a.0))),
        "not_equal" => sure(compare(a, b, |a, b| (a.1 < b.0 || b.1 < a.0, a == b && a.0 == a.1))),
        "bit_and" => bits(basics, a, b, ranges::bit_and),
        "bit_or" => bits(basics, a, b, ranges::bit_or),
        "bit_shift" => bits(basics, a, b, ranges::shift),
        _ => None,
    }
}

fn times(a: Range, b: Range) -> Range {
    let limit = |range: Range| (range.0.max(-(1 << 62)), range.1.min(1 << 62));
    ranges::times(limit(a), limit(b))
}

fn arithmetic(basics: &Basics, a: Numbers, b: Numbers, of: impl Fn(Range, Range) -> Range) -> Known {
    let mut answer = Known::none();
    if let (Some(a), Some(b)) = (a.integers, b.integers) {
        answer.add(&basics.integers(of(a, b)));
    }
    if a.float || b.float {
        answer.add(&Known::kinds(FLOAT));
    }
    answer
}

fn divide(basics: &Basics, a: Numbers, b: Numbers) -> Outcome {
    let mut answer = Known::none();
    if let (Some(a), Some(b)) = (a.integers, b.integers)
        && let Some(quotient) = ranges::truncate_divide(a, b)
    {
        answer.add(&basics.integers(quotient));
        let whole = b == (1, 1) || (b == (-1, -1));
        if !whole {
            answer.add(&Known::instance(basics.fraction));
        }
    }
    if a.float || b.float {
        answer.add(&Known::kinds(FLOAT));
    }
    Outcome { answer, raises: may_be_zero(b) }
}

fn may_be_zero(divisor: Numbers) -> bool {
    divisor.float || divisor.integers.is_some_and(|range| range.0 <= 0 && range.1 >= 0)
}

fn floor_divide(basics: &Basics, a: Numbers, b: Numbers) -> Outcome {
    let mut answer = Known::none();
    if let (Some(a), Some(b)) = (a.integers, b.integers)
        && let Some(quotient) = ranges::floor_divide(a, b)
    {
        answer.add(&basics.integers(quotient));
    }
    if a.float || b.float {
        answer.add(&basics.any_integer());
    }
    Outcome { answer, raises: may_be_zero(b) || a.float }
}

fn modulo(basics: &Basics, a: Numbers, b: Numbers) -> Option<Outcome> {
    if a.float || b.float {
        return None;
    }
    let rest = ranges::modulo(a.integers?, b.integers?).map_or_else(Known::none, |range| basics.integers(range));
    Some(Outcome { answer: rest, raises: may_be_zero(b) })
}

/// Floats have no bits.
fn bits(basics: &Basics, a: Numbers, b: Numbers, of: impl Fn(Range, Range) -> Range) -> Option<Outcome> {
    let answer = match (a.integers, b.integers) {
        (Some(a), Some(b)) => basics.integers(of(a, b)),
        _ => Known::none(),
    };
    Some(Outcome { answer, raises: true })
}

/// The test tells of two ranges whether the answer is certainly true, and whether it is certainly false.
fn compare(a: Numbers, b: Numbers, test: impl Fn(Range, Range) -> (bool, bool)) -> Known {
    match (a.integers, b.integers) {
        (Some(x), Some(y)) if !a.float && !b.float => match test(x, y) {
            (true, _) if bounded(x) && bounded(y) => Known::kinds(TRUE),
            (_, true) if bounded(x) && bounded(y) => Known::kinds(FALSE),
            _ => Known::kinds(BOOLEAN),
        },
        _ => Known::kinds(BOOLEAN),
    }
}

fn bounded(range: Range) -> bool {
    -BEYOND < range.0 && range.1 < BEYOND
}

/// Messages that numbers answer each other.
const BETWEEN: &[&str] = &["max:", "min:", "%", "\\\\", "rem:", "quo:", "&", "|", "bitXor:", "<<", ">>"];

/// What a message of another name answers when its receiver and argument are numbers.
pub fn message(basics: &Basics, selector: &str, a: Numbers, b: Option<Numbers>) -> Option<Outcome> {
    let sure = |answer: Known| Some(Outcome { answer, raises: false });
    let float = || sure(Known::kinds(FLOAT));
    if a.is_none() {
        return sure(Known::none());
    }
    if b.is_some_and(Numbers::is_none) {
        // Other messages than these may be told anything, and answer.
        return if BETWEEN.contains(&selector) { sure(Known::none()) } else { None };
    }
    let whole = a.integers.filter(|_| !a.float);
    match (selector, b) {
        ("sqrt" | "sin" | "cos" | "tan" | "arcTan" | "exp" | "asFloat" | "fractionPart" | "reciprocal", None) if whole.is_none() => {
            Some(Outcome { answer: Known::kinds(FLOAT), raises: matches!(selector, "reciprocal" | "sqrt") })
        }
        ("asFloat", None) => float(),
        ("abs" | "negated" | "squared", None) => {
            let of = match selector {
                "abs" => ranges::absolute,
                "negated" => |range: Range| (-range.1, -range.0),
                _ => |range: Range| times(range, range),
            };
            sure(arithmetic(basics, a, a, |range, _| of(range)))
        }
        ("truncated" | "rounded" | "floor" | "ceiling", None) => match whole {
            Some(range) => sure(basics.integers(range)),
            None => Some(Outcome { answer: basics.any_integer(), raises: true }),
        },
        ("even" | "odd" | "isZero" | "positive" | "negative" | "strictlyPositive", None) => sure(Known::kinds(BOOLEAN)),
        ("isNumber", None) => sure(Known::kinds(TRUE)),
        ("sign", None) => sure(Known::integers(-1, 1)),
        ("asInteger", None) => match whole {
            Some(range) => sure(basics.integers(range)),
            None => Some(Outcome { answer: basics.any_integer(), raises: true }),
        },
        ("max:" | "min:", Some(b)) => {
            let up = selector == "max:";
            let mut answer = Known::none();
            match (a.integers, b.integers) {
                (Some(x), Some(y)) if !a.float && !b.float => {
                    let range = if up { (x.0.max(y.0), x.1.max(y.1)) } else { (x.0.min(y.0), x.1.min(y.1)) };
                    answer = basics.integers(range);
                }
                (x, y) => {
                    for range in [x, y].into_iter().flatten() {
                        answer.add(&basics.integers(range));
                    }
                    answer.add(&Known::kinds(FLOAT));
                }
            }
            sure(answer)
        }
        ("%" | "\\\\", Some(b)) => modulo(basics, a, b),
        ("rem:", Some(b)) if !a.float && !b.float => {
            let rest = ranges::remainder(a.integers?, b.integers?).map_or_else(Known::none, |range| basics.integers(range));
            Some(Outcome { answer: rest, raises: may_be_zero(b) })
        }
        ("quo:", Some(b)) if !a.float && !b.float => {
            let quotient = ranges::truncate_divide(a.integers?, b.integers?).map_or_else(Known::none, |range| basics.integers(range));
            Some(Outcome { answer: quotient, raises: may_be_zero(b) })
        }
        ("&", Some(b)) => bits(basics, a, b, ranges::bit_and),
        ("|" | "bitXor:", Some(b)) => bits(basics, a, b, ranges::bit_or),
        ("<<", Some(b)) => bits(basics, a, b, ranges::shift),
        (">>", Some(b)) => bits(basics, a, b, |a, b| ranges::shift(a, (-b.1, -b.0))),
        _ => None,
    }
}
