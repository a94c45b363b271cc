//! The resident rows of a shard, of all classes, under one numbering.

use super::slab::{CHUNK, TwinClass};

/// The slabs of all twin classes. A row is known by a number of 32 bits, which tells its class.
pub(super) struct Slabs {
    classes: Vec<Option<Box<dyn TwinClass>>>,
    /// For each chunk its class and its number there.
    directory: Vec<(u16, u32)>,
    /// By class: rows that are free.
    free: Vec<Vec<u32>>,
    /// By class: how many rows are in use.
    used: Vec<usize>,
}

impl Slabs {
    /// Empty slabs; a class that the program does not have has none.
    pub fn new(classes: Vec<Option<Box<dyn TwinClass>>>) -> Self {
        let count = classes.len();
        Self { classes, directory: Vec::new(), free: vec![Vec::new(); count], used: vec![0; count] }
    }

    /// An empty row of a class, if the program has the class.
    pub fn add(&mut self, class: u16) -> Option<u32> {
        let index = usize::from(class);
        let slab = self.classes.get_mut(index)?.as_mut()?;
        if self.free[index].is_empty() {
            let first = self.directory.len() as u32 * CHUNK;
            self.directory.push((class, slab.grow()));
            self.free[index].extend((first..first + CHUNK).rev());
        }
        self.used[index] += 1;
        self.free[index].pop()
    }

    /// Makes room for more twins of a class.
    pub fn reserve(&mut self, class: u16, twins: usize) {
        let index = usize::from(class);
        let (Some(Some(slab)), Some(free)) = (self.classes.get_mut(index), self.free.get_mut(index)) else { return };
        let start = self.directory.len() as u32;
        let chunks = twins.saturating_sub(free.len()).div_ceil(CHUNK as usize) as u32;
        self.directory.extend((0..chunks).map(|_| (class, slab.grow())));
        // Rows are taken from the end: those that are free already come first.
        let rows = (start * CHUNK..(start + chunks) * CHUNK).rev();
        *free = rows.chain(free.drain(..)).collect();
    }

    /// Empties a row for another twin.
    pub fn remove(&mut self, row: u32) {
        if let Some((class, slab, local)) = self.at(row) {
            slab.reset(local);
            self.used[usize::from(class)] -= 1;
            self.free[usize::from(class)].push(row);
        }
    }

    /// The class of a row, its slab, and its number there.
    #[inline]
    pub fn at(&mut self, row: u32) -> Option<(u16, &mut dyn TwinClass, u32)> {
        let &(class, chunk) = self.directory.get((row / CHUNK) as usize)?;
        let slab = self.classes.get_mut(usize::from(class))?.as_mut()?;
        Some((class, &mut **slab, chunk * CHUNK + row % CHUNK))
    }

    /// The class of a row.
    #[inline]
    pub fn class(&self, row: u32) -> Option<u16> {
        self.directory.get((row / CHUNK) as usize).map(|place| place.0)
    }

    /// How many rows are in use.
    pub fn len(&self) -> usize {
        self.used.iter().sum()
    }

    /// Bytes of the rows in use, without their heaps.
    pub fn memory(&self) -> usize {
        let rows = self.classes.iter().zip(&self.used);
        rows.map(|(slab, used)| slab.as_ref().map_or(0, |slab| slab.row_bytes() * used)).sum()
    }
}
