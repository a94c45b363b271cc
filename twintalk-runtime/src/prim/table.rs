//! The tables of hashed collections.
//!
//! A HashedCollection has the slots tally, last, array and index; see `hashed_collection.st` for what they hold. The index
//! is a ByteArray of words of 32 bits, half the size of values, because a lookup waits for little else than memory. A word
//! is 0, or the place of an entry; the bits above, which places do not need, are of the entry's hash, so that most entries
//! which are not looked for need not be looked at.

use super::equality::Way;
use super::hash::GOLDEN;
use super::write;
use crate::answer::Raised;
use crate::library::class;
use crate::object::{Header, Kind};
use crate::turn::Turn;
use crate::value::{NIL, Value};

const TALLY: usize = 0;
const LAST: usize = 1;
const ARRAY: usize = 2;
const INDEX: usize = 3;
const SLOTS: usize = 4;

/// A word of the index takes so many bytes.
const WORD: usize = 4;

/// A hash, multiplied by Fibonacci's way (Knuth, volume 3, 6.4): the high bits tell where the search begins.
#[derive(Clone, Copy)]
pub(crate) struct Spread(u64);

impl Spread {
    #[inline]
    pub(super) fn of(hash: i64) -> Self {
        Self((hash as u64).wrapping_mul(GOLDEN))
    }

    /// Where in an index of `places`, a power of two, the search begins.
    #[inline]
    pub(super) fn start(self, places: usize) -> usize {
        // An index of one place needs no bits, which no shift of 64 would tell.
        (self.0 >> 1 >> (63 - places.trailing_zeros())) as usize
    }

    /// The bits of the hash behind those of the start, above the bits of a place.
    #[inline]
    pub(super) fn mark(self, places: usize) -> u32 {
        let bits = places.trailing_zeros();
        (self.0 << bits >> 32) as u32 & !(places as u32 - 1)
    }

    /// The word of the index for an entry. There are fewer entries than words.
    #[inline]
    fn word(self, place: usize, places: usize) -> u32 {
        self.mark(places) | place as u32
    }

    /// Notes in a free word of an index that an entry of this hash stands at a place.
    #[inline]
    pub(super) fn enter(self, index: Value, at: usize, place: usize, t: &mut Turn) -> Result<(), Raised> {
        let Some(places) = places_of(index, t) else { return Ok(()) };
        set_word(index, at, self.word(place, places), t)
    }
}

/// Where a key is.
#[derive(Clone, Copy)]
pub(super) enum Found {
    /// At a place, from 1.
    At(usize),
    /// Nowhere; the index of its word and its hash, where the collection has an index.
    Free(Option<(usize, Spread)>),
}

/// What the slots of a collection tell.
pub(super) struct Table {
    tally: usize,
    last: usize,
    stride: usize,
    pub(super) array: Value,
    index: Value,
    /// How many words the index has, 0 where there is none.
    places: usize,
}

impl Table {
    /// None where the slots do not hold what they should.
    #[inline]
    pub(super) fn of(collection: Value, stride: usize, t: &Turn) -> Option<Self> {
        let (header, body) = t.object(collection)?;
        let [tally, last, array, index]: [u64; SLOTS] = *body.first_chunk()?;
        let count = |word| usize::try_from(Value::from_bits(word).as_small()?).ok();
        let (tally, last, array, index) = (count(tally)?, count(last)?, Value::from_bits(array), Value::from_bits(index));
        let places = if index.is_nil() { 0 } else { places_of(index, t)? };
        let sound = header.kind() == Kind::Values && length(array, t)? >= last * stride;
        sound.then_some(Self { tally, last, stride, array, index, places })
    }

    /// Looks for a key; none where only a message can tell.
    #[inline]
    pub(super) fn find(&self, key: Value, way: Way, t: &Turn) -> Option<Found> {
        let (_, array) = t.object(self.array)?;
        if self.places == 0 {
            if !way.covers(key, t) {
                return None;
            }
            for (at, word) in array.iter().step_by(self.stride).take(self.last).enumerate() {
                let each = Value::from_bits(*word);
                // Where an entry was removed stands the array itself.
                if each != self.array && way.equal(each, key, t)? {
                    return Some(Found::At(at + 1));
                }
            }
            return Some(Found::Free(None));
        }
        let index = words(self.index, t)?.get(..self.places)?;
        let spread = Spread::of(way.hash(key, t)?);
        let (mark, below) = (spread.mark(self.places), self.places - 1);
        let mut at = spread.start(self.places);
        for _ in 0..self.places {
            let word = *index.get(at)?;
            if word == 0 {
                return Some(Found::Free(Some((at, spread))));
            }
            let place = word & below as u32;
            if word ^ place == mark {
                let each = Value::from_bits(*array.get((place as usize).checked_sub(1)? * self.stride)?);
                if each != self.array && way.equal(each, key, t)? {
                    return Some(Found::At(place as usize));
                }
            }
            at = (at + 1) & below;
        }
        None
    }

    /// Makes a place for a key that is missing; answers the array and the place. None where a hash needs a message.
    #[inline]
    pub(super) fn add(
        self,
        collection: Value,
        key: Value,
        way: Way,
        free: Option<(usize, Spread)>,
        t: &mut Turn,
    ) -> Result<Option<(Value, usize)>, Raised> {
        if self.last * self.stride == length(self.array, t).unwrap_or(0) {
            let Some(larger) = self.rebuilt(collection, way, t)? else { return Ok(None) };
            let Some(Found::Free(free)) = larger.find(key, way, t) else { return Ok(None) };
            return larger.add(collection, key, way, free, t);
        }
        let place = self.last + 1;
        t.set_slot(collection, LAST, Value::int(place as i64))?;
        t.set_slot(collection, TALLY, Value::int(self.tally as i64 + 1))?;
        if let Some((at, spread)) = free {
            set_word(self.index, at, spread.word(place, self.places), t)?;
        }
        Ok(Some((self.array, place)))
    }

    /// Marks a place as free, the last one in use excepted.
    pub(super) fn remove(&self, collection: Value, place: usize, t: &mut Turn) -> Result<bool, Raised> {
        if self.tally < 2 {
            return Ok(false);
        }
        t.set_slot(self.array, (place - 1) * self.stride, self.array)?;
        t.set_slot(collection, TALLY, Value::int(self.tally as i64 - 1))?;
        Ok(true)
    }

    /// As `rebuild` has it: without holes, and larger unless at least a quarter was holes.
    #[inline(never)]
    fn rebuilt(&self, collection: Value, way: Way, t: &mut Turn) -> Result<Option<Self>, Raised> {
        let capacity = length(self.array, t).unwrap_or(0) / self.stride;
        let room = if self.tally * 4 > capacity * 3 || self.tally == self.last { (capacity * 2).max(4) } else { capacity };
        let places = if room > 8 { (room * 2).next_power_of_two().max(32) } else { 0 };
        // A message may be needed for a hash: nothing has been changed by then.
        let Some(entered) = self.entered(places, way, t) else { return Ok(None) };
        let array = if self.tally == self.last { t.grow(self.array, room * self.stride)? } else { self.closed(room, t)? };
        let mut index = NIL;
        if places > 0 {
            index = t.allocate(Kind::Bytes, class::BYTE_ARRAY, places * WORD)?;
            bytemuck::cast_slice_mut::<u64, u32>(t.body_mut(index)?).copy_from_slice(&entered);
        }
        let (tally, last) = (self.tally, self.tally);
        t.set_slot(collection, ARRAY, array)?;
        t.set_slot(collection, INDEX, index)?;
        t.set_slot(collection, LAST, Value::int(last as i64))?;
        Ok(Some(Self { tally, last, stride: self.stride, array, index, places }))
    }

    /// An index of `places` words with all entries, as they stand when the holes are closed.
    fn entered(&self, places: usize, way: Way, t: &Turn) -> Option<Vec<u32>> {
        let mut index = vec![0; places];
        if places == 0 {
            return Some(index);
        }
        let (_, array) = t.object(self.array)?;
        let keys = array.iter().step_by(self.stride).take(self.last).map(|word| Value::from_bits(*word));
        for (i, key) in keys.filter(|key| *key != self.array).enumerate() {
            let spread = Spread::of(way.hash(key, t)?);
            let mut at = spread.start(places);
            while index[at] != 0 {
                at = (at + 1) & (places - 1);
            }
            index[at] = spread.word(i + 1, places);
        }
        Some(index)
    }

    /// A copy of the array without holes.
    fn closed(&self, room: usize, t: &mut Turn) -> crate::answer::Answer {
        let copy = t.allocate(Kind::Values, class::ARRAY, room * self.stride)?;
        let entries: Vec<u64> = match t.object(self.array) {
            Some((_, array)) => {
                let entries = array.chunks(self.stride).take(self.last);
                entries.filter(|entry| entry[0] != self.array.bits()).flatten().copied().collect()
            }
            None => Vec::new(),
        };
        t.body_mut(copy)?[..entries.len()].copy_from_slice(&entries);
        Ok(copy)
    }
}

/// The length of an array.
#[inline]
fn length(value: Value, t: &Turn) -> Option<usize> {
    let header = t.header(value)?;
    (header.kind() == Kind::Values && header.class() == class::ARRAY).then(|| header.length())
}

/// The words of an index.
#[inline]
fn words(index: Value, t: &Turn) -> Option<&[u32]> {
    let (_, body) = t.object(index)?;
    Some(bytemuck::cast_slice(body))
}

/// The words of an index, as many as a power of two.
#[inline(always)]
pub(super) fn index_words(index: Value, t: &Turn) -> Option<&[u32]> {
    let words = t.words_of(index).get(index.offset()..)?;
    let header = Header(*words.first()?);
    let words: &[u32] = bytemuck::cast_slice(words.get(1..1 + header.body_words())?);
    (header.class() == class::BYTE_ARRAY && words.len().is_power_of_two()).then_some(words)
}

/// How many words an index has, a power of two.
#[inline]
fn places_of(index: Value, t: &Turn) -> Option<usize> {
    let header = t.header(index)?;
    let places = header.length() / WORD;
    (header.kind() == Kind::Bytes && header.class() == class::BYTE_ARRAY && places.is_power_of_two()).then_some(places)
}

/// Writes a word of an index.
#[inline]
fn set_word(index: Value, at: usize, word: u32, t: &mut Turn) -> Result<(), Raised> {
    write::units(index, at, &[word], t)
}

/// The index of a collection, and how many words it has.
fn index_of(collection: Value, t: &Turn) -> Option<(Value, usize)> {
    let (header, body) = t.object(collection)?;
    if header.kind() != Kind::Values {
        return None;
    }
    let index = Value::from_bits(*body.get(INDEX)?);
    Some((index, places_of(index, t)?))
}

/// Where in the index of a collection the search for a hash begins, from 0.
pub(super) fn probe(collection: Value, hash: i64, t: &Turn) -> Option<usize> {
    index_of(collection, t).map(|(_, places)| Spread::of(hash).start(places))
}

/// The place that the index of a collection has at a probe, 0 where it has none.
pub(super) fn place_at(collection: Value, probe: usize, t: &Turn) -> Option<usize> {
    let (index, places) = index_of(collection, t)?;
    words(index, t)?.get(probe & (places - 1)).map(|word| *word as usize & (places - 1))
}

/// Notes in the index of a collection that the entry at a place has a hash; false where it has no index.
pub(super) fn enter(collection: Value, place: usize, hash: i64, t: &mut Turn) -> Result<bool, Raised> {
    let Some((index, places)) = index_of(collection, t) else { return Ok(false) };
    let spread = Spread::of(hash);
    let mut at = spread.start(places);
    for _ in 0..places {
        if words(index, t).and_then(|words| words.get(at)) == Some(&0) {
            set_word(index, at, spread.word(place, places), t)?;
            return Ok(true);
        }
        at = (at + 1) & (places - 1);
    }
    Ok(false)
}
