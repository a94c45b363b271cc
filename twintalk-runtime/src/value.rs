//! A Smalltalk value in eight bytes.
//!
//! A float is stored as the complement of its bits, so every word from `0x000F_FFFF_FFFF_FFFF` up is a
//! float and no float is zero. Below that, the top sixteen bits are a tag:
//!
//! ```text
//! 0 special: nil, false, true, the twin itself        4 reference into the twin's heap
//! 1 integer of 48 bits                                5 reference into the turn's scratch
//! 2 character                                         6 reference into the program's frozen literals
//! 3 symbol, by its number in the program              7 class, by its number
//! ```

use std::fmt;
use std::hint::{black_box, cold_path};
use std::num::NonZeroU64;

const TAG_SHIFT: u32 = 48;
const PAYLOAD: u64 = (1 << TAG_SHIFT) - 1;
const FIRST_FLOAT: u64 = 0x000F_FFFF_FFFF_FFFF;
const CANONICAL_NAN: u64 = 0x7FF8_0000_0000_0000;

const INTEGER: u64 = 1;
const CHARACTER: u64 = 2;
const SYMBOL: u64 = 3;
const FIRST_REFERENCE: u64 = 4;
const CLASS: u64 = 7;

/// The bit that turns a class number into the number of its metaclass.
pub const METACLASS: u32 = 0x1_0000;

/// The greatest integer that needs no box.
pub const MAX_SMALL: i64 = (1 << 47) - 1;
/// The least integer that needs no box.
pub const MIN_SMALL: i64 = -(1 << 47);

/// Where an object lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u8)]
pub enum Place {
    /// The twin's committed heap.
    Heap = 0,
    /// What this turn allocated.
    Scratch = 1,
    /// The program's literals and class-side state, shared and immutable.
    Frozen = 2,
}

/// The address of an object: its space and the offset of its header there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Reference {
    /// The space.
    pub place: Place,
    /// The offset of the header, in words.
    pub offset: u32,
}

/// Any Smalltalk value. References are valid only in the turn (or heap) they come from.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Value(NonZeroU64);

#[inline(always)]
const fn word(bits: u64) -> NonZeroU64 {
    match NonZeroU64::new(bits) {
        Some(word) => word,
        None => NonZeroU64::MIN, // nil: no encoder below produces zero
    }
}

#[inline(always)]
const fn tagged(tag: u64, payload: u64) -> Value {
    Value(word(tag << TAG_SHIFT | payload & PAYLOAD))
}

/// `nil`.
pub const NIL: Value = tagged(0, 1);
/// `false`.
pub const FALSE: Value = tagged(0, 2);
/// `true`.
pub const TRUE: Value = tagged(0, 3);
/// The twin whose turn it is.
pub const SELF: Value = tagged(0, 4);

impl Value {
    /// `nil`
    pub const NIL: Self = NIL;
    /// `true`
    pub const TRUE: Self = TRUE;
    /// `false`
    pub const FALSE: Self = FALSE;
    /// `self`, where it is the twin whose heap this is.
    pub const SELF: Self = SELF;

    /// An integer of 48 bits; the caller knows that it fits (the rest is cut off).
    #[inline]
    pub const fn int(value: i64) -> Self {
        tagged(INTEGER, value as u64)
    }

    /// An integer, if it needs no box.
    #[inline]
    pub const fn small(value: i64) -> Option<Self> {
        if value >= MIN_SMALL && value <= MAX_SMALL { Some(Self::int(value)) } else { None }
    }

    /// A float that was computed from floats of this module: of the NaNs, arithmetic makes only the canonical one
    /// and its negative, so one comparison finds what must be replaced.
    #[inline]
    pub fn float(value: f64) -> Self {
        let bits = !value.to_bits();
        if bits < FIRST_FLOAT {
            cold_path();
            // Opaque, so that this stays a branch that is never taken: every number would wait for a selection.
            return Self(word(black_box(!CANONICAL_NAN)));
        }
        Self(word(bits))
    }

    /// A float that comes from outside. All NaNs become one.
    #[inline]
    pub const fn any_float(value: f64) -> Self {
        if value.is_nan() {
            cold_path();
            return Self(word(!CANONICAL_NAN));
        }
        Self(word(!value.to_bits()))
    }

    /// The integer in the upper bits of a word: sums and products of such overflow where 48 bits do.
    #[inline]
    pub(crate) const fn shifted(self) -> i64 {
        (self.bits() << 16) as i64
    }

    /// The integer in the upper bits of a word.
    #[inline]
    pub(crate) const fn from_shifted(shifted: i64) -> Self {
        tagged(INTEGER, shifted as u64 >> 16)
    }

    /// A character.
    #[inline]
    pub const fn character(value: char) -> Self {
        tagged(CHARACTER, value as u64)
    }

    /// The symbol of a number.
    #[inline]
    pub const fn symbol(number: u32) -> Self {
        tagged(SYMBOL, number as u64)
    }

    /// The class of a number, or a metaclass.
    #[inline]
    pub const fn class(number: u32) -> Self {
        tagged(CLASS, number as u64)
    }

    /// `true` or `false`.
    #[inline]
    pub const fn boolean(value: bool) -> Self {
        tagged(0, FALSE.bits() + value as u64)
    }

    /// A reference to an object.
    #[inline]
    pub const fn reference(place: Place, offset: u32) -> Self {
        tagged(FIRST_REFERENCE + place as u64, offset as u64)
    }

    /// The encoded word.
    #[inline]
    pub const fn bits(self) -> u64 {
        self.0.get()
    }

    /// The value of a word this module encoded; zero, which none encodes, reads as nil.
    #[inline]
    pub const fn from_bits(bits: u64) -> Self {
        Self(word(bits))
    }

    /// The value of a word this module encoded; `None` for zero.
    #[inline]
    pub(crate) const fn from_word(bits: u64) -> Option<Self> {
        match NonZeroU64::new(bits) {
            Some(word) => Some(Self(word)),
            None => None,
        }
    }

    /// The value of a word that may come from anywhere, if it is one.
    pub const fn checked(bits: u64) -> Option<Self> {
        let value = Self::from_bits(bits);
        let payload = bits & PAYLOAD;
        let valid = bits >= FIRST_FLOAT
            || match bits >> TAG_SHIFT {
                0 => payload >= 1 && payload <= 4,
                INTEGER => true,
                CHARACTER => payload <= u32::MAX as u64 && char::from_u32(payload as u32).is_some(),
                SYMBOL | 4..=6 => payload <= u32::MAX as u64,
                CLASS => payload < 2 * METACLASS as u64,
                _ => false,
            };
        let canonical = !(bits >= FIRST_FLOAT && f64::from_bits(!bits).is_nan() && !bits != CANONICAL_NAN);
        if valid && canonical && bits != 0 { Some(value) } else { None }
    }

    #[inline]
    const fn tag(self) -> u64 {
        self.bits() >> TAG_SHIFT
    }

    /// Whether this is `nil`.
    #[inline]
    pub const fn is_nil(self) -> bool {
        self.bits() == NIL.bits()
    }

    /// Whether this is the twin whose turn it is.
    #[inline]
    pub const fn is_self(self) -> bool {
        self.bits() == SELF.bits()
    }

    /// Whether this is an integer without a box.
    #[inline]
    pub const fn is_small(self) -> bool {
        self.tag() == INTEGER
    }

    /// Whether this is a float.
    #[inline]
    pub const fn is_float(self) -> bool {
        self.bits() >= FIRST_FLOAT
    }

    /// Whether both are integers without a box.
    #[inline]
    pub const fn both_small(a: Self, b: Self) -> bool {
        const TAG: u64 = INTEGER << TAG_SHIFT;
        ((a.bits() ^ TAG) | (b.bits() ^ TAG)) <= PAYLOAD
    }

    /// Whether both are nil, Booleans, integers without a box, characters or symbols: equal only when they are the same.
    #[inline]
    pub const fn both_unique(a: Self, b: Self) -> bool {
        (a.bits() | b.bits()) >> TAG_SHIFT < FIRST_REFERENCE && !a.is_self() && !b.is_self()
    }

    /// Whether this is a character.
    #[inline]
    pub const fn is_character(self) -> bool {
        self.tag() == CHARACTER
    }

    /// Whether both are characters, which compare as their words do.
    #[inline]
    pub const fn both_characters(a: Self, b: Self) -> bool {
        a.is_character() && b.is_character()
    }

    /// Whether both are floats.
    #[inline]
    pub const fn both_float(a: Self, b: Self) -> bool {
        a.is_float() && b.is_float()
    }

    /// The low 48 bits as an integer; the caller knows `is_small`.
    #[inline]
    pub const fn small_unchecked(self) -> i64 {
        (self.bits() << 16) as i64 >> 16
    }

    /// The float; the caller knows `is_float`.
    #[inline]
    pub const fn float_unchecked(self) -> f64 {
        f64::from_bits(!self.bits())
    }

    /// The integer, if it needs no box.
    #[inline]
    pub const fn as_small(self) -> Option<i64> {
        if self.is_small() { Some(self.small_unchecked()) } else { None }
    }

    /// The float.
    #[inline]
    pub const fn as_float(self) -> Option<f64> {
        if self.is_float() { Some(self.float_unchecked()) } else { None }
    }

    /// The boolean.
    #[inline]
    pub const fn as_bool(self) -> Option<bool> {
        match self.bits() {
            2 => Some(false),
            3 => Some(true),
            _ => None,
        }
    }

    /// The character.
    #[inline]
    pub const fn as_character(self) -> Option<char> {
        if self.tag() == CHARACTER { char::from_u32(self.bits() as u32) } else { None }
    }

    /// The symbol's number.
    #[inline]
    pub const fn as_symbol(self) -> Option<u32> {
        if self.tag() == SYMBOL { Some(self.bits() as u32) } else { None }
    }

    /// The class number.
    #[inline]
    pub const fn as_class(self) -> Option<u32> {
        if self.tag() == CLASS { Some(self.bits() as u32) } else { None }
    }

    /// The address, if this refers to an object.
    #[inline]
    pub const fn as_reference(self) -> Option<Reference> {
        let place = match self.tag() {
            4 => Place::Heap,
            5 => Place::Scratch,
            6 => Place::Frozen,
            _ => return None,
        };
        Some(Reference { place, offset: self.bits() as u32 })
    }

    /// Whether this refers to an object of one space.
    #[inline]
    pub const fn is_in(self, place: Place) -> bool {
        self.tag() == FIRST_REFERENCE + place as u64
    }

    /// Whether this refers to an object.
    #[inline]
    pub const fn is_reference(self) -> bool {
        self.tag().wrapping_sub(FIRST_REFERENCE) < 3
    }

    /// The index of the space of a reference: 0 to 2, anything else for what is none.
    #[inline]
    pub(crate) const fn space_index(self) -> usize {
        self.tag().wrapping_sub(FIRST_REFERENCE) as usize
    }

    /// The offset of a reference; the caller knows it is one.
    #[inline]
    pub(crate) const fn offset(self) -> usize {
        self.bits() as u32 as usize
    }
}

impl Default for Value {
    #[inline]
    fn default() -> Self {
        NIL
    }
}

impl From<bool> for Value {
    #[inline]
    fn from(value: bool) -> Self {
        Self::boolean(value)
    }
}

impl From<f64> for Value {
    #[inline]
    fn from(value: f64) -> Self {
        Self::any_float(value)
    }
}

impl From<char> for Value {
    #[inline]
    fn from(value: char) -> Self {
        Self::character(value)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(float) = self.as_float() {
            return write!(f, "{float:?}");
        }
        if let Some(reference) = self.as_reference() {
            return write!(f, "{:?}@{}", reference.place, reference.offset);
        }
        match (self.tag(), self.bits() & PAYLOAD) {
            (0, 1) => f.write_str("nil"),
            (0, 2) => f.write_str("false"),
            (0, 3) => f.write_str("true"),
            (0, 4) => f.write_str("self"),
            (INTEGER, _) => write!(f, "{}", self.small_unchecked()),
            (CHARACTER, code) => write!(f, "${:?}", char::from_u32(code as u32)),
            (SYMBOL, number) => write!(f, "#{number}"),
            (CLASS, number) => write!(f, "class {number}"),
            (tag, payload) => write!(f, "bad value {tag}:{payload}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn specials_differ() {
        let all = [NIL, FALSE, TRUE, SELF, Value::int(0), Value::symbol(0), Value::class(0), Value::character('\0')];
        for (i, a) in all.iter().enumerate() {
            for (j, b) in all.iter().enumerate() {
                assert_eq!(i == j, a == b);
            }
        }
        assert_eq!(size_of::<Result<Value, ()>>(), 8);
        assert_eq!(Value::boolean(true), TRUE);
        assert_eq!(Value::boolean(false), FALSE);
    }

    #[test]
    fn extreme_floats() {
        for float in [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::MIN, f64::MAX, f64::MIN_POSITIVE] {
            assert_eq!(Value::float(float).as_float().map(f64::to_bits), Some(float.to_bits()));
        }
        assert_eq!(Value::float(f64::NAN), Value::float(-f64::NAN));
        let (infinity, zero) = (std::hint::black_box(f64::INFINITY), std::hint::black_box(0.0));
        for nan in [infinity - infinity, zero / zero, -(zero / zero), (-1.0 - zero).sqrt(), infinity * zero] {
            assert_eq!(Value::float(nan), Value::float(f64::NAN), "arithmetic knows one NaN of each sign");
        }
        assert_eq!(Value::any_float(f64::from_bits(0x7FF0_0000_0000_0001)), Value::float(f64::NAN));
    }

    proptest! {
        #[test]
        fn integers_round_trip(n in MIN_SMALL..=MAX_SMALL) {
            let value = Value::int(n);
            prop_assert_eq!(value.as_small(), Some(n));
            prop_assert!(!value.is_float() && !value.is_reference() && value.as_symbol().is_none());
            prop_assert_eq!(Value::checked(value.bits()), Some(value));
        }

        #[test]
        fn floats_round_trip(bits: u64) {
            let float = f64::from_bits(bits);
            let value = Value::any_float(float);
            prop_assert!(value.is_float() && !value.is_small() && !value.is_reference());
            prop_assert_eq!(value.as_float().map(f64::is_nan), Some(float.is_nan()));
            if !float.is_nan() {
                prop_assert_eq!(value.as_float().map(f64::to_bits), Some(bits));
            }
        }

        #[test]
        fn references_round_trip(offset: u32) {
            for place in [Place::Heap, Place::Scratch, Place::Frozen] {
                let value = Value::reference(place, offset);
                prop_assert_eq!(value.as_reference(), Some(Reference { place, offset }));
                prop_assert!(value.is_in(place) && value.is_reference());
                prop_assert_eq!(value.space_index(), place as usize);
            }
        }

        #[test]
        fn checked_words_are_of_one_kind(bits: u64) {
            if let Some(value) = Value::checked(bits) {
                let kinds = [value.is_float(), value.is_small(), value.is_reference(), value.as_symbol().is_some(),
                    value.as_class().is_some(), value.as_character().is_some(), value.as_bool().is_some(),
                    value.is_nil(), value.is_self()];
                prop_assert_eq!(kinds.iter().filter(|kind| **kind).count(), 1);
            }
        }
    }
}
