//! What is known of a value before the program runs: the classes it may be of, and the bounds of its integers.

use crate::ir::ClassNumber;
use std::rc::Rc;

/// How a value is held in Rust.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// A value word.
    #[default]
    Value,
    /// `f64`: certainly a Float.
    Float,
    /// `i64`: certainly a SmallInteger.
    Int,
    /// `bool`: certainly `true` or `false`.
    Boolean,
}

/// The kinds of values, a bit each.
pub type Kinds = u8;
/// `nil`
pub const NIL: Kinds = 1;
/// `true`
pub const TRUE: Kinds = 2;
/// `false`
pub const FALSE: Kinds = 4;
/// An instance of SmallInteger: 61 bits, whether it needs a box or not.
pub const SMALL: Kinds = 8;
/// An instance of Float.
pub const FLOAT: Kinds = 16;
/// Anything else.
pub const OTHER: Kinds = 32;
/// `true` or `false`
pub const BOOLEAN: Kinds = TRUE | FALSE;
const ALL: Kinds = 63;

/// The test for a Float, among those that are answered in place.
pub const IS_FLOAT: &str = "isFloat";
/// The test for an integer that needs no box.
pub const IS_UNBOXED: &str = "isUnboxed";

/// The bounds of SmallInteger.
pub const SMALL_INTEGERS: (i64, i64) = (-(1 << 60), (1 << 60) - 1);
/// The bounds of the integers that need no box.
pub const UNBOXED: (i64, i64) = (-(1 << 47), (1 << 47) - 1);

/// Where a value that is counted up or down stops being widened: no program counts so far. Not a number a program writes.
pub const COUNTED_FAR: i64 = (1 << 56) + 0x35_7777;

/// Bounds far inside those of SmallInteger, and around those of the integers that need no box.
const COUNTED: (i64, i64) = (-(1 << 57), 1 << 57);

/// What a value may be. The empty one is that of an expression that never has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub kinds: Kinds,
    /// The classes of what is `OTHER`, in order (a metaclass has the bit `METACLASS`); any where `None`.
    pub classes: Option<Rc<[ClassNumber]>>,
    /// The bounds of what is `SMALL`.
    pub range: (i64, i64),
}

/// Among the classes of a value while it is analysed: any object that code outside the program's own may have. What is found
/// in the end says `None` instead.
pub const OPEN: ClassNumber = ClassNumber::MAX;

thread_local! {
    static NO_CLASSES: Rc<[ClassNumber]> = Rc::from([]);
    static OPEN_CLASSES: Rc<[ClassNumber]> = Rc::from([OPEN]);
}

fn no_classes() -> Rc<[ClassNumber]> {
    NO_CLASSES.with(Rc::clone)
}

impl Default for Known {
    fn default() -> Known {
        Known::any()
    }
}

impl Known {
    /// Nothing is known.
    pub fn any() -> Known {
        Known { kinds: ALL, classes: None, range: SMALL_INTEGERS }
    }

    /// Anything that code outside the program's own may answer.
    pub fn open() -> Known {
        Known { kinds: ALL, classes: Some(OPEN_CLASSES.with(Rc::clone)), range: SMALL_INTEGERS }
    }

    /// There is no value.
    pub fn none() -> Known {
        Known::kinds(0)
    }

    /// Values of some kinds, none of them `OTHER`; integers may be any.
    pub fn kinds(kinds: Kinds) -> Known {
        Known { kinds, classes: Some(no_classes()), range: SMALL_INTEGERS }
    }

    /// Integers between two bounds, both included.
    pub fn integers(low: i64, high: i64) -> Known {
        Known { range: (low, high), ..Known::kinds(SMALL) }
    }

    /// An instance of exactly this class, none of the basic ones.
    pub fn instance(class: ClassNumber) -> Known {
        Known { kinds: OTHER, classes: Some(Rc::from([class])), range: SMALL_INTEGERS }
    }

    /// An instance of exactly one of these classes, none of the basic ones.
    pub fn instances(mut classes: Vec<ClassNumber>) -> Known {
        classes.sort_unstable();
        classes.dedup();
        if classes.is_empty() { Known::none() } else { Known { kinds: OTHER, classes: Some(classes.into()), range: SMALL_INTEGERS } }
    }

    /// How such a value can be held.
    pub fn held(&self) -> Held {
        match self.kinds {
            SMALL => Held::Int,
            FLOAT => Held::Float,
            kinds if kinds != 0 && kinds & !BOOLEAN == 0 => Held::Boolean,
            _ => Held::Value,
        }
    }

    /// Whether it may be of one of the kinds.
    pub fn may_be(&self, kinds: Kinds) -> bool {
        self.kinds & kinds != 0
    }

    /// Whether it can be nothing but these.
    pub fn only(&self, kinds: Kinds) -> bool {
        self.kinds & !kinds == 0
    }

    /// Whether there is no such value. What is of no value raises or returns: nobody sees what it is converted to.
    pub fn is_none(&self) -> bool {
        self.kinds == 0
    }

    /// Whether nothing is known of the objects among it.
    pub fn is_open(&self) -> bool {
        self.may_be(OTHER) && self.classes.as_deref().is_none_or(|classes| classes.last() == Some(&OPEN))
    }

    /// The classes of what is `OTHER`, where they are known.
    pub fn others(&self) -> &[ClassNumber] {
        self.classes.as_deref().unwrap_or_default()
    }

    /// What is of some of the kinds.
    pub fn among(&self, kinds: Kinds) -> Known {
        Known {
            kinds: self.kinds & kinds,
            classes: if kinds & OTHER == 0 { Some(no_classes()) } else { self.classes.clone() },
            range: if self.kinds & kinds & SMALL == 0 { SMALL_INTEGERS } else { self.range },
        }
    }

    /// What is of none of the kinds.
    pub fn without(&self, kinds: Kinds) -> Known {
        self.among(!kinds)
    }

    /// Only the integers between two bounds, and what is no SmallInteger.
    pub fn between(&self, low: i64, high: i64) -> Known {
        if self.kinds & SMALL == 0 {
            return self.clone();
        }
        let range = (self.range.0.max(low), self.range.1.min(high));
        if range.0 > range.1 { self.without(SMALL) } else { Known { range, ..self.clone() } }
    }

    /// What may be either.
    pub fn join(&self, other: &Known) -> Known {
        let mut joined = self.clone();
        joined.add(other);
        joined
    }

    /// Makes it what may be either, and tells whether that is more.
    pub fn add(&mut self, other: &Known) -> bool {
        let before = (self.kinds, self.range);
        if other.kinds & SMALL != 0 {
            self.range =
                if self.kinds & SMALL == 0 { other.range } else { (self.range.0.min(other.range.0), self.range.1.max(other.range.1)) };
        }
        self.kinds |= other.kinds;
        let classes = match (&self.classes, &other.classes) {
            (None, _) => false,
            (Some(_), None) => {
                self.classes = None;
                true
            }
            (Some(own), Some(others)) if Rc::ptr_eq(own, others) || others.iter().all(|class| own.contains(class)) => false,
            (Some(own), Some(others)) => {
                let mut all: Vec<ClassNumber> = own.iter().chain(others.iter()).copied().collect();
                all.sort_unstable();
                all.dedup();
                self.classes = Some(all.into());
                true
            }
        };
        classes || before != (self.kinds, self.range)
    }

    /// Whether it is certainly an integer of which others can be added up without care.
    pub fn counts(&self) -> bool {
        self.kinds == SMALL && COUNTED.0 <= self.range.0 && self.range.1 <= COUNTED.1
    }

    /// Whether its integers need no box, or not before something was counted for days.
    pub fn boxed_late(&self) -> bool {
        let (far, step) = (COUNTED_FAR, 1 << 10);
        let low = UNBOXED.0 <= self.range.0 || (-far - step..=-far).contains(&self.range.0);
        let high = self.range.1 <= UNBOXED.1 || (far..=far + step).contains(&self.range.1);
        self.kinds & SMALL == 0 || low && high
    }

    /// Whether its integers need no box.
    pub fn unboxed(&self) -> bool {
        self.kinds & SMALL == 0 || UNBOXED.0 <= self.range.0 && self.range.1 <= UNBOXED.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn held_by_what_is_certain() {
        assert_eq!(Known::any().held(), Held::Value);
        assert_eq!(Known::none().held(), Held::Value);
        assert_eq!(Known::integers(0, 7).held(), Held::Int);
        assert_eq!(Known::kinds(FLOAT).held(), Held::Float);
        assert_eq!(Known::kinds(FLOAT | NIL).held(), Held::Value);
        assert_eq!(Known::kinds(TRUE).held(), Held::Boolean);
        assert_eq!(Known::kinds(BOOLEAN).held(), Held::Boolean);
        assert_eq!(Known::instance(3).held(), Held::Value);
    }

    #[test]
    fn unboxed_by_their_bounds() {
        assert!(Known::integers(UNBOXED.0, UNBOXED.1).unboxed());
        assert!(!Known::integers(0, UNBOXED.1 + 1).unboxed());
        assert!(Known::kinds(FLOAT).unboxed());
        assert!(!Known::any().unboxed());
    }

    #[test]
    fn joined_and_split() {
        let mut known = Known::none();
        assert!(known.is_none());
        assert!(known.add(&Known::integers(3, 5)));
        assert!(!known.add(&Known::integers(4, 4)));
        assert!(known.add(&Known::instance(9)));
        assert!(known.add(&Known::instance(7)));
        assert_eq!(known.others(), [7, 9]);
        assert_eq!(known.among(SMALL), Known::integers(3, 5));
        assert_eq!(known.without(SMALL), Known::instances(vec![9, 7]));
        assert_eq!(Known::integers(0, 9).between(4, 20), Known::integers(4, 9));
        assert!(Known::integers(0, 9).between(10, 20).is_none());
        assert!(known.add(&Known::any()));
        assert_eq!(known, Known::any());
        assert!(known.is_open());
    }
}
