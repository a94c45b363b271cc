//! The feed: the events of all twins in the order of the journal, from any position on.
//!
//! It is read from the journal by whoever asks, as far as it is durable; no shard takes part in it, and nothing is kept for
//! those who listen. A reader that is slow is behind, and costs nobody anything.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::api::{Options, Refusal};
use super::bell::Bell;
use super::state::begins;
use super::world::World;
use super::{Durability, Twins};
use crate::event::Event;
use crate::journal::{Error, Position};
use crate::kinds;
use crate::value::NIL;

/// How much of the journal is read for one page, in bytes.
const SCAN: u64 = 4 << 20;

/// A place in the feed, between two events. Its text means nothing to others; it stays valid over restarts, for the data
/// directory that it was got from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FeedPosition {
    position: u64,
    check: u32,
}

impl FeedPosition {
    pub(crate) fn new(position: Position, log: u32) -> Self {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&position.0.to_le_bytes());
        bytes[8..].copy_from_slice(&log.to_le_bytes());
        Self { position: position.0, check: crc32c::crc32c(&bytes) }
    }
}

impl fmt::Display for FeedPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:08x}", self.position, self.check)
    }
}

impl FromStr for FeedPosition {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let parts = text.split_at_checked(16).filter(|_| text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let parse = |(position, check): (&str, &str)| {
            Some(Self { position: u64::from_str_radix(position, 16).ok()?, check: u32::from_str_radix(check, 16).ok()? })
        };
        parts.and_then(parse).ok_or_else(|| Refusal::Malformed { what: "that is no position of the feed".to_owned() })
    }
}

/// One event of the feed. What it changed is told by the twin's [`events`](Twins::events).
#[derive(Debug, Clone, PartialEq)]
pub struct FeedEvent {
    /// The place behind it, from where the feed goes on.
    pub position: FeedPosition,
    /// The twin's id.
    pub twin: String,
    /// The twin's class, by the name it has now.
    pub class: String,
    /// Its number in the life of the twin.
    pub sequence: u64,
    /// The turn's time, in nanoseconds since 1970.
    pub time: i64,
    /// The message that caused it.
    pub selector: String,
    /// The slots that it wrote.
    pub slots: Vec<String>,
    /// Whether it wrote into objects that slots hold, such as collections.
    pub objects: bool,
}

/// A part of the feed.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedPage {
    /// Events in the order of the journal.
    pub events: Vec<FeedEvent>,
    /// Where the feed goes on: behind the last one, and behind what was read and is not asked for.
    pub next: FeedPosition,
}

/// What the engine keeps for the feed.
#[derive(Debug)]
pub(super) struct Feed {
    pub bell: Arc<Bell>,
    /// Tells positions of this log from others. A log in memory ends with the process, and so do positions of it.
    log: u32,
}

impl Feed {
    pub fn new(options: &Options) -> Self {
        use std::hash::{BuildHasher, RandomState};
        let is_lasting = options.data.is_some() && options.durability != Durability::Memory;
        let log = if is_lasting { 0 } else { RandomState::new().hash_one(0) as u32 | 1 };
        Self { bell: Arc::default(), log }
    }
}

impl Twins {
    /// Up to `limit` events of all twins, or those of one class, in the order of the journal: those after a position, or without one
    /// those from the beginning of what is kept. Only what is durable is told.
    ///
    /// A page may have fewer events, or none, though there are more: go on at [`next`](FeedPage::next), and
    /// [wait](Self::wait_for_changes) there after a page without events.
    ///
    /// Refuses with [`NotKept`](Refusal::NotKept) where events after the position are not there any more, and with
    /// [`NoSuchClass`](Refusal::NoSuchClass).
    pub async fn changes(&self, after: Option<FeedPosition>, class: Option<&str>, limit: usize) -> Result<FeedPage, Refusal> {
        let world = self.world();
        let class = class.map(|name| world.class_named(name).ok_or_else(|| Refusal::NoSuchClass { name: name.to_owned() }));
        page(world, after, class.transpose()?, limit)
    }

    /// The end of the feed as it is now: what happens from now on comes after it.
    pub fn feed_end(&self) -> FeedPosition {
        FeedPosition::new(self.world().journal.durable(), self.world().feed.log)
    }

    /// Waits until there may be events after a position. Refuses with [`Unavailable`](Refusal::Unavailable) where there will be
    /// none, because the engine was closed or cannot write any more.
    pub async fn wait_for_changes(&self, after: FeedPosition) -> Result<(), Refusal> {
        let world = self.world();
        let is_there = world.feed.bell.wait(|| world.journal.durable().0 > after.position).await;
        if is_there { Ok(()) } else { Err(Refusal::Unavailable { why: "nothing more will happen here".to_owned() }) }
    }
}

fn page(world: &World, after: Option<FeedPosition>, class: Option<u16>, limit: usize) -> Result<FeedPage, Refusal> {
    // What is durable now lies in the segments that the reader gets now.
    let durable = world.journal.durable();
    let reader = world.journal.reader();
    let oldest = world.journal.oldest();
    let at = |position| FeedPosition::new(position, world.feed.log);
    let start = match after {
        None => oldest,
        Some(after) => {
            let start = Position(after.position);
            if at(start) != after || start < oldest || start > durable || !start.0.is_multiple_of(8) {
                return Err(Refusal::NotKept { from: at(oldest) });
            }
            start
        }
    };
    let mut events = Vec::new();
    let mut next = start;
    for record in reader.records(start) {
        if events.len() >= limit || next.0 - start.0 >= SCAN {
            return Ok(FeedPage { events, next: at(next) });
        }
        match record {
            Ok(record) if record.position >= durable => break,
            Ok(record) => {
                next = record.end();
                if record.kind != kinds::EVENT {
                    continue;
                }
                // A record that is no event, though it says so, is passed over: its twin is quarantined, and says why.
                let Ok(event) = Event::read(record.payload) else { continue };
                // Of twins whose class has another name now, as all else of them is.
                let found = world.class_of(event.schema);
                if class.is_none_or(|class| class == found) {
                    events.extend(shown(world, &event, found, at(next)));
                }
            }
            // Headers hide nothing.
            Err(Error::Damaged(damage)) if !damage.hides_records => {}
            Err(Error::Damaged(damage)) if next == start && events.is_empty() => {
                return Err(Refusal::NotKept { from: at(Position(damage.position.0 + damage.bytes)) });
            }
            // The next page begins where something is missing, and says so.
            Err(Error::Damaged(_)) => return Ok(FeedPage { events, next: at(next) }),
            Err(error) => return Err(Refusal::Unavailable { why: error.to_string() }),
        }
    }
    Ok(FeedPage { events, next: at(durable.max(next)) })
}

/// An event of a twin of a class.
fn shown(world: &World, event: &Event<'_>, class: u16, position: FeedPosition) -> Option<FeedEvent> {
    let names = &world.canon.names;
    let form = names.class(event.schema)?;
    let is_shown = |word| !begins(event.kind) || word != NIL.bits();
    let written = event.changed_slots().filter(|&(_, word)| is_shown(word));
    Some(FeedEvent {
        position,
        twin: event.id.to_owned(),
        class: world.class(class).name.clone(),
        sequence: event.sequence,
        time: event.time,
        selector: names.symbol(event.selector).unwrap_or_default().to_owned(),
        slots: written.filter_map(|(index, _)| form.slots.get(index).map(|name| name.to_string())).collect(),
        objects: !begins(event.kind) && event.writes().len() > 0,
    })
}
