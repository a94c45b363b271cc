//! The layout of objects: a header word, then the body.
//!
//! ```text
//! header: 0..32 length of the body (values: words; bytes: bytes; wide: characters)
//!        32..48 class number     56..60 kind
//!        48..56, 60..63 bits of the identity
//!        63 set: the length takes 0..16 only, 16..32 are bits of the identity as well
//! ```
//!
//! The identity is a number that an object is given when it is made and keeps wherever it moves: what `identityHash`
//! is made of. Numbers, symbols and references to twins have none, for they are compared by what they hold.

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
    Forwarded = 0xF,
}

impl Kind {
    /// The kind in a header's bits.
    const fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            1 => Self::Values,
            2 => Self::Bytes,
            3 => Self::Wide,
            4 => Self::Int64,
            5 => Self::LargeInt,
            6 => Self::Block,
            7 => Self::Cell,
            8 => Self::TwinRef,
            9 => Self::Widened,
            0xF => Self::Forwarded,
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

/// All bits of an identity, and those of an object whose length needs 32 bits.
const IDENTITY: u64 = NUMBER | SHORT;
/// Where the header of a short object has the bits of its identity.
const NUMBER: u64 = IDENTITY_HIGH | 0xFFFF_0000;
const IDENTITY_HIGH: u64 = 0x70FF << 48;
/// Set where the length takes 16 bits.
const SHORT: u64 = 1 << 63;
const CLASS: u64 = 0xFFFF << 32;

impl Header {
    /// A header without an identity.
    #[inline]
    pub const fn new(kind: Kind, class: u32, length: u32) -> Self {
        Self((kind as u64) << 56 | (class as u64 & 0xFFFF) << 32 | length as u64)
    }

    /// The header with an identity: 27 bits of `identity`, 11 where the object is long.
    #[inline]
    pub const fn with_identity(self, identity: u32) -> Self {
        let identity = identity as u64;
        if self.length() > 0xFFFF {
            return Self(self.0 | (identity & 0xFF) << 48 | (identity >> 8 & 7) << 60);
        }
        Self(self.0 | SHORT | (identity & 0xFFFF) << 16 | (identity >> 16 & 0xFF) << 48 | (identity >> 24 & 7) << 60)
    }

    /// The header with an identity that is laid out already.
    #[inline(always)]
    pub(crate) const fn born(self, identity: Identity) -> Self {
        if self.length() > 0xFFFF { self.with_identity(identity.number()) } else { Self(self.0 | SHORT | identity.0) }
    }

    /// The identity, 0 where there is none.
    #[inline]
    pub const fn identity(self) -> u32 {
        let high = self.0 >> 48 & 0xFF | (self.0 >> 60 & 7) << 8;
        (if self.0 & SHORT == 0 { high } else { high << 16 | self.0 >> 16 & 0xFFFF }) as u32
    }

    /// The header with the identity of another one, if that has one.
    pub const fn with_identity_of(self, other: Self) -> Self {
        if other.identity() == 0 { self } else { self.with_identity(other.identity()) }
    }

    /// The header but for the identity.
    #[inline]
    pub const fn anonymous(self) -> Self {
        Self(self.0 & !(if self.0 & SHORT == 0 { IDENTITY_HIGH } else { IDENTITY }))
    }

    /// The header of the same object as another program numbers its class.
    #[inline]
    pub const fn with_class(self, class: u32) -> Self {
        Self(self.0 & !CLASS | (class as u64 & 0xFFFF) << 32)
    }

    /// The header of an object that has moved to `target`.
    #[inline]
    pub(crate) const fn forwarded(target: Value) -> Self {
        Self((Kind::Forwarded as u64) << 56 | target.space_index() as u64 & 3 | (target.offset() as u64) << 8)
    }

    /// Where the object has moved to, if it has.
    #[inline]
    pub(crate) const fn target(self) -> Option<Value> {
        if self.0 >> 56 & 0xF != Kind::Forwarded as u64 {
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

    /// What the body holds, if that is known.
    #[inline]
    pub(crate) const fn known_kind(self) -> Option<Kind> {
        Kind::from_bits((self.0 >> 56) as u8 & 0xF)
    }

    /// What the body holds. An unknown kind, which only damage can cause, reads as bytes.
    #[inline]
    pub const fn kind(self) -> Kind {
        match self.known_kind() {
            Some(kind) => kind,
            None => Kind::Bytes,
        }
    }

    /// The class number.
    #[inline]
    pub const fn class(self) -> u32 {
        (self.0 >> 32) as u32 & 0xFFFF
    }

    /// The length of the body, in the unit of its kind.
    #[inline]
    pub const fn length(self) -> usize {
        (if self.0 & SHORT == 0 { self.0 as u32 } else { self.0 as u16 as u32 }) as usize
    }

    /// The length of the body of an object of a class; `None` of another class. One comparison tells the class and the form
    /// of the length of what is short.
    #[inline(always)]
    pub(crate) const fn length_of(self, class: u32) -> Option<usize> {
        let found = self.0 & (SHORT | CLASS);
        let class = (class as u64) << 32;
        if found == SHORT | class {
            Some(self.0 as u16 as usize)
        } else if found == class {
            Some(self.0 as u32 as usize)
        } else {
            None
        }
    }

    /// The length of the body in words.
    #[inline]
    pub const fn body_words(self) -> usize {
        let shift = UNITS[(self.0 >> 56) as usize & 0xF];
        (self.length() + (1 << shift) - 1) >> shift
    }
}

/// An identity laid out as the header of a short object has it, so that counting takes three instructions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Identity(u64);

impl Identity {
    /// The identity of a number, of which 27 bits count.
    #[inline]
    pub(crate) const fn new(number: u32) -> Self {
        Self(Header(0).with_identity(number).0 & NUMBER)
    }

    /// The identity of the next number: the carry passes over the bits between.
    #[inline(always)]
    pub(crate) const fn next(self) -> Self {
        Self((self.0 | !NUMBER).wrapping_add(1) & NUMBER)
    }

    const fn number(self) -> u32 {
        Header(self.0 | SHORT).identity()
    }
}

/// By kind, the logarithm of how many units of a length a word holds. An unknown kind counts bytes.
const UNITS: [u8; 16] = {
    let mut units = [3; 16];
    let mut kind = 0;
    while kind < units.len() {
        units[kind] = match Kind::from_bits(kind as u8) {
            Some(Kind::Bytes | Kind::LargeInt | Kind::TwinRef) | None => 3,
            Some(Kind::Wide) => 1,
            Some(_) => 0,
        };
        kind += 1;
    }
    units
};

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_count_on() {
        for number in [0, 1, 0xFFFE, 0xFFFF, 0x1_0000, 0xFF_FFFF, 0x7FF_FFFE] {
            let next = Identity::new(number).next();
            assert_eq!(next, Identity::new(number + 1));
            for length in [1, 0x1_0000] {
                let header = Header::new(Kind::Values, 3, length);
                assert_eq!(header.born(next), header.with_identity(number + 1));
            }
        }
        assert_eq!(Identity::new(0x7FF_FFFF).next(), Identity::new(0));
    }

    #[test]
    fn identities_leave_the_rest_of_a_header_alone() {
        for length in [0, 1, 0xFFFF, 0x1_0000, u32::MAX] {
            let plain = Header::new(Kind::Values, 0xFFFE, length);
            assert_eq!(plain.identity(), 0);
            for identity in [0, 1, 0xFFFF, 0x12_3456, 0x7FF_FFFF, u32::MAX] {
                let header = plain.with_identity(identity);
                assert_eq!((header.kind(), header.class(), header.length()), (Kind::Values, 0xFFFE, length as usize));
                assert_eq!(header.identity(), identity & if length > 0xFFFF { 0x7FF } else { 0x7FF_FFFF });
                assert_eq!(header.anonymous(), plain);
                assert_eq!(header.with_class(7).class(), 7);
                assert_eq!(header.with_class(7).identity(), header.identity());
                assert_eq!(header.target(), None);
            }
        }
    }
}
