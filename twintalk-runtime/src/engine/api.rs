//! The plain types of the engine's interface.

use std::{fmt, io, path::PathBuf, sync::Arc, time::Duration};

use super::{change::Change, feed::FeedPosition};
use crate::{data::Data, failure::Failure, fuel::Limits};

pub use crate::journal::Durability;

/// How to open the twins of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The data directory, made when it does not exist; without one, all ends with the process.
    pub data: Option<PathBuf>,
    /// What an answer promises.
    pub durability: Durability,
    /// How many bytes resident twins, and what is known of others, may take; beyond it those not used for longest leave.
    pub memory: u64,
    /// How many threads run twins.
    pub shards: usize,
    /// After how many events a twin's state is written again, which bounds what loading replays, where its class does not say
    /// it with `snapshotEvery`; large states are written less often, up to 64 times.
    pub snapshot_every: u64,
    /// How many bytes must be free on the disk for twins to take messages; one GiB, or a twentieth of the disk if that is
    /// more, when not given.
    pub min_free: Option<u64>,
    /// How long events are kept, at least, where a twin's class does not say it with `retention`; for ever when not given.
    /// Older ones are left out in the background; each twin keeps its state.
    pub retain: Option<Duration>,
    /// What one turn may use.
    pub limits: Limits,
}

impl Default for Options {
    /// In memory, at most half of the machine's, on all of its cores.
    fn default() -> Self {
        Self {
            data: None,
            durability: Durability::Sync,
            memory: super::budget::half_of_memory(),
            shards: std::thread::available_parallelism().map_or(1, usize::from),
            snapshot_every: 1000,
            min_free: None,
            retain: None,
            limits: Limits::default(),
        }
    }
}

/// Why the twins of a program could not be opened.
#[derive(Debug)]
pub enum OpenError {
    /// Another process uses the data directory.
    Locked {
        /// The directory.
        path: PathBuf,
    },
    /// The data directory cannot be read or written.
    Inaccessible {
        /// The directory or file.
        path: PathBuf,
        /// What the system said.
        why: io::Error,
    },
    /// What it holds cannot be used.
    Unusable {
        /// The directory or file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The program cannot start.
    Program {
        /// What failed, and where.
        why: String,
    },
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Locked { path } => write!(f, "the data directory `{}` is in use by another process", path.display()),
            Self::Inaccessible { path, why } => {
                write!(f, "`{}` cannot be read and written: {why}", path.display())
            }
            Self::Program { why } => write!(f, "the program cannot start: {why}"),
            Self::Unusable { path, why } => write!(f, "`{}` cannot be used: {why}", path.display()),
        }
    }
}

impl std::error::Error for OpenError {}

/// Which state of a twin to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The latest.
    Now,
    /// After the event of this sequence.
    Sequence(u64),
    /// At this time, in nanoseconds since 1970.
    Time(i64),
}

/// What a message did.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The method's answer.
    pub answer: Data,
    /// The twin's sequence after it.
    pub sequence: u64,
}

/// A twin to be made.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTwin {
    /// Its id.
    pub id: String,
    /// Its class.
    pub class: String,
    /// Slots to be set after `initialize`.
    pub state: Vec<(String, Data)>,
}

/// A message and the twin it is for.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// The receiver's id.
    pub twin: String,
    /// What is asked of it.
    pub selector: String,
    /// With what.
    pub arguments: Vec<Data>,
}

/// The state of a twin at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct TwinState {
    /// Its id.
    pub id: String,
    /// Its class.
    pub class: String,
    /// The sequence of its last event at that moment.
    pub sequence: u64,
    /// Its slots, inherited first.
    pub state: Vec<(String, Data)>,
}

/// One event of a twin's history.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its number; creation is 1.
    pub sequence: u64,
    /// The turn's time, in nanoseconds since 1970.
    pub time: i64,
    /// The message that caused it.
    pub selector: Arc<str>,
    /// Its arguments.
    pub arguments: Vec<Data>,
    /// What it changed, by slot; of a collection what was put, added or removed.
    pub changes: Vec<(Arc<str>, Change)>,
    /// The messages it sent to other twins.
    pub sent: Vec<Envelope>,
}

/// A twin class, described for those who send to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassDescription {
    /// Its name.
    pub name: String,
    /// Its superclass.
    pub superclass: Option<String>,
    /// Its slots, inherited first.
    pub slots: Vec<SlotDescription>,
    /// What may be sent to its twins from outside.
    pub messages: Vec<String>,
    /// Where it is defined: `pump.st:3`.
    pub source: String,
}

/// A slot of a twin class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotDescription {
    /// Its name.
    pub name: String,
    /// Its declared type.
    pub declared: Option<String>,
}

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// No twin has this id.
    NoSuchTwin {
        /// The id.
        id: String,
    },
    /// No twin class has this name.
    NoSuchClass {
        /// The name.
        name: String,
    },
    /// A twin of this id exists.
    Exists {
        /// The id.
        id: String,
    },
    /// The twin of this id was deleted.
    Deleted {
        /// The id.
        id: String,
    },
    /// The message may not be sent from outside.
    NotExternal {
        /// The receiver.
        twin: String,
        /// Its class.
        class: String,
        /// The message.
        selector: String,
    },
    /// The turn ended in an error and was rolled back.
    Raised {
        /// The receiver.
        twin: String,
        /// Its class.
        class: String,
        /// The message.
        selector: String,
        /// The slot that refused a value.
        slot: Option<String>,
        /// The error.
        failure: Box<Failure>,
    },
    /// The request makes no sense.
    Malformed {
        /// What is wrong.
        what: String,
    },
    /// A part of the request is over its limit.
    TooLarge {
        /// The part.
        what: String,
        /// Its limit in bytes.
        limit: u64,
    },
    /// A queue is full.
    Busy {
        /// When to try again.
        retry_after: Duration,
    },
    /// Of the events of the feed after the position that was given some are not there any more, or it is a position of
    /// another log.
    NotKept {
        /// From where the feed can be read: the place behind what is missing.
        from: FeedPosition,
    },
    /// The state of a twin, or its events, at that time are not kept any more.
    PastNotKept {
        /// The twin.
        id: String,
        /// The first sequence that can be asked for: that of a state where a state was asked for, else that of an event.
        first: u64,
    },
    /// The engine cannot take writes, or is closing.
    Unavailable {
        /// Why.
        why: String,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchTwin { id } => write!(f, "there is no twin `{id}`"),
            Self::NoSuchClass { name } => write!(f, "there is no twin class `{name}`"),
            Self::Exists { id } => write!(f, "there is a twin `{id}` already"),
            Self::Deleted { id } => write!(f, "the twin `{id}` was deleted"),
            Self::NotExternal { twin, class, selector } => write!(f, "`{selector}` of {class} may not be sent to `{twin}` from outside"),
            Self::Raised { twin, class, selector, failure, .. } => {
                write!(f, "`{selector}` to the {class} `{twin}` failed: {}: {}", failure.class, failure.message)
            }
            Self::Malformed { what } => f.write_str(what),
            Self::TooLarge { what, limit } => write!(f, "{what} is beyond its limit of {limit}"),
            Self::Busy { .. } => f.write_str("too much is waiting"),
            Self::NotKept { from } => write!(f, "what happened after that position is not kept any more; the feed goes on from {from}"),
            Self::PastNotKept { id, first } => write!(f, "the history of `{id}` is kept from {first} on"),
            Self::Unavailable { why } => f.write_str(why),
        }
    }
}

impl std::error::Error for Refusal {}
