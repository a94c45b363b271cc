//! A space: a run of objects addressed by word offset.
//!
//! Every access is bounds-checked. Addresses come from the runtime itself or from verified snapshots, so
//! an offset out of bounds is a defect here, which ends the turn by a panic that the engine catches.

use crate::object::{Header, pack_bytes};

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

    /// Appends an object whose body is one word repeated; answers its offset.
    #[inline]
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
