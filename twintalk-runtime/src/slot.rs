//! The types of declared slots: plain Rust fields, each able to say "never stored to".

use num_traits::ToPrimitive;

use crate::row::{Slot, Word};
use crate::turn::Turn;
use crate::value::{NIL, Value};

/// A slot declared `Float`: the bits of an `f64`, complemented as in a value, so that reading needs neither
/// test nor conversion. Unset is the word of nil, which is no float's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct Float(Value);

impl Float {
    /// Never stored to.
    pub const UNSET: Self = Self(NIL);

    /// A stored number.
    #[inline]
    pub const fn new(value: f64) -> Self {
        Self(Value::any_float(value))
    }

    /// A number that generated code computed.
    #[inline]
    pub fn computed(value: f64) -> Self {
        Self(Value::float(value))
    }

    /// The number, if one was stored.
    #[inline]
    pub const fn get(self) -> Option<f64> {
        self.0.as_float()
    }
}

impl From<f64> for Float {
    #[inline]
    fn from(value: f64) -> Self {
        Self::new(value)
    }
}

impl Slot for Float {
    const TYPE: &'static str = "Float";

    #[inline]
    fn read(self, _: &mut Turn) -> Value {
        self.0
    }

    #[inline]
    fn check(value: Value, t: &Turn) -> Option<Self> {
        if value.is_float() {
            return Some(Self(value));
        }
        t.real(value).map(Self::new)
    }

    #[inline]
    fn word(self) -> Word {
        Word::Value(self.0)
    }

    #[inline]
    fn from_word(word: Word) -> Self {
        match word {
            Word::Value(value) if value.is_float() => Self(value),
            Word::Value(_) => Self::UNSET,
            Word::Int64(value) => Self::new(value as f64),
        }
    }
}

/// A slot declared `Int64`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Int64(Option<i64>);

impl Int64 {
    /// A stored integer.
    #[inline]
    pub const fn new(value: i64) -> Self {
        Self(Some(value))
    }

    /// The integer, if one was stored.
    #[inline]
    pub const fn get(self) -> Option<i64> {
        self.0
    }
}

impl From<i64> for Int64 {
    #[inline]
    fn from(value: i64) -> Self {
        Self::new(value)
    }
}

impl Slot for Int64 {
    const TYPE: &'static str = "Int64";

    #[inline]
    fn read(self, t: &mut Turn) -> Value {
        self.0.map_or(NIL, |value| t.integer(value))
    }

    #[inline]
    fn check(value: Value, t: &Turn) -> Option<Self> {
        if let Some(small) = value.as_small() {
            return Some(Self::new(small));
        }
        t.big(value)?.to_i64().map(Self::new)
    }

    #[inline]
    fn word(self) -> Word {
        self.0.map_or(Word::NIL, Word::Int64)
    }

    #[inline]
    fn from_word(word: Word) -> Self {
        match word {
            Word::Value(value) => Self(value.as_small()),
            Word::Int64(value) => Self::new(value),
        }
    }
}

/// A slot declared `Boolean`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Boolean(Option<bool>);

impl Boolean {
    /// A stored boolean.
    #[inline]
    pub const fn new(value: bool) -> Self {
        Self(Some(value))
    }

    /// The boolean, if one was stored.
    #[inline]
    pub const fn get(self) -> Option<bool> {
        self.0
    }
}

impl From<bool> for Boolean {
    #[inline]
    fn from(value: bool) -> Self {
        Self::new(value)
    }
}

impl Slot for Boolean {
    const TYPE: &'static str = "Boolean";

    #[inline]
    fn read(self, _: &mut Turn) -> Value {
        self.0.map_or(NIL, Value::boolean)
    }

    #[inline]
    fn check(value: Value, _: &Turn) -> Option<Self> {
        value.as_bool().map(Self::new)
    }

    #[inline]
    fn word(self) -> Word {
        Word::Value(self.0.map_or(NIL, Value::boolean))
    }

    #[inline]
    fn from_word(word: Word) -> Self {
        match word {
            Word::Value(value) => Self(value.as_bool()),
            Word::Int64(_) => Self(None),
        }
    }
}
