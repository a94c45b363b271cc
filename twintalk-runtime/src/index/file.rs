//! The files of the index: their names, how they are written and how they are mapped.
//!
//! Every file is written under a temporary name, synced, renamed, and the directory synced: under its
//! final name a file is always whole. What counts is what the [manifest](super::manifest) names.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::error::Error;
use crate::journal::Position;
use crate::journal::files::{File, Files, Region};

/// The suffix of a file that is being written.
pub(super) const UNFINISHED: &str = ".new";

/// So much is written between two syncs: the journal's own never wait behind a large file's.
const SYNC_EVERY: usize = 8 << 20;

/// So much is gathered before it is written.
const BUFFER: usize = 256 << 10;

/// A stretch of the log, from the base of a segment to the end of the same or a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The position of its first byte.
    pub base: u64,
    /// The position after its last byte.
    pub end: u64,
}

impl Span {
    /// Whether a position is in it.
    pub fn contains(&self, position: Position) -> bool {
        (self.base..self.end).contains(&position.0)
    }

    /// Whether all of another one is in it.
    pub fn covers(&self, other: Self) -> bool {
        self.base <= other.base && other.end <= self.end
    }
}

/// What a file of the index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// All records of twins in one segment: see [`table`](super::table).
    Records,
    /// The last record of each twin in its span: see [`table`](super::table).
    Twins,
    /// The ids of twins that began or ended in its span: see [`names`](super::names).
    Names,
}

/// The name of a file of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName {
    /// What it holds.
    pub kind: Kind,
    /// The stretch of the log it is about.
    pub span: Span,
}

impl FileName {
    const KINDS: [(Kind, &str); 3] = [(Kind::Records, ".index"), (Kind::Twins, ".twins"), (Kind::Names, ".names")];

    /// The name that a text is.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, rest) = Self::KINDS.iter().find_map(|&(kind, suffix)| Some((kind, text.strip_suffix(suffix)?)))?;
        let (base, end) = rest.split_once('-')?;
        let number = |text| u64::from_str_radix(text, 16).ok();
        let name = Self { kind, span: Span { base: number(base)?, end: number(end)? } };
        (name.to_string() == text).then_some(name)
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = Self::KINDS.iter().find(|(kind, _)| *kind == self.kind).map_or("", |(_, suffix)| suffix);
        write!(f, "{:016x}-{:016x}{suffix}", self.span.base, self.span.end)
    }
}

/// A file as it is read.
#[derive(Debug)]
pub(super) struct Mapped {
    pub name: FileName,
    pub path: PathBuf,
    region: Arc<Region>,
}

impl Mapped {
    /// Maps a file; that it is missing is damage.
    pub fn open(files: &dyn Files, name: FileName) -> Result<Self, Error> {
        let path = files.path(&name.to_string());
        let map = || -> io::Result<Arc<Region>> {
            let file = files.open(&name.to_string())?;
            let length = usize::try_from(file.length()?).map_err(|_| io::ErrorKind::FileTooLarge)?;
            if length == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let region = file.map(length)?;
            region.publish(length);
            Ok(region)
        };
        match map() {
            Ok(region) => Ok(Self { name, path, region }),
            Err(error) => match error.kind() {
                io::ErrorKind::NotFound => Err(Error::Damaged { file: name, path, offset: 0, reason: "the file is missing" }),
                io::ErrorKind::UnexpectedEof => Err(Error::Damaged { file: name, path, offset: 0, reason: "the file is empty" }),
                _ => Err(Error::io("map", path, error)),
            },
        }
    }

    /// All its bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        self.region.bytes()
    }

    /// Asks for the memory at an offset, which will be read soon.
    #[inline]
    pub fn expect(&self, offset: u64) {
        self.region.expect(offset as usize);
    }

    /// The error that says what is wrong with it.
    #[cold]
    pub fn damaged(&self, offset: u64, reason: &'static str) -> Error {
        Error::Damaged { file: self.name, path: self.path.clone(), offset, reason }
    }
}

/// A file being written; without [`finish`](Self::finish) it is removed again.
pub(super) struct NewFile<'a> {
    files: &'a dyn Files,
    name: String,
    file: Box<dyn File>,
    unsynced: usize,
    renamed: bool,
    /// How many bytes were written.
    pub written: u64,
}

impl<'a> NewFile<'a> {
    /// Starts a file.
    pub fn create(files: &'a dyn Files, name: impl fmt::Display) -> Result<Self, Error> {
        let name = name.to_string();
        let file = files.create(&format!("{name}{UNFINISHED}"));
        let file = file.map_err(|source| Error::io("create", files.path(&name), source))?;
        Ok(Self { files, name, file, unsynced: 0, renamed: false, written: 0 })
    }

    fn failed(&self, doing: &'static str) -> impl FnOnce(io::Error) -> Error {
        let path = self.files.path(&self.name);
        move |source| Error::io(doing, path, source)
    }

    /// Writes bytes somewhere.
    pub fn write(&mut self, offset: u64, bytes: &[u8]) -> Result<(), Error> {
        self.file.write(offset, bytes).map_err(self.failed("write"))?;
        self.written += bytes.len() as u64;
        self.unsynced += bytes.len();
        if self.unsynced >= SYNC_EVERY {
            self.file.sync().map_err(self.failed("sync"))?;
            self.unsynced = 0;
        }
        Ok(())
    }

    /// The error that it would have more entries than its form can count.
    #[cold]
    pub fn too_large(&self) -> Error {
        Error::io("write", self.files.path(&self.name), io::ErrorKind::FileTooLarge.into())
    }

    /// Makes the file durable and gives it its name.
    pub fn finish(mut self) -> Result<(), Error> {
        self.file.sync().map_err(self.failed("sync"))?;
        let unfinished = format!("{}{UNFINISHED}", self.name);
        self.files.rename(&unfinished, &self.name).map_err(self.failed("rename"))?;
        self.renamed = true;
        self.files.sync().map_err(self.failed("sync the directory of"))
    }
}

impl Drop for NewFile<'_> {
    fn drop(&mut self) {
        if !self.renamed {
            // What stays is removed when the index is opened.
            let _ = self.files.remove(&format!("{}{UNFINISHED}", self.name));
        }
    }
}

/// A part of a file that is written from its beginning on.
pub(super) struct Stream {
    at: u64,
    buffer: Vec<u8>,
}

impl Stream {
    /// Starts at an offset.
    pub fn at(offset: u64) -> Self {
        Self { at: offset, buffer: Vec::new() }
    }

    /// Adds bytes.
    pub fn put(&mut self, file: &mut NewFile<'_>, bytes: &[u8]) -> Result<(), Error> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER { self.flush(file) } else { Ok(()) }
    }

    /// Writes what was added.
    pub fn flush(&mut self, file: &mut NewFile<'_>) -> Result<(), Error> {
        if !self.buffer.is_empty() {
            file.write(self.at, &self.buffer)?;
            self.at += self.buffer.len() as u64;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Where the next bytes go.
    pub fn offset(&self) -> u64 {
        self.at + self.buffer.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for kind in [Kind::Records, Kind::Twins, Kind::Names] {
            let name = FileName { kind, span: Span { base: 0, end: 0x1234_5678 } };
            assert_eq!(FileName::parse(&name.to_string()), Some(name));
            assert_eq!(FileName::parse(&format!("{name}{UNFINISHED}")), None);
        }
        for other in ["0000000000000000.log", "lock", "manifest", "0-1.twins", "0000000000000000-000000000000000G.twins"] {
            assert_eq!(FileName::parse(other), None);
        }
    }
}
