//! Twin ids, packed: up to twelve bytes in place, longer ones in an arena that only grows, since a twin
//! that was deleted keeps its id.

/// What an id takes in place.
const INLINE: usize = 12;

/// No byte of UTF-8 text, so it fills what a short id leaves free, and marks a long one as the first byte.
const FILL: u8 = 0xFF;

/// How much of the arena is reserved at a time.
const CHUNK: usize = 1 << 16;

/// The id of a twin. Without its arena it can be compared with no other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Id([u8; INLINE]);

impl Id {
    /// The id of no twin.
    #[cfg(test)]
    pub const NONE: Self = Self([FILL; INLINE]);

    /// An id that needs no arena.
    fn short(text: &str) -> Option<Self> {
        let mut bytes = [FILL; INLINE];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self(bytes))
    }

    /// Where in the arena a long id lies: chunk, offset, length.
    fn long(&self) -> Option<(usize, usize, usize)> {
        let [FILL, length, _, _, place @ ..] = self.0 else {
            return None;
        };
        let place = u64::from_le_bytes(place);
        let length = usize::from(length) + 1;
        Some((place as u32 as usize, (place >> 32) as usize, length))
    }
}

/// The long ids.
#[derive(Default)]
pub(super) struct Ids {
    chunks: Vec<Vec<u8>>,
}

impl Ids {
    /// Packs an id of at most 256 bytes.
    pub fn add(&mut self, text: &str) -> Id {
        if let Some(short) = Id::short(text) {
            return short;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() + text.len() > CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let index = self.chunks.len() - 1;
        let chunk = &mut self.chunks[index];
        let place = index as u64 | (chunk.len() as u64) << 32;
        chunk.extend_from_slice(text.as_bytes());
        let mut bytes = [FILL; INLINE];
        bytes[1] = (text.len() - 1) as u8;
        bytes[4..].copy_from_slice(&place.to_le_bytes());
        Id(bytes)
    }

    /// The bytes of an id.
    pub fn bytes<'a>(&'a self, id: &'a Id) -> &'a [u8] {
        match id.long() {
            None => {
                let length = id.0.iter().position(|&byte| byte == FILL);
                &id.0[..length.unwrap_or(INLINE)]
            }
            Some((chunk, offset, length)) => {
                self.chunks.get(chunk).and_then(|chunk| chunk.get(offset..offset + length)).unwrap_or_default()
            }
        }
    }

    /// The text of an id.
    pub fn text<'a>(&'a self, id: &'a Id) -> &'a str {
        std::str::from_utf8(self.bytes(id)).unwrap_or_default()
    }

    /// Whether an id is this text.
    #[inline]
    pub fn is(&self, id: &Id, text: &str) -> bool {
        match Id::short(text) {
            Some(short) => short == *id,
            None => self.bytes(id) == text.as_bytes(),
        }
    }

    /// Bytes of memory held.
    pub fn memory(&self) -> usize {
        self.chunks.len() * CHUNK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_every_length() {
        let mut ids = Ids::default();
        let texts: Vec<String> = (1..=256).map(|length| "ä".repeat(length / 2) + &"x".repeat(length % 2)).collect();
        let packed: Vec<Id> = texts.iter().map(|text| ids.add(text)).collect();
        for (text, id) in texts.iter().zip(&packed) {
            assert_eq!(ids.text(id), text);
            assert!(ids.is(id, text));
            assert!(!ids.is(id, "y"));
        }
        assert_eq!(ids.text(&Id::NONE), "");
        assert_eq!(size_of::<Id>(), 12);
    }
}
