//! The bytes of a segment file, and when they are valid.
//!
//! A file is a sequence of records: a length, a check and a kind, a payload, padded to 8 bytes (see
//! [`Batch`](super::Batch)). Four are the journal's own, and are checked otherwise; each has a payload of
//! 32 bytes:
//!
//! ```text
//!  0        4        8                 16       20       24                32       36       40
//!  ├ 32     ┼ "SEG"  ┼ "TWINTALK"      ┼ format ┼ epoch  ┼ base            ┼ 0      ┼ check  ┤ first in each file
//!
//!  0        4        8        12       16                24                32       36       40
//!  ├ 32     ┼ "FRM"  ┼ epoch  ┼ bytes  ┼ position        ┼ durable         ┼ body   ┼ check  ┼ records …
//!  ├ 32     ┼ "END"  ┼ epoch  ┼ 0      ┼ position        ┼ durable         ┼ 0      ┼ check  ┤ last when sealed
//!  ├ 32     ┼ "MAP"  ┼ epoch  ┼ count  ┼ end             ┼ at + thinned    ┼ places ┼ check  ┤ twice when compacted
//! ```
//!
//! - `base`: the position of the file's first byte; a file is named by it.
//! - `epoch`: rises each time the journal is opened; a frame has its segment's.
//! - `bytes`: how many bytes of records follow, all of which became durable together.
//! - `position`: of this header, so that bytes that belong elsewhere are not taken for a frame.
//! - `durable`: everything below it was durable before this header was written.
//! - `body`: CRC-32C of the records that follow; `check`: CRC-32C of the header before it.
//!
//! A [compacted](super::compacted) segment has format 2, all others have format 1.
//!
//! A **header** is valid if length, kind, epoch, position and check are right and what it tells of places is a multiple of 8. A **frame** is valid if
//! its header is and `body` fits the records. The log ends before the first frame that is not valid;
//! if a valid header anywhere in the segment calls the bytes there durable, or a later segment
//! exists, it does not end there but is damaged: the records whose own checks are right are read on, the
//! rest is reported.

use super::batch::{OWN, RECORD_HEADER};

/// The newest format this version writes and reads.
pub const FORMAT: u32 = COMPACTED;

const WRITTEN: u32 = 1;
const COMPACTED: u32 = 2;

/// The length of each of the headers, its record header included.
pub const HEADER: usize = 40;

const MAGIC: &[u8; 8] = b"TWINTALK";
const SEGMENT: u32 = u32::from_le_bytes(*b"SEG\xff");
const FRAME: u32 = u32::from_le_bytes(*b"FRM\xff");
const SEAL: u32 = u32::from_le_bytes(*b"END\xff");
const MAP: u32 = u32::from_le_bytes(*b"MAP\xff");
const _: () = assert!(((SEGMENT & FRAME & SEAL & MAP) >> 24) as u8 == OWN | 0x7f);

/// The header of a segment file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentHeader {
    /// The position of the file's first byte.
    pub base: u64,
    /// The epoch of all its frames.
    pub epoch: u32,
    /// Whether the file has some of the segment's records only.
    pub is_compacted: bool,
}

/// Why the first bytes of a file are not a segment header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotSegment {
    /// They are not what was written.
    Damaged(&'static str),
    /// They have a format that this version does not know.
    Newer(u32),
}

impl SegmentHeader {
    /// The header's bytes.
    pub fn encode(&self) -> [u8; HEADER] {
        let mut header = Bytes::start(SEGMENT);
        header.put(8, MAGIC);
        let format = if self.is_compacted { COMPACTED } else { WRITTEN };
        header.put(16, &format.to_le_bytes());
        header.put(20, &self.epoch.to_le_bytes());
        header.put(24, &self.base.to_le_bytes());
        header.finish()
    }

    /// Reads a header. In every format magic, format and check are where they are in this one.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotSegment> {
        let Some(header) = Bytes::read(bytes, SEGMENT).filter(|header| header.0[8..16] == *MAGIC) else {
            return Err(NotSegment::Damaged("this is not the header of a segment"));
        };
        if !header.is_whole() {
            return Err(NotSegment::Damaged("the segment's header does not fit its checksum"));
        }
        match header.u32(16) {
            format @ (WRITTEN | COMPACTED) => Ok(Self { base: header.u64(24), epoch: header.u32(20), is_compacted: format == COMPACTED }),
            0 => Err(NotSegment::Damaged("the segment has no format number")),
            newer => Err(NotSegment::Newer(newer)),
        }
    }
}

/// The header of a frame, or of the seal that ends a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// Whether it is the seal.
    pub seal: bool,
    /// The segment's epoch.
    pub epoch: u32,
    /// How many bytes of records follow.
    pub bytes: u32,
    /// The position of the header.
    pub position: u64,
    /// Everything below was durable when this was written.
    pub durable: u64,
    /// The CRC-32C of the records.
    pub body: u32,
}

impl FrameHeader {
    /// The header of a frame with these records.
    pub fn of(records: &[u8], epoch: u32, position: u64, durable: u64) -> Self {
        Self { seal: false, epoch, bytes: records.len() as u32, position, durable, body: crc32c::crc32c(records) }
    }

    /// The seal of a segment that ends at `position`.
    pub fn seal(epoch: u32, position: u64) -> Self {
        Self { seal: true, epoch, bytes: 0, position, durable: position, body: 0 }
    }

    /// The header's bytes.
    pub fn encode(&self) -> [u8; HEADER] {
        let mut header = Bytes::start(if self.seal { SEAL } else { FRAME });
        header.put(8, &self.epoch.to_le_bytes());
        header.put(12, &self.bytes.to_le_bytes());
        header.put(16, &self.position.to_le_bytes());
        header.put(24, &self.durable.to_le_bytes());
        header.put(32, &self.body.to_le_bytes());
        header.finish()
    }

    /// Reads a valid header that lies at `position` in a segment of `epoch`.
    #[inline]
    pub fn decode(bytes: &[u8], epoch: u32, position: u64) -> Option<Self> {
        let frame = Self::decode_any_epoch(bytes, position)?;
        (frame.epoch == epoch).then_some(frame)
    }

    /// Reads a valid header that lies at `position` in a segment whose epoch is not known here.
    #[inline]
    pub fn decode_any_epoch(bytes: &[u8], position: u64) -> Option<Self> {
        let (header, seal) = match (Bytes::read(bytes, FRAME), Bytes::read(bytes, SEAL)) {
            (Some(header), _) => (header, false),
            (_, Some(header)) => (header, true),
            _ => return None,
        };
        let frame = Self {
            seal,
            epoch: header.u32(8),
            bytes: header.u32(12),
            position: header.u64(16),
            durable: header.u64(24),
            body: header.u32(32),
        };
        let is_aligned = frame.bytes.is_multiple_of(8) && frame.durable.is_multiple_of(8);
        (frame.position == position && header.is_whole() && is_aligned).then_some(frame)
    }

    /// The whole length of the frame.
    pub fn length(&self) -> usize {
        HEADER + self.bytes as usize
    }

    /// The records that follow the header at the start of `bytes`, if they are whole.
    pub fn records<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let records = bytes.get(HEADER..self.length())?;
        (crc32c::crc32c(records) == self.body).then_some(records)
    }
}

/// The header of the map of a compacted segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MapHeader {
    /// The segment's epoch.
    pub epoch: u32,
    /// How many records there are.
    pub count: u32,
    /// The position behind the segment.
    pub end: u64,
    /// Where in the file the places begin, a multiple of 8.
    pub at: u64,
    /// Whether records were left out for their age.
    pub is_thinned: bool,
    /// The CRC-32C of the places.
    pub places: u32,
}

impl MapHeader {
    /// The header's bytes.
    pub fn encode(&self) -> [u8; HEADER] {
        let mut header = Bytes::start(MAP);
        header.put(8, &self.epoch.to_le_bytes());
        header.put(12, &self.count.to_le_bytes());
        header.put(16, &self.end.to_le_bytes());
        header.put(24, &(self.at | u64::from(self.is_thinned)).to_le_bytes());
        header.put(32, &self.places.to_le_bytes());
        header.finish()
    }

    /// Reads a valid header.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let header = Bytes::read(bytes, MAP).filter(Bytes::is_whole)?;
        let map = Self {
            epoch: header.u32(8),
            count: header.u32(12),
            end: header.u64(16),
            at: header.u64(24) & !7,
            is_thinned: header.u64(24) & 1 == 1,
            places: header.u32(32),
        };
        map.end.is_multiple_of(8).then_some(map)
    }
}

/// A header as bytes: the record's length and kind first, the check last.
struct Bytes([u8; HEADER]);

impl Bytes {
    fn start(kind: u32) -> Self {
        let mut bytes = Self([0; HEADER]);
        bytes.put(0, &((HEADER - RECORD_HEADER) as u32).to_le_bytes());
        bytes.put(4, &kind.to_le_bytes());
        bytes
    }

    fn put(&mut self, offset: usize, field: &[u8]) {
        self.0[offset..offset + field.len()].copy_from_slice(field);
    }

    fn finish(mut self) -> [u8; HEADER] {
        let check = crc32c::crc32c(&self.0[..36]);
        self.put(36, &check.to_le_bytes());
        self.0
    }

    fn read(bytes: &[u8], kind: u32) -> Option<Self> {
        let header = Self(*bytes.first_chunk()?);
        (header.u32(0) as usize == HEADER - RECORD_HEADER && header.u32(4) == kind).then_some(header)
    }

    fn is_whole(&self) -> bool {
        crc32c::crc32c(&self.0[..36]) == self.u32(36)
    }

    fn u32(&self, offset: usize) -> u32 {
        let mut field = [0; 4];
        field.copy_from_slice(&self.0[offset..offset + 4]);
        u32::from_le_bytes(field)
    }

    fn u64(&self, offset: usize) -> u64 {
        let mut field = [0; 8];
        field.copy_from_slice(&self.0[offset..offset + 8]);
        u64::from_le_bytes(field)
    }
}
