//! Records on their way into the journal.

use super::Position;

/// The bytes before a record's payload: its length and its kind.
pub(super) const RECORD_HEADER: usize = 8;

/// Kinds with this bit are the journal's own.
pub(super) const OWN: u32 = 1 << 31;

/// A run of records that are appended together.
///
/// A shard builds a batch before it knows where in the log it will lie. A record that refers to an
/// earlier one of the same batch holds its *relative position* (what [`RecordWriter::finish`]
/// answered) in a *link*: appending adds the batch's own position to every link.
///
/// ```text
///  0        4        8                         8 + length, padded to 8 bytes
///  ├ length ┼ kind   ┼ payload …              ┼ next record …
/// ```
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
    pub fn push(&mut self, kind: u32, payload: &[u8]) -> u64 {
        let mut record = self.record(kind);
        record.put(payload);
        record.finish()
    }

    /// Starts a record of a kind below 2³¹.
    pub fn record(&mut self, kind: u32) -> RecordWriter<'_> {
        assert!(kind & OWN == 0, "record kinds from 2^31 on are the journal's own");
        let start = self.bytes.len();
        let links = self.links.len();
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.extend_from_slice(&kind.to_le_bytes());
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
