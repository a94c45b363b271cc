//! From ids to twins: every twin of a shard, whether it is resident, asleep or deleted.

use hashbrown::HashTable;

use super::head::{Head, Residence};
use super::id::{Id, Ids, Text};

/// Entries are allocated so many at a time, and never move.
const CHUNK: usize = 1024;

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
}

impl Registry {
    /// No twins.
    pub fn new(hasher: Hasher) -> Self {
        Self { table: HashTable::new(), chunks: Vec::new(), ids: Ids::default(), hasher }
    }

    /// Makes room for more twins.
    pub fn reserve(&mut self, twins: usize) {
        self.chunks.reserve(twins.div_ceil(CHUNK));
        let Self { table, chunks, ids, hasher } = self;
        table.reserve(twins, |&number| rehash(chunks, ids, hasher, number));
    }

    /// How many twins there are, deleted ones included. Their numbers are those below.
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

    /// Adds a twin whose id is new.
    pub fn add(&mut self, hash: u64, id: &str, residence: Residence) -> u32 {
        let number = self.len();
        let head = Head::new(self.ids.add(id), residence);
        match self.chunks.last_mut() {
            Some(chunk) if chunk.len() < CHUNK => chunk.push(head),
            _ => {
                let mut chunk = Vec::with_capacity(CHUNK);
                chunk.push(head);
                self.chunks.push(chunk);
            }
        }
        let Self { table, chunks, ids, hasher } = self;
        table.insert_unique(hash, number, |&number| rehash(chunks, ids, hasher, number));
        number
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

    /// All entries in order of their numbers.
    pub fn heads(&self) -> impl Iterator<Item = (u32, &Head)> {
        (0..).zip(self.chunks.iter().flatten())
    }

    /// The id of an entry.
    pub fn id_of(&self, head: &Head) -> Text<'_> {
        self.ids.text(head.id)
    }

    /// Bytes of memory held.
    pub fn memory(&self) -> usize {
        self.table.allocation_size() + self.chunks.len() * CHUNK * size_of::<Head>() + self.ids.memory()
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
}
