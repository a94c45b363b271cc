//! Reading records in place: little-endian fields at checked offsets.

use std::borrow::Cow;
use std::fmt;

/// A record does not have the form its kind says it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed(pub &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a malformed record: {}", self.0)
    }
}

impl std::error::Error for Malformed {}

/// Little-endian words where they lie.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Words<'a>(&'a [[u8; 8]]);

impl<'a> Words<'a> {
    pub(crate) fn new(words: &'a [[u8; 8]]) -> Self {
        Self(words)
    }

    /// How many words.
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// One word.
    pub fn get(self, index: usize) -> Option<u64> {
        self.0.get(index).map(|&word| u64::from_le_bytes(word))
    }

    /// All words in order.
    pub fn iter(self) -> impl ExactSizeIterator<Item = u64> + 'a {
        self.0.iter().map(|&word| u64::from_le_bytes(word))
    }

    /// All words as a slice, copied only where the machine wants them otherwise.
    pub fn native(self) -> Cow<'a, [u64]> {
        if cfg!(target_endian = "little")
            && let Ok(words) = bytemuck::try_cast_slice(self.0)
        {
            return Cow::Borrowed(words);
        }
        self.iter().collect()
    }
}

impl fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The part of a payload that was not read yet.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

const SHORT: Malformed = Malformed("it ends too early");

impl<'a> Cursor<'a> {
    pub fn new(payload: &'a [u8]) -> Self {
        Self { rest: payload }
    }

    pub fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(SHORT)?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Result<&'a [u8; N], Malformed> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(SHORT)?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(|&bytes| u32::from_le_bytes(bytes))
    }

    pub fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(|&bytes| u64::from_le_bytes(bytes))
    }

    /// `count` arrays of `N` bytes.
    pub fn arrays<const N: usize>(&mut self, count: usize) -> Result<&'a [[u8; N]], Malformed> {
        let bytes = self.take(count.checked_mul(N).ok_or(SHORT)?)?;
        Ok(bytes.as_chunks().0)
    }

    pub fn words(&mut self, count: usize) -> Result<Words<'a>, Malformed> {
        self.arrays(count).map(Words)
    }

    /// A word that counts the words after it.
    pub fn counted_words(&mut self) -> Result<Words<'a>, Malformed> {
        let count = usize::try_from(self.u64()?).map_err(|_| SHORT)?;
        self.words(count)
    }

    pub fn text(&mut self, length: usize) -> Result<&'a str, Malformed> {
        std::str::from_utf8(self.take(length)?).map_err(|_| Malformed("a text is not UTF-8"))
    }

    /// A text behind its length in 4 bytes.
    pub fn counted_text(&mut self) -> Result<&'a str, Malformed> {
        let length = self.u32()? as usize;
        self.text(length)
    }

    /// Skips what fills `length` bytes up to a multiple of 8.
    pub fn pad(&mut self, length: usize) -> Result<(), Malformed> {
        self.take(padding(length)).map(|_| ())
    }

    pub fn rest(self) -> &'a [u8] {
        self.rest
    }

    pub fn end(self) -> Result<(), Malformed> {
        if self.rest.is_empty() { Ok(()) } else { Err(Malformed("it is too long")) }
    }
}

/// How many bytes are missing to a multiple of 8.
pub(crate) fn padding(length: usize) -> usize {
    length.wrapping_neg() % 8
}
