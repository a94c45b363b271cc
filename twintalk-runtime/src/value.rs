//! A value in eight bytes.
//!
//! ```text
//!  63          52 51  48 47                                    0
//! ┌───────────────────────────────────────────────────────────────┐
//! │        !bits of a double, all words ≥ 0x000F_FFFF_FFFF_FFFF   │
//! ├──────────────┬──────┬─────────────────────────────────────────┤
//! │ 0            │ tag  │ payload                                 │
//! └──────────────┴──────┴─────────────────────────────────────────┘
//! ```
//!
//! A double is stored inverted, so that every float lies above everything else and none is zero: an `Answer` is then one
//! register. After Gudeman, "Representing type information in dynamically typed languages" (1993).

use std::fmt;
use std::num::NonZeroU64;

/// The least word of a float: minus infinity.
const FLOATS: u64 = 0x000F_FFFF_FFFF_FFFF;
const PAYLOAD: u64 = (1 << 48) - 1;

/// What a word that is no float holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Tag {
    /// nil, true, false, or the twin itself.
    Special = 0,
    /// An integer of 48 bits.
    Small = 1,
    /// A code point.
    Character = 2,
    /// A symbol of the program.
    Symbol = 3,
    /// A word offset in the twin's heap.
    Heap = 4,
    /// A word offset in the turn's scratch.
    Scratch = 5,
    /// A word offset in the program's frozen heap.
    Frozen = 6,
    /// A class.
    Class = 7,
}

/// Integers that need no box: 48 bits, two's complement.
pub const SMALL_MIN: i64 = -(1 << 47);
/// The greatest integer that needs no box.
pub const SMALL_MAX: i64 = (1 << 47) - 1;

/// A Smalltalk value: an immediate, or a reference into one of the turn's three spaces.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Value(NonZeroU64);

const fn tagged(tag: Tag, payload: u64) -> Value {
    match NonZeroU64::new((tag as u64) << 48 | payload & PAYLOAD) {
        Some(word) => Value(word),
        None => Value::NIL,
    }
}

impl Default for Value {
    fn default() -> Self {
        Value::NIL
    }
}

impl Value {
    /// `nil`
    pub const NIL: Value = Value(NonZeroU64::new(1).unwrap());
    /// `false`
    pub const FALSE: Value = Value(NonZeroU64::new(2).unwrap());
    /// `true`
    pub const TRUE: Value = Value(NonZeroU64::new(3).unwrap());
    /// The twin whose heap or turn this is.
    pub const SELF: Value = Value(NonZeroU64::new(4).unwrap());

    /// A small integer; what does not fit 48 bits is cut, so callers check or use `rt::integer`.
    #[inline]
    pub const fn int(value: i64) -> Value {
        tagged(Tag::Small, value as u64)
    }

    /// A small integer, if it fits.
    #[inline]
    pub const fn small(value: i64) -> Option<Value> {
        if value >= SMALL_MIN && value <= SMALL_MAX { Some(Value::int(value)) } else { None }
    }

    /// A float; all NaNs are one.
    #[inline]
    pub const fn float(value: f64) -> Value {
        let bits = if value.is_nan() { f64::NAN.to_bits() & !(1 << 63) } else { value.to_bits() };
        match NonZeroU64::new(!bits) {
            Some(word) => Value(word),
            None => Value::NIL,
        }
    }

    /// A character.
    #[inline]
    pub const fn character(value: char) -> Value {
        tagged(Tag::Character, value as u64)
    }

    /// A symbol of the program, by number.
    #[inline]
    pub const fn symbol(number: u32) -> Value {
        tagged(Tag::Symbol, number as u64)
    }

    /// A class, by number.
    #[inline]
    pub const fn class(number: u32) -> Value {
        tagged(Tag::Class, number as u64)
    }

    /// `true` or `false`.
    #[inline]
    pub const fn boolean(value: bool) -> Value {
        if value { Value::TRUE } else { Value::FALSE }
    }

    /// A reference to the object at a word offset of a space.
    #[inline]
    pub(crate) const fn reference(space: Tag, offset: usize) -> Value {
        tagged(space, offset as u64)
    }

    /// The word, as it is stored.
    #[inline]
    pub const fn word(self) -> u64 {
        self.0.get()
    }

    /// The value of a stored word; zero, which no value has, is nil.
    #[inline]
    pub const fn from_word(word: u64) -> Value {
        match NonZeroU64::new(word) {
            Some(word) => Value(word),
            None => Value::NIL,
        }
    }

    /// Whether it is a float.
    #[inline]
    pub const fn is_float(self) -> bool {
        self.word() >= FLOATS
    }

    /// Which kind of value, or none for a float.
    #[inline]
    pub const fn tag(self) -> Option<Tag> {
        match self.word() >> 48 {
            0 => Some(Tag::Special),
            1 => Some(Tag::Small),
            2 => Some(Tag::Character),
            3 => Some(Tag::Symbol),
            4 => Some(Tag::Heap),
            5 => Some(Tag::Scratch),
            6 => Some(Tag::Frozen),
            7 => Some(Tag::Class),
            _ => None,
        }
    }

    /// The low 48 bits.
    #[inline]
    pub(crate) const fn payload(self) -> u64 {
        self.word() & PAYLOAD
    }

    /// Whether it is nil.
    #[inline]
    pub const fn is_nil(self) -> bool {
        self.word() == Value::NIL.word()
    }

    /// Whether it refers to an object of one of the three spaces.
    #[inline]
    pub const fn is_reference(self) -> bool {
        let tag = self.word() >> 48;
        tag >= Tag::Heap as u64 && tag <= Tag::Frozen as u64
    }

    /// The float, if it is one.
    #[inline]
    pub const fn as_float(self) -> Option<f64> {
        if self.is_float() { Some(f64::from_bits(!self.word())) } else { None }
    }

    /// The integer, if it is a small one.
    #[inline]
    pub const fn as_small(self) -> Option<i64> {
        if self.word() >> 48 == Tag::Small as u64 { Some((self.word() << 16) as i64 >> 16) } else { None }
    }

    /// The Boolean, if it is one.
    #[inline]
    pub const fn as_bool(self) -> Option<bool> {
        match self.word() {
            2 => Some(false),
            3 => Some(true),
            _ => None,
        }
    }

    /// The character, if it is one.
    #[inline]
    pub const fn as_character(self) -> Option<char> {
        if self.word() >> 48 == Tag::Character as u64 { char::from_u32(self.word() as u32) } else { None }
    }

    /// The number of the symbol, if it is one of the program's.
    #[inline]
    pub const fn as_symbol(self) -> Option<u32> {
        if self.word() >> 48 == Tag::Symbol as u64 { Some(self.word() as u32) } else { None }
    }

    /// The number of the class, if it is one.
    #[inline]
    pub const fn as_class(self) -> Option<u32> {
        if self.word() >> 48 == Tag::Class as u64 { Some(self.word() as u32) } else { None }
    }
}
