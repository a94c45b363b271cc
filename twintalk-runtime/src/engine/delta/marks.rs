//! Which objects an event wrote into, and which lead to them.

use std::collections::{BTreeMap, BTreeSet};

use super::map::Map;
use super::work;

/// Objects by their addresses.
#[derive(Default)]
pub(super) struct Marks {
    /// Those with a word that is another one than before: all their words that were written, ascending.
    written: BTreeMap<u32, Vec<u32>>,
    /// Those that refer to one of these, or to one that does: the words that do.
    leading: BTreeMap<u32, BTreeSet<u32>>,
}

impl Marks {
    /// What words that were overwritten, with what they held before, lead back to in the heap as it is now.
    pub fn of(map: &Map, heap: &[u64], before: &[(u32, u64)]) -> Self {
        let mut written: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut changed: BTreeSet<u32> = BTreeSet::new();
        work::count(before.len());
        for &(at, old) in before {
            if let Some(object) = map.object_of(at) {
                written.entry(object).or_default().push(at);
                if heap.get(at as usize) != Some(&old) {
                    changed.insert(object);
                }
            }
        }
        written.retain(|object, _| changed.contains(object));
        let mut leading: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        let mut next: Vec<u32> = changed.iter().copied().collect();
        while let Some(object) = next.pop() {
            for (source, at) in map.sources(heap, object) {
                leading.entry(source).or_default().insert(at);
                if changed.insert(source) {
                    next.push(source);
                }
            }
        }
        Self { written, leading }
    }

    /// Whether an object, or one that it leads to, was written into.
    pub fn has(&self, object: u32) -> bool {
        self.written.contains_key(&object) || self.leading.contains_key(&object)
    }

    /// The words of an object that were written, ascending.
    pub fn written(&self, object: u32) -> &[u32] {
        self.written.get(&object).map_or(&[], Vec::as_slice)
    }

    /// The words of an object that lead to others which were written into, ascending.
    pub fn leading(&self, object: u32) -> impl Iterator<Item = u32> + '_ {
        self.leading.get(&object).into_iter().flatten().copied()
    }
}
