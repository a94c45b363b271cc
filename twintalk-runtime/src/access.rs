//! Reading and writing the words of objects: what generated code does most.
//!
//! Each access is one test, which tells the place and the bounds, and one load or store. Scratch comes first, where
//! programs have all their objects; everything else is done out of line, so that it takes no room in the code around.

use std::hint::cold_path;

use crate::answer::Raised;
use crate::library::class;
use crate::object::{Header, Kind};
use crate::turn::Turn;
use crate::value::{NIL, Place, Value};

const SCRATCH: usize = Place::Scratch as usize;
const HEAP: usize = Place::Heap as usize;

/// An address out of bounds is a defect of the runtime; the engine catches the panic.
#[cold]
#[inline(never)]
pub(crate) fn damaged() -> ! {
    panic!("an object is not where it should be")
}

/// Where an object is in scratch. What is anywhere else, or no object, is beyond all words there: one test of the bounds
/// tells both.
#[inline(always)]
const fn in_scratch(object: Value) -> usize {
    (object.bits() ^ Value::reference(Place::Scratch, 0).bits()) as usize
}

/// Where a body word of an object is in scratch. The caller knows that it is an object: of floats, those next to zero are
/// so far beyond all words that counting on from there would begin anew.
#[inline(always)]
const fn word_in_scratch(object: Value, index: usize) -> usize {
    in_scratch(object).wrapping_add(1 + index)
}

/// Whether an object of values has a body word, from 0. What stands in the header of a short object is the length, of a long
/// one the lower half of it.
#[inline(always)]
fn admits(header: Header, at: usize) -> bool {
    if at < header.0 as u16 as usize {
        return true;
    }
    cold_path();
    at < header.length()
}

/// Where an element of an exact Array is in scratch, by an index from 1. It is certain that an object is an Array where
/// `CERTAIN`.
#[inline(always)]
fn element_in_scratch<const CERTAIN: bool>(scratch: &[u64], array: Value, index: i64) -> Option<usize> {
    let header = Header(*scratch.get(in_scratch(array))?);
    if !CERTAIN && header.class() != class::ARRAY || !admits(header, (index as usize).wrapping_sub(1)) {
        return None;
    }
    Some(in_scratch(array).wrapping_add(index as usize))
}

impl Turn {
    /// The space that a reference is into; empty for what is none.
    #[inline(always)]
    pub(crate) fn words_of(&self, value: Value) -> &[u64] {
        if value.is_in(Place::Scratch) {
            return &self.spaces[SCRATCH].words;
        }
        cold_path(); // or the two places would be told apart by arithmetic, which every access would wait for
        match self.spaces.get(value.space_index()) {
            Some(space) => &space.words,
            None => &[],
        }
    }

    /// A body word of an object of values, from 0. The caller knows that it is one and has it.
    #[inline(always)]
    pub fn field(&self, object: Value, index: usize) -> Value {
        match self.spaces[SCRATCH].words.get(word_in_scratch(object, index)) {
            Some(&word) => Value::from_word(word).unwrap_or_else(|| damaged()),
            None => self.field_elsewhere(object, index),
        }
    }

    #[cold]
    #[inline(never)]
    fn field_elsewhere(&self, object: Value, index: usize) -> Value {
        let word = self.words_of(object).get(object.offset() + 1 + index);
        word.and_then(|word| Value::from_word(*word)).unwrap_or_else(|| damaged())
    }

    /// A body word of an object of values, from 0; nil for what is no object. The caller knows that an object has it.
    #[inline(always)]
    pub fn slot(&self, object: Value, index: usize) -> Value {
        match self.spaces[SCRATCH].words.get(word_in_scratch(object, index)) {
            Some(&word) => Value::from_word(word).unwrap_or_else(|| damaged()),
            None => self.slot_elsewhere(object, index),
        }
    }

    #[cold]
    #[inline(never)]
    fn slot_elsewhere(&self, object: Value, index: usize) -> Value {
        if object.is_reference() { self.field_elsewhere(object, index) } else { NIL }
    }

    /// The first words of the body of an object of values, by one look at where it is. The caller knows that it has them.
    #[inline(always)]
    pub fn first_words<const N: usize>(&self, object: Value) -> &[u64; N] {
        if !object.is_in(Place::Scratch) {
            return self.first_words_elsewhere(object);
        }
        let first = object.offset() + 1;
        match self.spaces[SCRATCH].words.get(first..first + N).and_then(|words| words.first_chunk()) {
            Some(words) => words,
            None => damaged(),
        }
    }

    #[cold]
    #[inline(never)]
    fn first_words_elsewhere<const N: usize>(&self, object: Value) -> &[u64; N] {
        let words = self.words_of(object).get(object.offset() + 1..).and_then(|words| words.first_chunk());
        words.unwrap_or_else(|| damaged())
    }

    /// Writes some of the first `N` body words of an object of values. The caller knows that the object has them.
    #[inline(always)]
    pub fn set_slots<const N: usize, const COUNT: usize>(&mut self, object: Value, slots: [(usize, Value); COUNT]) -> Result<(), Raised> {
        if !object.is_in(Place::Scratch) {
            cold_path(); // one by one, as an array would have to be in memory
            return slots.into_iter().try_for_each(|(at, value)| self.set_word_elsewhere(object, at, value.bits()));
        }
        let first = object.offset() + 1;
        let words = self.spaces[SCRATCH].words.get_mut(first..first + N).and_then(|words| words.first_chunk_mut::<N>());
        let Some(words) = words else { damaged() };
        for (at, value) in slots {
            match words.get_mut(at) {
                Some(word) => *word = value.bits(),
                None => damaged(),
            }
        }
        Ok(())
    }

    /// Writes a body word of an object of values. The caller knows that the object has it.
    #[inline(always)]
    pub fn set_slot(&mut self, object: Value, index: usize, value: Value) -> Result<(), Raised> {
        self.set_word(object, index, value.bits())
    }

    /// Writes a body word, raw. Words of values objects must be values.
    #[inline(always)]
    pub fn set_word(&mut self, object: Value, index: usize, word: u64) -> Result<(), Raised> {
        match self.spaces[SCRATCH].words.get_mut(word_in_scratch(object, index)) {
            Some(at) => *at = word,
            None => return self.set_word_elsewhere(object, index, word),
        }
        Ok(())
    }

    #[inline(never)]
    fn set_word_elsewhere(&mut self, object: Value, index: usize, word: u64) -> Result<(), Raised> {
        if object.is_in(Place::Scratch) {
            damaged();
        }
        if !object.is_in(Place::Heap) {
            return Err(self.forbid(object));
        }
        let address = object.offset() + 1 + index;
        let old = std::mem::replace(&mut self.spaces[HEAP].words[address], word);
        self.undo.word(address, old);
        Ok(())
    }

    /// The header of an object.
    #[inline(always)]
    pub fn header(&self, value: Value) -> Option<Header> {
        match self.spaces[SCRATCH].words.get(in_scratch(value)) {
            Some(&header) => Some(Header(header)),
            None if value.is_reference() => self.header_elsewhere(value),
            None => None,
        }
    }

    #[cold]
    #[inline(never)]
    fn header_elsewhere(&self, value: Value) -> Option<Header> {
        self.words_of(value).get(value.offset()).copied().map(Header)
    }

    /// Whether a value is an object of exactly one class; false for what is no object, whatever its class.
    #[inline(always)]
    pub fn has_class(&self, value: Value, class: u32) -> bool {
        self.header(value).is_some_and(|header| header.class() == class)
    }

    /// The kind of an object; `None` for immediate values.
    #[inline]
    pub fn kind_of(&self, value: Value) -> Option<Kind> {
        self.header(value).map(Header::kind)
    }

    /// The header and body of an object.
    #[inline]
    pub fn object(&self, value: Value) -> Option<(Header, &[u64])> {
        let words = self.words_of(value);
        let header = Header(*words.get(value.offset())?);
        let body = words.get(value.offset() + 1..)?.get(..header.body_words())?;
        Some((header, body))
    }

    /// The element of an exact Array at an index from 1; `None` where it has none, and of everything else.
    #[inline(always)]
    pub fn element(&self, array: Value, index: i64) -> Option<Value> {
        match self.scratch_element::<false>(array, index) {
            Some(element) => Some(element),
            None => self.element_elsewhere(array, index),
        }
    }

    /// The same of an Array in scratch alone. That an object is an Array is certain where `CERTAIN`.
    #[inline(always)]
    pub(crate) fn scratch_element<const CERTAIN: bool>(&self, array: Value, index: i64) -> Option<Value> {
        let words = &self.spaces[SCRATCH].words[..];
        Value::from_word(*words.get(element_in_scratch::<CERTAIN>(words, array, index)?)?)
    }

    #[inline(never)]
    pub(crate) fn element_elsewhere(&self, array: Value, index: i64) -> Option<Value> {
        let words = self.words_of(array);
        let length = Header(*words.get(array.offset())?).length_of(class::ARRAY)?;
        let at = (index as usize).wrapping_sub(1);
        if at < length { Value::from_word(*words.get(array.offset() + 1 + at)?) } else { None }
    }

    /// Writes an element of an exact Array at an index from 1; answers whether it did.
    #[inline(always)]
    pub fn set_element(&mut self, array: Value, index: i64, value: Value) -> bool {
        self.set_scratch_element::<false>(array, index, value) || self.set_element_elsewhere(array, index, value)
    }

    /// The same of an Array in scratch alone. That an object is an Array is certain where `CERTAIN`.
    #[inline(always)]
    pub(crate) fn set_scratch_element<const CERTAIN: bool>(&mut self, array: Value, index: i64, value: Value) -> bool {
        let words = &mut self.spaces[SCRATCH].words[..];
        match element_in_scratch::<CERTAIN>(words, array, index).and_then(|at| words.get_mut(at)) {
            Some(word) => {
                *word = value.bits();
                true
            }
            None => false,
        }
    }

    /// `add:` to an exact OrderedCollection in scratch whose array has room for the element; answers whether it did that.
    #[inline(always)]
    pub(crate) fn append(&mut self, ordered: Value, value: Value) -> bool {
        let words = &mut self.spaces[SCRATCH].words[..];
        let (at, is_here) = (ordered.offset(), ordered.is_in(Place::Scratch));
        let Some(&[header, array, _, last]) = words.get(at..at + 4).and_then(|words| words.first_chunk()) else { return false };
        let (Some(array), last) = (Value::from_word(array), Value::from_bits(last)) else { return false };
        if !is_here || Header(header).class() != class::ORDERED_COLLECTION || !array.is_in(Place::Scratch) || !last.is_small() {
            return false;
        }
        let Some(element) = element_in_scratch::<false>(words, array, last.small_unchecked() + 1) else { return false };
        let Some(word) = words.get_mut(element) else { return false };
        *word = value.bits();
        match words.get_mut(at + 3) {
            Some(word) => *word = Value::int(last.small_unchecked() + 1).bits(),
            None => damaged(),
        }
        true
    }

    #[inline(never)]
    pub(crate) fn set_element_elsewhere(&mut self, array: Value, index: i64, value: Value) -> bool {
        let Some(header) = self.header(array) else { return false };
        let at = (index as usize).wrapping_sub(1);
        let is_element = array.is_in(Place::Heap) && header.class() == class::ARRAY && at < header.length();
        is_element && self.set_word_elsewhere(array, at, value.bits()).is_ok()
    }

    /// Writes a byte of an object of bytes in scratch, from 0; answers whether it did.
    #[inline]
    pub(crate) fn set_byte(&mut self, object: Value, index: usize, byte: u8) -> bool {
        if !object.is_in(Place::Scratch) {
            return false;
        }
        let words = &mut self.spaces[SCRATCH].words[..];
        let header = words.get(object.offset()).copied().map(Header);
        if header.is_none_or(|header| header.kind() != Kind::Bytes || index >= header.length()) {
            return false;
        }
        let Some(word) = words.get_mut(object.offset() + 1 + index / 8) else { return false };
        let shift = index % 8 * 8;
        *word = *word & !(0xFF << shift) | u64::from(byte) << shift;
        true
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn forbid(&mut self, object: Value) -> Raised {
        let message = format!("{} is read-only", self.describe(object));
        self.raise(class::MODIFICATION_FORBIDDEN, &message)
    }
}
