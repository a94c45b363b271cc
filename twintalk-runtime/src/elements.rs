//! `at:` and `at:put:` of what is most likely an Array, by an index that is most likely an integer.
//!
//! An index is one of Rust's integers, or what is yet to be added up: two integers at hand need no value word between.

use crate::answer::Answer;
use crate::ops;
use crate::prim;
use crate::turn::Turn;
use crate::typed::{self, Operand, both_small};
use crate::value::Value;

/// What an element is looked for by.
pub trait Index: Copy {
    /// The integer, if it is one at hand.
    fn small(self) -> Option<i64>;
    /// As a value, which may be computed only now.
    fn value(self, t: &mut Turn) -> Answer;
}

/// `a + b`
#[derive(Clone, Copy, Debug)]
pub struct Sum<A, B>(pub A, pub B);

/// `a - b`
#[derive(Clone, Copy, Debug)]
pub struct Difference<A, B>(pub A, pub B);

impl Index for i64 {
    #[inline(always)]
    fn small(self) -> Option<i64> {
        Some(self)
    }

    #[inline(always)]
    fn value(self, t: &mut Turn) -> Answer {
        Ok(t.integer(self))
    }
}

impl<A: Operand, B: Operand> Index for Sum<A, B> {
    #[inline(always)]
    fn small(self) -> Option<i64> {
        both_small(self.0, self.1).then(|| self.0.small() + self.1.small())
    }

    #[inline(always)]
    fn value(self, t: &mut Turn) -> Answer {
        typed::plus(self.0, self.1, t)
    }
}

impl<A: Operand, B: Operand> Index for Difference<A, B> {
    #[inline(always)]
    fn small(self) -> Option<i64> {
        both_small(self.0, self.1).then(|| self.0.small() - self.1.small())
    }

    #[inline(always)]
    fn value(self, t: &mut Turn) -> Answer {
        typed::minus(self.0, self.1, t)
    }
}

/// `array at: index`
#[inline]
pub fn at(array: Value, index: impl Index, t: &mut Turn) -> Answer {
    at_as::<false>(array, index, t)
}

/// `array at: index` of what is an Array, if it is an object.
#[inline]
pub fn array_at(array: Value, index: impl Index, t: &mut Turn) -> Answer {
    at_as::<true>(array, index, t)
}

#[inline(always)]
fn at_as<const CERTAIN: bool>(array: Value, index: impl Index, t: &mut Turn) -> Answer {
    let Some(small) = index.small() else { return computed_at(array, index, t) };
    match t.scratch_element::<CERTAIN>(array, small) {
        Some(element) => Ok(element),
        None => slow_at(array, small, t),
    }
}

/// `text at: index` of what may well be a string of bytes.
#[inline]
pub fn at_text(text: Value, index: impl Index, t: &mut Turn) -> Answer {
    let Some(small) = index.small() else { return computed_at(text, index, t) };
    if let Some(element) = t.element(text, small) {
        return Ok(element);
    }
    match prim::character_at(text, small, t) {
        Some(character) => Ok(character),
        None => slow_at(text, small, t),
    }
}

#[cold]
#[inline(never)]
fn computed_at(array: Value, index: impl Index, t: &mut Turn) -> Answer {
    let index = index.value(t)?;
    ops::at(array, index, t)
}

/// What is no Array in scratch: one elsewhere, then a string of bytes, which is told by its class alone.
#[inline(never)]
fn slow_at(array: Value, index: i64, t: &mut Turn) -> Answer {
    if let Some(element) = t.element_elsewhere(array, index) {
        return Ok(element);
    }
    if let Some(character) = prim::character_at(array, index, t) {
        return Ok(character);
    }
    let index = t.integer(index);
    ops::at(array, index, t)
}

/// `array at: index put: value`
#[inline]
pub fn at_put(array: Value, index: impl Index, value: Value, t: &mut Turn) -> Answer {
    at_put_as::<false>(array, index, value, t)
}

/// `array at: index put: value` of what is an Array, if it is an object.
#[inline]
pub fn array_at_put(array: Value, index: impl Index, value: Value, t: &mut Turn) -> Answer {
    at_put_as::<true>(array, index, value, t)
}

#[inline(always)]
fn at_put_as<const CERTAIN: bool>(array: Value, index: impl Index, value: Value, t: &mut Turn) -> Answer {
    let Some(small) = index.small() else { return computed_at_put(array, index, value, t) };
    if t.set_scratch_element::<CERTAIN>(array, small, value) { Ok(value) } else { slow_at_put(array, small, value, t) }
}

#[cold]
#[inline(never)]
fn computed_at_put(array: Value, index: impl Index, value: Value, t: &mut Turn) -> Answer {
    let index = index.value(t)?;
    ops::at_put(array, index, value, t)
}

#[inline(never)]
fn slow_at_put(array: Value, index: i64, value: Value, t: &mut Turn) -> Answer {
    if t.set_element_elsewhere(array, index, value) {
        return Ok(value);
    }
    let index = t.integer(index);
    ops::at_put(array, index, value, t)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::class;
    use crate::object::Kind;
    use crate::tests::turn;
    use crate::value::{NIL, Place, TRUE};

    #[test]
    fn elements_are_within_bounds() {
        let mut t = turn();
        let array = t.new_values(Kind::Values, class::ARRAY, &[Value::int(7), TRUE]);
        assert_eq!(at(array, 1, &mut t), Ok(Value::int(7)));
        assert_eq!(array_at(array, 2, &mut t), Ok(TRUE));
        assert_eq!(array_at_put(array, 1, NIL, &mut t), Ok(NIL));
        assert_eq!(at(array, 1, &mut t), Ok(NIL));
        for index in [0, 3, -1, i64::MIN, i64::MAX, 1 << 32] {
            assert!(at(array, index, &mut t).is_err());
            assert!(array_at(array, index, &mut t).is_err());
            assert!(array_at_put(array, index, TRUE, &mut t).is_err());
        }
    }

    #[test]
    fn sums_are_indexes() {
        let mut t = turn();
        let array = t.new_values(Kind::Values, class::ARRAY, &[Value::int(7), TRUE]);
        assert_eq!(at(array, Sum(4, Value::int(-2)), &mut t), Ok(TRUE));
        assert_eq!(at(array, Difference(Value::int(4), 3), &mut t), Ok(Value::int(7)));
        assert_eq!(at_put(array, Sum(0, Value::int(2)), NIL, &mut t), Ok(NIL));
        assert_eq!(at(array, 2, &mut t), Ok(NIL));
        assert!(at(array, Sum(Value::float(0.5), 1), &mut t).is_err());
        assert!(at(array, Sum(NIL, 1), &mut t).is_err());
    }

    #[test]
    fn long_arrays_and_what_is_none() {
        let mut t = turn();
        let long = t.allocate(Kind::Values, class::ARRAY, 0x1_0002).unwrap();
        assert_eq!(array_at_put(long, 0x1_0002, TRUE, &mut t), Ok(TRUE));
        assert_eq!(at(long, 0x1_0002, &mut t), Ok(TRUE));
        assert!(array_at(long, 0x1_0003, &mut t).is_err());
        let beside = Value::reference(Place::Scratch, u32::MAX);
        for none in [NIL, Value::int(1), Value::float(f64::from_bits(0x0005_0000_0000_0001)), beside] {
            assert_eq!(t.element(none, 1), None);
            assert!(!t.set_scratch_element::<true>(none, 1, NIL));
        }
    }
}
