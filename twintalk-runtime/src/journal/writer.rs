//! The writer: brings commits to the disk, one after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::batch::seal_records;
use super::error::Error;
use super::files::{File, Files};
use super::frame::{FrameHeader, HEADER};
use super::queue::{Commit, Queue};
use super::segment::{Segment, Segments};
use super::{Durability, Position};

/// Writes frames and seals. It owns the end of the log.
pub struct Writer {
    files: Arc<dyn Files>,
    segments: Arc<Segments>,
    durability: Durability,
    epoch: u32,
    /// Everything below was synced.
    synced: u64,
    current: Option<Current>,
}

/// The segment that is written.
struct Current {
    file: Box<dyn File>,
    segment: Arc<Segment>,
    /// Where its last frame ends.
    end: u64,
}

impl Current {
    fn failed(&self, doing: &'static str) -> impl FnOnce(std::io::Error) -> Error {
        let path = self.segment.path.clone();
        move |source| Error::Io { doing, path, source }
    }

    fn write(&self, position: u64, bytes: &[u8]) -> Result<(), Error> {
        self.file.write(position - self.segment.base, bytes).map_err(self.failed("write"))
    }

    fn sync(&self) -> Result<(), Error> {
        self.file.sync().map_err(self.failed("sync"))
    }

    fn truncate(&self, end: u64) -> Result<(), Error> {
        self.file.truncate(end - self.segment.base).map_err(self.failed("shorten"))
    }
}

impl Writer {
    /// A writer of a log that ends, and is synced, at `synced`.
    pub fn new(files: Arc<dyn Files>, segments: Arc<Segments>, durability: Durability, epoch: u32, synced: u64) -> Self {
        Self { files, segments, durability, epoch, synced, current: None }
    }

    /// Writes what comes through the queue until it ends, then seals. Nobody is left waiting.
    pub fn run(self, queue: &Queue) -> Result<(), Error> {
        catch_unwind(AssertUnwindSafe(|| self.write_all(queue))).unwrap_or_else(|_| {
            queue.poison(None, Error::Closed);
            Err(Error::Closed)
        })
    }

    fn write_all(mut self, queue: &Queue) -> Result<(), Error> {
        while let Some(commit) = queue.take() {
            if !self.step(queue, commit) {
                return Ok(());
            }
        }
        self.seal()
    }

    /// Brings one commit to its end; answers whether there can be another one.
    pub fn step(&mut self, queue: &Queue, mut commit: Commit) -> bool {
        match self.write(&mut commit) {
            Ok(durable) => queue.done(commit, durable),
            Err(error) => {
                queue.poison(Some(commit), error);
                return false;
            }
        }
        true
    }

    fn write(&mut self, commit: &mut Commit) -> Result<Position, Error> {
        if commit.bytes.is_empty() {
            self.seal()?;
            return Ok(self.segments.durable());
        }
        if let Some(capacity) = commit.segment {
            self.start_segment(commit.position - HEADER as u64, capacity)?;
        }
        let Some(current) = &mut self.current else {
            return Err(Error::Closed);
        };
        let (header, records) = commit.bytes.split_at_mut(HEADER);
        seal_records(records, commit.position + HEADER as u64);
        header.copy_from_slice(&FrameHeader::of(records, self.epoch, commit.position, self.synced).encode());
        current.write(commit.position, &commit.bytes)?;
        current.end = commit.end();
        if self.durability == Durability::Sync {
            current.sync()?;
            self.synced = current.end;
        }
        self.segments.publish(&current.segment, current.end);
        Ok(Position(current.end))
    }

    fn start_segment(&mut self, base: u64, capacity: u64) -> Result<(), Error> {
        self.seal()?;
        let (segment, file) = Segment::create(&*self.files, base, capacity, self.epoch)?;
        let segment = Arc::new(segment);
        self.segments.push(Arc::clone(&segment));
        self.current = Some(Current { file, segment, end: base + HEADER as u64 });
        Ok(())
    }

    /// Ends the current segment: it is cut to its length, and the seal says that all of it is durable.
    pub fn seal(&mut self) -> Result<(), Error> {
        let Some(current) = self.current.take() else {
            return Ok(());
        };
        if self.synced < current.end {
            current.sync()?;
        }
        let end = current.end + HEADER as u64;
        current.write(current.end, &FrameHeader::seal(self.epoch, current.end).encode())?;
        current.truncate(end)?;
        current.sync()?;
        self.synced = end;
        self.segments.publish(&current.segment, end);
        Ok(())
    }
}
