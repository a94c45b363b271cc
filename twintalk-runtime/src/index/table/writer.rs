//! Writing a table, in order and with memory that does not grow with it.

use super::filter;
use super::shape::{BUCKETS, CHECK, ENTRIES, FILTER, GROUP, HEADER, Header, SHARED, Shape};
use super::{Error, FileName, IdHash, Of, Position};
use crate::index::file::{NewFile, Stream};
use crate::journal::files::Files;

/// A table being written.
pub struct TableWriter<'a> {
    file: NewFile<'a>,
    header: Header,
    salt: u32,
    lines: Stream,
    groups: Stream,
    blocks: Stream,
    /// The ends of the group's buckets, its start first.
    ends: [u32; 16],
    bucket: u64,
    /// The line of the filter that is filled, and its number.
    line: [u8; FILTER - CHECK],
    number: u32,
    block: Vec<u8>,
    last: Option<IdHash>,
}

impl<'a> TableWriter<'a> {
    /// Starts a table that will have about so many entries of about so many twins.
    pub fn create(files: &'a dyn Files, name: FileName, key: u64, entries: u64, twins: u64) -> Result<Self, Error> {
        let shape = Shape::new(name.span, entries, twins);
        Ok(Self {
            file: NewFile::create(files, name)?,
            header: Header { name, key, entries: 0, twins: 0, shared: 0, of: Of::default(), shape },
            salt: Header::salt(name, key),
            lines: Stream::at(HEADER),
            groups: Stream::at(shape.groups_at()),
            blocks: Stream::at(shape.blocks_at()),
            ends: [0; 16],
            bucket: 0,
            line: [0; FILTER - CHECK],
            number: 0,
            block: Vec::new(),
            last: None,
        })
    }

    /// Notes what the segment is like.
    pub fn of(mut self, of: Of) -> Self {
        self.header.of = of;
        self
    }

    /// Adds the next entry in order of hash and position.
    #[inline]
    pub fn push(&mut self, hash: IdHash, position: Position) -> Result<(), Error> {
        let shape = self.header.shape;
        let bucket = shape.bucket(hash.0);
        while self.bucket < bucket {
            self.end_bucket()?;
        }
        if self.last != Some(hash) {
            self.last = Some(hash);
            self.header.twins += 1;
            let line = filter::line_of(hash.0, shape.lines);
            while self.number < line {
                self.end_line()?;
            }
            for (byte, bit) in filter::bits_of(hash.0) {
                self.line[byte] |= bit;
            }
        }
        self.block.extend_from_slice(&hash.0.to_le_bytes()[..shape.hash]);
        let place = (position.0 - self.header.name.span.base) >> 3;
        self.block.extend_from_slice(&place.to_le_bytes()[..shape.place]);
        let Some(entries) = self.header.entries.checked_add(1) else {
            return Err(self.file.too_large());
        };
        self.header.entries = entries;
        if self.header.entries.is_multiple_of(ENTRIES) { self.end_block() } else { Ok(()) }
    }

    fn end_line(&mut self) -> Result<(), Error> {
        self.lines.put(&mut self.file, &self.line)?;
        self.lines.put(&mut self.file, &filter::check(self.salt, self.number, &self.line).to_le_bytes())?;
        self.line.fill(0);
        self.number += 1;
        Ok(())
    }

    fn end_block(&mut self) -> Result<(), Error> {
        let number = (self.header.entries - 1) / ENTRIES;
        let check = crc32c::crc32c_append(self.salt ^ number, &self.block);
        self.block.extend_from_slice(&check.to_le_bytes());
        self.blocks.put(&mut self.file, &self.block)?;
        self.block.clear();
        Ok(())
    }

    fn end_bucket(&mut self) -> Result<(), Error> {
        let slot = (self.bucket % BUCKETS) as usize;
        self.ends[slot + 1] = self.header.entries;
        self.bucket += 1;
        if slot + 1 == BUCKETS as usize || self.bucket >> self.header.shape.bits != 0 {
            self.end_group(slot + 1)?;
        }
        Ok(())
    }

    fn end_group(&mut self, buckets: usize) -> Result<(), Error> {
        let number = (self.bucket - 1) / BUCKETS;
        let last = self.ends[buckets];
        self.ends[buckets + 1..].fill(last);
        let mut group = [0; GROUP];
        for (field, end) in group.as_chunks_mut().0.iter_mut().zip(&self.ends) {
            *field = end.to_le_bytes();
        }
        let (fields, check) = group.split_at_mut(GROUP - CHECK);
        check.copy_from_slice(&crc32c::crc32c_append(self.salt ^ number as u32, fields).to_le_bytes());
        self.ends = [last; 16];
        self.groups.put(&mut self.file, &group)
    }

    /// Completes the file, with the hashes that are known to be shared; answers how many bytes were written.
    pub fn finish(mut self, shared: &[IdHash]) -> Result<u64, Error> {
        if !self.block.is_empty() {
            self.end_block()?;
        }
        while self.bucket >> self.header.shape.bits == 0 {
            self.end_bucket()?;
        }
        while self.number < self.header.shape.lines {
            self.end_line()?;
        }
        if !shared.is_empty() {
            let bytes: Vec<u8> = shared.iter().flat_map(|hash| hash.0.to_le_bytes().into_iter().take(SHARED)).collect();
            self.blocks.put(&mut self.file, &bytes)?;
            let check = crc32c::crc32c_append(self.salt, &bytes);
            self.blocks.put(&mut self.file, &check.to_le_bytes())?;
        }
        self.header.shared = shared.len() as u32;
        self.lines.flush(&mut self.file)?;
        self.groups.flush(&mut self.file)?;
        self.blocks.flush(&mut self.file)?;
        self.file.write(0, &self.header.encode())?;
        let written = self.file.written;
        self.file.finish()?;
        Ok(written)
    }
}
