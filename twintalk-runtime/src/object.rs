//! The layout of objects: a header word, then the body.
//!
//! ```text
//! header: 0..32 length of the body (values: words; bytes: bytes; wide: characters)
//!        32..56 class number     56..64 kind
//! ```

use crate::value::Value;

/// What the body of an object holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Slots, then indexed values.
    Values = 1,
    /// Bytes: byte arrays, Latin-1 strings, symbols made at run time.
    Bytes = 2,
    /// Characters of 32 bits each.
    Wide = 3,
    /// An integer of more than 48 bits.
    Int64 = 4,
    /// The magnitude of a large integer, little-endian; the class gives the sign.
    LargeInt = 5,
    /// A block: number and argument count, home, self, captured values.
    Block = 6,
    /// A variable shared with blocks.
    Cell = 7,
    /// A reference to another twin: its id in UTF-8.
    TwinRef = 8,
    /// A string of Latin-1 that was given another character: see [`widen`](crate::widen).
    Widened = 9,
    /// An object that has moved; the low 48 bits of the header are its new address.
    Forwarded = 0xFF,
}

impl Kind {
    /// The kind of a byte.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            1 => Self::Values,
            2 => Self::Bytes,
            3 => Self::Wide,
            4 => Self::Int64,
            5 => Self::LargeInt,
            6 => Self::Block,
            7 => Self::Cell,
            8 => Self::TwinRef,
            9 => Self::Widened,
            0xFF => Self::Forwarded,
            _ => return None,
        })
    }

    /// Whether the body consists of values.
    #[inline]
    pub const fn holds_values(self) -> bool {
        matches!(self, Self::Values | Self::Block | Self::Cell | Self::Widened)
    }
}

/// The first word of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header(pub u64);

impl Header {
    /// A header.
    #[inline]
    pub const fn new(kind: Kind, class: u32, length: u32) -> Self {
        Self((kind as u64) << 56 | (class as u64 & 0xFF_FFFF) << 32 | length as u64)
    }

    /// The header of an object that has moved to `target`.
    #[inline]
    pub(crate) const fn forwarded(target: Value) -> Self {
        Self((Kind::Forwarded as u64) << 56 | target.space_index() as u64 & 3 | (target.offset() as u64) << 8)
    }

    /// Where the object has moved to, if it has.
    #[inline]
    pub(crate) const fn target(self) -> Option<Value> {
        if self.0 >> 56 != Kind::Forwarded as u64 {
            return None;
        }
        let place = if self.0 & 3 == 0 {
            crate::value::Place::Heap
        } else if self.0 & 3 == 1 {
            crate::value::Place::Scratch
        } else {
            crate::value::Place::Frozen
        };
        Some(Value::reference(place, (self.0 >> 8) as u32))
    }

    /// What the body holds. An unknown kind, which only damage can cause, reads as bytes.
    #[inline]
    pub const fn kind(self) -> Kind {
        match Kind::from_byte((self.0 >> 56) as u8) {
            Some(kind) => kind,
            None => Kind::Bytes,
        }
    }

    /// The class number.
    #[inline]
    pub const fn class(self) -> u32 {
        (self.0 >> 32) as u32 & 0xFF_FFFF
    }

    /// The length of the body, in the unit of its kind.
    #[inline]
    pub const fn length(self) -> usize {
        self.0 as u32 as usize
    }

    /// The length of the body in words.
    #[inline]
    pub const fn body_words(self) -> usize {
        let length = self.length();
        match self.kind() {
            Kind::Values | Kind::Block | Kind::Cell | Kind::Int64 | Kind::Widened | Kind::Forwarded => length,
            Kind::Bytes | Kind::LargeInt | Kind::TwinRef => length.div_ceil(8),
            Kind::Wide => length.div_ceil(2),
        }
    }
}

/// The words that hold `bytes`, the last one padded with zeros.
pub(crate) fn pack_bytes(bytes: &[u8]) -> impl Iterator<Item = u64> {
    bytes.chunks(8).map(|chunk| {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        u64::from_le_bytes(word)
    })
}

/// The first `length` bytes of `words`.
pub(crate) fn unpack_bytes(words: &[u64], length: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.truncate(length);
    bytes
}
