//! Opening a log: finding its end, and telling a torn tail from damage.
//!
//! Only the last segment can have a torn tail, since a segment is started when all before it is
//! durable. The segments before it are known by the seal at their end; the last one is scanned frame
//! by frame. Bytes behind the last valid frame that nobody calls durable are the *tail*: it is cut.
//!
//! What was read from the last segment may lie in memory only, left there by a process whose sync
//! failed. So everything that no frame proves durable is written again, and synced, before the log
//! goes on. The segment is sealed then: a new one takes what comes.

use std::io;
use std::sync::Arc;

use super::Position;
use super::error::Error;
use super::files::{File, Files};
use super::frame::{FrameHeader, HEADER, NotSegment, SegmentHeader};
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
        recovered.epoch = file.header.epoch.saturating_add(1);
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
        let bytes = file.read_all()?;
        let scan = file.scan(&bytes)?;
        self.opened.clean = scan.sealed;
        self.opened.truncated_bytes = scan.tail;
        if scan.end == HEADER {
            let removed = files.remove(&segment::name(file.base)).and_then(|()| files.sync());
            return removed.map_err(file.failed("remove"));
        }
        self.next = file.base + (scan.end + HEADER) as u64;
        let seal = FrameHeader::seal(file.header.epoch, file.base + scan.end as u64).encode();
        let rewrite = || -> io::Result<()> {
            file.file.truncate(scan.end as u64)?;
            file.file.write(scan.proven as u64, &bytes[scan.proven..scan.end])?;
            file.file.sync()?;
            file.file.write(scan.end as u64, &seal)?;
            file.file.sync()
        };
        rewrite().map_err(file.failed("write"))?;
        self.segments.push(Arc::new(file.map(self.next)?));
        Ok(())
    }
}

/// A segment's file while it is opened.
struct SegmentFile<'a> {
    files: &'a dyn Files,
    file: Box<dyn File>,
    base: u64,
    header: SegmentHeader,
}

/// What a scan of the last segment found; all are offsets in it.
struct Scan {
    /// Where its last valid frame ends.
    end: usize,
    /// Below it, frames call the bytes durable.
    proven: usize,
    /// Whether a seal is where the last frame ends.
    sealed: bool,
    /// How many bytes behind the end were written.
    tail: u64,
}

impl<'a> SegmentFile<'a> {
    fn open(files: &'a dyn Files, base: u64) -> Result<Self, Error> {
        let path = files.path(&segment::name(base));
        let read = || -> io::Result<(Box<dyn File>, Vec<u8>)> {
            let file = files.open(&segment::name(base))?;
            let mut header = vec![0; HEADER.min(file.length()? as usize)];
            file.read(0, &mut header)?;
            Ok((file, header))
        };
        let (file, header) = match read() {
            Ok(read) => read,
            Err(source) => {
                return Err(Error::Io { doing: "read", path, source });
            }
        };
        match SegmentHeader::decode(&header) {
            Ok(header) if header.base == base => Ok(Self { files, file, base, header }),
            Ok(_) => Err(Error::Damaged { path, offset: 24, reason: "the segment belongs to another position" }),
            Err(NotSegment::Damaged(reason)) => Err(Error::Damaged { path, offset: 0, reason }),
            Err(NotSegment::Newer(found)) => Err(Error::NewerFormat { path, found, supported: super::frame::FORMAT }),
        }
    }

    fn failed(&self, doing: &'static str) -> impl FnOnce(io::Error) -> Error {
        let path = self.files.path(&segment::name(self.base));
        move |source| Error::Io { doing, path, source }
    }

    fn damaged(&self, offset: u64, reason: &'static str) -> Error {
        Error::Damaged { path: self.files.path(&segment::name(self.base)), offset, reason }
    }

    /// A segment that must be sealed so that the next one starts at `next`.
    fn sealed(&self, next: u64) -> Result<Segment, Error> {
        let mut seal = [0; HEADER];
        let position = next.saturating_sub(HEADER as u64);
        let offset = position.saturating_sub(self.base);
        let length = self.file.length().map_err(self.failed("read"))?;
        if offset < HEADER as u64 || length < offset + HEADER as u64 {
            return Err(self.damaged(length, "the segment is shorter than it was, or the one after it is gone"));
        }
        self.file.read(offset, &mut seal).map_err(self.failed("read"))?;
        match FrameHeader::decode(&seal, self.header.epoch, position) {
            Some(frame) if frame.seal => self.map(next),
            _ => Err(self.damaged(offset, "the segment's seal is missing")),
        }
    }

    fn map(&self, end: u64) -> Result<Segment, Error> {
        let length = (end - self.base) as usize;
        let region = self.file.map(length).map_err(self.failed("map"))?;
        region.publish(length);
        Ok(Segment { base: self.base, path: self.files.path(&segment::name(self.base)), region })
    }

    fn read_all(&self) -> Result<Vec<u8>, Error> {
        let length = self.file.length().map_err(self.failed("read"))?;
        let mut bytes = vec![0; length as usize];
        self.file.read(0, &mut bytes).map_err(self.failed("read"))?;
        Ok(bytes)
    }

    fn scan(&self, bytes: &[u8]) -> Result<Scan, Error> {
        let mut scan = Scan { end: HEADER, proven: HEADER, sealed: false, tail: 0 };
        let frame_at = |offset: usize| {
            let frame = FrameHeader::decode(bytes.get(offset..)?, self.header.epoch, self.base + offset as u64)?;
            let durable = frame.durable.saturating_sub(self.base) as usize;
            Some((frame, durable))
        };
        while let Some((frame, durable)) = frame_at(scan.end) {
            if frame.seal {
                scan.sealed = true;
                break;
            }
            if frame.records(&bytes[scan.end..]).is_none() {
                break;
            }
            scan.end += frame.length();
            scan.proven = scan.proven.max(durable).min(scan.end);
        }
        if scan.sealed {
            return Ok(scan);
        }
        let written = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        scan.tail = written.saturating_sub(scan.end) as u64;
        // The bad frame's own header counts too: it is evidence of what lies before it, no more.
        for offset in (scan.end..written).step_by(8) {
            if frame_at(offset).is_some_and(|(_, durable)| durable > scan.end) {
                return Err(self.damaged(scan.end as u64, "a frame that was durable is no longer valid"));
            }
        }
        Ok(scan)
    }
}
