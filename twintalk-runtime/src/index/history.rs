//! The records of one twin, segment by segment.
//!
//! In the tail that no index covers yet, each record leads to the one before. In a segment, one look into its
//! index gives all records of the twin there; the oldest one leads to the segment before, until what is there is not kept. So a hundred events
//! among millions are reached by a look into each segment on the way, and not by a walk over all that came after them.

use std::ops::Range;
use std::sync::Arc;

use super::Error;
use super::directory::{Directory, version};
use super::hash::IdHash;
use super::record::{Life, TwinRecord};
use super::table::{Look, Table};
use crate::bytes::Malformed;
use crate::journal::{self, Position, Reader};

/// Goes back from segment to segment; answers a [`Stretch`] of each that has records of the twin.
#[derive(Debug)]
pub struct History<'a> {
    directory: &'a Directory,
    reader: &'a Reader,
    id: &'a str,
    hash: IdHash,
    next: Position,
    down_to: u64,
}

/// The records of a twin in one segment, or in the tail, oldest first.
#[derive(Clone, Debug)]
pub struct Stretch<'a> {
    reader: &'a Reader,
    records: Records,
    /// The number of the event at, or before, its oldest record.
    oldest: u64,
}

#[derive(Clone, Debug)]
enum Records {
    Listed(Vec<Position>),
    Indexed(Arc<Table>, Range<u32>),
}

impl<'a> History<'a> {
    pub(super) fn new(directory: &'a Directory, reader: &'a Reader, id: &'a str, hash: IdHash, last: Position, down_to: u64) -> Self {
        Self { directory, reader, id, hash, next: last, down_to }
    }

    /// The last record whose `key` is at most `most`; keys do not fall from record to record.
    pub(super) fn last_by(self, most: i128, key: impl Fn(&TwinRecord<'_>) -> i128) -> Result<Option<Position>, Error> {
        for stretch in self {
            let stretch = stretch?;
            let oldest = key(&stretch.record(0)?);
            // Most stretches are all behind the one that is looked for.
            if oldest <= most {
                let count = stretch.first_beyond(most, oldest, key)?;
                return stretch.position(count - 1).map(Some);
            }
        }
        Ok(None)
    }

    fn step(&mut self) -> Result<Stretch<'a>, Error> {
        let (records, oldest) = match self.next >= self.directory.covered() {
            true => self.walk(self.directory.covered())?,
            false => self.in_segment()?,
        };
        let is_enough = oldest.sequence < self.down_to || oldest.life == Life::Base;
        self.next = if is_enough { Position::NONE } else { oldest.previous };
        Ok(Stretch { reader: self.reader, records, oldest: oldest.sequence })
    }

    /// One record, which must be of this twin, and before `before`.
    fn record(&self, position: Position, before: Position) -> Result<TwinRecord<'a>, Error> {
        let malformed = |reason| Error::Malformed(position, Malformed(reason));
        let record = self.directory.record(self.reader, position)?;
        if record.id != self.id {
            return Err(malformed("it is not of the twin whose history leads here"));
        }
        if record.previous != Position::NONE && record.previous >= before {
            return Err(malformed("it refers to a later one"));
        }
        Ok(record)
    }

    /// Goes from record to record, down to a position.
    fn walk(&self, floor: Position) -> Result<(Records, TwinRecord<'a>), Error> {
        let mut listed = vec![self.next];
        let mut record = self.record(self.next, self.next)?;
        while record.sequence >= self.down_to && record.life != Life::Base && record.previous >= floor && record.previous != Position::NONE
        {
            let position = record.previous;
            record = match self.record(position, position) {
                Err(Error::Journal(journal::Error::NotKept(_))) => break,
                record => record?,
            };
            listed.push(position);
        }
        listed.reverse();
        Ok((Records::Listed(listed), record))
    }

    fn in_segment(&self) -> Result<(Records, TwinRecord<'a>), Error> {
        let segments = &self.directory.segments;
        let not_indexed = || Error::Malformed(self.next, Malformed("it lies in no segment that the index knows"));
        let index = segments.partition_point(|(segment, _)| segment.span.end <= self.next.0);
        let (segment, slot) = segments.get(index).ok_or_else(not_indexed)?;
        if !segment.span.contains(self.next) {
            return Err(not_indexed());
        }
        let table = slot.whole()?;
        let base = Position(segment.span.base);
        if table.of().version != version(self.reader, segment.span) {
            return self.walk(base);
        }
        let all = table.all(self.hash)?;
        let end = table.beyond(all.clone(), self.next)?;
        if end == all.start || table.position(end - 1)? != self.next {
            // Is it kept?
            self.record(self.next, self.next)?;
            return Err(table.damaged(0, "a record of its segment is not in it"));
        }
        if !self.directory.is_shared(self.hash) {
            let oldest = self.record(table.position(all.start)?, base)?;
            return Ok((Records::Indexed(Arc::clone(table), all.start..end), oldest));
        }
        let mut listed = Vec::new();
        for number in all.start..end {
            let position = table.position(number)?;
            if self.directory.record(self.reader, position)?.id == self.id {
                listed.push(position);
            }
        }
        let oldest = self.record(listed.first().copied().unwrap_or(self.next), base)?;
        Ok((Records::Listed(listed), oldest))
    }
}

impl<'a> Iterator for History<'a> {
    type Item = Result<Stretch<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next == Position::NONE {
            return None;
        }
        let next = self.next;
        let step = self.step();
        if step.is_err() {
            self.next = Position::NONE;
        }
        match step {
            // The history that is kept ended with the stretch before.
            Err(Error::Journal(journal::Error::NotKept(position))) if position == next => None,
            step => Some(step),
        }
    }
}

impl Stretch<'_> {
    /// How many records it has.
    pub fn len(&self) -> usize {
        match &self.records {
            Records::Listed(positions) => positions.len(),
            Records::Indexed(_, numbers) => numbers.len(),
        }
    }

    /// Whether it has none, which no stretch of a history does.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The position of a record, the oldest being number 0.
    pub fn position(&self, number: usize) -> Result<Position, Error> {
        match &self.records {
            Records::Listed(positions) => Ok(positions.get(number).copied().unwrap_or(Position::NONE)),
            Records::Indexed(table, numbers) => table.position(numbers.start + number as u32),
        }
    }

    /// The number of the event that its oldest record is, or is a snapshot after.
    pub fn oldest(&self) -> u64 {
        self.oldest
    }

    /// Its first record of an event, or of a snapshot after an event, with at least this number; the length if there is none.
    pub fn first_from(&self, sequence: u64) -> Result<usize, Error> {
        self.first(0..self.len(), |record| record.sequence >= sequence)
    }

    fn record(&self, number: usize) -> Result<TwinRecord<'_>, Error> {
        let position = self.position(number)?;
        TwinRecord::at(self.reader, position)?.ok_or(Error::Journal(journal::Error::NotKept(position)))
    }

    /// Its first record whose key is above `most`, which that of the oldest one is not; the length if there is none. Keys
    /// rise evenly more often than not, so it is near where it would be if they did.
    fn first_beyond(&self, most: i128, oldest: i128, key: impl Fn(&TwinRecord<'_>) -> i128) -> Result<usize, Error> {
        let last = self.len() - 1;
        let newest = key(&self.record(last)?);
        if newest <= most {
            return Ok(last + 1);
        }
        let guess = ((most - oldest) * last as i128 / (newest - oldest)) as usize;
        let (mut start, mut end) = (1, last);
        let mut step = 1;
        while start < end {
            let (below, above) = (guess.saturating_sub(step).max(start), (guess + step).min(end));
            if key(&self.record(below)?) > most {
                end = below;
            } else if key(&self.record(above)?) <= most {
                start = above + 1;
            } else {
                return self.first(below + 1..above, |record| key(record) > most);
            }
            step *= 8;
        }
        Ok(start)
    }

    /// The first record in a range that is `beyond`, as all after it are; the end of the range if there is none.
    fn first(&self, range: Range<usize>, beyond: impl Fn(&TwinRecord<'_>) -> bool) -> Result<usize, Error> {
        let Range { mut start, mut end } = range;
        while start < end {
            let middle = start + (end - start) / 2;
            if beyond(&self.record(middle)?) {
                end = middle;
            } else {
                start = middle + 1;
            }
        }
        Ok(start)
    }

    /// The positions of its records in order, from one on.
    pub fn positions(&self, from: usize) -> impl DoubleEndedIterator<Item = Result<Position, Error>> {
        let mut look = Look::default();
        (from..self.len()).map(move |number| match &self.records {
            Records::Listed(positions) => Ok(positions[number]),
            Records::Indexed(table, numbers) => table.position_near(numbers.start + number as u32, &mut look),
        })
    }
}
