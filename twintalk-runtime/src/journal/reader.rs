//! Reading: single records by position, or all of them in order.
//!
//! Both answer slices of the mapped segments; nothing is copied. Only what is durable can be read.

use std::sync::Arc;

use super::Position;
use super::batch::{OWN, RECORD_HEADER};
use super::error::Error;
use super::frame::{FrameHeader, HEADER, is_frame};
use super::segment::{List, Segment};

/// A record as it lies in the log. Its payload is aligned to 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its address.
    pub position: Position,
    /// What the writer said it is.
    pub kind: u32,
    /// What the writer put in.
    pub payload: &'a [u8],
}

impl<'a> Record<'a> {
    /// The record at an offset of a segment's bytes, if there is room for what it says it is.
    #[inline]
    fn at(bytes: &'a [u8], offset: usize, position: Position) -> Option<Self> {
        let (header, rest) = bytes.get(offset..)?.split_first_chunk::<RECORD_HEADER>()?;
        let word = u64::from_le_bytes(*header);
        let payload = rest.get(..word as u32 as usize)?;
        Some(Self { position, kind: (word >> 32) as u32, payload })
    }

    /// How far it is to the next one.
    fn length(&self) -> u64 {
        (RECORD_HEADER + self.payload.len().next_multiple_of(8)) as u64
    }
}

/// A view of the log. Records borrow from it; as long as it lives the files cannot be opened again.
#[derive(Clone, Debug)]
pub struct Reader {
    list: Arc<List>,
}

impl Reader {
    pub(super) fn new(list: Arc<List>) -> Self {
        Self { list }
    }

    /// The record at a position that an append answered, once it is durable.
    ///
    /// The checksum was looked at when the log was opened or iterated over, not here. A position that
    /// was never given out answers an error or bytes from inside a record: check what they say.
    #[inline]
    pub fn read(&self, position: Position) -> Result<Record<'_>, Error> {
        self.find(position).filter(|record| record.kind & OWN == 0).ok_or(Error::NoRecord(position))
    }

    #[inline]
    fn find(&self, position: Position) -> Option<Record<'_>> {
        let segment = match self.list.segments.last()? {
            last if last.base <= position.0 => last,
            _ => &self.list.segments[self.index(position)?],
        };
        if !position.0.is_multiple_of(8) {
            return None;
        }
        Record::at(segment.region.bytes(), usize::try_from(position.0 - segment.base).ok()?, position)
    }

    /// Which segment a position lies in.
    fn index(&self, position: Position) -> Option<usize> {
        self.list.segments.partition_point(|segment| segment.base <= position.0).checked_sub(1)
    }

    /// Where each sealed segment starts and ends, in order. Nothing in them changes any more.
    pub fn sealed(&self) -> impl Iterator<Item = (Position, Position)> {
        self.list.segments.iter().filter_map(|segment| {
            let bytes = segment.region.bytes();
            let offset = bytes.len().checked_sub(HEADER)?;
            let seal = FrameHeader::decode_any_epoch(&bytes[offset..], segment.base + offset as u64)?;
            seal.seal.then_some((Position(segment.base), Position(segment.base + bytes.len() as u64)))
        })
    }

    /// The records from a position on, in order, to the end of what is durable at the time of each
    /// step. Each frame's checksum is verified before its first record is answered; after an error
    /// the iteration ends. `from` is the position of a record, or one that was called durable.
    pub fn records(&self, from: Position) -> Records<'_> {
        let index = self.index(from).unwrap_or(0);
        let offset = self.list.segments.get(index).map_or(0, |segment| from.0.saturating_sub(segment.base));
        Records { segments: &self.list.segments[index.min(self.list.segments.len())..], offset }
    }
}

/// Iterates over the records of a log.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    /// Those not finished yet.
    segments: &'a [Arc<Segment>],
    /// Where in the first of them the next record is.
    offset: u64,
}

impl<'a> Records<'a> {
    fn fail(&mut self, segment: &Segment, reason: &'static str) -> Option<Result<Record<'a>, Error>> {
        self.segments = &[];
        Some(Err(Error::Damaged { path: segment.path.clone(), offset: self.offset, reason }))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some((segment, later)) = self.segments.split_first() {
            let bytes = segment.region.bytes();
            if self.offset >= bytes.len() as u64 {
                if later.is_empty() {
                    return None;
                }
                (self.segments, self.offset) = (later, 0);
                continue;
            }
            let offset = self.offset as usize;
            let position = segment.base + self.offset;
            let Some(record) = Record::at(bytes, offset, Position(position)) else {
                return self.fail(segment, "a record is longer than its segment");
            };
            if record.kind & OWN == 0 {
                self.offset += record.length();
                return Some(Ok(record));
            }
            if is_frame(record.kind) {
                let Some(frame) = FrameHeader::decode_any_epoch(&bytes[offset..], position) else {
                    return self.fail(segment, "a frame's header does not fit its checksum");
                };
                if frame.records(&bytes[offset..]).is_none() {
                    return self.fail(segment, "a frame's records do not fit their checksum");
                }
            }
            self.offset += record.length();
        }
        None
    }
}
