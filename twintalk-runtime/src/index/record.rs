//! What the index wants to know of a record.

use super::Error;
use crate::bytes::Malformed;
use crate::event::{Event, EventKind};
use crate::journal::{self, Position, Reader, Record};
use crate::kinds;
use crate::snapshot::Snapshot;

/// What happened to the life of a twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It began.
    Begins,
    /// It went on.
    Goes,
    /// It ended.
    Ends,
    /// It goes on, and what is kept of it may begin here.
    Base,
}

impl Life {
    /// Whether the twin lives then.
    pub fn lives(self) -> bool {
        self != Self::Ends
    }
}

/// A record of a twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TwinRecord<'a> {
    /// The twin.
    pub id: &'a str,
    /// The position of its record before.
    pub previous: Position,
    /// The number of the event, or of the last one in a snapshot.
    pub sequence: u64,
    /// When that was, in nanoseconds since 1970.
    pub time: i64,
    /// The number of the schema its slots follow.
    pub schema: u32,
    /// What happened to its life.
    pub life: Life,
    /// Whether it is of an event, not a snapshot.
    pub is_event: bool,
    /// Whether it holds the whole state.
    pub is_whole: bool,
}

impl<'a> TwinRecord<'a> {
    /// The record, if it is one of a twin.
    #[inline]
    pub fn of(record: &Record<'a>) -> Result<Option<Self>, Malformed> {
        Ok(Some(match record.kind {
            kinds::EVENT => {
                let Event { id, previous, sequence, time, schema, kind, .. } = Event::read(record.payload)?;
                let life = match kind {
                    EventKind::Created | EventKind::Cloned | EventKind::Derived => Life::Begins,
                    EventKind::Deleted => Life::Ends,
                    EventKind::Message | EventKind::Failed | EventKind::Migrated => Life::Goes,
                };
                let is_whole = life == Life::Begins || kind == EventKind::Migrated;
                Self { id, previous, sequence, time, schema, life, is_event: true, is_whole }
            }
            kinds::SNAPSHOT | kinds::BASE => {
                let Snapshot { id, previous, sequence, time, schema, .. } = Snapshot::read(record.payload)?;
                let life = if record.kind == kinds::BASE { Life::Base } else { Life::Goes };
                Self { id, previous, sequence, time, schema, life, is_event: false, is_whole: true }
            }
            _ => return Ok(None),
        }))
    }

    /// The record of a twin at a position where one must be, or was; `None` if it is not kept.
    pub fn at(reader: &'a Reader, position: Position) -> Result<Option<Self>, Error> {
        let record = match reader.read(position) {
            Ok(record) => record,
            Err(journal::Error::NotKept(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let malformed = |error| Error::Malformed(position, error);
        let found = Self::of(&record).map_err(malformed)?;
        found.map(Some).ok_or(malformed(Malformed("it is not one of a twin")))
    }
}
