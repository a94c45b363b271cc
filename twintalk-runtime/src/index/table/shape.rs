//! The layout of a table: sizes, header, and what is checked before any of it is believed.

use super::super::file::{Kind, Mapped, Span};
use super::super::hash::BITS;
use super::super::{Error, FileName};
use super::filter;

/// The length of the header.
pub const HEADER: u64 = 128;
/// The length of a group of buckets.
pub const GROUP: usize = 64;
/// How many buckets a group has.
pub const BUCKETS: u64 = 14;
/// How many entries a block has.
pub const ENTRIES: u32 = 16;
/// The length of a line of the filter.
pub const FILTER: usize = 64;
/// How many twins a line of the filter is for.
pub const FILTERED: u64 = 48;
/// The length of a checksum.
pub const CHECK: usize = 4;
/// The length of a shared hash.
pub const SHARED: usize = 11;

const MAGIC: &[u8; 8] = b"TWINDEX\0";
const FORMAT: u32 = 2;
/// Where the header's check is.
const CHECK_AT: usize = HEADER as usize - CHECK;
const MOST_BITS: u32 = 24;

/// What the header of a table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub name: FileName,
    /// Under which key ids were hashed.
    pub key: u64,
    /// How many entries there are.
    pub entries: u32,
    /// How many twins they are about.
    pub twins: u32,
    /// How many hashes are shared by several twins.
    pub shared: u32,
    /// What the segment was like.
    pub of: Of,
    pub shape: Shape,
}

/// What the segment of a table was like when the table was made; of a run it says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Of {
    /// Tells what its segment was compacted to; 0 if it was not.
    pub version: u64,
    /// The latest time of its records in nanoseconds since 1970, `i64::MIN` if it has none; 0 if nobody looked.
    pub time: i64,
}

/// What entries look like and how they are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// A bucket has the entries whose hashes have these many upper bits in common.
    pub bits: u32,
    /// How many lower bytes of a hash an entry has.
    pub hash: usize,
    /// How many bytes the place in the log has, in words from the span's base.
    pub place: usize,
    /// How many lines the filter has.
    pub lines: u32,
}

impl Shape {
    /// The shape for about so many entries of about so many twins.
    pub fn new(span: Span, entries: u64, twins: u64) -> Self {
        let mut bits = 0;
        while entries >> bits > u64::from(ENTRIES) && bits < MOST_BITS {
            bits += 1;
        }
        let words = span.end.saturating_sub(span.base) / 8;
        let place = (64 - words.leading_zeros() as usize).div_ceil(8).clamp(3, 6);
        Self { bits, hash: ((BITS - bits / 8 * 8) / 8) as usize, place, lines: filter::lines(twins) }
    }

    /// The length of an entry.
    pub fn width(&self) -> usize {
        self.hash + self.place
    }

    /// The length of a block with all its entries.
    pub fn block(&self) -> usize {
        ENTRIES as usize * self.width() + CHECK
    }

    /// How many groups of buckets there are.
    pub fn groups(&self) -> u64 {
        (1_u64 << self.bits).div_ceil(BUCKETS)
    }

    /// Where the groups of buckets start.
    pub fn groups_at(&self) -> u64 {
        HEADER + u64::from(self.lines) * FILTER as u64
    }

    /// Where the blocks start.
    pub fn blocks_at(&self) -> u64 {
        self.groups_at() + self.groups() * GROUP as u64
    }

    /// How many bytes the blocks of so many entries have.
    pub fn blocks(&self, entries: u32) -> u64 {
        let rest = (entries % ENTRIES) as usize;
        let rest = if rest == 0 { 0 } else { rest * self.width() + CHECK };
        u64::from(entries / ENTRIES) * self.block() as u64 + rest as u64
    }

    /// The part of a hash that entries have.
    #[inline]
    pub fn lower(&self, hash: u128) -> u128 {
        hash & ((1 << (8 * self.hash)) - 1)
    }

    /// The bucket of a hash.
    #[inline]
    pub fn bucket(&self, hash: u128) -> u64 {
        (hash >> (BITS - self.bits)) as u64
    }
}

impl Header {
    /// The whole length of the file.
    pub fn length(&self) -> u64 {
        let shared = if self.shared == 0 { 0 } else { u64::from(self.shared) * SHARED as u64 + CHECK as u64 };
        self.shape.blocks_at() + self.shape.blocks(self.entries) + shared
    }

    /// What the checks of all parts of a file start from, so that a part of another file is not taken for one of it.
    pub fn salt(name: FileName, key: u64) -> u32 {
        let mut bytes = [0; 25];
        bytes[..8].copy_from_slice(&name.span.base.to_le_bytes());
        bytes[8..16].copy_from_slice(&name.span.end.to_le_bytes());
        bytes[16..24].copy_from_slice(&key.to_le_bytes());
        bytes[24] = kind(name.kind);
        crc32c::crc32c(&bytes)
    }

    /// The header's bytes.
    pub fn encode(&self) -> [u8; HEADER as usize] {
        let mut bytes = [0; HEADER as usize];
        let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
        put(0, MAGIC);
        put(8, &FORMAT.to_le_bytes());
        put(12, &[kind(self.name.kind), self.shape.bits as u8, self.shape.hash as u8, self.shape.place as u8]);
        put(16, &self.name.span.base.to_le_bytes());
        put(24, &self.name.span.end.to_le_bytes());
        put(32, &self.key.to_le_bytes());
        put(40, &self.entries.to_le_bytes());
        put(44, &self.twins.to_le_bytes());
        put(48, &self.shared.to_le_bytes());
        put(52, &self.shape.lines.to_le_bytes());
        put(56, &self.of.version.to_le_bytes());
        put(64, &self.of.time.to_le_bytes());
        let check = crc32c::crc32c(&bytes[..CHECK_AT]);
        bytes[CHECK_AT..].copy_from_slice(&check.to_le_bytes());
        bytes
    }

    /// The header of a file whose length is right.
    pub fn read(file: &Mapped, key: u64) -> Result<Self, Error> {
        let bytes = file.bytes();
        let header = bytes.first_chunk::<{ HEADER as usize }>();
        let header = header.ok_or_else(|| file.damaged(0, "the file is too short"))?;
        let u32_at = |at: usize| header[at..].first_chunk().map_or(0, |field| u32::from_le_bytes(*field));
        let u64_at = |at: usize| header[at..].first_chunk().map_or(0, |field| u64::from_le_bytes(*field));
        if header[..8] != *MAGIC || crc32c::crc32c(&header[..CHECK_AT]) != u32_at(CHECK_AT) {
            return Err(file.damaged(0, "the header does not fit its checksum"));
        }
        if u32_at(8) != FORMAT {
            return Err(file.damaged(8, "the file has another format"));
        }
        let span = Span { base: u64_at(16), end: u64_at(24) };
        let entries = u32_at(40);
        let shape = Shape { bits: header[13].into(), hash: header[14].into(), place: header[15].into(), lines: u32_at(52) };
        let of = Of { version: u64_at(56), time: u64_at(64) as i64 };
        let name = FileName { kind: file.name.kind, span };
        let read = Self { name, key: u64_at(32), entries, twins: u32_at(44), shared: u32_at(48), of, shape };
        if header[12] != kind(file.name.kind) || span != file.name.span || read.key != key {
            return Err(file.damaged(0, "the file is another one than its name says"));
        }
        let expected = Shape::new(span, 0, 0).place;
        if shape.bits > MOST_BITS || shape.hash != ((BITS - shape.bits / 8 * 8) / 8) as usize || shape.place != expected || shape.lines == 0
        {
            return Err(file.damaged(12, "the file has a shape that is not known"));
        }
        if read.length() != bytes.len() as u64 {
            return Err(file.damaged(bytes.len() as u64, "the file has not the length its header says"));
        }
        Ok(read)
    }
}

fn kind(kind: Kind) -> u8 {
    match kind {
        Kind::Records => 1,
        Kind::Twins => 2,
        Kind::Names => 3,
    }
}
