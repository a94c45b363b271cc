//! Reading: single records by position, or all of them in order.
//!
//! Both answer slices of the mapped segments; nothing is copied. Only what is durable can be read.

use std::sync::Arc;

use super::Position;
use super::batch::{OWN, RECORD_HEADER, is_whole, kind_of};
use super::compacted::{self, Compacted, Map};
use super::error::{Damage, Error};
use super::frame::{FrameHeader, HEADER, SegmentHeader};
use super::segment::{List, Segment};

/// How many bytes memory brings at a time.
const LINE: usize = 64;

/// A record as it lies in the log. Its payload is aligned to 8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Its address.
    pub position: Position,
    /// What the writer said it is.
    pub kind: u8,
    /// What the writer put in.
    pub payload: &'a [u8],
}

impl<'a> Record<'a> {
    /// What lies at an offset of a segment's file, if there is room for what it says it is; its check is not looked at.
    #[inline]
    fn unchecked(segment: &'a Segment, offset: usize, position: Position) -> Option<(Self, u64)> {
        let bytes = segment.region.bytes();
        let (header, rest) = bytes.get(offset..)?.split_first_chunk::<RECORD_HEADER>()?;
        let word = u64::from_le_bytes(*header);
        let payload = rest.get(..word as u32 as usize)?;
        let kind = kind_of(word);
        let record = Self { position, kind, payload };
        (kind & OWN == 0).then_some((record, word))
    }

    /// The record of a position, at an offset of a segment's file.
    #[inline]
    fn at(segment: &'a Segment, offset: usize, position: Position) -> Option<Self> {
        let (record, word) = Self::unchecked(segment, offset, position)?;
        if segment.is_checked {
            let end = offset + record.length();
            let padded = segment.region.bytes().get(offset + RECORD_HEADER..end)?;
            return is_whole(word, record.position.0, padded).then_some(record);
        }
        Some(record)
    }

    /// Where it ends.
    pub fn end(&self) -> Position {
        Position(self.position.0 + self.length() as u64)
    }

    /// How far it is to the next one.
    fn length(&self) -> usize {
        RECORD_HEADER + self.payload.len().next_multiple_of(8)
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

    /// The record at a position that an append answered, once it is durable. Its check is looked at each
    /// time: what a disk holds can change while nobody looks.
    ///
    /// A position that was never given out answers an error.
    #[inline]
    pub fn read(&self, position: Position) -> Result<Record<'_>, Error> {
        let (segment, offset) = self.find(position)?;
        match Record::at(segment, offset, position) {
            Some(record) => Ok(record),
            None if segment.is_checked && (segment.map.is_some() || offset < segment.region.bytes().len()) => {
                let damage = segment.damage(offset, RECORD_HEADER, true, "a record does not fit its check");
                Err(Error::Damaged(Damage { position, ..damage }))
            }
            None => Err(Error::NoRecord(position)),
        }
    }

    /// Asks for the memory of a record that will be read soon, as far as most records go.
    #[inline]
    pub(crate) fn expect(&self, position: Position) {
        if let Ok((segment, offset)) = self.find(position) {
            for line in 0..2 {
                segment.region.expect(offset + line * LINE);
            }
        }
    }

    /// In which segment, and where in its file, the record at a position lies.
    #[inline]
    pub(super) fn find(&self, position: Position) -> Result<(&Segment, usize), Error> {
        let none = || Error::NoRecord(position);
        let segment = match self.list.segments.last().ok_or_else(none)? {
            last if last.base <= position.0 => last,
            _ => &self.list.segments[self.index(position).ok_or_else(none)?],
        };
        if !position.0.is_multiple_of(8) {
            return Err(none());
        }
        match &segment.map {
            None => Ok((segment, usize::try_from(position.0 - segment.base).map_err(|_| none())?)),
            Some(map) => Ok((segment, map.offset_of(segment, position)?)),
        }
    }

    /// Which segment a position lies in.
    fn index(&self, position: Position) -> Option<usize> {
        self.list.segments.partition_point(|segment| segment.base <= position.0).checked_sub(1)
    }

    /// Where the log begins to be whole: before, events were left out for their age.
    pub fn oldest(&self) -> Position {
        let is_thinned = |segment: &&Arc<Segment>| segment.map.as_ref().is_some_and(|map| map.told().thinned);
        let thinned = self.list.segments.iter().rfind(is_thinned);
        let first = self.list.segments.first().map_or(0, |segment| segment.base);
        Position(thinned.map_or(first, |segment| segment.end()))
    }

    /// What is left of the segment that starts at a position, if it was compacted.
    pub fn compacted(&self, base: Position) -> Option<Compacted> {
        let index = self.list.segments.binary_search_by_key(&base.0, |segment| segment.base).ok()?;
        self.list.segments[index].map.as_ref().map(Map::told)
    }

    /// The segment that starts at a position, if it is sealed.
    pub(super) fn sealed_segment(&self, base: Position) -> Option<Arc<Segment>> {
        let index = self.list.segments.binary_search_by_key(&base.0, |segment| segment.base).ok()?;
        let segment = &self.list.segments[index];
        let is_sealed = segment.is_checked && (index + 1 < self.list.segments.len() || segment.has_seal());
        is_sealed.then(|| Arc::clone(segment))
    }

    /// Where each sealed segment starts and ends, in order. Nothing in them changes any more, unless they are compacted. Those before the last are
    /// not looked at: one is begun when the one before it is sealed.
    pub fn sealed(&self) -> impl Iterator<Item = (Position, Position)> {
        let last = self.list.segments.len().saturating_sub(1);
        self.list.segments.iter().enumerate().filter_map(move |(index, segment)| {
            let is_sealed = segment.is_checked && (index < last || segment.has_seal());
            is_sealed.then_some((Position(segment.base), Position(segment.end())))
        })
    }

    /// The records from a position on, in order, to the end of what is durable at the time of each
    /// step. A record is verified before it is answered, with the checksum of its frame or by its own check.
    ///
    /// Where bytes are damaged an error says which, and the iteration goes on behind them. `from` is the
    /// position of a record, or one that was called durable. Of compacted segments come the records that are kept.
    pub fn records(&self, from: Position) -> Records<'_> {
        let index = self.index(from).unwrap_or(0);
        let offset = self.list.segments.get(index).map_or(0, |segment| from.0.saturating_sub(segment.base)) as usize;
        Records {
            segments: &self.list.segments[index.min(self.list.segments.len())..],
            offset,
            start: 0,
            frame: 0,
            is_whole: false,
            damages: Vec::new(),
        }
    }
}

/// Iterates over the records of a log.
#[derive(Clone, Debug)]
pub struct Records<'a> {
    /// Those not finished yet.
    segments: &'a [Arc<Segment>],
    /// Where in the first of them the next record is.
    offset: usize,
    /// Where the frame that the offset lies in begins and ends, if its header could be read.
    start: usize,
    frame: usize,
    /// Whether the frame's records fit its checksum.
    is_whole: bool,
    /// What was found when a compacted segment was begun, and is told first.
    damages: Vec<Damage>,
}

/// What is at an offset of a segment.
enum Found<'a> {
    Record(Record<'a>),
    Header,
    Damaged { bytes: usize, hides_records: bool, reason: &'static str },
}

impl<'a> Records<'a> {
    /// Reads what is at the offset, which lies in the segment.
    fn found(&mut self, segment: &'a Segment) -> Found<'a> {
        let is_header_due = self.offset == self.frame || self.offset == 0;
        if self.offset >= self.frame
            && let Some(length) = self.header(segment)
        {
            (self.start, self.frame) = (self.offset, self.offset + length);
            return Found::Header;
        }
        if is_header_due && segment.is_checked {
            // Whatever is wrong with it, it was one; what follows is verified record by record.
            return Found::Damaged { bytes: HEADER, hides_records: false, reason: "a header does not fit its checksum" };
        }
        let position = Position(segment.base + self.offset as u64);
        let record = if self.is_whole && self.offset < self.frame {
            Record::unchecked(segment, self.offset, position).map(|(record, _)| record)
        } else {
            Record::at(segment, self.offset, position)
        };
        match record {
            Some(record) => Found::Record(record),
            None => {
                let bytes = self.until_valid(segment);
                let reason = if segment.is_checked { "records do not fit their checks" } else { "a record is longer than its segment" };
                Found::Damaged { bytes, hides_records: true, reason }
            }
        }
    }

    /// How long the frame is, with its header, whose header is at the offset; of other headers, how long
    /// they are.
    fn header(&mut self, segment: &'a Segment) -> Option<usize> {
        let bytes = segment.region.bytes().get(self.offset..)?;
        self.is_whole = false;
        if self.offset == 0 && SegmentHeader::decode(bytes).is_ok() {
            return Some(HEADER);
        }
        let frame = FrameHeader::decode_any_epoch(bytes, segment.base + self.offset as u64)?;
        self.is_whole = frame.records(bytes).is_some();
        Some(frame.length())
    }

    /// The next record of a compacted segment, of which `offset` is in positions.
    fn kept(&mut self, segment: &'a Segment, map: &Map) -> Option<Result<Record<'a>, Error>> {
        if self.frame == 0 {
            self.frame = HEADER;
            self.damages = if self.offset == 0 { map.damaged_headers(segment) } else { Vec::new() };
            if let Some(damage) = map.damaged_places(segment) {
                self.damages.push(damage);
                self.offset = (map.end() - segment.base) as usize;
            }
        }
        if let Some(damage) = self.damages.pop() {
            return Some(Err(Error::Damaged(damage)));
        }
        let from = segment.base + self.offset as u64;
        let (position, offset) = map.first_from(segment, from).filter(|(position, _)| (from..map.end()).contains(position))?;
        self.offset = (position - segment.base) as usize + 8;
        let position = Position(position);
        Some(Record::at(segment, offset, position).ok_or_else(|| {
            let end = map.first_from(segment, position.0 + 8).map_or(map.records_end(), |(_, next)| next);
            let bytes = end.saturating_sub(offset);
            let damage = segment.damage(offset, bytes, true, "a record does not fit its check");
            Error::Damaged(Damage { position, frame: Some(compacted::FRAME as u64), ..damage })
        }))
    }

    /// How far it is to the next record or header that is valid.
    fn until_valid(&self, segment: &'a Segment) -> usize {
        let bytes = segment.region.bytes();
        let is_valid = |&offset: &usize| {
            let position = segment.base + offset as u64;
            let header = || FrameHeader::decode_any_epoch(&bytes[offset..], position);
            Record::at(segment, offset, Position(position)).is_some() || header().is_some()
        };
        let mut offsets = (self.offset + 8..bytes.len()).step_by(8);
        let valid = if segment.is_checked { offsets.find(is_valid) } else { None };
        valid.unwrap_or(bytes.len()) - self.offset
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some((segment, later)) = self.segments.split_first() {
            let end = segment.region.bytes().len();
            let kept = segment.map.as_ref().map(|map| self.kept(segment, map));
            if let Some(kept @ Some(_)) = kept {
                return kept;
            }
            if kept.is_some() || self.offset >= end {
                if later.is_empty() {
                    return None;
                }
                (self.segments, self.offset, self.frame) = (later, 0, 0);
                continue;
            }
            let offset = self.offset;
            match self.found(segment) {
                Found::Header => self.offset += HEADER,
                Found::Record(record) => {
                    self.offset += record.length();
                    return Some(Ok(record));
                }
                Found::Damaged { bytes, hides_records, reason } => {
                    self.offset = (offset + bytes).min(end);
                    let frame = (offset < self.frame).then_some(self.start as u64);
                    return Some(Err(Error::Damaged(Damage { frame, ..segment.damage(offset, bytes, hides_records, reason) })));
                }
            }
        }
        None
    }
}
