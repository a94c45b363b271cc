//! Compacted segments: some of the records of a sealed segment, each at its position.
//!
//! Positions never change, so whatever refers to a record finds it, or is told that it is not kept. The file takes
//! the place of the segment's: it is written under another name, synced and renamed.
//!
//! ```text
//!  0        40      80                                                   length - 40
//!  ├ header ┼ map ┼ frame ┼ record … ┼ (offset ×4 ┼ place ×4) × count ┼ map ┤
//! ```
//!
//! - `header`, `frame`, `map`: see [`frame`](super::frame). The frame has all records, as far as its checksum goes; its
//!   position is 80 behind the base. The map is there twice, so that one of the two may be damaged.
//! - `record`: as everywhere, its check covering its position in the log, in order of positions.
//! - `place`: the record's position less the base, and `offset`: where it lies in the file, both in words of 8 bytes.
//!
//! What a lookup finds is proven by the record's check. That there is nothing is believed only if the places fit
//! their checksum, which is looked at once: they are many, and so are those who ask for what is not there.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::batch::{OWN, encode};
use super::error::{Damage, Error};
use super::files::{File, Files};
use super::frame::{FrameHeader, HEADER, MapHeader, SegmentHeader};
use super::region::Region;
use super::segment::{Segment, Segments, UNFINISHED, name};
use super::{Position, Source};

/// Where the first of the two map headers is.
pub const MAP: usize = HEADER;
/// Where the frame begins.
pub const FRAME: usize = 2 * HEADER;
/// Where the records begin.
const RECORDS: usize = 3 * HEADER;

/// The bytes of one place.
const PLACE: usize = 8;

/// So much is written between two syncs: commits never wait behind a large file's.
const SYNC_EVERY: usize = 8 << 20;

/// How much is written at once.
const CHUNK: usize = 1 << 20;

/// How a compacted segment's file is laid out.
#[derive(Clone, Debug)]
pub struct Map {
    header: MapHeader,
    at: usize,
    /// Whether the places were seen to fit their checksum.
    proven: Arc<AtomicBool>,
}

impl Map {
    /// The layout of a file of this length, if the header fits it.
    pub fn new(header: MapHeader, length: u64) -> Option<Self> {
        let at = usize::try_from(header.at).ok().filter(|at| *at >= RECORDS)?;
        let places = u64::from(header.count) * PLACE as u64;
        (header.at.checked_add(places + HEADER as u64) == Some(length)).then(|| Self { header, at, proven: Arc::default() })
    }

    /// The segment's epoch.
    pub fn epoch(&self) -> u32 {
        self.header.epoch
    }

    /// The position behind the segment.
    pub fn end(&self) -> u64 {
        self.header.end
    }

    /// The length of the file.
    pub fn length(&self) -> usize {
        self.at + PLACE * self.header.count as usize + HEADER
    }

    /// Where in the file the last record ends.
    pub fn records_end(&self) -> usize {
        self.at
    }

    /// What is told of it.
    pub fn told(&self) -> Compacted {
        Compacted { thinned: self.header.is_thinned, records: self.header.count.into(), bytes: self.length() as u64 }
    }

    fn places<'a>(&self, bytes: &'a [u8]) -> &'a [[u8; PLACE]] {
        bytes.get(self.at..self.length() - HEADER).map_or(&[], |places| places.as_chunks().0)
    }

    /// The first record at a position or behind it: its position, and where it lies in the file.
    pub fn first_from(&self, segment: &Segment, position: u64) -> Option<(u64, usize)> {
        let word = position.saturating_sub(segment.base).div_ceil(8);
        let places = self.places(segment.region.bytes());
        let index = places.partition_point(|place| u64::from_le_bytes(*place) >> 32 < word);
        let found = u64::from_le_bytes(*places.get(index)?);
        Some((segment.base + (found >> 32 << 3), (found as u32 as usize) << 3))
    }

    /// Where the record at a position lies in the file.
    pub fn offset_of(&self, segment: &Segment, position: Position) -> Result<usize, Error> {
        match self.first_from(segment, position.0) {
            Some((found, offset)) if found == position.0 => Ok(offset),
            _ if position.0 >= self.end() => Err(Error::NoRecord(position)),
            _ if self.proven.load(Ordering::Relaxed) => Err(Error::NotKept(position)),
            _ => match self.damaged_places(segment) {
                Some(damage) => Err(Error::Damaged(damage)),
                None => {
                    self.proven.store(true, Ordering::Relaxed);
                    Err(Error::NotKept(position))
                }
            },
        }
    }

    /// What is wrong with the places, which hide all records then.
    pub fn damaged_places(&self, segment: &Segment) -> Option<Damage> {
        let places = self.places(segment.region.bytes());
        let is_whole = places.len() == self.header.count as usize && crc32c::crc32c(places.as_flattened()) == self.header.places;
        let reason = "the places of its records do not fit their checksum";
        let damage = || Damage { position: Position(segment.base), ..segment.damage(self.at, PLACE * places.len(), true, reason) };
        (!is_whole).then(damage)
    }

    /// Which of the four headers are not what was written.
    pub fn damaged_headers(&self, segment: &Segment) -> Vec<Damage> {
        let bytes = segment.region.bytes();
        let at = |offset: usize| bytes.get(offset..).unwrap_or_default();
        let last = self.length() - HEADER;
        let headers = [
            (0, SegmentHeader::decode(bytes).is_ok()),
            (MAP, MapHeader::decode(at(MAP)) == Some(self.header)),
            (FRAME, FrameHeader::decode_any_epoch(at(FRAME), segment.base + FRAME as u64).is_some()),
            (last, MapHeader::decode(at(last)) == Some(self.header)),
        ];
        let damaged = headers.into_iter().filter(|(_, is_whole)| !is_whole);
        let damage = |(offset, _)| Damage {
            position: Position(segment.base),
            ..segment.damage(offset, HEADER, false, "a header does not fit its checksum")
        };
        damaged.map(damage).collect()
    }
}

/// What is known of a compacted segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compacted {
    /// Whether events were left out for their age, so that a history read from here is not whole.
    pub thinned: bool,
    /// How many records are left.
    pub records: u64,
    /// The bytes of its file.
    pub bytes: u64,
}

/// Keeps these records of the sealed segment that starts at `base`; answers the bytes of its file.
pub(super) fn compact(
    files: &dyn Files,
    segments: &Segments,
    base: Position,
    thinned: bool,
    records: &mut Source<'_>,
) -> Result<u64, Error> {
    let segment = segments.reader().sealed_segment(base).ok_or(Error::NoRecord(base))?;
    let compacted = replace(files, &segment, thinned, records)?;
    let bytes = compacted.region.bytes().len() as u64;
    segments.replace(compacted);
    Ok(bytes)
}

/// Puts a file with these records in the place of a segment's, durably.
fn replace(files: &dyn Files, of: &Segment, thinned: bool, records: &mut Source<'_>) -> Result<Segment, Error> {
    let (name, path) = (name(of.base), of.path.clone());
    let failed = |source: io::Error| Error::Io { doing: "compact", path: path.clone(), source };
    let unfinished = format!("{name}{UNFINISHED}");
    let file = files.create(&unfinished).map_err(failed)?;
    let written = Writing::new(&*file, of).records(records);
    let finished = written.and_then(|written| {
        let is_thinned = thinned || of.map.as_ref().is_some_and(|map| map.header.is_thinned);
        let map = written.finish(is_thinned).map_err(failed)?;
        file.sync().and_then(|()| files.rename(&unfinished, &name)).and_then(|()| files.sync()).map_err(failed)?;
        Ok(map)
    });
    let map = finished.inspect_err(|_| {
        // What is left of it is removed when the log is opened, if not here.
        let _ = files.remove(&unfinished);
    })?;
    let region: Arc<Region> = file.map(map.length()).map_err(failed)?;
    region.publish(map.length());
    Ok(Segment { base: of.base, path, region, is_checked: true, map: Some(map) })
}

/// A file while its records are written.
struct Writing<'a> {
    file: &'a dyn File,
    of: &'a Segment,
    chunk: Vec<u8>,
    /// Where the chunk goes.
    at: usize,
    check: u32,
    places: Vec<u8>,
    /// How much was written since it was synced last.
    unsynced: usize,
}

impl<'a> Writing<'a> {
    fn new(file: &'a dyn File, of: &'a Segment) -> Self {
        Self { file, of, chunk: Vec::new(), at: RECORDS, check: 0, places: Vec::new(), unsynced: 0 }
    }

    fn records(mut self, records: &mut Source<'_>) -> Result<Self, Error> {
        let Segment { base, ref path, .. } = *self.of;
        let (mut next, end) = (base, self.of.end());
        records(&mut |record| {
            let Position(position) = record.position;
            let is_right = (next..end).contains(&position) && position.is_multiple_of(8) && record.kind & OWN == 0;
            if !is_right {
                return Err(Error::NoRecord(record.position));
            }
            next = position + 8;
            let words = |bytes: u64| u32::try_from(bytes >> 3).map_err(|_| Error::TooLarge { bytes: bytes as usize });
            let (place, offset) = (words(position - base)?, words((self.at + self.chunk.len()) as u64)?);
            self.places.extend_from_slice(&offset.to_le_bytes());
            self.places.extend_from_slice(&place.to_le_bytes());
            encode(record, &mut self.chunk)?;
            if self.chunk.len() >= CHUNK {
                self.flush().map_err(|source| Error::Io { doing: "compact", path: path.clone(), source })?;
            }
            Ok(())
        })?;
        Ok(self)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.write(self.at as u64, &self.chunk)?;
        self.check = crc32c::crc32c_append(self.check, &self.chunk);
        self.at += self.chunk.len();
        self.unsynced += self.chunk.len();
        self.chunk.clear();
        if self.unsynced >= SYNC_EVERY {
            self.unsynced = 0;
            self.file.sync()?;
        }
        Ok(())
    }

    fn finish(mut self, is_thinned: bool) -> io::Result<Map> {
        self.flush()?;
        let (base, end, epoch) = (self.of.base, self.of.end(), self.of.epoch());
        let count = (self.places.len() / PLACE) as u32;
        let header = MapHeader { epoch, count, end, at: self.at as u64, is_thinned, places: crc32c::crc32c(&self.places) };
        let bytes = u32::try_from(self.at - RECORDS).map_err(|_| io::ErrorKind::FileTooLarge)?;
        let position = base + FRAME as u64;
        let frame = FrameHeader { seal: false, epoch, bytes, position, durable: end, body: self.check };
        let mut start = SegmentHeader { base, epoch, is_compacted: true }.encode().to_vec();
        start.extend_from_slice(&header.encode());
        start.extend_from_slice(&frame.encode());
        self.places.extend_from_slice(&header.encode());
        self.file.write(self.at as u64, &self.places)?;
        self.file.write(0, &start)?;
        Ok(Map { header, at: self.at, proven: Arc::default() })
    }
}
