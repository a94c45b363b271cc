//! The characters of strings and symbols, however they are held.

use std::borrow::Cow;

use crate::dispatch::{is_string, is_symbol};
use crate::library::class;
use crate::object::{Header, Kind};
use crate::turn::Turn;
use crate::value::Value;

/// The characters of a string or symbol, by code.
#[derive(Debug)]
pub(super) enum Chars<'a> {
    /// All below 256.
    Narrow(&'a [u8]),
    /// Any.
    Wide(Cow<'a, [u32]>),
}

impl<'a> Chars<'a> {
    /// None for what is neither string nor symbol.
    #[inline]
    pub(super) fn of(value: Value, t: &'a Turn) -> Option<Self> {
        if let Some(number) = value.as_symbol() {
            let text = t.frozen().symbol_text(number)?;
            return Some(if text.is_ascii() { Self::Narrow(text.as_bytes()) } else { Self::Wide(text.chars().map(u32::from).collect()) });
        }
        let (header, body) = t.object(t.widened(value))?;
        if !is_text(header, t) {
            return None;
        }
        match header.kind() {
            Kind::Bytes => Some(Self::Narrow(bytemuck::cast_slice(body).get(..header.length())?)),
            Kind::Wide => Some(Self::Wide(Cow::Borrowed(bytemuck::cast_slice(body).get(..header.length())?))),
            _ => None,
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Narrow(bytes) => bytes.len(),
            Self::Wide(codes) => codes.len(),
        }
    }

    /// The code at an index below the length.
    pub(super) fn at(&self, index: usize) -> u32 {
        match self {
            Self::Narrow(bytes) => bytes.get(index).copied().map_or(0, u32::from),
            Self::Wide(codes) => codes.get(index).copied().unwrap_or(0),
        }
    }

    pub(super) fn codes(&self) -> impl Iterator<Item = u32> + '_ {
        (0..self.len()).map(|index| self.at(index))
    }

    /// The codes in a range that is known to be within.
    pub(super) fn part(&self, range: std::ops::Range<usize>) -> Vec<u32> {
        range.map(|index| self.at(index)).collect()
    }

    pub(super) fn to_text(&self) -> String {
        self.codes().map(|code| char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    }

    /// Where `part` first occurs at or behind `start`.
    pub(super) fn find(&self, part: &Chars<'_>, start: usize) -> Option<usize> {
        let (length, size) = (self.len(), part.len());
        if size == 0 || length < size {
            return None;
        }
        (start..=length - size).find(|at| self.matches(part, *at))
    }

    /// Whether `part` stands at an index.
    pub(super) fn matches(&self, part: &Chars<'_>, at: usize) -> bool {
        match (self, part) {
            (Self::Narrow(bytes), Chars::Narrow(part)) => bytes.get(at..).is_some_and(|rest| rest.starts_with(part)),
            _ => at + part.len() <= self.len() && (0..part.len()).all(|i| self.at(at + i) == part.at(i)),
        }
    }
}

/// Where the bytes of a string or symbol stand, all of whose characters are below 256.
#[derive(Clone, Copy)]
pub(super) enum Narrow {
    Object(Value),
    Text(&'static [u8]),
}

impl Narrow {
    /// Where, and how many; none for what is no such string.
    #[inline]
    pub(super) fn of(value: Value, t: &Turn) -> Option<(Self, usize)> {
        if let Some(number) = value.as_symbol() {
            let text = t.frozen().symbol_text(number).filter(|text| text.is_ascii())?;
            return Some((Self::Text(text.as_bytes()), text.len()));
        }
        let header = t.header(value)?;
        (header.kind() == Kind::Bytes && is_text(header, t)).then(|| (Self::Object(value), header.length()))
    }
}

impl PartialEq for Chars<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Narrow(a), Self::Narrow(b)) => a == b,
            (Self::Wide(a), Self::Wide(b)) => a == b,
            _ => self.len() == other.len() && self.codes().eq(other.codes()),
        }
    }
}

/// Whether an object is a string or a symbol.
pub(super) fn is_text(header: Header, t: &Turn) -> bool {
    let number = header.class();
    is_string(number) || is_symbol(number) || t.inherits(number, class::STRING)
}

/// A new string of these characters: of bytes where they suffice.
pub(super) fn make(codes: &[u32], t: &mut Turn) -> Value {
    let narrow: Option<Vec<u8>> = codes.iter().map(|code| u8::try_from(*code).ok()).collect();
    match narrow {
        Some(bytes) => t.new_bytes(Kind::Bytes, class::BYTE_STRING, &bytes),
        None => make_wide(codes, t),
    }
}

/// A new string that holds any character.
pub(super) fn make_wide(codes: &[u32], t: &mut Turn) -> Value {
    let words: Vec<u64> = codes.chunks(2).map(|pair| u64::from(pair[0]) | u64::from(pair.get(1).copied().unwrap_or(0)) << 32).collect();
    let header = t.identified(Header::new(Kind::Wide, class::WIDE_STRING, codes.len() as u32));
    t.new_object(header, &words)
}
