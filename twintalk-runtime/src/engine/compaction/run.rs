//! A run: segments below the horizons are replaced by what is kept of them, the newest first.
//!
//! Of each twin exactly one record below its horizon is kept, the last one, as a base: its state is brought together from
//! records in the same segment and in older ones, which have not been touched yet. So after a crash at any moment each twin
//! has all of its records, or a base and whatever older ones are left, which count no more.

use std::collections::HashSet;

use super::super::chain;
use super::horizon::Horizons;
use crate::index::hash::IdHash;
use crate::index::{Directory, Error, Index, Lasts, Life, Span, TwinRecord, Work};
use crate::journal::{self, Journal, Position, Reader, Record};
use crate::kinds;
use crate::snapshot::NewSnapshot;
use crate::tables::{Schema, Table};

/// A compacted segment has at most so many bytes; one that would have more is left as it is.
const MOST: u64 = 2 << 30;

/// How many records are looked at between two looks at whether the work was stopped.
const STRIDE: u64 = 256;

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// How many segments were replaced.
    pub segments: u64,
    /// The bytes of their files before and after.
    pub before: u64,
    pub after: u64,
}

/// What compaction works on.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub journal: &'a dyn Journal,
    pub index: &'a Index,
    pub schemas: &'a Table<Schema>,
    pub work: &'a Work,
}

/// What becomes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Stays,
    /// It becomes the base of its twin.
    Base,
    Goes,
}

/// What of a segment would go.
#[derive(Default)]
struct Weight {
    /// Bytes of records.
    staying: u64,
    going: u64,
    /// How many records become bases.
    bases: u64,
    /// Whether events go.
    thinned: bool,
    /// Whether records cannot be read.
    is_damaged: bool,
}

/// Why a segment is not replaced after all.
enum Stop {
    /// The state of a twin cannot be brought together.
    Spare(IdHash),
    TooLarge,
    Stopped,
}

struct Run<'a> {
    place: Place<'a>,
    horizons: &'a Horizons,
    directory: &'a Directory,
    lasts: Lasts,
    /// Twins of which everything stays.
    spared: HashSet<IdHash>,
    outcome: Outcome,
}

impl Place<'_> {
    /// Compacts what is below the horizons. After each segment `tell` is told what was done so far, and the index is brought up
    /// to date, also with what was written meanwhile.
    pub fn run(self, horizons: &Horizons, tell: &mut dyn FnMut(&Outcome)) -> Result<Outcome, Error> {
        self.index.catch_up(&self.journal.reader(), self.work)?;
        let directory = self.index.directory();
        let lasts = directory.lasts(&self.journal.reader(), horizons.bounds(), self.work)?;
        let mut run = Run { place: self, horizons, directory: &directory, lasts, spared: HashSet::new(), outcome: Outcome::default() };
        for span in directory.spans().rev().filter(|span| span.end <= horizons.highest().0) {
            run.segment(span)?;
            tell(&run.outcome);
        }
        Ok(run.outcome)
    }

    /// The bytes of a segment's file.
    pub fn bytes(self, reader: &Reader, span: Span) -> u64 {
        reader.compacted(Position(span.base)).map_or(span.end - span.base, |compacted| compacted.bytes)
    }
}

impl Run<'_> {
    fn segment(&mut self, span: Span) -> Result<(), Error> {
        loop {
            if self.place.work.is_stopped() {
                return Err(Error::Stopped);
            }
            let reader = self.place.journal.reader();
            let weight = self.weigh(&reader, span)?;
            if weight.is_damaged {
                return self.leave(span);
            }
            // What was compacted once is worth while when less than half of it would stay. But a record on which older ones
            // that may go depend has to become a base.
            let is_light = reader.compacted(Position(span.base)).is_none() || weight.staying < weight.going;
            if weight.bases == 0 && (weight.going == 0 || !is_light) {
                return Ok(());
            }
            let before = self.place.bytes(&reader, span);
            match self.replace(&reader, span, weight.thinned)? {
                Ok(after) => {
                    self.outcome.segments += 1;
                    self.outcome.before += before;
                    self.outcome.after += after;
                    return self.place.index.catch_up(&self.place.journal.reader(), self.place.work);
                }
                Err(Stop::Spare(hash)) => {
                    self.spared.insert(hash);
                }
                Err(Stop::TooLarge) => return self.leave(span),
                Err(Stop::Stopped) => return Err(Error::Stopped),
            }
        }
    }

    fn fate(&self, record: &Record<'_>) -> Result<(Fate, Option<IdHash>), Error> {
        let twin = TwinRecord::of(record).map_err(|error| Error::Malformed(record.position, error))?;
        let Some(twin) = twin else { return Ok((Fate::Stays, None)) };
        let Some(horizon) = self.horizons.above(twin.schema, record.position) else { return Ok((Fate::Stays, None)) };
        let hash = self.directory.hash(twin.id);
        let fate = match twin.life {
            _ if self.spared.contains(&hash) => Fate::Stays,
            _ if !self.lasts.is_last(horizon, record.position) => Fate::Goes,
            Life::Goes => Fate::Base,
            Life::Begins | Life::Ends | Life::Base => Fate::Stays,
        };
        Ok((fate, Some(hash)))
    }

    fn weigh(&self, reader: &Reader, span: Span) -> Result<Weight, Error> {
        let mut weight = Weight::default();
        for record in within(reader, span) {
            let fate = match record {
                Ok(record) => self.fate(&record).map(|(fate, _)| (fate, record)),
                Err(error) => Err(error.into()),
            };
            let (fate, record) = match fate {
                Ok(fate) => fate,
                Err(Error::Journal(journal::Error::Damaged(_)) | Error::Malformed(..)) => {
                    weight.is_damaged = true;
                    break;
                }
                Err(error) => return Err(error),
            };
            let bytes = record.end().0 - record.position.0;
            match fate {
                Fate::Stays => weight.staying += bytes,
                Fate::Base => (weight.staying, weight.bases) = (weight.staying + bytes, weight.bases + 1),
                Fate::Goes => weight.going += bytes,
            }
            weight.thinned |= fate != Fate::Stays && record.kind == kinds::EVENT;
        }
        Ok(weight)
    }

    /// Lets a segment be, and so everything older of the twins that it has the last records of.
    fn leave(&mut self, span: Span) -> Result<(), Error> {
        let bounds = 0..self.horizons.bounds().len();
        let (lasts, spared) = (&self.lasts, &mut self.spared);
        self.directory.each(span, |hash, position| {
            if bounds.clone().any(|bound| lasts.is_last(bound, position)) {
                spared.insert(hash);
            }
        })
    }

    fn replace(&self, reader: &Reader, span: Span, thinned: bool) -> Result<Result<u64, Stop>, Error> {
        let (mut stop, mut malformed) = (None, None);
        let replaced = self.place.journal.compact(Position(span.base), thinned, &mut |put| {
            let (mut bytes, mut count) = (0, 0);
            let mut end = |why| {
                stop = Some(why);
                Err(journal::Error::Closed)
            };
            for record in within(reader, span) {
                let record = record?;
                count += 1;
                if count % STRIDE == 0 && self.place.work.is_stopped() {
                    return end(Stop::Stopped);
                }
                let (fate, hash) = match self.fate(&record) {
                    Ok(found) => found,
                    Err(error) => {
                        malformed = Some(error);
                        return Err(journal::Error::Closed);
                    }
                };
                let payload = match (fate, hash) {
                    (Fate::Goes, _) => continue,
                    (Fate::Base, Some(hash)) => match base(reader, &record, self.place.schemas) {
                        Some(payload) => Some(payload),
                        None => return end(Stop::Spare(hash)),
                    },
                    _ => None,
                };
                let kept = match &payload {
                    Some(payload) => Record { kind: kinds::BASE, payload, ..record },
                    None => record,
                };
                bytes += kept.end().0 - kept.position.0;
                if bytes > MOST {
                    return end(Stop::TooLarge);
                }
                put(&kept)?;
            }
            Ok(())
        });
        match (stop, malformed, replaced) {
            (Some(stop), _, _) => Ok(Err(stop)),
            (_, Some(error), _) => Err(error),
            (None, None, replaced) => Ok(Ok(replaced?)),
        }
    }
}

/// The records of a segment. Headers that are damaged hide nothing.
pub(super) fn within(reader: &Reader, span: Span) -> impl Iterator<Item = Result<Record<'_>, journal::Error>> {
    let is_in = move |record: &Result<Record<'_>, journal::Error>| match record {
        Ok(record) => span.contains(record.position),
        Err(journal::Error::Damaged(damage)) => span.contains(damage.position),
        Err(_) => true,
    };
    let is_hidden = |record: &Result<Record<'_>, _>| !matches!(record, Err(journal::Error::Damaged(damage)) if !damage.hides_records);
    reader.records(Position(span.base)).take_while(is_in).filter(is_hidden)
}

/// What is written in place of a record: the twin's state after it. Nothing if that cannot be brought together.
fn base(reader: &Reader, record: &Record<'_>, schemas: &Table<Schema>) -> Option<Vec<u8>> {
    if record.kind == kinds::SNAPSHOT {
        return Some(record.payload.to_vec());
    }
    let twin = TwinRecord::of(record).ok().flatten()?;
    let (state, _) = chain::latest(reader, record.position, schemas).ok()?;
    let snapshot = NewSnapshot {
        id: twin.id,
        schema: state.schema,
        epoch: state.epoch,
        sequence: state.sequence,
        time: state.time,
        slots: &state.slots,
        heap: &state.heap,
    };
    snapshot.payload(twin.previous).ok()
}
