//! A twin's records, newest first: each holds the position of the one before. They end with the twin's first event, or at its
//! base, or where what is before is not kept.

use crate::bytes::Malformed;
use crate::event::{Event, EventKind};
use crate::index::Ahead;
use crate::journal::{Error, Position, Reader};
use crate::kinds;
use crate::snapshot::Snapshot;
use crate::tables::{Schema, Table};
use crate::value::{NIL, Value};

use super::api::Moment;
use super::state::{State, begins, is_whole};

/// Why the records of a twin cannot be used.
#[derive(Debug)]
pub(super) enum Broken {
    /// The journal cannot read one.
    Journal(Error),
    /// One is not what it should be.
    Malformed(Position, Malformed),
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Journal(error) => error.fmt(f),
            Self::Malformed(position, malformed) => {
                write!(f, "the record at position {position}: {malformed}")
            }
        }
    }
}

/// One record of a twin.
pub(super) enum Link<'a> {
    Event(Event<'a>),
    Snapshot(Snapshot<'a>),
    /// Where what is kept of a history begins.
    Base(Snapshot<'a>),
}

impl Link<'_> {
    /// Where the twin's record before it is, or was.
    pub fn previous(&self) -> Position {
        match self {
            Self::Event(event) => event.previous,
            Self::Snapshot(snapshot) | Self::Base(snapshot) => snapshot.previous,
        }
    }

    /// Whether nothing before it is needed to know the twin.
    pub fn is_beginning(&self) -> bool {
        match self {
            Self::Event(event) => begins(event.kind) || event.kind == EventKind::Deleted,
            Self::Snapshot(_) => false,
            Self::Base(_) => true,
        }
    }

    /// The event that it is, or is the state after.
    fn sequence(&self) -> u64 {
        match self {
            Self::Event(event) => event.sequence,
            Self::Snapshot(snapshot) | Self::Base(snapshot) => snapshot.sequence,
        }
    }

    /// Whether it is of this moment or earlier.
    fn is_by(&self, moment: Moment) -> bool {
        let time = match self {
            Self::Event(event) => event.time,
            Self::Snapshot(snapshot) | Self::Base(snapshot) => snapshot.time,
        };
        match moment {
            Moment::Now => true,
            Moment::Sequence(last) => self.sequence() <= last,
            Moment::Time(last) => time <= last,
        }
    }
}

/// Walks from a record back to the first one that is kept.
pub(super) struct Chain<'a> {
    reader: &'a Reader,
    next: Position,
    ahead: Option<Ahead<'a>>,
    /// Whether nothing may be kept at the next place.
    may_end: bool,
}

impl<'a> Chain<'a> {
    /// The records from `last` back.
    pub fn new(reader: &'a Reader, last: Position) -> Self {
        Self { reader, next: last, ahead: None, may_end: false }
    }

    /// The same of a twin that the index may know: memory is asked for ahead.
    pub fn ahead(reader: &'a Reader, last: Position, ahead: Option<Ahead<'a>>) -> Self {
        Self { reader, next: last, ahead, may_end: false }
    }

    fn step(&mut self) -> Result<Option<(Position, Link<'a>)>, Broken> {
        let position = self.next;
        let malformed = |error| Broken::Malformed(position, error);
        if let Some(ahead) = &mut self.ahead {
            ahead.come_to(position);
        }
        let record = match self.reader.read(position) {
            Err(Error::NotKept(_)) if self.may_end => return Ok(None),
            read => read.map_err(Broken::Journal)?,
        };
        let link = match record.kind {
            kinds::BASE => Link::Base(Snapshot::read(record.payload).map_err(malformed)?),
            kinds::EVENT => Link::Event(Event::read(record.payload).map_err(malformed)?),
            kinds::SNAPSHOT => Link::Snapshot(Snapshot::read(record.payload).map_err(malformed)?),
            _ => return Err(malformed(Malformed("it is not one of a twin"))),
        };
        if link.previous() >= position {
            return Err(malformed(Malformed("it refers to a later one")));
        }
        self.may_end = link.is_beginning();
        self.next = if matches!(link, Link::Base(_)) { Position::NONE } else { link.previous() };
        Ok(Some((position, link)))
    }
}

impl<'a> Iterator for Chain<'a> {
    type Item = Result<(Position, Link<'a>), Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == Position::NONE {
            return None;
        }
        let step = self.step().transpose();
        if !matches!(step, Some(Ok(_))) {
            self.next = Position::NONE;
        }
        step
    }
}

/// So many records have room from the beginning: what a page of a history shows.
const USUAL: usize = 128;

/// What leads to the state of a twin at a moment: the last snapshot before it and the records since.
pub(super) struct Replay<'a> {
    /// The state before `links`.
    pub state: State,
    /// The records up to the moment, in order, with their positions.
    pub links: Vec<(Position, Link<'a>)>,
    /// The lowest sequence that the walk has come to.
    pub reached: u64,
}

impl<'a> Replay<'a> {
    /// What leads to a moment, from the start of a chain back. Events after the `keep`th are among the records even if a later snapshot
    /// would do without them.
    pub fn up_to(chain: Chain<'a>, moment: Moment, keep: u64) -> Result<Self, Broken> {
        let reader = chain.reader;
        let (mut links, mut reached) = (Vec::new(), u64::MAX);
        let mut state = State::default();
        for link in chain {
            let (position, link) = link?;
            reached = link.sequence();
            if !link.is_by(moment) {
                continue;
            }
            let is_enough = match &link {
                // The twin had these slots later only.
                Link::Snapshot(snapshot) if moment == Moment::Sequence(snapshot.sequence) && is_recast(reader, snapshot) => continue,
                Link::Base(snapshot) => {
                    state = State::of_snapshot(snapshot);
                    break;
                }
                Link::Snapshot(snapshot) if snapshot.sequence <= keep => {
                    state = State::of_snapshot(snapshot);
                    break;
                }
                Link::Snapshot(_) => false,
                // What a migration changed is seen beside what was before.
                Link::Event(event) => event.sequence <= keep.saturating_add(u64::from(begins(event.kind))) && is_whole(event.kind),
            };
            links.push((position, link));
            if is_enough {
                break;
            }
        }
        links.reverse();
        Ok(Self { state, links, reached })
    }

    /// The events after one, up to a moment, if they tell alone what they wrote: none of them changed the heap or
    /// refers to it, so that the state before them does not matter.
    pub fn alone(chain: Chain<'a>, moment: Moment, after: u64, schemas: &Table<Schema>) -> Result<Option<Self>, Broken> {
        let (mut links, mut schema, mut reached) = (Vec::with_capacity(USUAL), None, u64::MAX);
        for link in chain {
            let (position, link) = link?;
            reached = link.sequence();
            match link {
                Link::Event(event) if event.sequence <= after => break,
                Link::Event(_) if !link.is_by(moment) => {}
                Link::Event(event) if !is_alone(&event) || *schema.get_or_insert(event.schema) != event.schema => return Ok(None),
                Link::Event(_) => links.push((position, link)),
                Link::Snapshot(_) | Link::Base(_) => {}
            }
        }
        links.reverse();
        let mut state = State::default();
        if let Some((_, Link::Event(first))) = links.first()
            && let Some(schema) = schemas.get(first.schema)
        {
            state.schema = first.schema;
            state.slots = vec![NIL.bits(); schema.slots.len()];
        }
        Ok(Some(Self { state, links, reached }))
    }

    /// Applies all records.
    pub fn finish(mut self, schemas: &Table<Schema>) -> Result<State, Broken> {
        for (position, link) in &self.links {
            step(&mut self.state, *position, link, schemas)?;
        }
        Ok(self.state)
    }

    /// The last event.
    pub fn last_event(&self) -> Option<&Event<'a>> {
        self.links.iter().rev().find_map(|(_, link)| match link {
            Link::Event(event) => Some(event),
            Link::Snapshot(_) | Link::Base(_) => None,
        })
    }
}

/// Whether what an event wrote can be read without the heap.
fn is_alone(event: &Event<'_>) -> bool {
    let heap = event.writes().len() + event.copies().len() + event.appended.iter().count();
    !is_whole(event.kind) && heap == 0 && event.epoch == 0 && event.changed_slots().all(|(_, word)| !Value::from_bits(word).is_reference())
}

/// Whether a snapshot shows a twin after a change of its class: its record before is of another schema.
fn is_recast(reader: &Reader, snapshot: &Snapshot<'_>) -> bool {
    let before = Chain::new(reader, snapshot.previous).next();
    before.and_then(Result::ok).is_some_and(|(_, link)| match link {
        Link::Event(event) => event.schema != snapshot.schema,
        Link::Snapshot(before) | Link::Base(before) => before.schema != snapshot.schema,
    })
}

/// Applies one record. A snapshot matters only where a new address epoch begins, after a compaction of the
/// heap, or the twin's class has changed: the events behind it rely on the new addresses and slots.
pub(super) fn step(state: &mut State, position: Position, link: &Link<'_>, schemas: &Table<Schema>) -> Result<(), Broken> {
    match link {
        Link::Event(event) => state.apply(event, schemas).map_err(|error| Broken::Malformed(position, error))?,
        Link::Snapshot(snapshot) if snapshot.epoch != state.epoch || snapshot.schema != state.schema => {
            *state = State::of_snapshot(snapshot)
        }
        Link::Base(snapshot) => *state = State::of_snapshot(snapshot),
        Link::Snapshot(_) => {}
    }
    Ok(())
}

/// The latest state of a twin whose last record is at `last`, and how many records lie behind the one that holds a whole state.
pub(super) fn latest(reader: &Reader, last: Position, schemas: &Table<Schema>) -> Result<(State, usize), Broken> {
    let replay = Replay::up_to(Chain::new(reader, last), Moment::Now, u64::MAX)?;
    let behind = match replay.links.first() {
        Some((_, Link::Event(event))) if is_whole(event.kind) => replay.links.len() - 1,
        _ => replay.links.len(),
    };
    Ok((replay.finish(schemas)?, behind))
}
