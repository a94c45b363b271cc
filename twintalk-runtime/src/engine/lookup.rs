//! Twins that no registry knows: the index says where their last records are.
//!
//! Below the position that the index *covers* it knows every record; from there on the registries know the twins
//! of all. So an id is looked for in the registry of its shard first, and then in the index.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use super::api::{Moment, Refusal};
use super::head::{Last, Residence};
use super::job::Address;
use super::provision::tell;
use super::shard::Shard;
use super::twins::Twins;
use super::world::World;
use crate::index::{Chore, Config, Directory, Error, Index, Indexer, Life, Status, TwinRecord, Work};
use crate::journal::files::Files;
use crate::journal::{Journal, Position, Reader};

/// If more of the log than this is not covered, it is indexed before the start, not read.
const LONG_TAIL: u64 = 192 << 20;

/// So often the operator is told how far that is.
const PROGRESS: Duration = Duration::from_secs(2);

/// The index of a data directory, and who keeps it up to date.
pub(super) struct Lookup {
    pub index: Arc<Index>,
    indexer: OnceLock<Indexer>,
}

/// What a twin's last record says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sleeper {
    pub last: Position,
    pub sequence: u64,
    pub schema: u32,
    pub lives: bool,
    /// Whether the record holds its whole state.
    pub is_saved: bool,
}

impl Sleeper {
    /// Where its state is, given its class.
    pub fn residence(&self, class: u16) -> Residence {
        if self.lives { Residence::Asleep(class) } else { Residence::Deleted(class) }
    }
}

impl Lookup {
    /// Opens the index beside the segments of a journal, and brings it up to date if it is far behind.
    ///
    /// Of what cannot be used the operator is told; it is built again. Errors: the directory cannot be read, or its
    /// index is of a newer version.
    pub fn open(files: Arc<dyn Files>, reader: &Reader) -> Result<Self, Error> {
        let place = files.path("");
        let (index, opened) = Index::open(files, reader, &Config::default())?;
        let lookup = Self { index: Arc::new(index), indexer: OnceLock::new() };
        if let Some(why) = opened.anew.filter(|_| !opened.is_missing) {
            tell(&format!("{}: {why}; the index is built again from the journal", place.display()));
        }
        for file in &opened.damaged {
            tell(&format!("{}: it is damaged or missing, and is built again from the journal", place.join(file.to_string()).display()));
        }
        lookup.catch_up(reader, LONG_TAIL);
        Ok(lookup)
    }

    /// Indexes what is sealed until at most so many bytes are left to be read.
    fn catch_up(&self, reader: &Reader, tail: u64) {
        let (work, all) = (Work::new(), self.index.behind(reader));
        let mut damaged = BTreeSet::new();
        let mut told = Instant::now();
        if all > tail {
            tell(&format!("{} MiB of the journal are not indexed yet; this is done now, once", all >> 20));
        }
        while self.index.behind(reader) > tail {
            match self.index.step(reader, &work) {
                Ok(Some(_)) => {}
                Ok(None) => return,
                Err(Error::Damaged { file, .. }) if damaged.insert(file) => {}
                // The tail is read instead. If that cannot be done either, its error says more.
                Err(error) => return tell(&format!("the journal cannot be indexed: {error}")),
            }
            if told.elapsed() >= PROGRESS {
                told = Instant::now();
                let done = all.saturating_sub(self.index.behind(reader));
                tell(&format!("{} of {} MiB are indexed", done >> 20, all >> 20));
            }
        }
    }

    /// Keeps the index up to date from now on, on a thread of its own, until it is [stopped](Self::stop).
    /// It does a chore when there is nothing to index.
    pub fn start(&self, journal: &Arc<dyn Journal>, chore: Option<Arc<dyn Chore>>) {
        match Indexer::start(Arc::clone(&self.index), Arc::clone(journal), chore) {
            // There is one at most.
            Ok(indexer) => drop(self.indexer.set(indexer)),
            Err(error) => tell(&format!("the journal is not indexed, since no thread can be started: {error}")),
        }
    }

    /// Waits until nobody works on the index any more, which must be so before the journal is closed.
    pub fn stop(&self) {
        if let Some(indexer) = self.indexer.get() {
            indexer.stop();
        }
    }

    /// What the indexer is at.
    pub fn status(&self) -> Option<Status> {
        self.indexer.get().map(Indexer::status)
    }

    /// Why the index is not kept up to date, if that is so.
    pub fn failure(&self) -> Option<String> {
        self.status().and_then(|status| status.error)
    }

    /// What is told of it, by name: bytes of sealed segments that are not indexed yet, bytes of its files, how many of them a
    /// lookup may go through, bytes written since the start, and whether it cannot go on.
    pub fn metrics(&self) -> Vec<(&'static str, u64)> {
        let (tables, bytes) = self.directory().size();
        let mut metrics = vec![("index_bytes", bytes), ("index_tables", tables as u64)];
        if let Some(status) = self.status() {
            metrics.extend([("index_behind_bytes", status.behind), ("index_written_bytes_total", status.written)]);
            metrics.push(("index_failing", status.error.is_some().into()));
        }
        metrics
    }

    /// What the index knows now.
    pub fn directory(&self) -> Arc<Directory> {
        self.index.directory()
    }

    /// What the twin's last record below the covered position says, if it has one.
    pub fn find(&self, reader: &Reader, id: &str) -> Result<Option<Sleeper>, Error> {
        let found = self.index.find(reader, id).inspect_err(|error| self.noted(error))?;
        Ok(found.map(|(last, TwinRecord { sequence, schema, life, is_whole, .. })| {
            let lives = life != Life::Ends;
            Sleeper { last, sequence, schema, lives, is_saved: is_whole }
        }))
    }

    /// A file of the index was found damaged: it is built again soon.
    pub fn noted(&self, error: &Error) {
        self.index.note(error);
        if let Some(indexer) = self.indexer.get() {
            indexer.wake();
        }
    }
}

impl Twins {
    /// Why what is old is not left out, if that failed; it is tried again.
    pub fn compaction_failure(&self) -> Option<String> {
        self.world().compaction.as_ref().and_then(|compaction| compaction.failure())
    }

    /// Why the index is not kept up to date, if that is so: it tries again, and what is not indexed is served from memory.
    pub fn index_failure(&self) -> Option<String> {
        self.world().index.as_ref().and_then(Lookup::failure)
    }
}

impl World {
    /// All twins' records below are known to the index; nothing is without one.
    pub fn covered(&self) -> Position {
        self.index.as_ref().map_or(Position::NONE, |lookup| lookup.directory().covered())
    }

    /// What the index knows now.
    pub fn directory(&self) -> Option<Arc<Directory>> {
        self.index.as_ref().map(Lookup::directory)
    }

    /// The twin's last record as the index knows it. An index that cannot answer makes no twin unknown.
    pub fn look_up(&self, id: &str) -> Result<Option<Sleeper>, Error> {
        self.index.as_ref().map_or(Ok(None), |lookup| lookup.find(&self.journal.reader(), id))
    }

    /// The twin's last record of a moment or before, found by the index instead of by a walk over all that came after it.
    /// Where the index cannot tell, it is `last`, from which the walk can begin; no record is [`Position::NONE`].
    pub fn by(&self, directory: Option<&Directory>, reader: &Reader, id: &str, last: Position, moment: Moment) -> Position {
        let (Some(lookup), Some(directory)) = (&self.index, directory) else {
            return last;
        };
        let found = match moment {
            Moment::Now => return last,
            Moment::Sequence(sequence) => directory.by_sequence(reader, id, last, sequence),
            Moment::Time(time) => directory.by_time(reader, id, last, time),
        };
        match found {
            Ok(found) => found.unwrap_or(Position::NONE),
            Err(error) => {
                lookup.noted(&error);
                last
            }
        }
    }
}

/// Whether it is the twin's last record that cannot be read, and not the index.
pub(super) fn is_of_twin(error: &Error) -> bool {
    matches!(error, Error::Journal(_) | Error::Malformed(..))
}

/// The refusal of a twin that may or may not be there.
pub(super) fn unavailable(id: &str, error: &Error) -> Refusal {
    match is_of_twin(error) {
        true => super::view::broken(id, error),
        false => Refusal::Unavailable { why: format!("`{id}` cannot be looked up now: {error}") },
    }
}

impl Shard {
    /// The number of the living twin at an address.
    pub fn find(&mut self, address: &Address) -> Result<u32, Refusal> {
        self.living(address.hash, &address.id)
    }

    /// The number of the living twin of an id.
    pub fn living(&mut self, hash: u64, id: &str) -> Result<u32, Refusal> {
        match self.number(hash, id)? {
            None => Err(Refusal::NoSuchTwin { id: id.to_owned() }),
            Some(number) => match self.registry.head(number).residence() {
                Residence::Deleted(_) => Err(Refusal::Deleted { id: id.to_owned() }),
                _ => Ok(number),
            },
        }
    }

    /// The number of the twin of an id, whether it lives or was deleted. One that only the index knows is entered into
    /// the registry. The refusal says that it cannot be known now whether there is one.
    #[inline]
    pub fn number(&mut self, hash: u64, id: &str) -> Result<Option<u32>, Refusal> {
        match self.registry.find(hash, id) {
            Some(number) => Ok(Some(number)),
            None => self.fetch(hash, id),
        }
    }

    #[cold]
    fn fetch(&mut self, hash: u64, id: &str) -> Result<Option<u32>, Refusal> {
        let Some(sleeper) = self.world.look_up(id).map_err(|error| unavailable(id, &error))? else {
            return Ok(None);
        };
        let class = self.world.class_of(sleeper.schema);
        let number = self.registry.add(hash, id, sleeper.residence(class));
        let head = self.registry.head_mut(number);
        head.record(sleeper.sequence, Last::At(sleeper.last));
        head.set_saved(sleeper.is_saved);
        Ok(Some(number))
    }
}
