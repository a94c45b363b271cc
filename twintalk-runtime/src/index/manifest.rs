//! The manifest: the one small file that says which files of the index count, and how far they reach.
//!
//! It is replaced whole: written under another name, synced, renamed, the directory synced. What it does not name
//! is left over from interrupted work and is removed. It lies beside the segments as `manifest`; all fields are
//! little-endian.
//!
//! ```text
//!  0          8        12     16    32        40     48
//!  ├ TWINMANI ┼ format ┼ zero ┼ key ┼ covered ┼ time ┤
//!     ├ count ×4 ┼ (schema ×4 ┼ twins ×8) × count ┤                        living twins
//!     ├ count ×4 ┼ (base ×8 ┼ end ×8 ┼ entries ×4 ┼ changes ×8) × count ┤  segments, oldest first
//!     ├ count ×4 ┼ (base ×8 ┼ end ×8) × count ┤                            runs, oldest first
//!     ├ count ×4 ┼ (base ×8 ┼ end ×8) × count ┤                            names runs, oldest first
//!     ├ count ×4 ┼ (kind ×4 ┼ length ×4 ┼ payload) × count ┤               records
//!     ├ check ┤
//! ```
//!
//! - `key`: of the hash of ids. A new index draws a new one.
//! - `covered`: the index knows all records below this position, which is the end of a sealed segment.
//! - `time`: the latest of all records of twins below it, in nanoseconds since 1970.
//! - *living twins* by the schema their lives began with; a schema that any event has is there, with 0 if need be. A
//!   life may end with another schema of its class than it began with, so single numbers may be negative.
//! - *segments* that have an index; `entries` and `changes` are how many records of twins, and how many twins that began or
//!   ended, there are in them. The files' names follow from base and end.
//! - *records*: copies of the journal's records of symbols, schemas, blocks and provisioned statements below
//!   `covered`, in its order.
//! - The check is the CRC-32C of all before it. In every format magic, format and check are where they are in this one.
//!
//! A newer format is refused. A manifest that is missing, damaged or of an older format means that the index is built anew: the
//! format rises when that of any of its files does.

use std::collections::BTreeMap;
use std::io;

use super::Error;
use super::file::{NewFile, Span};
use super::hash::Key;
use crate::bytes::{Cursor, Malformed};
use crate::journal::files::Files;
use crate::journal::{self, Position};

/// The name of its file.
pub const NAME: &str = "manifest";

const MAGIC: &[u8; 8] = b"TWINMANI";
/// The newest format this version writes and reads.
pub const FORMAT: u32 = 2;

/// A copy of a record of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its kind.
    pub kind: u8,
    /// What it says.
    pub payload: Vec<u8>,
}

/// A segment that has an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indexed {
    /// Where it starts and ends.
    pub span: Span,
    /// How many records of twins it has.
    pub entries: u32,
    /// How many twins began or ended in it.
    pub changes: u64,
}

/// What the index knows and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The key of the hash of ids.
    pub key: Key,
    /// All records below are known.
    pub covered: Position,
    /// The latest time of a record.
    pub time: i64,
    /// How many twins live, by schema.
    pub living: BTreeMap<u32, i64>,
    /// Segments that have an index, the oldest first.
    pub segments: Vec<Indexed>,
    /// Spans of runs, the oldest first.
    pub runs: Vec<Span>,
    /// Spans of names runs, the oldest first.
    pub names: Vec<Span>,
    /// Symbols, schemas, blocks and provisioned statements.
    pub kept: Vec<Kept>,
}

/// What was found in place of a manifest.
#[derive(Debug)]
pub enum Unusable {
    /// There is none.
    Missing,
    /// It is not what was written.
    Damaged(&'static str),
}

impl Manifest {
    /// Nothing is known yet.
    pub fn new(key: Key) -> Self {
        let (covered, living, segments, runs, names, kept) = Default::default();
        Self { key, covered, time: i64::MIN, living, segments, runs, names, kept }
    }

    /// How many twins live.
    pub fn twins(&self) -> u64 {
        self.living.values().sum::<i64>().max(0) as u64
    }

    /// Reads the manifest of a directory.
    pub fn read(files: &dyn Files) -> Result<Result<Self, Unusable>, Error> {
        let read = || -> io::Result<Vec<u8>> {
            let file = files.open(NAME)?;
            let mut bytes = vec![0; usize::try_from(file.length()?).map_err(|_| io::ErrorKind::FileTooLarge)?];
            file.read(0, &mut bytes)?;
            Ok(bytes)
        };
        let bytes = match read() {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Err(Unusable::Missing)),
            Err(error) => return Err(Error::io("read", files.path(NAME), error)),
        };
        match Self::decode(&bytes) {
            Ok(manifest) => Ok(Ok(manifest)),
            Err(NotManifest::Damaged(reason)) => Ok(Err(Unusable::Damaged(reason))),
            Err(NotManifest::Newer(found)) => Err(journal::Error::NewerFormat { path: files.path(NAME), found, supported: FORMAT }.into()),
        }
    }

    /// Replaces the manifest of a directory; answers how many bytes were written.
    pub fn write(&self, files: &dyn Files) -> Result<u64, Error> {
        let mut file = NewFile::create(files, NAME)?;
        file.write(0, &self.encode())?;
        let written = file.written;
        file.finish()?;
        Ok(written)
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Out(MAGIC.to_vec());
        out.u32(FORMAT);
        out.u32(0);
        out.0.extend_from_slice(&self.key.0);
        out.u64(self.covered.0);
        out.u64(self.time as u64);
        out.list(&self.living, |out, (schema, twins)| {
            out.u32(*schema);
            out.u64(*twins as u64);
        });
        out.list(&self.segments, |out, segment| {
            out.span(segment.span);
            out.u32(segment.entries);
            out.u64(segment.changes);
        });
        for spans in [&self.runs, &self.names] {
            out.list(spans, |out, span| out.span(*span));
        }
        out.list(&self.kept, |out, kept| {
            out.u32(kept.kind.into());
            out.u32(kept.payload.len() as u32);
            out.0.extend_from_slice(&kept.payload);
        });
        let check = crc32c::crc32c(&out.0);
        out.u32(check);
        out.0
    }

    fn decode(bytes: &[u8]) -> Result<Self, NotManifest> {
        let damaged = |_: Malformed| NotManifest::Damaged("the manifest is not well formed");
        let Some((body, check)) = bytes.split_last_chunk().filter(|(body, _)| body.starts_with(MAGIC)) else {
            return Err(NotManifest::Damaged("this is not a manifest"));
        };
        if crc32c::crc32c(body) != u32::from_le_bytes(*check) {
            return Err(NotManifest::Damaged("the manifest does not fit its checksum"));
        }
        let mut cursor = Cursor::new(&body[MAGIC.len()..]);
        match cursor.u32().map_err(damaged)? {
            FORMAT => Self::read_body(&mut cursor).map_err(damaged),
            0 => Err(NotManifest::Damaged("the manifest has no format number")),
            1..FORMAT => Err(NotManifest::Damaged("the index is of an earlier version")),
            newer => Err(NotManifest::Newer(newer)),
        }
    }

    fn read_body(cursor: &mut Cursor<'_>) -> Result<Self, Malformed> {
        cursor.u32()?;
        let mut manifest = Self::new(Key(*cursor.array()?));
        manifest.covered = Position(cursor.u64()?);
        manifest.time = cursor.u64()? as i64;
        for _ in 0..cursor.u32()? {
            let schema = cursor.u32()?;
            manifest.living.insert(schema, cursor.u64()? as i64);
        }
        for _ in 0..cursor.u32()? {
            let span = span(cursor)?;
            manifest.segments.push(Indexed { span, entries: cursor.u32()?, changes: cursor.u64()? });
        }
        for spans in [&mut manifest.runs, &mut manifest.names] {
            for _ in 0..cursor.u32()? {
                spans.push(span(cursor)?);
            }
        }
        for _ in 0..cursor.u32()? {
            let kind = u8::try_from(cursor.u32()?).map_err(|_| Malformed("a kind of record is not known"))?;
            let length = cursor.u32()? as usize;
            manifest.kept.push(Kept { kind, payload: cursor.take(length)?.to_vec() });
        }
        (*cursor).end()?;
        Ok(manifest)
    }
}

/// Why bytes are not a manifest that can be used.
#[derive(Debug, PartialEq, Eq)]
enum NotManifest {
    Damaged(&'static str),
    Newer(u32),
}

fn span(cursor: &mut Cursor<'_>) -> Result<Span, Malformed> {
    let span = Span { base: cursor.u64()?, end: cursor.u64()? };
    if span.base < span.end { Ok(span) } else { Err(Malformed("a span has no length")) }
}

/// Bytes being written.
struct Out(Vec<u8>);

impl Out {
    fn u32(&mut self, field: u32) {
        self.0.extend_from_slice(&field.to_le_bytes());
    }

    fn u64(&mut self, field: u64) {
        self.0.extend_from_slice(&field.to_le_bytes());
    }

    fn span(&mut self, span: Span) {
        self.u64(span.base);
        self.u64(span.end);
    }

    fn list<T>(&mut self, items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator>, put: impl Fn(&mut Self, T)) {
        let items = items.into_iter();
        self.u32(items.len() as u32);
        items.for_each(|item| put(self, item));
    }
}

#[cfg(test)]
mod tests;
