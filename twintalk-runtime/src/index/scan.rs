//! What a sealed segment says: every record is looked at once.

use std::collections::BTreeMap;

use super::hash::{IdHash, Key};
use super::manifest::Kept;
use super::names::Change;
use super::record::{Life, TwinRecord};
use super::work::Work;
use super::{Error, Span};
use crate::journal::{Position, Reader};
use crate::kinds;

/// How many records are looked at between two looks at whether the work was stopped.
const STRIDE: u64 = 1024;

/// Records of these kinds are few, and everybody needs them at once: the manifest has copies.
const KEPT: [u32; 4] = [kinds::SYMBOL, kinds::SCHEMA, kinds::BLOCK, kinds::PROVISION];

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
    /// The latest time of an event.
    pub time: i64,
    /// Records of which the manifest has copies.
    pub kept: Vec<Kept>,
}

/// Reads a segment.
pub fn scan<'a>(reader: &'a Reader, span: Span, key: &Key, work: &Work) -> Result<Scan<'a>, Error> {
    let mut scan = Scan { found: Vec::new(), changes: Vec::new(), living: BTreeMap::new(), time: i64::MIN, kept: Vec::new() };
    work.begin(span.end - span.base);
    let (mut records, mut done) = (0_u64, span.base);
    for record in reader.records(Position(span.base)) {
        let record = record?;
        let position = record.position;
        if !span.contains(position) {
            break;
        }
        records += 1;
        if records.is_multiple_of(STRIDE) {
            work.advance(position.0 - done)?;
            done = position.0;
        }
        match TwinRecord::of(&record).map_err(|error| Error::Malformed(position, error))? {
            Some(twin) => scan.twin(&twin, position, span, key),
            None if KEPT.contains(&record.kind) => scan.kept.push(Kept { kind: record.kind, payload: record.payload.to_vec() }),
            None => {}
        }
    }
    work.advance(span.end - done)?;
    scan.found.sort_unstable();
    scan.changes.sort_by(|a, b| a.id.cmp(b.id).then(b.position.cmp(&a.position)));
    scan.changes.dedup_by(|later, kept| later.id == kept.id);
    Ok(scan)
}

impl<'a> Scan<'a> {
    #[inline]
    fn twin(&mut self, twin: &TwinRecord<'a>, position: Position, span: Span, key: &Key) {
        let is_first = twin.previous == Position::NONE;
        self.found.push(Found::new(key.hash(twin.id), (position.0 - span.base) >> 3, is_first));
        if !twin.is_event {
            return;
        }
        self.time = self.time.max(twin.time);
        let living = self.living.entry(twin.schema).or_default();
        match twin.life {
            Life::Begins => *living += 1,
            Life::Ends => *living -= 1,
            Life::Goes => return,
        }
        self.changes.push(Change { id: twin.id, schema: twin.schema, position, ends: twin.life == Life::Ends });
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
