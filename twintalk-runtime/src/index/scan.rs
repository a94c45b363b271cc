//! What a sealed segment says: every record is looked at once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::hash::{IdHash, Key};
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
}

/// Reads a segment. A damaged record is taken in if it is certain what it was: its twin is known, and cannot be read.
pub fn scan<'a>(reader: &'a Reader, span: Span, key: &Key, work: &Work) -> Result<Scan<'a>, Error> {
    let mut scan = Scan { found: Vec::new(), changes: Vec::new(), living: BTreeMap::new(), time: i64::MIN, kept: Vec::new() };
    work.begin(span.end - span.base);
    let (mut records, mut done) = (0_u64, span.base);
    for record in reader.records(Position(span.base)) {
        let position = match record {
            Ok(record) => {
                if span.contains(record.position) {
                    scan.record(&record, span, key, |twin| Cow::Borrowed(twin.id))?;
                }
                record.position
            }
            Err(journal::Error::Damaged(damage)) if !damage.hides_records => damage.position,
            Err(journal::Error::Damaged(damage)) => {
                let repaired = reader.repaired(&damage).ok_or_else(|| journal::Error::Damaged(damage.clone()))?;
                let record = Record { position: damage.position, kind: repaired.kind, payload: repaired.payload() };
                if span.contains(record.position) {
                    scan.record(&record, span, key, |twin| Cow::Owned(twin.id.to_owned()))?;
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
    scan.changes.sort_by(|a, b| a.id.cmp(&b.id).then(b.position.cmp(&a.position)));
    scan.changes.dedup_by(|later, kept| later.id == kept.id);
    Ok(scan)
}

impl<'a> Scan<'a> {
    #[inline]
    fn record<'r>(
        &mut self,
        record: &Record<'r>,
        span: Span,
        key: &Key,
        id: impl FnOnce(&TwinRecord<'r>) -> Cow<'a, str>,
    ) -> Result<(), Error> {
        match TwinRecord::of(record).map_err(|error| Error::Malformed(record.position, error))? {
            Some(twin) => self.twin(&twin, record.position, span, key, id),
            None if KEPT.contains(&record.kind) => self.kept.push(Kept { kind: record.kind, payload: record.payload.to_vec() }),
            None => {}
        }
        Ok(())
    }

    #[inline]
    fn twin<'r>(
        &mut self,
        twin: &TwinRecord<'r>,
        position: Position,
        span: Span,
        key: &Key,
        id: impl FnOnce(&TwinRecord<'r>) -> Cow<'a, str>,
    ) {
        let is_first = twin.previous == Position::NONE;
        self.found.push(Found::new(key.hash(twin.id), (position.0 - span.base) >> 3, is_first));
        // Times of snapshots too: whoever goes on counts from the latest, and a twin's records stay in order of time.
        self.time = self.time.max(twin.time);
        if !twin.is_event {
            return;
        }
        let living = self.living.entry(twin.schema).or_default();
        match twin.life {
            Life::Begins => *living += 1,
            Life::Ends => *living -= 1,
            Life::Goes => return,
        }
        self.changes.push(Change { id: id(twin), schema: twin.schema, position, ends: twin.life == Life::Ends });
    }

    /// The hashes that come to be shared by a twin that begins here, given those that have records before.
    pub fn shared(&self, mut had: impl FnMut(IdHash) -> Result<bool, Error>) -> Result<Vec<IdHash>, Error> {
        let mut shared = Vec::new();
        let mut before = None;
        for found in &self.found {
            let hash = found.hash();
            // A first record is the first one of its hash, unless another twin has the hash.
            if found.is_first() && shared.last() != Some(&hash) && (before == Some(hash) || had(hash)?) {
                shared.push(hash);
            }
            before = Some(hash);
        }
        Ok(shared)
    }
}
