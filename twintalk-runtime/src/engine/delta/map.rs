//! Where the objects of a heap begin, and which words refer to each.
//!
//! It is made once, when the first event that writes into objects is read, and then grows with the events: what an event costs
//! depends on what it writes.

use std::collections::HashMap;

use super::work;
use crate::object::Header;
use crate::value::{Place, Value};

/// The objects of a heap and the references between them.
pub(super) struct Map {
    /// The addresses of the headers, ascending.
    starts: Vec<u32>,
    /// Targets and the words that referred to them when the map was made, ascending.
    first: Vec<(u32, u32)>,
    /// Words that were given a reference later, by target.
    later: HashMap<u32, Vec<u32>>,
    /// How many words of the heap it covers.
    length: usize,
}

/// The address of the object in the heap that a word refers to.
pub(super) fn target(word: u64) -> Option<u32> {
    let reference = Value::checked(word)?.as_reference()?;
    (reference.place as usize == Place::Heap as usize).then_some(reference.offset)
}

impl Map {
    /// The map of a heap; none if its words are not objects one after the other.
    pub fn of(heap: &[u64]) -> Option<Self> {
        let mut map = Self { starts: Vec::new(), first: Vec::new(), later: HashMap::new(), length: 0 };
        let mut first = Vec::new();
        map.cover(heap, |target, at| first.push((target, at)))?;
        first.sort_unstable();
        map.first = first;
        Some(map)
    }

    /// Takes in what was appended, and the words that were written.
    pub fn grow(&mut self, heap: &[u64], written: impl Iterator<Item = u32>) -> Option<()> {
        let mut later = std::mem::take(&mut self.later);
        let mut note = |target: u32, at: u32| later.entry(target).or_default().push(at);
        for at in written {
            if let Some(target) = heap.get(at as usize).and_then(|&word| target(word)) {
                note(target, at);
            }
        }
        let covered = self.cover(heap, note);
        self.later = later;
        covered
    }

    /// Walks over the objects behind those that are known.
    fn cover(&mut self, heap: &[u64], mut note: impl FnMut(u32, u32)) -> Option<()> {
        while let Some(&word) = heap.get(self.length) {
            let header = Header(word);
            let (start, body) = (self.length, self.length + 1);
            let words = heap.get(body..body.checked_add(header.body_words())?)?;
            work::count(1 + words.len());
            self.starts.push(start as u32);
            self.length = body + words.len();
            if !header.kind().holds_values() {
                continue;
            }
            for (at, &word) in (body..).zip(words) {
                // Arrays of hashed collections hold themselves where an entry was removed.
                if let Some(target) = target(word).filter(|&target| target as usize != start) {
                    note(target, at as u32);
                }
            }
        }
        Some(())
    }

    /// The object that a word belongs to.
    pub fn object_of(&self, at: u32) -> Option<u32> {
        let after = self.starts.partition_point(|&start| start <= at);
        self.starts.get(after.checked_sub(1)?).copied()
    }

    /// The words that refer to an object, some of them perhaps twice, and the objects they belong to.
    pub fn sources<'a>(&'a self, heap: &'a [u64], object: u32) -> impl Iterator<Item = (u32, u32)> + 'a {
        let from = self.first.partition_point(|&(target, _)| target < object);
        let first = self.first[from..].iter().take_while(move |&&(target, _)| target == object).map(|&(_, at)| at);
        let later = self.later.get(&object).into_iter().flatten().copied();
        let still = move |at: u32| {
            work::count(1);
            let source = self.object_of(at).filter(|&source| source != object && source != at)?;
            let refers = heap.get(at as usize).and_then(|&word| target(word)) == Some(object);
            let is_value = Header(*heap.get(source as usize)?).kind().holds_values();
            (refers && is_value).then_some((source, at))
        };
        first.chain(later).filter_map(still)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Kind;
    use crate::value::NIL;

    fn reference(address: u32) -> u64 {
        Value::reference(Place::Heap, address).bits()
    }

    #[test]
    fn words_lead_to_objects_and_objects_to_the_words_that_refer_to_them() {
        let pair = Header::new(Kind::Values, 7, 2).0;
        let bytes = Header::new(Kind::Bytes, 8, 9).0;
        // The bytes look like references and are none.
        let mut heap = vec![pair, reference(3), reference(0), bytes, reference(0), reference(0)];
        let mut map = Map::of(&heap).unwrap();
        assert_eq!([0, 1, 2, 3, 5].map(|at| map.object_of(at)), [Some(0), Some(0), Some(0), Some(3), Some(3)]);
        assert_eq!(map.sources(&heap, 3).collect::<Vec<_>>(), [(0, 1)]);
        assert_eq!(map.sources(&heap, 0).count(), 0, "an object is no source of itself");

        heap[1] = NIL.bits();
        heap.extend([pair, reference(3), reference(0)]);
        map.grow(&heap, [1].into_iter()).unwrap();
        assert_eq!(map.sources(&heap, 3).collect::<Vec<_>>(), [(6, 7)]);
        assert_eq!(map.sources(&heap, 0).collect::<Vec<_>>(), [(6, 8)]);
        assert_eq!(map.object_of(8), Some(6));
    }

    #[test]
    fn what_is_no_heap_has_no_map() {
        assert!(Map::of(&[Header::new(Kind::Values, 7, 5).0, NIL.bits()]).is_none());
        assert!(Map::of(&[]).is_some());
    }
}
