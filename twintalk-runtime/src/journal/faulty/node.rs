//! A file of the disk in memory: what the operating system has of it, and what the disk has.

use std::ops::Range;
use std::sync::{Arc, Weak};

use super::survival::{SECTOR, Survival};
use crate::journal::files::Region;

#[derive(Clone, Default)]
pub struct Node {
    /// What the operating system has, and what the disk has.
    pub cache: Vec<u8>,
    pub disk: Vec<u8>,
    /// What was written since the last sync.
    dirty: Vec<Range<usize>>,
    maps: Vec<Weak<Region>>,
}

/// The numbers of the sectors that a range of bytes touches.
fn sectors_of(range: &Range<usize>) -> Range<usize> {
    range.start / SECTOR..range.end.div_ceil(SECTOR)
}

impl Node {
    pub fn without_maps(self: &Arc<Self>) -> Arc<Self> {
        Arc::new(Self { cache: self.cache.clone(), disk: self.disk.clone(), dirty: self.dirty.clone(), maps: Vec::new() })
    }

    pub fn after(&self, survival: &mut Survival<'_>, number: &mut usize) -> Self {
        let mut bytes = self.disk.clone();
        let is_long = match survival {
            Survival::Nothing => false,
            Survival::Random(random) => random.below(2) == 0,
            _ => true,
        };
        if is_long {
            bytes.resize(self.cache.len(), 0);
        }
        for range in &self.dirty {
            for sector in sectors_of(range) {
                let kept = survival.kept(*number);
                *number += 1;
                let start = range.start.max(sector * SECTOR);
                let end = range.end.min(sector * SECTOR + kept).min(bytes.len()).min(self.cache.len());
                if start < end {
                    bytes[start..end].copy_from_slice(&self.cache[start..end]);
                }
            }
        }
        Self { cache: bytes.clone(), disk: bytes, ..Self::default() }
    }

    /// Only what is dirty goes to the disk.
    pub fn sync(&mut self) {
        self.disk.resize(self.cache.len(), 0);
        for range in self.dirty.drain(..) {
            let range = range.start.min(self.cache.len())..range.end.min(self.cache.len());
            self.disk[range.clone()].copy_from_slice(&self.cache[range]);
        }
    }

    pub fn write(&mut self, offset: usize, bytes: &[u8]) {
        let end = offset + bytes.len();
        self.cache.resize(self.cache.len().max(end), 0);
        self.cache[offset..end].copy_from_slice(bytes);
        self.dirty.push(offset..end);
        for region in self.maps.iter().filter_map(Weak::upgrade) {
            if end <= region.capacity() {
                region.write(offset, bytes);
            }
        }
    }

    /// What was written and not synced counts as written from now on.
    pub fn forget(&mut self) {
        self.dirty.clear();
    }

    /// How many sectors were written since the last sync.
    pub fn sectors(&self) -> usize {
        self.dirty.iter().map(|range| sectors_of(range).len()).sum()
    }

    /// Shows the file in a region, which later writes reach.
    pub fn map(&mut self, region: &Arc<Region>) {
        region.write(0, &self.cache[..region.capacity().min(self.cache.len())]);
        self.maps.push(Arc::downgrade(region));
    }
}
