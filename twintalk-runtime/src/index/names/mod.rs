//! Names: the ids of twins in order, from events that begin or end a life.
//!
//! A *names run* has, for each twin that began or ended in its span of segments, the last such event.
//! The newest run that knows an id decides. All fields are little-endian.
//!
//! ```text
//!  0          8        12     16     24    32        40       48            124
//!  ├ TWINAME0 ┼ format ┼ zero ┼ base ┼ end ┼ entries ┼ blocks ┼ zeros       ┼ check ┤
//!  128  blocks of about 4 KiB:  ├ entry … ┤
//!       for each block:         ├ its end in the file ×8 ┼ check ×4 ┤
//!
//!  entry  0        1               2        6                12
//!         ├ shared ┼ length − 1 ×1 ┼ schema ┼ position and end ┼ rest of the id ┤
//! ```
//!
//! - Ids are in order of their bytes; `shared` says how many first bytes an id has in common with the one
//!   before it in its block, `length` how many follow.
//! - `position` is that of the event, in words of 8 bytes; the lowest bit of the 6 bytes says that the life ended, the
//!   words are above it.
//! - A check is the CRC-32C of what is before it; that of a block starts from a salt (the checksum of base and
//!   end), the block's number, start and end. It is looked at whenever the block is read.
//!
//! A twin takes its id and 12 bytes, less what neighbours have in common.

mod iter;
mod writer;

use std::borrow::Cow;

use super::Error;
use super::file::{FileName, Kind, Mapped, Span};
use crate::journal::files::Files;
pub(super) use iter::find;
pub use iter::{Name, Names};
pub(super) use writer::{NamesWriter, merge};

const MAGIC: &[u8; 8] = b"TWINAME\0";
const FORMAT: u32 = 1;
const HEADER: usize = 128;
const CHECK_AT: usize = HEADER - 4;
/// What the index of blocks has for each.
const BLOCK: usize = 12;
/// What an entry has before the rest of its id.
const FIELDS: usize = 12;

/// A twin that began or ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change<'a> {
    pub id: Cow<'a, str>,
    pub schema: u32,
    pub position: crate::journal::Position,
    pub ends: bool,
}

/// A names run that is read.
#[derive(Debug)]
pub struct NamesRun {
    file: Mapped,
    salt: u32,
    entries: u64,
    blocks: u64,
}

/// What checks of blocks start from.
fn salt(span: Span) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&span.base.to_le_bytes()), &span.end.to_le_bytes())
}

/// The check of a block.
fn check(salt: u32, number: u64, start: u64, end: u64, bytes: &[u8]) -> u32 {
    let place = [number, start, end].iter().fold(salt, |check, field| crc32c::crc32c_append(check, &field.to_le_bytes()));
    crc32c::crc32c_append(place, bytes)
}

impl NamesRun {
    /// Opens a run. Its header and sizes are checked, the rest when it is read.
    pub(super) fn open(files: &dyn Files, name: FileName) -> Result<Self, Error> {
        let file = Mapped::open(files, name)?;
        let header = file.bytes().first_chunk::<HEADER>();
        let header = header.ok_or_else(|| file.damaged(0, "the file is too short"))?;
        let field = |at: usize| header[at..].first_chunk().map_or(0, |field| u64::from_le_bytes(*field));
        if header[..8] != *MAGIC || u64::from(crc32c::crc32c(&header[..CHECK_AT])) != field(CHECK_AT - 4) >> 32 {
            return Err(file.damaged(0, "the header does not fit its checksum"));
        }
        if field(8) != u64::from(FORMAT) {
            return Err(file.damaged(8, "the file has another format"));
        }
        if (Span { base: field(16), end: field(24) }) != name.span || name.kind != Kind::Names {
            return Err(file.damaged(16, "the file is another one than its name says"));
        }
        let run = Self { salt: salt(name.span), entries: field(32), blocks: field(40), file };
        let index = run.blocks.checked_mul(BLOCK as u64);
        let end = if run.blocks == 0 { Some(HEADER as u64) } else { run.end(run.blocks - 1) };
        if index.zip(end).and_then(|(index, end)| index.checked_add(end)) != Some(run.file.bytes().len() as u64) {
            return Err(run.file.damaged(run.file.bytes().len() as u64, "the file has not the length its header says"));
        }
        Ok(run)
    }

    /// Its file.
    pub fn name(&self) -> FileName {
        self.file.name
    }

    /// How many ids it has.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// How many bytes it has.
    pub fn bytes(&self) -> u64 {
        self.file.bytes().len() as u64
    }

    /// Looks at every part.
    pub(super) fn verify(&self) -> Result<(), Error> {
        (0..self.blocks).try_for_each(|number| self.block(number).map(|_| ()))
    }

    /// What the index of blocks says of one.
    fn field(&self, number: u64) -> Option<&[u8; BLOCK]> {
        let index = self.file.bytes().len().checked_sub(usize::try_from(self.blocks).ok()?.checked_mul(BLOCK)?)?;
        self.file.bytes().get(index + usize::try_from(number).ok()? * BLOCK..)?.first_chunk()
    }

    fn end(&self, number: u64) -> Option<u64> {
        self.field(number)?.first_chunk().map(|end| u64::from_le_bytes(*end))
    }

    /// Where a block starts and ends.
    fn bounds(&self, number: u64) -> Option<(u64, u64)> {
        let start = if number == 0 { HEADER as u64 } else { self.end(number - 1)? };
        Some((start, self.end(number)?))
    }

    /// The bytes of a block whose checksum was looked at before.
    fn unchecked(&self, number: u64) -> Result<&[u8], Error> {
        let bounds = self.bounds(number);
        let bytes = bounds.and_then(|(start, end)| self.file.bytes().get(usize::try_from(start).ok()?..usize::try_from(end).ok()?));
        bytes.ok_or_else(|| self.damaged(number))
    }

    /// The entries of a block, once its checksum was looked at.
    fn block(&self, number: u64) -> Result<&[u8], Error> {
        let bytes = self.unchecked(number)?;
        let expected = self.field(number).and_then(|field| field.last_chunk()).map(|check| u32::from_le_bytes(*check));
        let found = self.bounds(number).map(|(start, end)| check(self.salt, number, start, end, bytes));
        if found == expected { Ok(bytes) } else { Err(self.damaged(number)) }
    }

    #[cold]
    fn damaged(&self, number: u64) -> Error {
        let start = self.bounds(number).map_or(0, |(start, _)| start);
        self.file.damaged(start, "a block does not fit its checksum")
    }
}
