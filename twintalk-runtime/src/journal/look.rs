//! Opening a log to read it beside whoever writes it: no lock is taken, and nothing is written.
//!
//! The log that is seen ends with the last frame that is whole at this moment. What lies behind it is a torn tail, or
//! a frame that is being written. A reader can overtake the writer: it may find a frame half written, and then the next one,
//! which calls the first durable. So what looks like damage in the last segment is read again, and believed only if it is
//! the same again: bytes that another frame calls durable were whole before that frame was begun.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::compacted::{Compacted, Map};
use super::error::{Damage, Error};
use super::files::{File, Files, Lock, Space};
use super::frame::HEADER;
use super::recovery::{Scan, SegmentFile};
use super::segment::{self, List, Segment};
use super::{Position, Reader};

/// So often it is tried to read files that change meanwhile.
const TRIES: usize = 16;

/// A log as it was at a moment.
#[derive(Clone, Debug)]
pub struct Look {
    /// Reads it, up to its end.
    pub reader: Reader,
    /// Where it ends.
    pub end: Position,
    /// Its segments in order.
    pub segments: Vec<Stretch>,
    /// How many bytes behind the end were written: a commit that was never finished, or is about to be.
    pub tail: u64,
    /// What is wrong with the segments as files; damage in them is found by reading the records.
    pub damages: Vec<Damage>,
}

/// One segment of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its file.
    pub path: PathBuf,
    /// Where it starts.
    pub base: Position,
    /// Where it ends, or where its last whole frame does if it is not sealed.
    pub end: Position,
    /// Its epoch, which rises each time a log is opened.
    pub epoch: u32,
    /// Whether nothing in it changes any more, unless it is compacted.
    pub sealed: bool,
    /// What is left of it, if it was compacted.
    pub compacted: Option<Compacted>,
}

impl Stretch {
    /// How many bytes of its file count.
    pub fn bytes(&self) -> u64 {
        self.compacted.map_or(self.end.0 - self.base.0, |compacted| compacted.bytes)
    }
}

/// Looks at the log in a directory.
///
/// # Errors
/// The directory or a file cannot be read, or has a newer format.
pub fn look(directory: &Path) -> Result<Look, Error> {
    look_in(&ReadOnly(directory.to_owned()))
}

/// Looks at the log in any kind of directory.
pub(super) fn look_in(files: &dyn Files) -> Result<Look, Error> {
    let list = || bases(files).map_err(|source| Error::Io { doing: "open", path: files.path(""), source });
    let mut before = list()?;
    for _ in 0..TRIES {
        let looked = attempt(files, &before);
        let now = list()?;
        let is_settled = match &looked {
            Ok(look) => look.damages.is_empty() || now == before,
            // It was cut to its length while it was read.
            Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::UnexpectedEof => false,
            Err(_) => now == before,
        };
        if is_settled {
            return looked;
        }
        before = now;
    }
    attempt(files, &before)
}

fn bases(files: &dyn Files) -> io::Result<Vec<u64>> {
    let names = files.list()?;
    let mut bases: Vec<u64> = names.iter().filter_map(|name| segment::base_of(name)).collect();
    bases.sort_unstable();
    Ok(bases)
}

fn attempt(files: &dyn Files, bases: &[u64]) -> Result<Look, Error> {
    let mut found = Found::default();
    for (index, &base) in bases.iter().enumerate() {
        let file = match SegmentFile::open(files, base) {
            Ok(file) => file,
            Err(Error::Damaged(damage)) => {
                found.damages.push(damage);
                continue;
            }
            Err(error) => return Err(error),
        };
        match bases.get(index + 1) {
            Some(&next) => found.earlier(&file, next)?,
            None => found.last(&file)?,
        }
    }
    let end = found.stretches.last().map_or(Position::NONE, |last| last.end);
    let reader = Reader::new(Arc::new(List::unlocked(found.segments)));
    Ok(Look { reader, end, segments: found.stretches, tail: found.tail, damages: found.damages })
}

#[derive(Default)]
struct Found {
    segments: Vec<Arc<Segment>>,
    stretches: Vec<Stretch>,
    tail: u64,
    damages: Vec<Damage>,
}

impl Found {
    /// A segment that another one follows. If it is too short, it is read as far as it goes.
    fn earlier(&mut self, file: &SegmentFile<'_>, next: u64) -> Result<(), Error> {
        match file.sealed(next) {
            Ok(segment) => self.push(file, segment),
            Err(Error::Damaged(damage)) => {
                let length = file.file.length().map_err(file.failed("read"))?;
                let end = next.min(file.base.saturating_add(length));
                self.damages.push(damage);
                self.push(file, file.map(end)?);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// The segment that may be written at this moment.
    fn last(&mut self, file: &SegmentFile<'_>) -> Result<(), Error> {
        if let Some(map) = &file.map {
            self.push(file, file.map(map.end())?);
            return Ok(());
        }
        let scan = scan(file)?;
        self.tail = scan.tail;
        if scan.end > HEADER || scan.sealed {
            let seal = if scan.sealed { HEADER } else { 0 };
            self.push(file, file.map(file.base + (scan.end + seal) as u64)?);
        }
        Ok(())
    }

    fn push(&mut self, file: &SegmentFile<'_>, segment: Segment) {
        let (path, base, end) = (segment.path.clone(), Position(segment.base), Position(segment.end()));
        let (sealed, compacted) = (segment.has_seal(), segment.map.as_ref().map(Map::told));
        self.stretches.push(Stretch { path, base, end, epoch: file.epoch, sealed, compacted });
        self.segments.push(Arc::new(segment));
    }
}

/// Where the last segment ends, whoever writes it meanwhile.
fn scan(file: &SegmentFile<'_>) -> Result<Scan, Error> {
    let mut scan = file.scan(&file.read_all()?);
    for _ in 0..TRIES {
        if scan.damaged.is_empty() {
            break;
        }
        let again = file.scan(&file.read_all()?);
        let is_certain = again.damaged == scan.damaged;
        scan = again;
        if is_certain {
            break;
        }
    }
    Ok(scan)
}

/// A directory that is left as it is.
struct ReadOnly(PathBuf);

fn refused<T>() -> io::Result<T> {
    Err(io::ErrorKind::ReadOnlyFilesystem.into())
}

impl Files for ReadOnly {
    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn list(&self) -> io::Result<Vec<String>> {
        fs::read_dir(&self.0)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn create(&self, _: &str) -> io::Result<Box<dyn File>> {
        refused()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn File>> {
        Ok(Box::new(fs::File::open(self.path(name))?))
    }

    fn rename(&self, _: &str, _: &str) -> io::Result<()> {
        refused()
    }

    fn remove(&self, _: &str) -> io::Result<()> {
        refused()
    }

    fn sync(&self) -> io::Result<()> {
        refused()
    }

    fn space(&self) -> io::Result<Space> {
        refused()
    }

    fn lock(&self) -> io::Result<Option<Lock>> {
        refused()
    }
}
