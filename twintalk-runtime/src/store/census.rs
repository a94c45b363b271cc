//! What there is in a log: records by kind, twins by class, times.

use std::collections::BTreeMap;

use super::Failure;
use super::roster::Roster;
use super::source::{Found, walk};
use crate::bytes::Malformed;
use crate::event::Event;
use crate::journal::look::Look;
use crate::journal::{Position, Record};
use crate::kinds;
use crate::tables::Tables;

/// The names of the kinds of record.
pub const KINDS: [(u8, &str); 7] = [
    (kinds::EVENT, "event"),
    (kinds::SNAPSHOT, "snapshot"),
    (kinds::BASE, "base"),
    (kinds::SYMBOL, "symbol"),
    (kinds::SCHEMA, "schema"),
    (kinds::BLOCK, "block"),
    (kinds::PROVISION, "statement"),
];

/// How many records there are of a kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub count: u64,
    /// With their headers and padding.
    pub bytes: u64,
}

/// Twins of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Twins {
    pub living: u64,
    pub deleted: u64,
}

/// What there is in a log.
#[derive(Default)]
pub struct Census {
    pub tables: Tables,
    pub roster: Roster,
    /// By kind; 0 stands for kinds that are not known here.
    pub records: BTreeMap<u8, Tally>,
    /// Of the first and the last event, in nanoseconds since 1970.
    pub times: Option<(i64, i64)>,
    /// For each segment its first and last record.
    pub spans: Vec<Option<(Position, Position)>>,
    /// Places that are not what was written.
    pub damages: u64,
}

impl Census {
    /// Counts.
    pub fn of(look: &Look) -> Result<Self, Failure> {
        let mut census = Self { damages: look.damages.len() as u64, spans: vec![None; look.segments.len()], ..Self::default() };
        let mut segment = 0;
        walk(look, "reading", |Found { record, damage }| {
            census.damages += u64::from(damage.is_some());
            let Some(record) = record else { return Ok(()) };
            while look.segments.get(segment).is_some_and(|stretch| stretch.end <= record.position) {
                segment += 1;
            }
            if let Some(span) = census.spans.get_mut(segment) {
                *span = Some((span.map_or(record.position, |(first, _)| first), record.position));
            }
            // A record that is not what its kind says is for `verify`.
            census.damages += u64::from(census.record(&record).is_err());
            Ok(())
        })?;
        Ok(census)
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), Malformed> {
        let kind = KINDS.iter().find(|(kind, _)| *kind == record.kind).map_or(0, |(kind, _)| *kind);
        let tally = self.records.entry(kind).or_default();
        tally.count += 1;
        tally.bytes += 8 + record.payload.len().next_multiple_of(8) as u64;
        if record.kind == kinds::EVENT {
            let time = Event::read(record.payload)?.time;
            self.times = Some(self.times.map_or((time, time), |(first, _)| (first, time)));
        }
        self.roster.apply(record)?;
        self.tables.apply(record)?;
        Ok(())
    }

    /// How many records there are of a kind.
    pub fn tally(&self, kind: u8) -> Tally {
        self.records.get(&kind).copied().unwrap_or_default()
    }

    /// The twins by the names of their classes.
    pub fn classes(&self) -> BTreeMap<&str, Twins> {
        let mut classes: BTreeMap<&str, Twins> = BTreeMap::new();
        for head in self.roster.heads() {
            let name = self.tables.schemas.get(head.schema).map_or("?", |schema| &schema.class);
            let twins = classes.entry(name).or_default();
            if head.lives { twins.living += 1 } else { twins.deleted += 1 }
        }
        classes
    }
}
