//! The image of a row: its slots and heap as canonical words, and the way back, which trusts nothing.
//!
//! ```text
//! count of slots, length of the heap │ slots │ heap │ boxes of Int64 slots beyond 48 bits
//!           32 bits each             │       │      │ outside of the heap, whose length later events rely on
//! ```

use crate::heap::Core;
use crate::object::{Header, Kind};
use crate::row::{Row, Word};
use crate::value::{Place, Value};

/// Why words are no image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged(pub &'static str);

impl std::fmt::Display for Damaged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the state of a twin is damaged: {}", self.0)
    }
}

impl std::error::Error for Damaged {}

/// The image of a row.
pub fn image<R: Row>(row: &mut R) -> Vec<u64> {
    let heap = row.core().words().to_vec();
    let count = R::SLOTS as usize;
    let mut words = Vec::with_capacity(1 + count + heap.len());
    words.push(u64::from(R::SLOTS) | (heap.len() as u64) << 32);
    let mut boxes: Vec<u64> = Vec::new();
    for index in 0..R::SLOTS {
        words.push(match row.get(index) {
            Word::Value(value) => value.bits(),
            Word::Int64(value) => Value::small(value)
                .unwrap_or_else(|| {
                    let offset = heap.len() + boxes.len();
                    boxes.extend([box_header().0, value as u64]);
                    Value::reference(Place::Heap, offset as u32)
                })
                .bits(),
        });
    }
    words.extend(heap);
    words.extend(boxes);
    words
}

fn box_header() -> Header {
    Header::new(Kind::Int64, crate::library::class::SMALL_INTEGER, 1)
}

/// Makes a row of an image, if it is one of this class.
pub fn load<R: Row>(words: &[u64], epoch: u32) -> Result<R, Damaged> {
    let parts = Parts::of(words)?;
    if parts.slots.len() != R::SLOTS as usize {
        return Err(Damaged("another number of slots"));
    }
    verify(parts.slots, parts.heap, parts.boxes)?;
    let mut row = R::default();
    for (index, word) in parts.slots.iter().enumerate() {
        let value = Value::from_bits(*word);
        let boxed = value.as_reference().map(|reference| reference.offset as usize);
        let word = match boxed.and_then(|offset| offset.checked_sub(parts.heap.len())) {
            Some(offset) => Word::Int64(parts.boxes[offset + 1] as i64),
            None => Word::Value(value),
        };
        row.put(index as u32, word);
    }
    *row.core() = Core::from_words(parts.heap.to_vec(), epoch);
    Ok(row)
}

struct Parts<'a> {
    slots: &'a [u64],
    heap: &'a [u64],
    boxes: &'a [u64],
}

impl<'a> Parts<'a> {
    fn of(words: &'a [u64]) -> Result<Self, Damaged> {
        let (lengths, rest) = words.split_first().ok_or(Damaged("no words"))?;
        let (count, length) = (*lengths as u32 as usize, (*lengths >> 32) as usize);
        let (slots, rest) = rest.split_at_checked(count).ok_or(Damaged("slots are missing"))?;
        let (heap, boxes) = rest.split_at_checked(length).ok_or(Damaged("a part of the heap is missing"))?;
        Ok(Self { slots, heap, boxes })
    }
}

/// Checks every word of slots and heap: objects follow each other without a gap, kinds are known, values are
/// values, references are to headers. `boxes` are the wide integers behind the heap.
pub fn verify(slots: &[u64], heap: &[u64], boxes: &[u64]) -> Result<(), Damaged> {
    let mut starts = vec![0u64; heap.len().div_ceil(64)];
    let mut at = 0;
    while at < heap.len() {
        starts[at / 64] |= 1 << (at % 64);
        at += object_words(&heap[at..])?;
    }
    let is_start = |offset: usize| starts.get(offset / 64).is_some_and(|bits| bits & 1 << (offset % 64) != 0);
    let check = |word: u64| {
        let value = Value::checked(word).ok_or(Damaged("a word is no value"))?;
        match value.as_reference() {
            None => Ok(()),
            Some(reference) if reference.place == Place::Heap && is_start(reference.offset as usize) => Ok(()),
            Some(_) => Err(Damaged("a reference to nowhere")),
        }
    };
    let mut at = 0;
    while at < heap.len() {
        let header = Header(heap[at]);
        let end = at + 1 + header.body_words();
        if header.kind().holds_values() {
            heap[at + 1..end].iter().try_for_each(|word| check(*word))?;
        }
        if header.kind() == Kind::Widened && !heap.get(at + 1).is_some_and(|word| is_wide(*word, heap)) {
            return Err(Damaged("a widened string without its characters"));
        }
        if header.kind() == Kind::Block && (end < at + 4 || !Value::from_bits(heap[at + 1]).is_small()) {
            return Err(Damaged("a block without its parts"));
        }
        at = end;
    }
    if boxes.chunks(2).any(|pair| pair.len() != 2 || Header(pair[0]) != box_header()) {
        return Err(Damaged("a wide integer is incomplete"));
    }
    for word in slots {
        let boxed = Value::checked(*word).and_then(Value::as_reference).map(|reference| reference.offset as usize);
        match boxed.and_then(|offset| offset.checked_sub(heap.len())) {
            Some(offset) if offset % 2 == 0 && offset < boxes.len() => {}
            Some(_) => return Err(Damaged("a reference to nowhere")),
            None => check(*word)?,
        }
    }
    Ok(())
}

/// Whether a word refers to a wide string.
fn is_wide(word: u64, heap: &[u64]) -> bool {
    let header = Value::from_bits(word).as_reference().and_then(|reference| heap.get(reference.offset as usize));
    header.is_some_and(|header| Header(*header).kind() == Kind::Wide)
}

/// The length of the object that `words` begin with.
fn object_words(words: &[u64]) -> Result<usize, Damaged> {
    let header = Header(words[0]);
    match header.known_kind() {
        None | Some(Kind::Forwarded) => return Err(Damaged("an object of an unknown kind")),
        Some(Kind::Widened) if header.length() == 0 => return Err(Damaged("an object of a wrong length")),
        Some(Kind::Int64 | Kind::Cell) if header.length() != 1 => return Err(Damaged("an object of a wrong length")),
        Some(_) => {}
    }
    let length = 1 + header.body_words();
    if length > words.len() { Err(Damaged("an object reaches beyond the heap")) } else { Ok(length) }
}
