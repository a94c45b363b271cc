//! From ids to twins: of a shard, those whose last record the index does not know yet, those that are resident and
//! those that were used of late, deleted ones among them. Entries of others may be let go.

use hashbrown::HashTable;

use super::head::{Head, Residence};
use super::id::{Id, Ids, Text};

/// Entries are allocated so many at a time, and never move.
const CHUNK: usize = 1024;

/// A table has room for so many twins at least.
const LEAST: usize = 8;

/// Hashes ids. All shards share one, so that a message's hash is computed once.
pub(super) type Hasher = hashbrown::DefaultHashBuilder;

/// The hash of an id.
#[inline]
pub(super) fn hash(hasher: &Hasher, id: &[u8]) -> u64 {
    use std::hash::{BuildHasher, Hasher as _};
    let mut state = hasher.build_hasher();
    state.write(id);
    state.finish()
}

/// The hash of a twin's id, which the table asks for when it grows.
fn rehash(chunks: &[Vec<Head>], ids: &Ids, hasher: &Hasher, number: u32) -> u64 {
    let head = &chunks[number as usize / CHUNK][number as usize % CHUNK];
    hash(hasher, ids.text(head.id).bytes())
}

/// The twins of a shard.
pub(super) struct Registry {
    table: HashTable<u32>,
    chunks: Vec<Vec<Head>>,
    ids: Ids,
    hasher: Hasher,
    /// The first entry that is vacant; each one leads to the next.
    vacant: Option<u32>,
    added: u32,
}

/// Bytes of the table for each entry, more or less: it grows by doubling.
const IN_TABLE: usize = 8;

impl Registry {
    /// No twins.
    pub fn new(hasher: Hasher) -> Self {
        Self { table: HashTable::new(), chunks: Vec::new(), ids: Ids::default(), hasher, vacant: None, added: 0 }
    }

    /// Makes room for more twins.
    pub fn reserve(&mut self, twins: usize) {
        self.chunks.reserve(twins.div_ceil(CHUNK));
        let room = self.table.capacity() - self.table.len();
        if twins > room {
            self.resize(self.table.len() + twins);
        }
    }

    /// Makes a table for so many twins. Entries are gone through as they lie in memory; the table would do it in the order of
    /// hashes, and wait for each.
    fn resize(&mut self, twins: usize) {
        let mut table = HashTable::with_capacity(twins);
        let Self { chunks, ids, hasher, .. } = &*self;
        for (number, head) in self.heads() {
            let hash = hash(hasher, ids.text(head.id).bytes());
            table.insert_unique(hash, number, |&number| rehash(chunks, ids, hasher, number));
        }
        self.table = table;
    }

    /// How many entries there are, vacant ones included. Their numbers are those below.
    pub fn len(&self) -> u32 {
        match self.chunks.split_last() {
            Some((last, full)) => (full.len() * CHUNK + last.len()) as u32,
            None => 0,
        }
    }

    /// The number of the twin with an id.
    #[inline]
    pub fn find(&self, hash: u64, id: &str) -> Option<u32> {
        let packed = Id::pack(id);
        let is = |&number: &u32| self.ids.is(self.head(number).id, packed, id);
        self.table.find(hash, is).copied()
    }

    /// The number of a twin that may be the one with an id of this hash; none if no twin can be. To know is for
    /// [`confirm`](Self::confirm), which looks at its entry: memory that may be far away.
    #[inline]
    pub fn candidate(&self, hash: u64) -> Option<u32> {
        self.table.find(hash, |_| true).copied()
    }

    /// The number of the twin with an id, given the candidate for its hash.
    #[inline]
    pub fn confirm(&self, candidate: u32, hash: u64, id: &str) -> Option<u32> {
        if self.ids.is(self.head(candidate).id, Id::pack(id), id) { Some(candidate) } else { self.find(hash, id) }
    }

    /// Adds a twin whose id is new.
    pub fn add(&mut self, hash: u64, id: &str, residence: Residence) -> u32 {
        if self.table.len() == self.table.capacity() {
            self.resize(2 * self.table.len().max(LEAST));
        }
        let head = Head::new(self.ids.add(id), residence);
        self.added += 1;
        let number = match self.vacant {
            Some(number) => self.occupy(number, head),
            None => self.append(head),
        };
        let Self { table, chunks, ids, hasher, .. } = self;
        table.insert_unique(hash, number, |&number| rehash(chunks, ids, hasher, number));
        number
    }

    fn append(&mut self, head: Head) -> u32 {
        let number = self.len();
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(head),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(head);
                self.chunks.push(chunk);
            }
        }
        number
    }

    fn occupy(&mut self, number: u32, head: Head) -> u32 {
        self.vacant = match self.head(number).residence() {
            Residence::Vacant(next) if next != number => Some(next),
            _ => None,
        };
        *self.head_mut(number) = head;
        number
    }

    /// Lets an entry go, whose twin the index knows; nobody has its number.
    pub fn remove(&mut self, number: u32) {
        let head = *self.head(number);
        let hash = hash(&self.hasher, self.ids.text(head.id).bytes());
        if let Ok(entry) = self.table.find_entry(hash, |&other| other == number) {
            entry.remove();
            self.ids.remove(head.id);
            let next = self.vacant.unwrap_or(number);
            self.head_mut(number).reside(Residence::Vacant(next));
            self.vacant = Some(number);
        }
    }

    /// A twin's entry.
    #[inline]
    pub fn head(&self, number: u32) -> &Head {
        &self.chunks[number as usize / CHUNK][number as usize % CHUNK]
    }

    /// A twin's entry, to change it.
    #[inline]
    pub fn head_mut(&mut self, number: u32) -> &mut Head {
        &mut self.chunks[number as usize / CHUNK][number as usize % CHUNK]
    }

    /// A twin's id.
    pub fn id(&self, number: u32) -> Text<'_> {
        self.ids.text(self.head(number).id)
    }

    /// All entries of twins in order of their numbers.
    pub fn heads(&self) -> impl Iterator<Item = (u32, &Head)> {
        (0..).zip(self.chunks.iter().flatten()).filter(|(_, head)| !matches!(head.residence(), Residence::Vacant(_)))
    }

    /// The id of an entry.
    pub fn id_of(&self, head: &Head) -> Text<'_> {
        self.ids.text(head.id)
    }

    /// How many twins have an entry.
    pub fn twins(&self) -> usize {
        self.table.len()
    }

    /// How many entries were made since this was asked last.
    pub fn take_added(&mut self) -> u32 {
        std::mem::take(&mut self.added)
    }

    /// Bytes of memory held.
    pub fn memory(&self) -> usize {
        self.table.allocation_size() + self.chunks.len() * CHUNK * size_of::<Head>() + self.ids.memory()
    }

    /// Bytes of the memory held that are in use. What was let go is used again before more is taken.
    pub fn used(&self) -> usize {
        self.table.len() * (size_of::<Head>() + IN_TABLE) + self.ids.used()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_added() {
        let hasher = Hasher::default();
        let mut registry = Registry::new(hasher.clone());
        registry.reserve(3000);
        let ids: Vec<String> = (0..5000).map(|n| format!("{}-{n}", "pump".repeat(n % 5))).collect();
        for (number, id) in (0..).zip(&ids) {
            let hash = hash(&hasher, id.as_bytes());
            assert_eq!(registry.find(hash, id), None);
            assert_eq!(registry.add(hash, id, Residence::Asleep(3)), number);
        }
        for (number, id) in (0..).zip(&ids) {
            assert_eq!(registry.find(hash(&hasher, id.as_bytes()), id), Some(number));
            assert_eq!(&*registry.id(number), id);
        }
        assert_eq!(registry.heads().count(), 5000);
    }

    #[test]
    fn entries_that_are_let_go_are_used_again() {
        let hasher = Hasher::default();
        let mut registry = Registry::new(hasher.clone());
        let id = |n: u32| format!("{}-{n:05}", if n.is_multiple_of(2) { "p" } else { "a pump with a name" });
        let number = |registry: &Registry, n: u32| registry.find(hash(&hasher, id(n).as_bytes()), &id(n));
        let add = |registry: &mut Registry, n: u32| registry.add(hash(&hasher, id(n).as_bytes()), &id(n), Residence::Asleep(1));
        for n in 0..2000 {
            add(&mut registry, n);
        }
        let (memory, used) = (registry.memory(), registry.used());
        (500..1500).for_each(|n| registry.remove(n));
        assert_eq!((registry.twins(), registry.heads().count()), (1000, 1000));
        for n in 0..2000 {
            assert_eq!(number(&registry, n).is_some(), !(500..1500).contains(&n));
        }
        for n in 10_000..11_000 {
            let number = add(&mut registry, n);
            assert!((500..1500).contains(&number));
        }
        assert_eq!((registry.len(), registry.memory(), registry.used()), (2000, memory, used));
        assert_eq!(add(&mut registry, 20_000), 2000);
        assert!((10_000..11_000).all(|n| *registry.id(number(&registry, n).unwrap()) == id(n)));
    }
}
