//! Segments: the stretches of the log, each in a file of its own that is named by its base position.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::compacted::Map;
use super::error::{Damage, Error};
use super::files::{File, Files, Lock};
use super::frame::{FrameHeader, HEADER, MapHeader, SegmentHeader};
use super::region::Region;
use super::{Position, Reader};

const SUFFIX: &str = ".log";

/// No log gets there, and no sum of two positions below it overflows.
const LIMIT: u64 = 1 << 62;

/// The suffix of a segment whose header is not durable yet.
pub const UNFINISHED: &str = ".new";

/// The name of the file of the segment that starts at `base`.
pub fn name(base: u64) -> String {
    format!("{base:016x}{SUFFIX}")
}

/// The base of the segment in the file of this name.
pub fn base_of(name: &str) -> Option<u64> {
    let base = u64::from_str_radix(name.strip_suffix(SUFFIX)?, 16).ok()?;
    (self::name(base) == name && base < LIMIT).then_some(base)
}

/// A segment as it is read.
#[derive(Debug)]
pub struct Segment {
    /// The position of its first byte.
    pub base: u64,
    /// Its file, for messages.
    pub path: PathBuf,
    /// Its bytes, as far as they are durable.
    pub region: Arc<Region>,
    /// Whether its records have checks: those that never leave memory have none.
    pub is_checked: bool,
    /// Where its records are, if it was compacted; else they lie where their positions say.
    pub map: Option<Map>,
}

impl Segment {
    /// The position behind it, or behind what is readable of it.
    pub fn end(&self) -> u64 {
        self.map.as_ref().map_or(self.base + self.region.bytes().len() as u64, Map::end)
    }

    /// Whether nothing in it changes any more, as far as it tells itself.
    pub fn has_seal(&self) -> bool {
        let bytes = self.region.bytes();
        let offset = bytes.len().checked_sub(HEADER);
        let last = offset.and_then(|offset| FrameHeader::decode_any_epoch(bytes.get(offset..)?, self.base + offset as u64));
        self.map.is_some() || last.is_some_and(|last| last.seal)
    }

    /// The epoch that its headers tell.
    pub fn epoch(&self) -> u32 {
        let bytes = self.region.bytes();
        let second = || FrameHeader::decode_any_epoch(bytes.get(HEADER..)?, self.base + HEADER as u64).map(|frame| frame.epoch);
        let map = || MapHeader::decode(bytes.get(HEADER..)?).map(|map| map.epoch);
        let first = SegmentHeader::decode(bytes).map(|header| header.epoch);
        first.ok().or_else(second).or_else(map).unwrap_or_default()
    }

    /// What is said of bytes of it that are not what was written.
    pub fn damage(&self, offset: usize, bytes: usize, hides_records: bool, reason: &'static str) -> Damage {
        let offset = offset as u64;
        Damage {
            path: self.path.clone(),
            offset,
            position: Position(self.base + offset),
            bytes: bytes as u64,
            frame: None,
            hides_records,
            reason,
        }
    }

    /// Creates the file of a segment. Under its final name a file always has a whole header.
    pub fn create(files: &dyn Files, base: u64, capacity: u64, epoch: u32) -> Result<(Self, Box<dyn File>), Error> {
        let name = name(base);
        let unfinished = format!("{name}{UNFINISHED}");
        let path = files.path(&name);
        let create = || -> io::Result<(Arc<Region>, Box<dyn File>)> {
            let file = files.create(&unfinished)?;
            file.allocate(capacity)?;
            file.write(0, &SegmentHeader { base, epoch, is_compacted: false }.encode())?;
            file.sync()?;
            files.rename(&unfinished, &name)?;
            files.sync()?;
            let region = file.map(capacity as usize)?;
            region.publish(HEADER);
            Ok((region, file))
        };
        match create() {
            Ok((region, file)) => Ok((Self { base, path, region, is_checked: true, map: None }, file)),
            Err(source) => Err(Error::Io { doing: "create", path, source }),
        }
    }
}

/// All segments of a log, and how far it is durable.
#[derive(Debug)]
pub struct Segments {
    list: RwLock<Arc<List>>,
    durable: AtomicU64,
    /// How often it was published.
    commits: AtomicU64,
}

/// The segments that exist at a moment.
#[derive(Clone, Debug)]
pub struct List {
    /// In order.
    pub segments: Vec<Arc<Segment>>,
    /// As long as somebody may read the files, nobody opens them again: recovery writes to them. A log that was closed
    /// has no segments any more, and keeps nobody out.
    _lock: Option<Lock>,
}

impl List {
    /// Segments that are read beside whoever has the lock.
    pub fn unlocked(segments: Vec<Arc<Segment>>) -> Self {
        Self { segments, _lock: None }
    }
}

impl Segments {
    /// The segments of a log that is durable up to its end.
    pub fn new(segments: Vec<Arc<Segment>>, durable: u64, lock: Lock) -> Self {
        let list = List { segments, _lock: Some(lock) };
        Self { list: RwLock::new(Arc::new(list)), durable: AtomicU64::new(durable), commits: AtomicU64::new(0) }
    }

    /// Adds a segment at the end.
    pub fn push(&self, segment: Arc<Segment>) {
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        Arc::make_mut(&mut list).segments.push(segment);
    }

    /// Puts a segment in the place of the one with the same base. Whoever reads the old one goes on with it.
    pub fn replace(&self, segment: Segment) {
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        let list = Arc::make_mut(&mut list);
        if let Ok(index) = list.segments.binary_search_by_key(&segment.base, |segment| segment.base) {
            list.segments[index] = Arc::new(segment);
        }
    }

    /// Lets go of the segments, and of the lock as soon as no reader is left.
    pub fn close(&self) {
        let closed = List { segments: Vec::new(), _lock: None };
        *self.list.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(closed);
    }

    /// Makes the last segment readable up to `end`.
    pub fn publish(&self, segment: &Segment, end: u64) {
        segment.region.publish((end - segment.base) as usize);
        self.durable.store(end, Ordering::Release);
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    /// How often that was done.
    pub fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// The end of what is durable.
    pub fn durable(&self) -> Position {
        Position(self.durable.load(Ordering::Acquire))
    }

    /// A view of the segments that exist now.
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.list.read().unwrap_or_else(PoisonError::into_inner)))
    }
}
