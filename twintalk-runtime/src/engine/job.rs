//! What the handle asks of a shard.

use tokio::sync::oneshot;

use super::api::{Envelope, Refusal, Sent, TwinState};
use super::list::{Listed, Range};
use super::rehearse::Rehearsed;
use crate::data::Data;
use crate::journal::Position;
use crate::row::Word;

/// Where an answer goes. The asker may have gone; then it goes nowhere.
pub(super) type Reply<T> = oneshot::Sender<Result<T, Refusal>>;

/// An id and its hash.
#[derive(Debug)]
pub(super) struct Address {
    pub id: String,
    pub hash: u64,
}

/// A message and its place among those it was sent with.
pub(super) struct Numbered {
    pub index: u32,
    pub hash: u64,
    pub envelope: Envelope,
}

/// A twin to be made and its place among those it was asked for with.
pub(super) struct Creation {
    pub index: u32,
    pub address: Address,
    pub class: u16,
    pub state: Vec<(String, Data)>,
}

/// What became of a batch, by place.
pub(super) type Results<T> = Vec<(u32, Result<T, Refusal>)>;

/// A request to one shard. Every answer waits for the records it depends on.
pub(super) enum Job {
    /// Run messages in order.
    Send {
        messages: Vec<Numbered>,
        /// Whether the program itself sends them, which may send more than those outside.
        is_inside: bool,
        reply: Reply<Results<Sent>>,
    },
    /// Make a twin of a class and set slots of it.
    Create { address: Address, class: u16, state: Vec<(String, Data)>, reply: Reply<u64> },
    /// Make twins, in order.
    CreateAll { creations: Vec<Creation>, reply: Reply<Results<u64>> },
    /// The state of a twin.
    Read { address: Address, reply: Reply<Found> },
    /// Where the last record of a twin is, which may have been deleted.
    Locate { address: Address, reply: Reply<Recorded> },
    /// End a twin's life.
    Delete { address: Address, reply: Reply<u64> },
    /// Copy the state of a twin out. The answer does not wait: what is made of the copy does.
    Copy { address: Address, reply: Reply<Portrait> },
    /// Make a twin of a copy.
    Adopt { address: Address, portrait: Box<Portrait>, reply: Reply<u64> },
    /// The twins with the lowest ids in a range. Nothing if what the index was asked before is not enough any more.
    List { range: Box<Range>, reply: Reply<Option<Listed>> },
    /// Make room for so many more twins of a class.
    Reserve { class: u16, twins: usize, reply: Reply<()> },
    /// Forget a twin that was deleted, whose last record is up to a position and is not kept any more.
    Forget { address: Address, until: Position, reply: Reply<()> },
    /// Try what the next message would make of a twin, and keep nothing of it.
    Rehearse { address: Address, reply: Reply<Rehearsed> },
    /// Take no more jobs.
    Stop,
}

/// The state of a twin, or where to read it.
#[derive(Debug)]
pub(super) enum Found {
    Resident(TwinState),
    Asleep(Recorded),
}

/// A twin's last record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recorded {
    pub last: Position,
    pub class: u16,
}

/// A twin's state on its way to a new twin.
#[derive(Debug)]
pub(super) struct Portrait {
    /// The id of the twin it shows.
    pub origin: String,
    pub class: u16,
    pub slots: Vec<Word>,
    pub heap: Vec<u64>,
}
