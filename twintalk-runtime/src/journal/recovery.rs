//! Opening a log: finding its end, and telling a torn tail from damage.
//!
//! Only the last segment can have a torn tail, since a segment is started when all before it is
//! durable. The segments before it end where the next one starts; the last one is scanned frame
//! by frame. Bytes behind the last valid frame that nobody calls durable are the *tail*: it is cut.
//!
//! Damage below what is called durable is left where it is, for [`Reader::records`](super::Reader::records)
//! to report: what is whole around it can be read. A log is refused only where its extent is uncertain.
//!
//! What was read from the last segment may lie in memory only, left there by a process whose sync
//! failed. So everything that no frame proves durable is written again, and synced, before the log
//! goes on. The segment is sealed then: a new one takes what comes.

use std::io;
use std::sync::Arc;

use super::Position;
use super::compacted::{self, Map};
use super::error::{Damage, Error};
use super::files::{File, Files};
use super::frame::{FrameHeader, HEADER, MapHeader, NotSegment, SegmentHeader};
use super::segment::{self, Segment};

/// What opening found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// The end of the log.
    pub durable: Position,
    /// How many segments it has.
    pub segments: usize,
    /// Whether it was closed properly.
    pub clean: bool,
    /// How many bytes were cut at the end: they belonged to batches that nobody was told were durable.
    pub truncated_bytes: u64,
}

impl Opened {
    pub(super) fn empty(durable: Position) -> Self {
        Self { durable, segments: 0, clean: true, truncated_bytes: 0 }
    }
}

/// A log that can go on at `next`.
pub struct Recovered {
    /// All segments, sealed.
    pub segments: Vec<Arc<Segment>>,
    /// The base of the segment to come.
    pub next: u64,
    /// Higher than all before.
    pub epoch: u32,
    /// For the user.
    pub opened: Opened,
}

/// Opens all segments of a directory.
pub fn recover(files: &dyn Files) -> Result<Recovered, Error> {
    let bases = bases(files).map_err(|source| Error::Io { doing: "open", path: files.path(""), source })?;
    let mut recovered = Recovered { segments: Vec::new(), next: 0, epoch: 1, opened: Opened::empty(Position(0)) };
    if let Some((&last, sealed)) = bases.split_last() {
        for (&base, &next) in sealed.iter().zip(&bases[1..]) {
            let file = SegmentFile::open(files, base)?;
            recovered.segments.push(Arc::new(file.sealed(next)?));
        }
        let file = SegmentFile::open(files, last)?;
        recovered.epoch = file.epoch.saturating_add(1);
        recovered.next = last;
        recovered.last(files, file)?;
    }
    recovered.opened.durable = Position(recovered.next);
    recovered.opened.segments = recovered.segments.len();
    Ok(recovered)
}

/// The bases of all segments in order. Segments that were not finished are removed.
fn bases(files: &dyn Files) -> io::Result<Vec<u64>> {
    let mut bases = Vec::new();
    for name in files.list()? {
        if name.strip_suffix(segment::UNFINISHED).and_then(segment::base_of).is_some() {
            files.remove(&name)?;
        }
        bases.extend(segment::base_of(&name));
    }
    bases.sort_unstable();
    Ok(bases)
}

impl Recovered {
    /// Scans the last segment, makes sure of it and seals it.
    fn last(&mut self, files: &dyn Files, file: SegmentFile<'_>) -> Result<(), Error> {
        if let Some(map) = &file.map {
            self.next = map.end();
            self.segments.push(Arc::new(file.map(self.next)?));
            return Ok(());
        }
        let bytes = file.read_all()?;
        let scan = file.scan(&bytes);
        self.opened.clean = scan.sealed;
        self.opened.truncated_bytes = scan.tail;
        if scan.end == HEADER {
            let removed = files.remove(&segment::name(file.base)).and_then(|()| files.sync());
            return removed.map_err(file.failed("remove"));
        }
        self.next = file.base + (scan.end + HEADER) as u64;
        let seal = FrameHeader::seal(file.epoch, file.base + scan.end as u64).encode();
        let rewrite = || -> io::Result<()> {
            if !scan.sealed {
                file.file.truncate(scan.end as u64)?;
                file.file.write(scan.proven as u64, &bytes[scan.proven..scan.end])?;
                file.file.sync()?;
            }
            file.file.write(scan.end as u64, &seal)?;
            file.file.truncate((scan.end + HEADER) as u64)?;
            file.file.sync()
        };
        rewrite().map_err(file.failed("write"))?;
        self.segments.push(Arc::new(file.map(self.next)?));
        Ok(())
    }
}

/// A segment's file while it is opened.
pub(super) struct SegmentFile<'a> {
    files: &'a dyn Files,
    pub file: Box<dyn File>,
    pub base: u64,
    pub epoch: u32,
    /// Where its records are, if it was compacted.
    pub map: Option<Map>,
}

/// What a scan of the last segment found; all are offsets in it.
pub(super) struct Scan {
    /// Where its last valid frame ends.
    pub end: usize,
    /// Below it, frames call the bytes durable.
    proven: usize,
    /// Whether a seal is where the last frame ends.
    pub sealed: bool,
    /// How many bytes behind the end were written.
    pub tail: u64,
    /// Where bytes that are called durable are not valid frames.
    pub damaged: Vec<usize>,
}

impl<'a> SegmentFile<'a> {
    pub fn open(files: &'a dyn Files, base: u64) -> Result<Self, Error> {
        let path = files.path(&segment::name(base));
        let read = || -> io::Result<(Box<dyn File>, Vec<u8>, u64)> {
            let file = files.open(&segment::name(base))?;
            let length = file.length()?;
            let mut header = vec![0; HEADER.min(length as usize)];
            file.read(0, &mut header)?;
            Ok((file, header, length))
        };
        let (file, header, length) = match read() {
            Ok(read) => read,
            Err(source) => {
                return Err(Error::Io { doing: "read", path, source });
            }
        };
        let damaged = |reason| {
            let position = Position(base);
            Error::Damaged(Damage {
                path: path.clone(),
                offset: 0,
                position,
                bytes: HEADER as u64,
                frame: None,
                hides_records: false,
                reason,
            })
        };
        if !base.is_multiple_of(8) {
            // Positions of records behind it would be none either.
            return Err(damaged("no segment begins at the position that is its name"));
        }
        // Of a compacted segment the map is there twice.
        let map_at = |offset: u64| {
            let mut header = [0; HEADER];
            file.read(offset, &mut header).ok()?;
            Map::new(MapHeader::decode(&header)?, length)
        };
        let found_map = || map_at(compacted::MAP as u64).or_else(|| map_at(length.checked_sub(HEADER as u64)?));
        let mut map = None;
        let epoch = match SegmentHeader::decode(&header) {
            Ok(header) if header.base == base => {
                if header.is_compacted {
                    map = Some(found_map().ok_or_else(|| damaged("the map of a compacted segment is damaged, or the file was cut"))?);
                }
                header.epoch
            }
            Ok(_) => return Err(damaged("the segment belongs to another position")),
            Err(NotSegment::Newer(found)) => return Err(Error::NewerFormat { path, found, supported: super::frame::FORMAT }),
            // The first frame has the epoch too.
            Err(NotSegment::Damaged(reason)) => {
                let mut frame = [0; HEADER];
                let read = file.read(HEADER as u64, &mut frame).ok();
                let frame = read.and_then(|()| FrameHeader::decode_any_epoch(&frame, base + HEADER as u64));
                map = if frame.is_none() { map_at(compacted::MAP as u64) } else { None };
                let epoch = frame.map(|frame| frame.epoch).or(map.as_ref().map(Map::epoch));
                epoch.ok_or_else(|| damaged(reason))?
            }
        };
        Ok(Self { files, file, base, epoch, map })
    }

    pub fn failed(&self, doing: &'static str) -> impl FnOnce(io::Error) -> Error {
        let path = self.files.path(&segment::name(self.base));
        move |source| Error::Io { doing, path, source }
    }

    /// A segment that must end where the next one starts, at `next`. Its seal says so too, but is not needed.
    pub fn sealed(&self, next: u64) -> Result<Segment, Error> {
        let length = self.file.length().map_err(self.failed("read"))?;
        let end = next.saturating_sub(self.base);
        let is_short = self.map.as_ref().map_or(end < 2 * HEADER as u64 || length < end, |map| map.end() != next);
        if is_short {
            let path = self.files.path(&segment::name(self.base));
            let reason = "the segment is shorter than it was, or the one after it is gone";
            let position = Position(self.base.saturating_add(length));
            let bytes = end.saturating_sub(length);
            return Err(Error::Damaged(Damage { path, offset: length, position, bytes, frame: None, hides_records: true, reason }));
        }
        self.map(next)
    }

    /// The segment up to `end`, which is a position.
    pub fn map(&self, end: u64) -> Result<Segment, Error> {
        let length = self.map.as_ref().map_or((end - self.base) as usize, Map::length);
        let region = self.file.map(length).map_err(self.failed("map"))?;
        region.publish(length);
        Ok(Segment { base: self.base, path: self.files.path(&segment::name(self.base)), region, is_checked: true, map: self.map.clone() })
    }

    /// All of its bytes.
    pub fn read_all(&self) -> Result<Vec<u8>, Error> {
        let length = self.file.length().map_err(self.failed("read"))?;
        let mut bytes = vec![0; length as usize];
        self.file.read(0, &mut bytes).map_err(self.failed("read"))?;
        Ok(bytes)
    }

    /// Looks where the last segment, of which these are the bytes, ends.
    pub fn scan(&self, bytes: &[u8]) -> Scan {
        let mut scan = Scan { end: HEADER, proven: HEADER, sealed: false, tail: 0, damaged: Vec::new() };
        let written = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        loop {
            self.scan_frames(bytes, &mut scan);
            if scan.sealed {
                return scan;
            }
            // The bad frame's own header counts too: it is evidence of what lies before it, no more.
            let headers = (scan.end..written).step_by(8).filter_map(|offset| Some(self.frame_at(bytes, offset)?.1.min(offset)));
            let proven = headers.max().unwrap_or(0);
            if proven <= scan.end {
                scan.tail = written.saturating_sub(scan.end) as u64;
                return scan;
            }
            // What was durable is damaged; where that was said, a frame ended.
            scan.damaged.push(scan.end);
            (scan.end, scan.proven) = (proven, proven);
        }
    }

    /// Goes on from frame to frame as long as they are valid.
    fn scan_frames(&self, bytes: &[u8], scan: &mut Scan) {
        while let Some((frame, durable)) = self.frame_at(bytes, scan.end) {
            if frame.seal {
                scan.sealed = true;
                return;
            }
            if frame.records(&bytes[scan.end..]).is_none() {
                return;
            }
            scan.end += frame.length();
            scan.proven = scan.proven.max(durable).min(scan.end);
        }
    }

    /// The valid header at an offset, and the offset below which it calls all durable.
    fn frame_at(&self, bytes: &[u8], offset: usize) -> Option<(FrameHeader, usize)> {
        let frame = FrameHeader::decode(bytes.get(offset..)?, self.epoch, self.base + offset as u64)?;
        Some((frame, frame.durable.saturating_sub(self.base) as usize))
    }
}
