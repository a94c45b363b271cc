//! A space: a run of objects addressed by word offset.
//!
//! Every access is bounds-checked. Addresses come from the runtime itself or from verified snapshots, so
//! an offset out of bounds is a defect here, which ends the turn by a panic that the engine catches.

use crate::object::{Header, pack_bytes};
use crate::value::{NIL, Value};

/// Objects of up to so many words are built in registers.
const FEW: usize = 12;

/// A growable run of objects.
#[derive(Clone, Default, Debug)]
pub struct Space {
    /// Headers and bodies.
    pub(crate) words: Vec<u64>,
}

impl Space {
    /// The number of words in use.
    #[inline]
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// Whether it holds no object.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The header of the object at `offset`.
    #[inline]
    pub fn header(&self, offset: usize) -> Header {
        Header(self.words[offset])
    }

    /// The body of the object at `offset`.
    #[inline]
    pub fn body(&self, offset: usize) -> &[u64] {
        let length = self.header(offset).body_words();
        &self.words[offset + 1..][..length]
    }

    /// The body of the object at `offset`, to write in.
    #[inline]
    pub(crate) fn body_mut(&mut self, offset: usize) -> &mut [u64] {
        let length = self.header(offset).body_words();
        &mut self.words[offset + 1..][..length]
    }

    /// Appends an object whose body words are given; answers its offset.
    #[inline]
    pub(crate) fn push(&mut self, header: Header, body: &[u64]) -> u32 {
        let offset = self.words.len();
        self.words.push(header.0);
        self.words.extend_from_slice(body);
        offset as u32
    }

    /// Appends an object of values; answers its offset. Where their number is known, this is a test and the stores.
    #[inline(always)]
    pub(crate) fn push_values<const N: usize>(&mut self, header: Header, first: [Value; N], others: &[Value]) -> u32 {
        let offset = self.words.len();
        let length = 1 + N + others.len();
        let mut words = [0; FEW];
        let Some(words) = words.get_mut(..length) else { return self.push_many(header, &first, others) };
        words[0] = header.0;
        for (word, value) in words[1..].iter_mut().zip(first.iter().chain(others)) {
            *word = value.bits();
        }
        self.words.extend_from_slice(words);
        offset as u32
    }

    #[inline(never)]
    fn push_many(&mut self, header: Header, first: &[Value], others: &[Value]) -> u32 {
        let offset = self.words.len();
        self.words.reserve(1 + first.len() + others.len());
        self.words.push(header.0);
        self.words.extend(first.iter().chain(others).map(|value| value.bits()));
        offset as u32
    }

    /// Appends an object of nils; answers its offset.
    #[inline(always)]
    pub(crate) fn push_nils(&mut self, header: Header, count: usize) -> u32 {
        let offset = self.words.len();
        let mut words = [NIL.bits(); FEW];
        words[0] = header.0;
        match words.get(..1 + count) {
            Some(words) => self.words.extend_from_slice(words),
            None => return self.push_filled(header, NIL.bits()),
        }
        offset as u32
    }

    /// Appends an object whose body is one word repeated; answers its offset.
    pub(crate) fn push_filled(&mut self, header: Header, fill: u64) -> u32 {
        let offset = self.words.len();
        self.words.push(header.0);
        self.words.resize(offset + 1 + header.body_words(), fill);
        offset as u32
    }

    /// Appends an object of bytes; answers its offset.
    pub(crate) fn push_bytes(&mut self, header: Header, bytes: &[u8]) -> u32 {
        let offset = self.words.len();
        self.words.push(header.0);
        self.words.extend(pack_bytes(bytes));
        offset as u32
    }
}
