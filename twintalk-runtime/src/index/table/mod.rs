//! Tables: from the hash of an id to positions in the log, in a file that is read where it lies.
//!
//! Two kinds of file have this form: the *index* of a sealed segment, which has all records of twins in it,
//! and a *run*, which has the last record of each twin in its span of segments. All fields are little-endian.
//!
//! ```text
//!  0          8        12     13     14     15      16     24    32    40        44      48       52
//!  ├ TWINDEX0 ┼ format ┼ kind ┼ bits ┼ hash ┼ place ┼ base ┼ end ┼ key ┼ entries ┼ twins ┼ shared ┼ lines ┤
//!  56        64     72      124
//!  ├ version ┼ time ┼ zeros ┼ check ┤
//!  128  lines of the filter, 64 bytes each: ├ 480 bits ┼ check ┤
//!       groups of 14 buckets, 64 bytes each: ├ start ×4 ┼ 14 ends ×4 ┼ check ┤
//!       blocks of 16 entries, the last one of fewer: ├ (lower bytes of the hash, place) × 16 ┼ check ┤
//!       if some hashes are shared: ├ hash ×11 … ┼ check ┤
//! ```
//!
//! - `kind` 1 the index of a segment, 2 a run; `base` and `end` of the span; `key` tells the key of the hash.
//! - `bits`: a bucket is the entries whose hashes share that many upper bits; 8 to 16 of them on average.
//!   Entries have the lower `hash` = 11 − ⌊bits ÷ 8⌋ bytes of it, then the position as `place` bytes: words of 8 bytes from `base` on, 3 bytes
//!   of it for 128 MiB. Entries are in order of hash and position.
//! - `version` and `time` of the index of a segment: what it was compacted to, and its latest record, see [`Of`].
//! - `start` and the ends are numbers of entries: bucket n has those from the end of the one before it to its own.
//! - The [`filter`] tells of most hashes that are not there that they are not.
//! - `shared`: hashes that several twins have, of which the last one came to be here. See [`directory`](super::directory).
//! - A check is the CRC-32C of what is before it in its part; in lines, groups and blocks it starts from a salt (the
//!   checksum of base, end, key and kind) and the part's number, inverted for lines. It is looked at whenever the part is read.
//!
//! An event takes 12.6 bytes in the index of a segment of 64 MiB, and a twin 1.3 more.

mod entries;
mod filter;
mod merge;
mod shape;
#[cfg(test)]
mod tests;
mod writer;

use super::Error;
use super::file::{FileName, Mapped};
use super::hash::{BITS, IdHash};
use crate::journal::Position;
use crate::journal::files::Files;
pub(super) use entries::Entries;
pub(super) use merge::{Shared, merge};
pub(super) use shape::Of;
use shape::{BUCKETS, CHECK, ENTRIES, FILTER, GROUP, HEADER, Header, SHARED};
use std::ops::Range;
pub(super) use writer::TableWriter;

/// A bucket with more entries has those of a twin with many records, most likely of it alone: its ends are looked at first.
const MANY: u32 = 64;

/// A table that is read.
#[derive(Debug)]
pub struct Table {
    file: Mapped,
    header: Header,
    salt: u32,
    shared: Vec<IdHash>,
}

/// An entry: the lower part of a hash and a position.
type Entry = (u128, u64);

impl Table {
    /// Opens a table. Its header and sizes are checked, the rest when it is read.
    pub(super) fn open(files: &dyn Files, name: FileName, key: u64) -> Result<Self, Error> {
        let file = Mapped::open(files, name)?;
        let header = Header::read(&file, key)?;
        let mut table = Self { file, header, salt: Header::salt(name, key), shared: Vec::new() };
        table.shared = table.read_shared()?;
        Ok(table)
    }

    /// Its file.
    pub fn name(&self) -> FileName {
        self.header.name
    }

    /// How many entries it has.
    pub fn entries(&self) -> u32 {
        self.header.entries
    }

    /// How many twins they are about.
    pub fn twins(&self) -> u32 {
        self.header.twins
    }

    /// What its segment was like when it was made.
    pub(super) fn of(&self) -> Of {
        self.header.of
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> u64 {
        self.header.length()
    }

    /// Hashes that several twins have, as far as that came to be here.
    pub(super) fn shared(&self) -> &[IdHash] {
        &self.shared
    }

    /// The error that says what is wrong with the file.
    #[cold]
    pub(super) fn damaged(&self, offset: u64, reason: &'static str) -> Error {
        self.file.damaged(offset, reason)
    }

    fn read_shared(&self) -> Result<Vec<IdHash>, Error> {
        let at = self.header.shape.blocks_at() + self.header.shape.blocks(self.header.entries);
        let part = self.file.bytes().get(at as usize..).unwrap_or_default();
        let Some((hashes, check)) = part.split_last_chunk::<CHECK>() else {
            return Ok(Vec::new());
        };
        if crc32c::crc32c_append(self.salt, hashes) != u32::from_le_bytes(*check) {
            return Err(self.damaged(at, "the shared hashes do not fit their checksum"));
        }
        let hashes = hashes.as_chunks::<SHARED>().0.iter();
        Ok(hashes.map(|hash| IdHash(lower_bytes(hash))).collect())
    }

    /// Asks for the memory that a look for a hash begins with.
    #[inline]
    pub(super) fn expect(&self, hash: IdHash) {
        let shape = &self.header.shape;
        self.file.expect(HEADER + u64::from(filter::line_of(hash.0, shape.lines)) * FILTER as u64);
        self.file.expect(shape.groups_at() + shape.bucket(hash.0) / BUCKETS * GROUP as u64);
    }

    /// Whether a hash may be in it. One that is always may be.
    #[inline]
    fn may_have(&self, hash: IdHash) -> Result<bool, Error> {
        let line = filter::line_of(hash.0, self.header.shape.lines);
        let at = HEADER + u64::from(line) * FILTER as u64;
        let bytes = self.file.bytes().get(at as usize..).and_then(|rest| rest.first_chunk::<FILTER>());
        let damaged = || self.damaged(at, "a line of the filter does not fit its checksum");
        let (bits, check) = bytes.ok_or_else(damaged)?.split_at(FILTER - CHECK);
        if filter::check(self.salt, line, bits).to_le_bytes() != *check {
            return Err(damaged());
        }
        Ok(filter::bits_of(hash.0).all(|(byte, bit)| bits[byte] & bit != 0))
    }

    /// The numbers of a bucket's entries.
    #[inline]
    fn bucket(&self, bucket: u64) -> Result<Range<u32>, Error> {
        let group = bucket / BUCKETS;
        let at = self.header.shape.groups_at() + group * GROUP as u64;
        let bytes = self.file.bytes().get(at as usize..).and_then(|rest| rest.first_chunk::<GROUP>());
        let damaged = || self.damaged(at, "a group of buckets does not fit its checksum");
        let bytes = bytes.ok_or_else(damaged)?;
        let field = |n: usize| u32::from_le_bytes([bytes[4 * n], bytes[4 * n + 1], bytes[4 * n + 2], bytes[4 * n + 3]]);
        if crc32c::crc32c_append(self.salt ^ group as u32, &bytes[..GROUP - CHECK]) != field(15) {
            return Err(damaged());
        }
        let bucket = (bucket % BUCKETS) as usize;
        let range = field(bucket)..field(bucket + 1);
        if range.start > range.end || range.end > self.header.entries {
            return Err(damaged());
        }
        Ok(range)
    }

    /// The entries of a block, once its checksum was looked at.
    #[inline]
    fn block(&self, block: u32) -> Result<&[u8], Error> {
        let shape = &self.header.shape;
        let at = shape.blocks_at() + u64::from(block) * shape.block() as u64;
        let count = ENTRIES.min(self.header.entries - block * ENTRIES) as usize;
        let length = count * shape.width();
        let bytes = self.file.bytes().get(at as usize..).and_then(|rest| rest.split_at_checked(length));
        let damaged = || self.damaged(at, "a block does not fit its checksum");
        let (entries, rest) = bytes.ok_or_else(damaged)?;
        let check = rest.first_chunk().map(|check| u32::from_le_bytes(*check));
        if check != Some(crc32c::crc32c_append(self.salt ^ block, entries)) {
            return Err(damaged());
        }
        Ok(entries)
    }

    /// One entry of a block.
    #[inline]
    fn entry(&self, block: &[u8], slot: u32) -> Entry {
        let shape = &self.header.shape;
        let width = shape.width();
        let bytes = &block[slot as usize * width..][..width];
        let (hash, place) = bytes.split_at(shape.hash);
        (lower_bytes(hash), self.header.name.span.base + ((lower_bytes(place) as u64) << 3))
    }

    /// The first of a range of entries, which are in order, that is not below.
    fn partition<'a>(&'a self, range: Range<u32>, look: &mut Look<'a>, below: impl Fn(Entry) -> bool) -> Result<u32, Error> {
        let Range { mut start, mut end } = range;
        if end - start > MANY {
            if below(self.at(end - 1, look)?) {
                return Ok(end);
            }
            if !below(self.at(start, look)?) {
                return Ok(start);
            }
        }
        while start < end {
            let middle = start + (end - start) / 2;
            if below(self.at(middle, look)?) {
                start = middle + 1;
            } else {
                end = middle;
            }
        }
        Ok(start)
    }

    #[inline]
    fn at<'a>(&'a self, number: u32, look: &mut Look<'a>) -> Result<Entry, Error> {
        let block = number / ENTRIES;
        let bytes = match look.0.iter().find(|(known, _)| *known == block) {
            Some((_, bytes)) => bytes,
            None => {
                look.0 = [(block, self.block(block)?), look.0[0]];
                look.0[0].1
            }
        };
        Ok(self.entry(bytes, number % ENTRIES))
    }

    /// Looks at every part.
    pub(super) fn verify(&self) -> Result<(), Error> {
        for bucket in 0..1 << self.header.shape.bits {
            self.bucket(bucket)?;
        }
        let lines = u64::from(self.header.shape.lines);
        for line in 0..lines {
            // The least hash of the line.
            self.may_have(IdHash(u128::from((line << 32).div_ceil(lines)) << (BITS - 32)))?;
        }
        let mut entries = Entries::new(self)?;
        let mut before = None;
        while let Some(entry) = entries.step()? {
            if before.is_some_and(|before| before >= entry) {
                return Err(entries.damaged());
            }
            if !self.may_have(entry.0)? {
                return Err(self.damaged(HEADER, "the filter has not all hashes"));
            }
            before = Some(entry);
        }
        Ok(())
    }

    /// The newest record with a hash.
    #[inline]
    pub(super) fn newest(&self, hash: IdHash) -> Result<Option<Position>, Error> {
        if !self.may_have(hash)? {
            return Ok(None);
        }
        let range = self.bucket(self.header.shape.bucket(hash.0))?;
        let lower = self.header.shape.lower(hash.0);
        let mut look = Look::default();
        let after = self.partition(range.clone(), &mut look, |(found, _)| found <= lower)?;
        if after == range.start {
            return Ok(None);
        }
        let (found, position) = self.at(after - 1, &mut look)?;
        Ok((found == lower).then_some(Position(position)))
    }

    /// The numbers of the entries with a hash.
    pub(super) fn all(&self, hash: IdHash) -> Result<Range<u32>, Error> {
        let range = self.bucket(self.header.shape.bucket(hash.0))?;
        let lower = self.header.shape.lower(hash.0);
        let mut look = Look::default();
        let end = self.partition(range.clone(), &mut look, |(found, _)| found <= lower)?;
        let start = self.partition(range.start..end, &mut look, |(found, _)| found < lower)?;
        Ok(start..end)
    }

    /// The first entry of a range, whose hashes are equal, that is beyond a position.
    pub(super) fn beyond(&self, range: Range<u32>, position: Position) -> Result<u32, Error> {
        self.partition(range, &mut Look::default(), |(_, found)| found <= position.0)
    }

    /// Adds the positions of the newest records with a hash that lie before one, the newest first, `most` at most.
    pub(super) fn newest_before(&self, hash: IdHash, before: Position, most: usize, to: &mut Vec<Position>) -> Result<(), Error> {
        let range = self.bucket(self.header.shape.bucket(hash.0))?;
        let lower = self.header.shape.lower(hash.0);
        let mut look = Look::default();
        let end = self.partition(range.clone(), &mut look, |entry| entry < (lower, before.0))?;
        for number in (range.start..end).rev().take(most) {
            let (found, position) = self.at(number, &mut look)?;
            if found != lower {
                break;
            }
            to.push(Position(position));
        }
        Ok(())
    }

    /// The position that an entry has.
    pub(super) fn position(&self, number: u32) -> Result<Position, Error> {
        self.position_near(number, &mut Look::default())
    }

    /// The position that an entry has, which may be in a block that was checked for its neighbour.
    pub(super) fn position_near<'a>(&'a self, number: u32, look: &mut Look<'a>) -> Result<Position, Error> {
        if number >= self.header.entries {
            return Err(self.damaged(0, "there is no such entry"));
        }
        Ok(Position(self.at(number, look)?.1))
    }
}

/// The blocks that were checked last.
pub(super) struct Look<'a>([(u32, &'a [u8]); 2]);

impl Default for Look<'_> {
    fn default() -> Self {
        Self([(u32::MAX, &[]); 2])
    }
}

/// A number of up to 16 bytes.
#[inline]
fn lower_bytes(bytes: &[u8]) -> u128 {
    let mut number = [0; 16];
    number[..bytes.len()].copy_from_slice(bytes);
    u128::from_le_bytes(number)
}
