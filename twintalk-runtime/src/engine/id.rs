//! Twin ids in twelve bytes: up to fifteen letters, digits, `-` and `_` are packed, six bits each; any other id
//! lies in an arena. The place of one that was let go is taken by the next of the same length.
//!
//! ```text
//!  packed   bits 0..90 the characters, first one lowest    90..94 how many    95 zero
//!  long     bits 0..32 chunk    32..64 offset    64..72 length - 1            95 one
//! ```

use std::ops::Deref;

/// What an id takes in place.
const SIZE: usize = 12;

/// How many characters can be packed.
const MOST: usize = 15;

const LENGTH: u32 = 90;
const LONG: u128 = 1 << 95;

/// How much of the arena is reserved at a time.
const CHUNK: usize = 1 << 16;

const ALPHABET: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

/// No code of a character.
const NONE: u8 = 0xFF;

const CODES: [u8; 256] = {
    let mut codes = [NONE; 256];
    let mut code = 0;
    while code < ALPHABET.len() {
        codes[ALPHABET[code] as usize] = code as u8;
        code += 1;
    }
    codes
};

/// The id of a twin. Without its arena it can be compared with no other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Id([u8; SIZE]);

impl Id {
    /// Packs an id, if that is possible.
    #[inline]
    pub fn pack(text: &str) -> Option<Self> {
        if text.len() > MOST {
            return None;
        }
        let mut bits = (text.len() as u128) << LENGTH;
        for (index, &byte) in text.as_bytes().iter().enumerate() {
            let code = CODES[usize::from(byte)];
            if code == NONE {
                return None;
            }
            bits |= u128::from(code) << (6 * index);
        }
        Some(Self::of_bits(bits))
    }

    fn of_bits(bits: u128) -> Self {
        let mut id = [0; SIZE];
        id.copy_from_slice(&bits.to_le_bytes()[..SIZE]);
        Self(id)
    }

    fn bits(self) -> u128 {
        let mut bytes = [0; 16];
        bytes[..SIZE].copy_from_slice(&self.0);
        u128::from_le_bytes(bytes)
    }
}

/// The text of an id.
pub(super) enum Text<'a> {
    /// Unpacked.
    Short([u8; MOST], usize),
    /// In the arena.
    Long(&'a [u8]),
}

impl Text<'_> {
    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Short(bytes, length) => &bytes[..*length],
            Self::Long(bytes) => bytes,
        }
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(self.bytes()).unwrap_or_default()
    }
}

/// The long ids.
#[derive(Default)]
pub(super) struct Ids {
    chunks: Vec<Vec<u8>>,
    /// For each length, less one, the chunk and offset of places that are free.
    free: Vec<Vec<(u32, u32)>>,
    /// How many bytes are in use.
    used: usize,
}

impl Ids {
    /// Takes in an id of at most 256 bytes.
    pub fn add(&mut self, text: &str) -> Id {
        if let Some(packed) = Id::pack(text) {
            return packed;
        }
        self.used += text.len();
        let long = |chunk: u32, offset: u32| {
            Id::of_bits(LONG | u128::from(chunk) | u128::from(offset) << 32 | (text.len() as u128).saturating_sub(1) << 64)
        };
        let free = self.free.get_mut(text.len().saturating_sub(1)).and_then(Vec::pop);
        if let Some((chunk, offset)) = free {
            let start = offset as usize;
            if let Some(place) = self.chunks.get_mut(chunk as usize).and_then(|chunk| chunk.get_mut(start..start + text.len())) {
                place.copy_from_slice(text.as_bytes());
                return long(chunk, offset);
            }
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() + text.len() > CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let index = self.chunks.len() - 1;
        let chunk = &mut self.chunks[index];
        let offset = chunk.len();
        chunk.extend_from_slice(text.as_bytes());
        long(index as u32, offset as u32)
    }

    /// Lets an id go, which is used no more.
    pub fn remove(&mut self, id: Id) {
        let bits = id.bits();
        if bits & LONG != 0 {
            let length = (bits >> 64) as u8 as usize;
            if self.free.len() <= length {
                self.free.resize_with(length + 1, Vec::new);
            }
            self.free[length].push((bits as u32, (bits >> 32) as u32));
            self.used = self.used.saturating_sub(length + 1);
        }
    }

    /// The text of an id.
    pub fn text(&self, id: Id) -> Text<'_> {
        let bits = id.bits();
        if bits & LONG == 0 {
            let length = (bits >> LENGTH) as usize & 15;
            let mut bytes = [0; MOST];
            for (index, byte) in bytes[..length].iter_mut().enumerate() {
                *byte = ALPHABET[(bits >> (6 * index)) as usize & 63];
            }
            return Text::Short(bytes, length);
        }
        let (chunk, offset) = (bits as u32 as usize, (bits >> 32) as u32 as usize);
        let length = (bits >> 64) as u8 as usize + 1;
        let chunk = self.chunks.get(chunk);
        Text::Long(chunk.and_then(|chunk| chunk.get(offset..offset + length)).unwrap_or_default())
    }

    /// Whether an id is this text, which is `packed` if it can be.
    #[inline]
    pub fn is(&self, id: Id, packed: Option<Id>, text: &str) -> bool {
        match packed {
            Some(packed) => packed == id,
            None => id.bits() & LONG != 0 && self.text(id).bytes() == text.as_bytes(),
        }
    }

    /// Bytes of memory held.
    pub fn memory(&self) -> usize {
        self.chunks.len() * CHUNK
    }

    /// Bytes of the ids in use.
    pub fn used(&self) -> usize {
        self.used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_every_length() {
        let mut ids = Ids::default();
        let text = |n: usize| [&*"ä".repeat(n / 2), &"x".repeat(n), &"Zz9-_".repeat(n)[..n], &" ".repeat(n)].map(str::to_owned);
        let mut texts: Vec<String> = (1..=256).flat_map(text).filter(|text| !text.is_empty()).collect();
        texts.sort_unstable();
        texts.dedup();
        let added: Vec<Id> = texts.iter().map(|text| ids.add(text)).collect();
        for (index, (text, id)) in texts.iter().zip(&added).enumerate() {
            assert_eq!(&*ids.text(*id), text);
            for other in &texts[index.saturating_sub(3)..(index + 3).min(texts.len())] {
                assert_eq!(ids.is(*id, Id::pack(other), other), other == text, "{text} {other}");
            }
        }
        assert_eq!(size_of::<Id>(), SIZE);
    }

    #[test]
    fn places_are_used_again() {
        let mut ids = Ids::default();
        let text = |n: usize| format!("{n:0width$} is long", width = 10 + n % 40);
        let mut added: Vec<(usize, Id)> = (0..2000).map(|n| (n, ids.add(&text(n)))).collect();
        let before = (ids.memory(), ids.used());
        for round in 1..20 {
            for (n, id) in added.iter_mut().filter(|(n, _)| n % 3 != round % 3) {
                ids.remove(*id);
                *n += 40;
                *id = ids.add(&text(*n));
            }
        }
        assert!(added.iter().all(|(n, id)| *ids.text(*id) == *text(*n)));
        assert_eq!((ids.memory(), ids.used()), before);
        added.into_iter().for_each(|(_, id)| ids.remove(id));
        assert_eq!(ids.used(), 0);
    }
}
