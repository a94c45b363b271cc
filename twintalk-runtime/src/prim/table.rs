//! The tables of hashed collections.
//!
//! A HashedCollection has the slots tally, last, array and index; see `hashed_collection.st` for what they hold. A word of
//! the index is 0, or the place of an entry; above it may stand bits of the entry's hash, so that most entries which are
//! not looked for need not be looked at.

use super::equality::Way;
use super::hash::GOLDEN;
use crate::answer::Raised;
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::{NIL, Value};

const TALLY: usize = 0;
const LAST: usize = 1;
const ARRAY: usize = 2;
const INDEX: usize = 3;
const SLOTS: usize = 4;

/// A word of the index has the place in its low bits.
const PLACE_BITS: u32 = 32;
/// The bits of the hash above it are never all 0.
const MARK_BITS: u32 = 15;

/// A hash, multiplied by Fibonacci's way (Knuth, volume 3, 6.4): the high bits tell where the search begins.
#[derive(Clone, Copy)]
pub(super) struct Spread(u64);

impl Spread {
    #[inline]
    pub(super) fn of(hash: i64) -> Self {
        Self((hash as u64).wrapping_mul(GOLDEN))
    }

    /// Where in an index of `places`, a power of two, the search begins.
    #[inline]
    pub(super) fn start(self, places: usize) -> usize {
        let bits = places.checked_ilog2().unwrap_or(0);
        if bits == 0 { 0 } else { (self.0 >> (64 - bits)) as usize }
    }

    #[inline]
    fn mark(self) -> u64 {
        (self.0 >> 17 & ((1 << MARK_BITS) - 1)) | 1
    }

    /// The word of the index for an entry.
    #[inline]
    pub(super) fn word(self, place: usize) -> Value {
        Value::int((self.mark() << PLACE_BITS | place as u64) as i64)
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
        let [tally, last, array, index]: [u64; SLOTS] = body.get(..SLOTS)?.try_into().ok()?;
        let count = |word| usize::try_from(Value::from_bits(word).as_small()?).ok();
        let (tally, last, array, index) = (count(tally)?, count(last)?, Value::from_bits(array), Value::from_bits(index));
        let places = if index.is_nil() { 0 } else { length(index, t)? };
        let sound = header.kind() == Kind::Values && length(array, t)? >= last * stride && (places == 0 || places.is_power_of_two());
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
        let (_, index) = t.object(self.index)?;
        let spread = Spread::of(way.hash(key, t)?);
        let mark = spread.mark();
        let mut at = spread.start(index.len());
        for _ in 0..index.len() {
            let word = Value::from_bits(*index.get(at)?).as_small()? as u64;
            if word == 0 {
                return Some(Found::Free(Some((at, spread))));
            }
            let (place, marked) = (word as u32 as usize, word >> PLACE_BITS);
            if marked == mark || marked == 0 {
                let each = Value::from_bits(*array.get(place.checked_sub(1)? * self.stride)?);
                if each != self.array && way.equal(each, key, t)? {
                    return Some(Found::At(place));
                }
            }
            at = (at + 1) & (index.len() - 1);
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
            t.set_slot(self.index, at, spread.word(place))?;
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
        let Some(spreads) = self.spreads(way, t) else { return Ok(None) };
        let array = if self.tally == self.last { t.grow(self.array, room * self.stride)? } else { self.closed(room, t)? };
        let mut index = NIL;
        if places > 0 {
            index = t.allocate(Kind::Values, class::ARRAY, places)?;
            let words = t.body_mut(index)?;
            words.fill(Value::int(0).bits());
            for (i, spread) in spreads.iter().enumerate() {
                let mut at = spread.start(places);
                while words[at] != Value::int(0).bits() {
                    at = (at + 1) & (places - 1);
                }
                words[at] = spread.word(i + 1).bits();
            }
        }
        let (tally, last) = (self.tally, self.tally);
        t.set_slot(collection, ARRAY, array)?;
        t.set_slot(collection, INDEX, index)?;
        t.set_slot(collection, LAST, Value::int(last as i64))?;
        Ok(Some(Self { tally, last, stride: self.stride, array, index, places }))
    }

    /// The hashes of all entries, in order.
    fn spreads(&self, way: Way, t: &Turn) -> Option<Vec<Spread>> {
        let (_, array) = t.object(self.array)?;
        let keys = array.chunks(self.stride).take(self.last).map(|entry| Value::from_bits(entry[0]));
        keys.filter(|key| *key != self.array).map(|key| Some(Spread::of(way.hash(key, t)?))).collect()
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

/// The length of the index of a collection.
pub(super) fn places(collection: Value, t: &Turn) -> Option<usize> {
    let (header, body) = t.object(collection)?;
    if header.kind() != Kind::Values {
        return None;
    }
    length(Value::from_bits(*body.get(INDEX)?), t)
}

/// Notes in the index of a collection that the entry at a place has a hash; false where it has no index.
pub(super) fn enter(collection: Value, place: usize, hash: i64, t: &mut Turn) -> Result<bool, Raised> {
    let Some(places) = places(collection, t).filter(|places| places.is_power_of_two()) else { return Ok(false) };
    let (index, spread) = (t.slot(collection, INDEX), Spread::of(hash));
    let mut at = spread.start(places);
    for _ in 0..places {
        if t.slot(index, at) == Value::int(0) {
            t.set_slot(index, at, spread.word(place))?;
            return Ok(true);
        }
        at = (at + 1) & (places - 1);
    }
    Ok(false)
}
