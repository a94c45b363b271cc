//! Records on their way into the journal.

use super::{Error, Position, Record};

/// The bytes before a record's payload: its length, its check and its kind.
pub(super) const RECORD_HEADER: usize = 8;

/// Kinds with this bit are the journal's own.
pub(super) const OWN: u8 = 1 << 7;

/// Where in a record's first word its kind is.
const KIND_SHIFT: u32 = 56;
/// Where its check is, and how many bits that has.
const CHECK_SHIFT: u32 = 32;
const CHECK_MASK: u32 = (1 << 24) - 1;

/// The kind in a record's first word.
pub(super) fn kind_of(word: u64) -> u8 {
    (word >> KIND_SHIFT) as u8
}

/// Whether a record's first word goes with its position and its payload with the padding.
#[inline]
pub(super) fn is_whole(word: u64, position: u64, padded: &[u8]) -> bool {
    (word >> CHECK_SHIFT) as u32 & CHECK_MASK == check(word, position, padded)
}

/// The check of a record: of its length and kind, the position where it lies, its payload and the padding.
fn check(word: u64, position: u64, padded: &[u8]) -> u32 {
    let mut first = [0; 16];
    let word = word & !(u64::from(CHECK_MASK) << CHECK_SHIFT);
    first[..8].copy_from_slice(&word.to_le_bytes());
    first[8..].copy_from_slice(&position.to_le_bytes());
    crc32c::crc32c_append(crc32c::crc32c(&first), padded) & CHECK_MASK
}

/// Puts the checks into records that will lie at a position.
pub(super) fn seal_records(records: &mut [u8], position: u64) {
    let mut at = 0;
    while let Some((header, rest)) = records.get_mut(at..).and_then(|rest| rest.split_first_chunk_mut::<RECORD_HEADER>()) {
        let word = u64::from_le_bytes(*header);
        let length = (word as u32 as usize).next_multiple_of(8);
        let Some(padded) = rest.get(..length) else { return };
        let check = check(word, position + at as u64, padded);
        *header = (word | u64::from(check) << CHECK_SHIFT).to_le_bytes();
        at += RECORD_HEADER + length;
    }
}

/// Adds a record as it lies at its position; answers how many bytes it takes.
pub(super) fn encode(record: &Record<'_>, out: &mut Vec<u8>) -> Result<usize, Error> {
    let bytes = record.payload.len();
    let length = u32::try_from(bytes).map_err(|_| Error::TooLarge { bytes })?;
    let word = u64::from(length) | u64::from(record.kind) << KIND_SHIFT;
    let start = out.len();
    out.extend_from_slice(&word.to_le_bytes());
    out.extend_from_slice(record.payload);
    out.resize(start + RECORD_HEADER + bytes.next_multiple_of(8), 0);
    seal_records(&mut out[start..], record.position.0);
    Ok(out.len() - start)
}

/// A run of records that are appended together.
///
/// A shard builds a batch before it knows where in the log it will lie. A record that refers to an
/// earlier one of the same batch holds its *relative position* (what [`RecordWriter::finish`]
/// answered) in a *link*: appending adds the batch's own position to every link.
///
/// ```text
///  0        4       7      8                   8 + length, padded to 8 bytes
///  ├ length ┼ check ┼ kind ┼ payload …        ┼ next record …
/// ```
///
/// `check` is put in when the record is written: 24 bits of the CRC-32C of the length and kind, the
/// record's position (8 bytes), the payload and the padding. So each record can be verified alone, whenever it is read.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    links: Vec<u32>,
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many bytes it adds to the log.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether it has no records.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Removes all records and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.links.clear();
    }

    /// Adds a record whose payload is at hand; answers its relative position.
    pub fn push(&mut self, kind: u8, payload: &[u8]) -> u64 {
        let mut record = self.record(kind);
        record.put(payload);
        record.finish()
    }

    /// Starts a record of a kind below 128.
    pub fn record(&mut self, kind: u8) -> RecordWriter<'_> {
        assert!(kind & OWN == 0, "record kinds from 128 on are the journal's own");
        let start = self.bytes.len();
        let links = self.links.len();
        self.bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 0, kind]);
        RecordWriter { batch: self, start, links, finished: false }
    }

    /// Appends the records to `target`, where they get the position `base`.
    pub(super) fn copy_to(&self, target: &mut Vec<u8>, base: Position) {
        let start = target.len();
        target.extend_from_slice(&self.bytes);
        let copy = &mut target[start..];
        for &link in &self.links {
            if let Some(field) = copy.get_mut(link as usize..).and_then(|rest| rest.first_chunk_mut::<8>()) {
                *field = (u64::from_le_bytes(*field) + base.0).to_le_bytes();
            }
        }
    }
}

/// A record being written into a [`Batch`]; without [`finish`](Self::finish) it leaves no trace.
#[derive(Debug)]
pub struct RecordWriter<'a> {
    batch: &'a mut Batch,
    start: usize,
    links: usize,
    finished: bool,
}

impl RecordWriter<'_> {
    /// Adds bytes to the payload.
    #[inline]
    pub fn put(&mut self, bytes: &[u8]) {
        self.batch.bytes.extend_from_slice(bytes);
    }

    /// Adds a little-endian word to the payload.
    #[inline]
    pub fn put_u64(&mut self, word: u64) {
        self.put(&word.to_le_bytes());
    }

    /// Adds a field that will hold the position of the record at a relative position of this batch.
    #[inline]
    pub fn put_link(&mut self, relative: u64) {
        self.batch.links.push(self.batch.bytes.len() as u32);
        self.put_u64(relative);
    }

    /// The payload so far, for fields that are known last.
    #[inline]
    pub fn payload(&mut self) -> &mut [u8] {
        &mut self.batch.bytes[self.start + RECORD_HEADER..]
    }

    /// Completes the record and answers its relative position.
    #[inline]
    pub fn finish(mut self) -> u64 {
        let bytes = &mut self.batch.bytes;
        let length = (bytes.len() - self.start - RECORD_HEADER) as u32;
        bytes[self.start..self.start + 4].copy_from_slice(&length.to_le_bytes());
        let padding = bytes.len().wrapping_neg() % 8;
        bytes.extend_from_slice(&[0; 8][..padding]);
        self.finished = true;
        self.start as u64
    }
}

impl Drop for RecordWriter<'_> {
    fn drop(&mut self) {
        if !self.finished {
            self.batch.bytes.truncate(self.start);
            self.batch.links.truncate(self.links);
        }
    }
}
