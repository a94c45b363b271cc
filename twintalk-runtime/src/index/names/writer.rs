//! Writing and merging names runs.

use std::sync::Arc;

use super::iter::Names;
use super::{CHECK_AT, Change, Error, FORMAT, FileName, HEADER, MAGIC, NamesRun, check, salt};
use crate::index::file::{NewFile, Stream};
use crate::index::work::Work;
use crate::journal::files::Files;

/// A block is ended at this length.
const BLOCK: usize = 4096;

/// How many names are merged between two looks at whether the work was stopped.
const STRIDE: u64 = 1024;

/// A names run being written.
pub struct NamesWriter<'a> {
    file: NewFile<'a>,
    name: FileName,
    blocks: Stream,
    /// What the index of blocks will have: 12 bytes for each block.
    index: Vec<u8>,
    block: Vec<u8>,
    last: Vec<u8>,
    entries: u64,
}

impl<'a> NamesWriter<'a> {
    /// Starts a run.
    pub fn create(files: &'a dyn Files, name: FileName) -> Result<Self, Error> {
        let file = NewFile::create(files, name)?;
        let blocks = Stream::at(HEADER as u64);
        Ok(Self { file, name, blocks, index: Vec::new(), block: Vec::new(), last: Vec::new(), entries: 0 })
    }

    /// Adds the next twin in order of ids.
    pub fn push(&mut self, change: &Change<'_>) -> Result<(), Error> {
        let id = change.id.as_bytes();
        let shared = if self.block.is_empty() { 0 } else { std::iter::zip(id, &self.last).take_while(|(a, b)| a == b).count() };
        // An id is longer than what it shares with one before it, and has at most 256 bytes.
        let shared = shared.min(id.len().saturating_sub(1)).min(255);
        let rest = &id[shared..];
        let Some(length) = rest.len().checked_sub(1).and_then(|length| u8::try_from(length).ok()) else {
            return Err(self.file.too_large());
        };
        self.block.extend_from_slice(&[shared as u8, length]);
        self.block.extend_from_slice(&change.schema.to_le_bytes());
        let word = change.position.0 >> 3 << 1 | u64::from(change.ends);
        self.block.extend_from_slice(&word.to_le_bytes()[..6]);
        self.block.extend_from_slice(rest);
        self.last.clear();
        self.last.extend_from_slice(id);
        self.entries += 1;
        if self.block.len() >= BLOCK { self.end_block() } else { Ok(()) }
    }

    fn end_block(&mut self) -> Result<(), Error> {
        let number = (self.index.len() / super::BLOCK) as u64;
        let start = self.blocks.offset();
        let end = start + self.block.len() as u64;
        self.index.extend_from_slice(&end.to_le_bytes());
        let check = check(salt(self.name.span), number, start, end, &self.block);
        self.index.extend_from_slice(&check.to_le_bytes());
        self.blocks.put(&mut self.file, &self.block)?;
        self.block.clear();
        Ok(())
    }

    /// Completes the file; answers how many bytes were written.
    pub fn finish(mut self) -> Result<u64, Error> {
        if !self.block.is_empty() {
            self.end_block()?;
        }
        self.blocks.put(&mut self.file, &self.index)?;
        self.blocks.flush(&mut self.file)?;
        let mut header = [0; HEADER];
        let fields = [FORMAT.into(), self.name.span.base, self.name.span.end, self.entries, (self.index.len() / super::BLOCK) as u64];
        header[..8].copy_from_slice(MAGIC);
        for (n, field) in fields.iter().enumerate() {
            header[8 + 8 * n..16 + 8 * n].copy_from_slice(&u64::to_le_bytes(*field));
        }
        let check = crc32c::crc32c(&header[..CHECK_AT]);
        header[CHECK_AT..].copy_from_slice(&check.to_le_bytes());
        self.file.write(0, &header)?;
        let written = self.file.written;
        self.file.finish()?;
        Ok(written)
    }
}

/// Writes one run of several, the newest first; answers how many bytes were written. Lives that ended are left
/// out if nothing older is left that says they began.
pub fn merge(files: &dyn Files, name: FileName, runs: &[Arc<NamesRun>], is_oldest: bool, work: &Work) -> Result<u64, Error> {
    work.begin(runs.iter().map(|run| run.entries()).sum());
    let mut writer = NamesWriter::create(files, name)?;
    for (number, name) in (1_u64..).zip(Names::new(runs, None, !is_oldest)?) {
        let name = name?;
        writer.push(&Change { id: name.id.as_str().into(), schema: name.schema, position: name.position, ends: name.ended })?;
        if number.is_multiple_of(STRIDE) {
            work.advance(STRIDE)?;
        }
    }
    writer.finish()
}
