//! Below which positions the events of classes are old enough to be left out.

use super::Place;
use super::retention::Retention;
use crate::index::Error;
use crate::journal::Position;

/// Horizons of schemas. They are ends of sealed segments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Horizons {
    /// All of them, rising.
    bounds: Vec<Position>,
    /// For schemas that are told apart.
    by_schema: Vec<Option<usize>>,
    /// For the others.
    default: Option<usize>,
}

impl Horizons {
    /// Where events are older than they must be kept, at a time in nanoseconds since 1970.
    pub fn at(time: i64, retention: &Retention, place: Place<'_>) -> Result<Self, Error> {
        let (reader, schemas) = (place.journal.reader(), place.schemas.len() as u32);
        let mut horizons = Self::default();
        let lengths = retention.lengths();
        let mut numbers = Vec::new();
        for length in &lengths {
            let nanoseconds = i64::try_from(length.as_nanos()).unwrap_or(i64::MAX);
            let bound = place.index.older(&reader, time.saturating_sub(nanoseconds), place.work)?;
            if bound > Position::NONE && horizons.bounds.last() != Some(&bound) {
                horizons.bounds.push(bound);
            }
            numbers.push(horizons.bounds.len().checked_sub(1).filter(|_| bound > Position::NONE));
        }
        let number = |length| lengths.iter().position(|other| Some(*other) == length).and_then(|index| numbers[index]);
        horizons.by_schema = (0..schemas).map(|schema| number(retention.schema(schema))).collect();
        horizons.default = number(retention.schema(u32::MAX));
        Ok(horizons)
    }

    /// All of them, rising.
    pub fn bounds(&self) -> &[Position] {
        &self.bounds
    }

    /// The highest.
    pub fn highest(&self) -> Position {
        self.bounds.last().copied().unwrap_or(Position::NONE)
    }

    /// The number of the horizon of a schema, if a position lies below it.
    pub fn above(&self, schema: u32, position: Position) -> Option<usize> {
        let number = self.by_schema.get(schema as usize).copied().unwrap_or(self.default)?;
        (position < self.bounds[number]).then_some(number)
    }
}
