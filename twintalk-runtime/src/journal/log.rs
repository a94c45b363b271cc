//! The log in files.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::compacted;
use super::error::Error;
use super::files::{Directory, Files, Space};
use super::queue::Queue;
use super::recovery::{self, Opened};
use super::segment::Segments;
use super::writer::Writer;
use super::{Batch, Completion, Config, Journal, Position, Reader, Source};

/// A log in the segment files of one directory, written by a thread of its own.
pub struct SegmentLog {
    files: Arc<dyn Files>,
    queue: Arc<Queue>,
    segments: Arc<Segments>,
    writer: Mutex<Option<JoinHandle<Result<(), Error>>>>,
    /// Held by who compacts.
    compacting: Mutex<()>,
}

/// A log before its thread is started.
pub(super) struct Parts {
    pub queue: Arc<Queue>,
    pub segments: Arc<Segments>,
    pub writer: Writer,
    pub opened: Opened,
}

impl Parts {
    pub fn open(files: Arc<dyn Files>, config: &Config) -> Result<Self, Error> {
        let path = || files.path("");
        let lock = match files.lock() {
            Ok(Some(lock)) => lock,
            Ok(None) => return Err(Error::Locked { path: path() }),
            Err(source) => {
                return Err(Error::Io { doing: "lock", path: path(), source });
            }
        };
        let recovered = recovery::recover(&*files)?;
        let segments = Arc::new(Segments::new(recovered.segments, recovered.next, lock));
        let queue = Arc::new(Queue::new(recovered.next, config));
        let writer = Writer::new(files, Arc::clone(&segments), config.durability, recovered.epoch, recovered.next);
        Ok(Self { queue, segments, writer, opened: recovered.opened })
    }
}

impl SegmentLog {
    /// Opens the log in a directory, which is created when missing, and recovers what is in it.
    pub fn open(directory: &Path, config: &Config) -> Result<(Self, Opened), Error> {
        let files = Directory::open(directory).map_err(|source| Error::Io { doing: "open", path: directory.to_owned(), source })?;
        Self::open_in(Arc::new(files), config)
    }

    /// Opens the log in any kind of directory.
    pub fn open_in(files: Arc<dyn Files>, config: &Config) -> Result<(Self, Opened), Error> {
        let path = files.path("");
        let Parts { queue, segments, writer, opened } = Parts::open(Arc::clone(&files), config)?;
        let thread = thread::Builder::new()
            .name("journal".into())
            .spawn({
                let queue = Arc::clone(&queue);
                move || writer.run(&queue)
            })
            .map_err(|source| Error::Io { doing: "start the writer of", path, source })?;
        Ok((Self { files, queue, segments, writer: Mutex::new(Some(thread)), compacting: Mutex::new(()) }, opened))
    }
}

impl Journal for SegmentLog {
    fn append(&self, batch: &Batch, completion: Completion) -> Result<Position, Error> {
        self.queue.append(batch, completion)
    }

    fn durable(&self) -> Position {
        self.segments.durable()
    }

    fn reader(&self) -> Reader {
        self.segments.reader()
    }

    fn roll(&self) -> Result<(), Error> {
        let (told, result) = std::sync::mpsc::sync_channel(1);
        self.queue.seal(Box::new(move |result| {
            // Nobody is left to tell if the waiting thread is gone.
            let _ = told.send(result);
        }))?;
        result.recv().map_err(|_| Error::Closed)??;
        Ok(())
    }

    fn compact(&self, base: Position, thinned: bool, records: &mut Source<'_>) -> Result<u64, Error> {
        let _compacting = self.compacting.lock().unwrap_or_else(PoisonError::into_inner);
        compacted::compact(&*self.files, &self.segments, base, thinned, records)
    }

    fn space(&self) -> io::Result<Option<Space>> {
        self.files.space().map(Some)
    }

    fn commits(&self) -> u64 {
        self.segments.commits()
    }

    fn close(&self) -> Result<(), Error> {
        self.queue.close();
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let sealed = thread.map(JoinHandle::join);
        self.segments.close();
        match sealed {
            None => Ok(()),
            Some(Ok(result)) => result,
            Some(Err(_)) => Err(Error::Closed),
        }
    }
}

impl Drop for SegmentLog {
    fn drop(&mut self) {
        // Whoever wants to know how the close went calls it.
        let _ = self.close();
    }
}
