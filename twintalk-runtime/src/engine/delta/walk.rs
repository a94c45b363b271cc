//! From a slot down to what was written, by families of classes.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::super::change::{Change, DictionaryChange, SequenceChange, SetChange};
use super::super::names::{Family, Form, Names};
use super::super::project::{Projection, Unreadable};
use super::map::target;
use super::marks::Marks;
use super::readable;
use super::sequence::{self, Edits};
use super::work;
use crate::data::Data;
use crate::object::{Header, Kind, unpack_bytes};
use crate::value::{Place, Value};

/// How deep objects are followed, and how many changes are shown, at most.
const DEPTH: usize = 200;
const CHANGES: usize = 1 << 20;

/// The heap after an event, and as much of the one before as differs.
pub(super) struct Walk<'a> {
    names: &'a Names,
    heap: &'a [u64],
    before: &'a [(u32, u64)],
    marks: &'a Marks,
    now: Projection<'a>,
    then: Projection<'a>,
    /// The objects on the way from the slot: one that leads to itself is not followed again.
    path: Vec<u32>,
    left: usize,
}

/// An object of values.
#[derive(Clone, Copy)]
struct Object<'a> {
    at: u32,
    form: &'a Form,
    length: usize,
}

/// After the event or before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Now,
    Then,
}

impl<'a> Walk<'a> {
    /// `before` are the words that were written as they were, ascending.
    pub fn new(names: &'a Names, heap: &'a [u64], before: &'a [(u32, u64)], marks: &'a Marks, id: &'a str) -> Self {
        let (now, then) = (Projection::new(names, heap, id), Projection::before(names, heap, before, id));
        Self { names, heap, before, marks, now, then, path: Vec::new(), left: CHANGES }
    }

    /// What became of an object and of what it holds, if anything did.
    pub fn object(&mut self, at: u32) -> Option<Change> {
        if !self.marks.has(at) || self.path.contains(&at) {
            return None;
        }
        if self.path.len() == DEPTH || self.left == 0 {
            return Some(Change::Value(readable(Err(Unreadable::Large))));
        }
        self.left -= 1;
        self.path.push(at);
        let change = self.changed(at).unwrap_or_else(|unreadable| Some(Change::Value(readable(Err(unreadable)))));
        self.path.pop();
        change
    }

    fn changed(&mut self, at: u32) -> Result<Option<Change>, Unreadable> {
        let header = Header(self.now_at(at as usize));
        let form = self.names.class(header.class()).ok_or(Unreadable::Damaged)?;
        let object = Object { at, form, length: header.length() };
        match (header.kind(), form.family) {
            (Kind::Block, _) => Ok(None),
            (Kind::Bytes, Family::Bytes) => Ok(self.bytes(object)),
            (Kind::Values, Family::Array) => Ok(self.array(object)),
            (Kind::Values, Family::Ordered) => self.ordered(object),
            (Kind::Values, Family::Set) => self.set(object),
            (Kind::Values, Family::Dictionary) => self.dictionary(object),
            (Kind::Values, Family::Bag) => Ok(target(self.now_at(at as usize + 1)).and_then(|contents| self.object(contents))),
            (Kind::Values, Family::Plain) => Ok(self.plain(object)),
            // Texts and numbers have no parts.
            _ => Ok(Some(Change::Value(self.value(Value::reference(Place::Heap, at).bits())))),
        }
    }

    fn now_at(&self, at: usize) -> u64 {
        work::count(1);
        self.heap.get(at).copied().unwrap_or_default()
    }

    fn then_at(&self, at: usize) -> u64 {
        let found = self.before.binary_search_by_key(&at, |&(at, _)| at as usize);
        found.map_or_else(|_| self.now_at(at), |index| self.before[index].1)
    }

    fn word_at(&self, at: usize, when: When) -> u64 {
        if when == When::Now { self.now_at(at) } else { self.then_at(at) }
    }

    fn value(&mut self, word: u64) -> Data {
        readable(self.now.data(word))
    }

    fn old_value(&mut self, word: u64) -> Data {
        readable(self.then.data(word))
    }

    /// The words of an object behind its header that are others than before.
    fn differing(&self, object: Object<'_>) -> Vec<usize> {
        let written = self.marks.written(object.at).iter().map(|&at| at as usize);
        written.filter(|&at| at > object.at as usize && self.now_at(at) != self.then_at(at)).collect()
    }

    fn bytes(&mut self, object: Object<'_>) -> Option<Change> {
        let mut put = Vec::new();
        for at in self.differing(object) {
            let first = 8 * (at - object.at as usize - 1);
            let bytes = unpack_bytes(&[self.then_at(at), self.now_at(at)], 16);
            let places = (0..8).filter(|&place| first + place < object.length && bytes[place] != bytes[8 + place]);
            put.extend(places.map(|place| (first + place + 1, Data::Integer(bytes[8 + place].into()))));
        }
        (!put.is_empty()).then(|| Change::Sequence(SequenceChange { put, ..SequenceChange::default() }))
    }

    fn array(&mut self, object: Object<'_>) -> Option<Change> {
        let start = object.at as usize + 1 + object.form.slots.len();
        let end = object.at as usize + 1 + object.length;
        let put = self.differing(object).into_iter().filter(|&at| at >= start).map(|at| at - start).collect();
        let edits = Edits { put, ..Edits::default() };
        self.sequence(&(start..start), &(start..end), &edits, object.at)
    }

    fn ordered(&mut self, object: Object<'_>) -> Result<Option<Change>, Unreadable> {
        let (old_array, old) = self.run(object, When::Then)?;
        let (array, new) = self.run(object, When::Now)?;
        let edits = if old_array == array {
            let written = self.marks.written(array);
            sequence::moved(&old, &new, written, |at| self.then_at(at), |at| self.now_at(at))
        } else {
            let old: Vec<u64> = old.clone().map(|at| self.then_at(at)).collect();
            let new: Vec<u64> = new.clone().map(|at| self.now_at(at)).collect();
            sequence::diff(&old, &new, 0, 0)
        };
        Ok(self.sequence(&old, &new, &edits, array))
    }

    /// The array of an OrderedCollection, and the addresses of its elements there.
    fn run(&self, object: Object<'_>, when: When) -> Result<(u32, Range<usize>), Unreadable> {
        let array = target(self.slot(object, "array", when)?).ok_or(Unreadable::Damaged)?;
        let first = self.number(object, "firstIndex", when)?.checked_sub(1).ok_or(Unreadable::Damaged)?;
        let last = self.number(object, "lastIndex", when)?.max(first);
        let body = self.body(array, when)?;
        let run = body.start + first..body.start + last;
        if run.end > body.end { Err(Unreadable::Damaged) } else { Ok((array, run)) }
    }

    fn slot(&self, object: Object<'_>, name: &str, when: When) -> Result<u64, Unreadable> {
        let index = object.form.slots.iter().position(|slot| **slot == *name);
        let index = index.filter(|&index| index < object.length).ok_or(Unreadable::Damaged)?;
        Ok(self.word_at(object.at as usize + 1 + index, when))
    }

    fn number(&self, object: Object<'_>, name: &str, when: When) -> Result<usize, Unreadable> {
        let small = Value::checked(self.slot(object, name, when)?).and_then(Value::as_small);
        small.and_then(|small| usize::try_from(small).ok()).ok_or(Unreadable::Damaged)
    }

    /// The addresses of an array's elements.
    fn body(&self, array: u32, when: When) -> Result<Range<usize>, Unreadable> {
        let header = Header(self.word_at(array as usize, when));
        let body = array as usize + 1..array as usize + 1 + header.length();
        if header.kind() == Kind::Values && body.end <= self.heap.len() { Ok(body) } else { Err(Unreadable::Damaged) }
    }

    /// What edits did to a sequence that stood at `old`, in `array`, and now stands at `new`.
    fn sequence(&mut self, old: &Range<usize>, new: &Range<usize>, edits: &Edits, array: u32) -> Option<Change> {
        let mut change = SequenceChange::default();
        for &place in &edits.removed {
            let value = self.old_value(self.then_at(old.start + place));
            change.removed.push((place + 1, value));
        }
        let end = edits.inserted.iter().rev().zip((0..new.len()).rev()).take_while(|(inserted, place)| **inserted == *place).count();
        let (inserted, added) = edits.inserted.split_at(edits.inserted.len() - end);
        for &place in inserted {
            let value = self.value(self.now_at(new.start + place));
            change.inserted.push((place + 1, value));
        }
        change.added = added.iter().map(|place| self.value(self.now_at(new.start + place))).collect();
        for &place in &edits.put {
            let value = self.value(self.now_at(new.start + place));
            change.put.push((place + 1, value));
        }
        let marks = self.marks;
        for at in marks.leading(array).map(|at| at as usize).filter(|at| new.contains(at)) {
            let place = at - new.start;
            if edits.covers(place) {
                continue;
            }
            match target(self.now_at(at)).and_then(|element| self.object(element)) {
                Some(Change::Value(value)) => change.put.push((place + 1, value)),
                Some(within) => change.at.push((place + 1, within)),
                None => {}
            }
        }
        change.put.sort_by_key(|(index, _)| *index);
        (change != SequenceChange::default()).then_some(Change::Sequence(change))
    }

    fn plain(&mut self, object: Object<'_>) -> Option<Change> {
        let start = object.at as usize + 1;
        let name = |index: usize| {
            object.form.slots.get(index).map_or_else(|| (index - object.form.slots.len() + 1).to_string(), |name| name.to_string())
        };
        let differing = self.differing(object);
        let mut changes: Vec<(usize, Change)> = Vec::new();
        for &at in &differing {
            changes.push((at - start, Change::Value(self.value(self.now_at(at)))));
        }
        let marks = self.marks;
        for at in marks.leading(object.at).map(|at| at as usize).filter(|at| differing.binary_search(at).is_err()) {
            if let Some(change) = target(self.now_at(at)).and_then(|part| self.object(part)) {
                changes.push((at - start, change));
            }
        }
        changes.sort_by_key(|(index, _)| *index);
        let changes: Vec<(String, Change)> = changes.into_iter().map(|(index, change)| (name(index), change)).collect();
        (!changes.is_empty()).then_some(Change::Slots(changes))
    }

    fn set(&mut self, object: Object<'_>) -> Result<Option<Change>, Unreadable> {
        let edits = self.entries(object, 1)?;
        let mut change = SetChange::default();
        for (old, new) in edits.changed {
            change.removed.extend(old.map(|at| self.old_value(self.then_at(at))));
            change.added.extend(new.map(|at| self.value(self.now_at(at))));
        }
        for at in edits.kept {
            // It has no index and no key that would tell which one it is.
            if target(self.now_at(at)).and_then(|element| self.object(element)).is_some() {
                change.removed.push(self.old_value(self.then_at(at)));
                change.added.push(self.value(self.now_at(at)));
            }
        }
        Ok((change != SetChange::default()).then_some(Change::Set(change)))
    }

    fn dictionary(&mut self, object: Object<'_>) -> Result<Option<Change>, Unreadable> {
        let edits = self.entries(object, 2)?;
        let mut change = DictionaryChange::default();
        for (old, new) in edits.changed {
            let is_same_key = old.zip(new).is_some_and(|(old, new)| self.then_at(old) == self.now_at(new));
            if let Some(old) = old.filter(|_| !is_same_key) {
                change.removed.push(self.old_value(self.then_at(old)));
            }
            if let Some(new) = new {
                let pair = (self.value(self.now_at(new)), self.value(self.now_at(new + 1)));
                change.put.push(pair);
            }
        }
        for at in edits.kept {
            let (key, value) = (self.now_at(at), self.now_at(at + 1));
            if target(key).and_then(|key| self.object(key)).is_some() {
                change.removed.push(self.old_value(self.then_at(at)));
                let pair = (self.value(key), self.value(value));
                change.put.push(pair);
                continue;
            }
            match target(value).and_then(|value| self.object(value)) {
                Some(Change::Value(value)) => change.put.push((self.value(key), value)),
                Some(within) => change.at.push((self.value(key), within)),
                None => {}
            }
        }
        Ok((change != DictionaryChange::default()).then_some(Change::Dictionary(change)))
    }

    /// The array of a hashed collection, and the addresses of its entries there, removed ones among them.
    fn table(&self, object: Object<'_>, stride: usize, when: When) -> Result<(u32, Range<usize>), Unreadable> {
        let array = target(self.slot(object, "array", when)?).ok_or(Unreadable::Damaged)?;
        let last = self.number(object, "last", when).or_else(|_| self.number(object, "tally", when))?;
        let body = self.body(array, when)?;
        let length = last.checked_mul(stride).filter(|&length| length <= body.len()).ok_or(Unreadable::Damaged)?;
        Ok((array, body.start..body.start + length))
    }

    /// What became of the entries of a hashed collection.
    fn entries(&self, object: Object<'_>, stride: usize) -> Result<Entries, Unreadable> {
        let (old_array, old) = self.table(object, stride, When::Then)?;
        let (array, new) = self.table(object, stride, When::Now)?;
        // Where an entry was removed, the array holds itself.
        let is_there = |at: &usize, when: When| {
            let array = if when == When::Now { array } else { old_array };
            target(self.word_at(*at, when)) != Some(array)
        };
        let leading = self.marks.leading(array).map(|at| at as usize).filter(|at| new.contains(at));
        let mut kept: Vec<usize> = leading.map(|at| at - (at - new.start) % stride).collect();
        kept.dedup();
        let mut changed = Vec::new();
        if old_array == array {
            // Entries stay where they are; what was written, and what the two have not both, is looked at.
            let written = self.marks.written(array).iter().map(|&at| at as usize).filter(|&at| at >= new.start);
            let written = written.map(|at| at - (at - new.start) % stride);
            let beyond = (old.end.min(new.end)..old.end.max(new.end)).step_by(stride);
            let mut places: Vec<usize> = written.chain(beyond).collect();
            places.sort_unstable();
            places.dedup();
            for at in places {
                let was = (old.contains(&at) && is_there(&at, When::Then)).then_some(at);
                let is = (new.contains(&at) && is_there(&at, When::Now)).then_some(at);
                let differs = was != is || (at..at + stride).any(|at| self.then_at(at) != self.now_at(at));
                if differs && (was, is) != (None, None) {
                    changed.push((was, is));
                }
            }
        } else {
            // The table was made anew, and each entry written.
            let old = old.step_by(stride).filter(|at| is_there(at, When::Then));
            let new: Vec<usize> = new.step_by(stride).filter(|at| is_there(at, When::Now)).collect();
            let places: HashMap<u64, usize> = new.iter().enumerate().map(|(place, &at)| (self.now_at(at), place)).collect();
            let mut next = 0;
            let mut fresh = |until: usize, changed: &mut Vec<_>| {
                changed.extend(new[next..until].iter().map(|&at| (None, Some(at))));
                next = until + 1;
            };
            let mut reached = 0;
            for was in old {
                match places.get(&self.then_at(was)).copied().filter(|&place| place >= reached) {
                    Some(place) => {
                        fresh(place, &mut changed);
                        reached = place + 1;
                        let is = new[place];
                        if (0..stride).any(|word| self.then_at(was + word) != self.now_at(is + word)) {
                            changed.push((Some(was), Some(is)));
                        }
                    }
                    None => changed.push((Some(was), None)),
                }
            }
            fresh(new.len(), &mut changed);
        }
        let fresh: BTreeSet<usize> = changed.iter().filter_map(|(_, is)| *is).collect();
        kept.retain(|at| !fresh.contains(at));
        Ok(Entries { changed, kept })
    }
}

/// Entries of a hashed collection by the addresses of their first words.
struct Entries {
    /// Where it was before, and where it is now.
    changed: Vec<(Option<usize>, Option<usize>)>,
    /// Entries of the same words that lead to something that changed.
    kept: Vec<usize>,
}
