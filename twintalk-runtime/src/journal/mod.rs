//! The journal: one append-only log that every shard writes and every table is a fold of.
//!
//! ```text
//!  shard ─┐ Batch        ┌───────── queue ─────────┐            ┌─ segment files ─┐
//!  shard ─┼─ append ──▶  │ commit N+1 (being filled)│ ─ writer ─▶│ frame … frame N │
//!  shard ─┘ ▲ Position   └─────────────────────────┘   thread   └────────┬────────┘
//!           └───────── completion: durable up to … ◀── fdatasync ◀───────┘
//! ```
//!
//! To the journal a record is an opaque string of bytes with a kind. Its [`Position`] is its address
//! in the log; it is known as soon as the record is appended, and never changes. A record becomes
//! readable when it is durable, and is then read where it lies, without a copy.
//!
//! - [`Batch`]: records built by a shard, linked to one another before their positions are known
//! - [`Journal`]: the trait; [`SegmentLog`] keeps files, [`MemoryLog`] keeps memory only
//! - [`compacted`]: segments of which some records are kept
//! - [`look`]: opens a log for reading beside its writer
//! - [`Reader`]: reads single records and iterates over all of them
//! - [`frame`]: the bytes, and when they are valid
//! - [`files`]: the file layer, which tests replace by one that fails

mod batch;
pub mod compacted;
mod error;
#[cfg(test)]
pub(crate) mod faulty;
pub mod files;
pub mod frame;
mod log;
pub mod look;
mod memory;
mod queue;
mod reader;
mod recovery;
mod region;
mod repair;
mod segment;
#[cfg(test)]
mod tests;
mod writer;

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;

pub use batch::{Batch, RecordWriter};
pub use compacted::Compacted;
pub use error::{Damage, Error, Poisoned};
pub use files::Space;
pub use log::SegmentLog;
pub use memory::MemoryLog;
pub use reader::{Reader, Record, Records};
pub use recovery::Opened;
pub use repair::Repaired;

/// The address of a record in the log. Later records have higher positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(pub u64);

impl Position {
    /// No record's position: the log starts with a header.
    pub const NONE: Self = Self(0);
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Told once what became of a batch: `Ok` with a position up to which, at least, all is durable.
///
/// Completions run in the order of their batches, on the writer's thread: they should hand the news
/// over and return, and must not append.
pub type Completion = Box<dyn FnOnce(Result<Position, Poisoned>) + Send>;

/// When a batch counts as durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Once it survives a power failure.
    #[default]
    Sync,
    /// Once the operating system has it: it survives the end of the process.
    Os,
    /// At once; it ends with the process.
    Memory,
}

/// How a journal is opened.
#[derive(Clone, Debug)]
pub struct Config {
    /// When a batch counts as durable.
    pub durability: Durability,
    /// How much a segment file holds, unless one batch is larger.
    pub segment_bytes: u64,
    /// How much one write and sync carries, unless one batch is larger.
    pub commit_bytes: usize,
    /// How much may be appended and not yet durable; beyond it `append` waits.
    pub pending_bytes: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { durability: Durability::Sync, segment_bytes: 64 << 20, commit_bytes: 1 << 20, pending_bytes: 8 << 20 }
    }
}

/// Takes one record after the other.
pub type Sink<'a> = dyn FnMut(&Record<'_>) -> Result<(), Error> + 'a;

/// Gives records to a sink, as they are made. An error of the sink must end it; its own error ends what is made of them.
pub type Source<'a> = dyn FnMut(&mut Sink<'_>) -> Result<(), Error> + 'a;

/// An append-only log of records.
///
/// A value is one partition, held by one owner since it was opened; a directory's lock keeps others out, and each opening has a
/// higher epoch. So an append says nothing of partition, epoch or what it expects to find: it goes to the end of a log that
/// nobody else writes. A replicated log in its place has to promise the same:
///
/// - Appends are refused ([`Poisoned`]) as soon as another owner has a later epoch; what was in flight fails as a whole.
/// - Several appends are in flight at once, and are completed in their order.
/// - Positions rise, and never change; whoever has one only compares it, reads from it, or hands it back.
/// - Everything below [`durable`](Self::durable) can be read, from any position on. Nothing is read that may yet be lost.
/// - What is not needed any more goes by [`compact`](Self::compact). Snapshots are records like others.
pub trait Journal: Send + Sync {
    /// Adds a batch to the end of the log and answers the position of its first record; `completion`
    /// is called when it is durable, or never will be. Waits while too much is pending.
    ///
    /// On `Err` nothing was added and the completion is dropped without being called.
    fn append(&self, batch: &Batch, completion: Completion) -> Result<Position, Error>;

    /// The end of what is durable: every record below it can be read.
    fn durable(&self) -> Position;

    /// A view of the log for reading. It sees what becomes durable later in the segments that exist
    /// now; for records in newer segments take another one, which is cheap.
    fn reader(&self) -> Reader;

    /// Where the log begins to be whole: below, events were left out for their age.
    fn oldest(&self) -> Position {
        self.reader().oldest()
    }

    /// Ends the segment that is written: what was appended before lies in sealed segments then. A log that has none does
    /// nothing.
    fn roll(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Keeps, of the sealed segment that starts at `base`, these records only; answers the bytes of its file. They come in order, each at a
    /// position in the segment, and may say something else than before. `thinned` tells that events are left out for their age.
    ///
    /// It is durable when it returns; after an error the segment is what it was. Readers taken before go on with what they
    /// saw. A log whose segments are never sealed refuses.
    fn compact(&self, base: Position, thinned: bool, records: &mut Source<'_>) -> Result<u64, Error> {
        let _ = (thinned, records);
        Err(Error::NoRecord(base))
    }

    /// How many commits were made durable since it was opened; a segment's seal is one.
    fn commits(&self) -> u64;

    /// How much room the disk has that the log is on; `None` where there is no disk.
    fn space(&self) -> io::Result<Option<Space>> {
        Ok(None)
    }

    /// Makes everything appended durable, seals the log and ends it: later appends are refused. A log in files has
    /// nothing to read from then on, and its directory may be opened again as soon as no earlier reader is left.
    fn close(&self) -> Result<(), Error>;

    /// Appends a batch and waits until it is durable.
    fn commit(&self, batch: &Batch) -> Result<Position, Error> {
        let (told, result) = std::sync::mpsc::sync_channel(1);
        let position = self.append(
            batch,
            Box::new(move |result| {
                // Nobody is left to tell if the waiting thread is gone.
                let _ = told.send(result);
            }),
        )?;
        match result.recv() {
            Ok(Ok(_)) => Ok(position),
            Ok(Err(poisoned)) => Err(poisoned.into()),
            Err(_) => Err(Error::Closed),
        }
    }
}

/// Opens the log in a directory, which is created when missing; with [`Durability::Memory`] the
/// directory is not touched.
pub fn open(directory: &Path, config: &Config) -> Result<(Arc<dyn Journal>, Opened), Error> {
    if config.durability == Durability::Memory {
        let log = MemoryLog::new(config);
        let opened = Opened::empty(log.durable());
        return Ok((Arc::new(log), opened));
    }
    let (log, opened) = SegmentLog::open(directory, config)?;
    Ok((Arc::new(log), opened))
}
