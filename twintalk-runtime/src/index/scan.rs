//! What a sealed segment says: every record is looked at once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::directory::{Directory, Slot};
use super::hash::IdHash;
use super::manifest::Kept;
use super::names::Change;
use super::record::{Life, TwinRecord};
use super::work::Work;
use super::{Error, Span};
use crate::journal::{self, Position, Reader, Record};
use crate::kinds;

/// How many records are looked at between two looks at whether the work was stopped.
const STRIDE: u64 = 1024;

/// Records of these kinds are few, and everybody needs them at once: the manifest has copies.
const KEPT: [u8; 4] = [kinds::SYMBOL, kinds::SCHEMA, kinds::BLOCK, kinds::PROVISION];

/// How many bits the place in a segment has in a [`Found`].
const PLACE: u32 = 39;

/// A record of a twin: its hash, then its place in the segment in words, then whether it is the first of
/// its twin. So they are ordered by hash and position.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found(u128);

impl Found {
    fn new(hash: IdHash, words: u64, is_first: bool) -> Self {
        Self((hash.0 << (PLACE + 1)) | (u128::from(words) << 1) | u128::from(is_first))
    }

    pub fn hash(self) -> IdHash {
        IdHash(self.0 >> (PLACE + 1))
    }

    pub fn position(self, base: u64) -> Position {
        Position(base + ((self.0 as u64 >> 1 & ((1 << PLACE) - 1)) << 3))
    }

    pub fn is_first(self) -> bool {
        self.0 & 1 == 1
    }
}

/// What a segment says.
pub struct Scan<'a> {
    reader: &'a Reader,
    span: Span,
    /// All records of twins, in order.
    pub found: Vec<Found>,
    /// Twins that began or ended, in order of their ids, the last change of each.
    pub changes: Vec<Change<'a>>,
    /// By schema, how many more twins live. Schemas without a change are there too.
    pub living: BTreeMap<u32, i64>,
    /// The latest time of a record.
    pub time: i64,
    /// Records of which the manifest has copies.
    pub kept: Vec<Kept>,
    open: Vec<Open<'a>>,
    /// Whether records may lead to places that are not kept.
    may_miss: bool,
}

/// A record whose twin lived or did not before it, which is not known before all records are.
struct Open<'a> {
    id: Cow<'a, str>,
    hash: IdHash,
    position: Position,
    schema: u32,
    ends: bool,
}

/// Reads a segment. A damaged record is taken in if it is certain what it was: its twin is known, and cannot be read.
/// `directory` knows what is below.
pub fn scan<'a>(reader: &'a Reader, span: Span, directory: &Directory, work: &Work) -> Result<Scan<'a>, Error> {
    let mut scan = Scan {
        reader,
        span,
        found: Vec::new(),
        changes: Vec::new(),
        living: BTreeMap::new(),
        time: i64::MIN,
        kept: Vec::new(),
        open: Vec::new(),
        may_miss: reader.sealed().any(|(base, _)| reader.compacted(base).is_some()),
    };
    work.begin(span.end - span.base);
    let (mut records, mut done) = (0_u64, span.base);
    for record in reader.records(Position(span.base)) {
        let position = match record {
            Ok(record) => {
                if span.contains(record.position) {
                    scan.record(&record, directory, |twin| Cow::Borrowed(twin.id))?;
                }
                record.position
            }
            Err(journal::Error::Damaged(damage)) if !damage.hides_records => damage.position,
            Err(journal::Error::Damaged(damage)) => {
                let repaired = reader.repaired(&damage).ok_or_else(|| journal::Error::Damaged(damage.clone()))?;
                let record = Record { position: damage.position, kind: repaired.kind, payload: repaired.payload() };
                if span.contains(record.position) {
                    scan.record(&record, directory, |twin| Cow::Owned(twin.id.to_owned()))?;
                }
                damage.position
            }
            Err(error) => return Err(error.into()),
        };
        if !span.contains(position) {
            break;
        }
        records += 1;
        if records.is_multiple_of(STRIDE) {
            work.advance(position.0 - done)?;
            done = position.0;
        }
    }
    work.advance(span.end - done)?;
    scan.found.sort_unstable();
    scan.count_open(directory)?;
    scan.changes.sort_by(|a, b| a.id.cmp(&b.id).then(b.position.cmp(&a.position)));
    scan.changes.dedup_by(|later, kept| later.id == kept.id);
    Ok(scan)
}

impl<'a> Scan<'a> {
    #[inline]
    fn record<'r>(
        &mut self,
        record: &Record<'r>,
        directory: &Directory,
        id: impl FnOnce(&TwinRecord<'r>) -> Cow<'a, str>,
    ) -> Result<(), Error> {
        match TwinRecord::of(record).map_err(|error| Error::Malformed(record.position, error))? {
            Some(twin) => self.twin(&twin, record.position, directory.key.hash(twin.id), id),
            None if KEPT.contains(&record.kind) => self.kept.push(Kept { kind: record.kind, payload: record.payload.to_vec() }),
            None => {}
        }
        Ok(())
    }

    #[inline]
    fn twin<'r>(&mut self, twin: &TwinRecord<'r>, position: Position, hash: IdHash, id: impl FnOnce(&TwinRecord<'r>) -> Cow<'a, str>) {
        let is_first = match twin.life {
            Life::Goes => twin.previous == Position::NONE,
            Life::Base => true,
            Life::Begins | Life::Ends => twin.previous == Position::NONE || !self.is_kept(twin.previous),
        };
        self.found.push(Found::new(hash, (position.0 - self.span.base) >> 3, is_first));
        // Times of snapshots too: whoever goes on counts from the latest, and a twin's records stay in order of time.
        self.time = self.time.max(twin.time);
        if !twin.is_event && twin.life != Life::Base {
            return;
        }
        let living = self.living.entry(twin.schema).or_default();
        let ends = match twin.life {
            Life::Goes => return,
            Life::Begins | Life::Base => false,
            Life::Ends => true,
        };
        let id = id(twin);
        if is_first && twin.previous != Position::NONE {
            self.open.push(Open { id: id.clone(), hash, position, schema: twin.schema, ends });
        } else {
            *living += if ends { -1 } else { 1 };
        }
        self.changes.push(Change { id, schema: twin.schema, position, ends });
    }

    /// Whether there is a record at the position of one.
    fn is_kept(&self, position: Position) -> bool {
        !self.may_miss || !matches!(self.reader.read(position), Err(journal::Error::NotKept(_)))
    }

    /// Counts lives that begin or end behind records that are not kept.
    fn count_open(&mut self, directory: &Directory) -> Result<(), Error> {
        let below = directory.below(self.span.base);
        for Open { id, hash, position, schema, ends } in std::mem::take(&mut self.open) {
            let start = self.found.partition_point(|found| found.hash() < hash);
            let earlier = self.found[start..].iter().map(|found| found.position(self.span.base)).take_while(|found| *found < position);
            let mut lived = lives(self.reader, &id, earlier.collect())?;
            for slot in &below {
                if lived.is_some() {
                    break;
                }
                let table = slot.whole()?;
                let all = table.all(hash)?;
                lived = lives(self.reader, &id, all.map(|number| table.position(number)).collect::<Result<_, _>>()?)?;
            }
            if lived.unwrap_or(false) == ends {
                *self.living.entry(schema).or_default() += if ends { -1 } else { 1 };
            }
        }
        Ok(())
    }

    /// The hashes that come to be shared by a twin that begins here, given a test of those that `directory` knows, and
    /// those found here that were shared before.
    pub fn shared(&self, directory: &Directory) -> Result<Vec<IdHash>, Error> {
        let below = directory.below(self.span.base);
        let mut shared: Vec<IdHash> = Vec::new();
        for group in self.found.chunk_by(|a, b| a.hash() == b.hash()) {
            let Some(first) = group.first() else { continue };
            let hash = first.hash();
            if directory.is_shared(hash) || self.is_met(group, hash, &below)? {
                shared.push(hash);
            }
        }
        Ok(shared)
    }

    /// Whether a twin that begins here meets another one that has its hash.
    fn is_met(&self, group: &[Found], hash: IdHash, below: &[Slot]) -> Result<bool, Error> {
        for (index, found) in group.iter().enumerate().filter(|(_, found)| found.is_first()) {
            let mut others: Vec<Position> = group[..index].iter().map(|found| found.position(self.span.base)).collect();
            for slot in below {
                others.extend(slot.whole()?.newest(hash)?);
            }
            if others.is_empty() {
                continue;
            }
            let id = |position| match TwinRecord::at(self.reader, position) {
                Ok(record) => Ok(record.map(|record| record.id)),
                // One that cannot be read may be anybody's.
                Err(Error::Journal(journal::Error::Damaged(_)) | Error::Malformed(..)) => Ok(Some("")),
                Err(error) => Err(error),
            };
            let own = id(found.position(self.span.base))?;
            for other in others {
                let other = id(other)?;
                if other.is_some() && other != own {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// Whether a twin lives after the last of its records among those at positions, which are in order; `None` if none is its.
fn lives(reader: &Reader, id: &str, positions: Vec<Position>) -> Result<Option<bool>, Error> {
    for position in positions.into_iter().rev() {
        match TwinRecord::at(reader, position) {
            Ok(Some(record)) if record.id == id => return Ok(Some(record.life.lives())),
            // Whoever reads it is told what is wrong with it.
            Ok(_) | Err(Error::Journal(journal::Error::Damaged(_)) | Error::Malformed(..)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}
