//! All entries of a table in order.

use super::shape::ENTRIES;
use super::{Error, IdHash, Position, Table};
use crate::index::hash::BITS;

/// Goes through a table once; each part is checked when it is reached.
pub struct Entries<'a> {
    table: &'a Table,
    number: u32,
    bucket: u64,
    /// The end of the bucket.
    end: u32,
    block: &'a [u8],
}

impl<'a> Entries<'a> {
    /// Starts at the first entry.
    pub fn new(table: &'a Table) -> Result<Self, Error> {
        let end = table.bucket(0)?.end;
        Ok(Self { table, number: 0, bucket: 0, end, block: &[] })
    }

    /// The next entry.
    #[inline]
    pub fn step(&mut self) -> Result<Option<(IdHash, Position)>, Error> {
        let header = &self.table.header;
        if self.number == header.entries {
            return Ok(None);
        }
        while self.number >= self.end {
            self.bucket += 1;
            if self.bucket >> header.shape.bits != 0 {
                return Err(self.table.damaged(0, "there are entries outside of all buckets"));
            }
            self.end = self.next_end()?;
        }
        let slot = self.number % ENTRIES;
        if slot == 0 {
            self.block = self.table.block(self.number / ENTRIES)?;
        }
        let (lower, position) = self.table.entry(self.block, slot);
        self.number += 1;
        let hash = (u128::from(self.bucket) << (BITS - header.shape.bits)) | lower;
        Ok(Some((IdHash(hash), Position(position))))
    }

    /// The error that entries are not in order.
    #[cold]
    pub fn damaged(&self) -> Error {
        self.table.damaged(0, "the entries are not in order")
    }

    fn next_end(&self) -> Result<u32, Error> {
        let range = self.table.bucket(self.bucket)?;
        if range.start != self.end {
            return Err(self.table.damaged(0, "buckets are not one after the other"));
        }
        Ok(range.end)
    }
}
