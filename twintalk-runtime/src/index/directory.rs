//! The directory: from an id to the position of the twin's last record, over all tables of a moment.
//!
//! ```text
//!  oldest                                                       newest
//!  ├──────── run ────────┼──── run ────┼─ run ─┼─ index ┼─ index ┤ covered ┤ the log's tail, which the engine knows itself
//! ```
//!
//! The newest table that knows the hash decides, and the record it points to says whose it is. If it is
//! another twin's, the one that was asked for has no record: as soon as a twin begins whose hash is known
//! already, the table of its segment says that the hash is *shared*, and records with a shared hash are told
//! apart by their ids, one by one.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use super::Error;
use super::file::{FileName, Kind, Span};
use super::hash::{IdHash, Key};
use super::history::History;
use super::manifest::{Indexed, Kept, Manifest};
use super::names::{Names, NamesRun};
use super::plan::{Size, Stock};
use super::record::TwinRecord;
use super::table::{Entries, Table};
use crate::bytes::Malformed;
use crate::journal::{self, Position, Reader};

/// A table, or what is missing until it is built again.
#[derive(Clone, Debug)]
pub(super) enum Slot {
    Whole(Arc<Table>),
    Broken(FileName, PathBuf),
}

impl Slot {
    /// The table.
    #[inline]
    pub fn whole(&self) -> Result<&Arc<Table>, Error> {
        match self {
            Self::Whole(table) => Ok(table),
            Self::Broken(file, path) => {
                Err(Error::Damaged { file: *file, path: path.clone(), offset: 0, reason: "it is not built again yet" })
            }
        }
    }

    fn span(&self) -> Span {
        match self {
            Self::Whole(table) => table.name().span,
            Self::Broken(name, _) => name.span,
        }
    }
}

/// Tells what a segment was compacted to from what it was before; 0 if it was not.
pub(super) fn version(reader: &Reader, span: Span) -> u64 {
    // Each time it has fewer records.
    reader.compacted(Position(span.base)).map_or(0, |compacted| compacted.bytes << 24 | compacted.records & 0xFF_FFFF | 1 << 63)
}

/// What the index knows at a moment. It does not change; a newer one replaces it.
#[derive(Clone, Debug)]
pub struct Directory {
    pub(super) key: Key,
    pub(super) covered: Position,
    pub(super) time: i64,
    pub(super) living: BTreeMap<u32, i64>,
    pub(super) kept: Arc<Vec<Kept>>,
    /// Segments that were taken in and their indexes, the oldest first.
    pub(super) segments: Vec<(Indexed, Slot)>,
    /// Runs, the oldest first.
    pub(super) runs: Vec<Arc<Table>>,
    /// Names runs, the oldest first.
    pub(super) names: Vec<Arc<NamesRun>>,
    /// What a lookup goes through, the newest first.
    tables: Vec<Slot>,
    /// Hashes that several twins have.
    pub(super) shared: HashSet<IdHash>,
    /// A segment whose names are missing until they are built again.
    unnamed: Option<Span>,
}

impl Directory {
    /// Nothing is known yet.
    pub(super) fn new(manifest: &Manifest) -> Self {
        let (segments, runs, names, tables, shared, unnamed) = Default::default();
        let Manifest { key, covered, time, .. } = *manifest;
        let (living, kept) = (manifest.living.clone(), Arc::new(manifest.kept.clone()));
        Self { key, covered, time, living, kept, segments, runs, names, tables, shared, unnamed }
    }

    /// Brings what follows from the files in line with them.
    pub(super) fn refresh(mut self) -> Self {
        self.runs.sort_by_key(|run| run.name().span);
        self.names.sort_by_key(|run| run.name().span);
        self.tables = self.below(self.covered.0);
        for slot in &self.tables {
            if let Slot::Whole(table) = slot {
                self.shared.extend(table.shared());
            }
        }
        self.unnamed = super::plan::unnamed(&self.stock(Vec::new()));
        self
    }

    /// The tables that know all below the base of a segment, the newest first.
    pub(super) fn below(&self, base: u64) -> Vec<Slot> {
        let runs = self.runs.iter().filter(|run| run.name().span.end <= base);
        let mut tables: Vec<Slot> = runs.map(|run| Slot::Whole(Arc::clone(run))).collect();
        let runs: Vec<Span> = tables.iter().map(Slot::span).collect();
        let alone = self.segments.iter().filter(|(segment, _)| {
            // Runs do not overlap and are in order.
            let next = runs.partition_point(|run| run.base <= segment.span.base);
            segment.span.end <= base && !next.checked_sub(1).is_some_and(|run| runs[run].covers(segment.span))
        });
        tables.extend(alone.map(|(_, slot)| slot.clone()));
        tables.sort_by_key(|table| std::cmp::Reverse(table.span()));
        tables
    }

    /// Whether a file is used.
    pub(super) fn has(&self, file: FileName) -> bool {
        let in_segment = |(_, slot): &(Indexed, Slot)| matches!(slot, Slot::Whole(table) if table.name() == file);
        self.runs.iter().any(|run| run.name() == file)
            || self.names.iter().any(|run| run.name() == file)
            || self.segments.iter().any(in_segment)
    }

    /// Whether nothing is missing.
    pub(super) fn is_whole(&self) -> bool {
        self.unnamed.is_none() && self.segments.iter().all(|(_, slot)| slot.whole().is_ok())
    }

    /// Looks at every part of every file.
    pub(super) fn verify(&self) -> Result<(), Error> {
        for (_, slot) in &self.segments {
            slot.whole()?.verify()?;
        }
        self.runs.iter().try_for_each(|run| run.verify())?;
        self.names.iter().try_for_each(|run| run.verify())
    }

    /// The same without a file.
    pub(super) fn without(&self, file: FileName, path: PathBuf) -> Self {
        let mut directory = self.clone();
        match file.kind {
            Kind::Twins => directory.runs.retain(|run| run.name() != file),
            Kind::Names => directory.names.retain(|run| run.name() != file),
            Kind::Records => {
                if let Some((_, slot)) = directory.segments.iter_mut().find(|(segment, _)| segment.span == file.span) {
                    *slot = Slot::Broken(file, path);
                }
            }
        }
        directory.refresh()
    }

    /// What there is, for the plan.
    pub(super) fn stock(&self, sealed: Vec<Span>) -> Stock {
        let is_segment = |table: &Table| table.name().kind == Kind::Records;
        let tables = self.tables.iter().rev().filter_map(|slot| {
            let table = slot.whole().ok()?;
            Some(Size { span: table.name().span, entries: table.twins().into(), is_segment: is_segment(table) })
        });
        let names = self.names.iter().map(|run| {
            let span = run.name().span;
            Size { span, entries: run.entries(), is_segment: self.segments.iter().any(|(segment, _)| segment.span == span) }
        });
        let broken = self.segments.iter().filter(|(_, slot)| slot.whole().is_err());
        Stock {
            sealed,
            indexed: self.segments.iter().map(|(segment, _)| *segment).collect(),
            broken: broken.map(|(segment, _)| segment.span).collect(),
            tables: tables.collect(),
            names: names.collect(),
        }
    }

    /// What the manifest says of it.
    pub(super) fn manifest(&self) -> Manifest {
        Manifest {
            key: self.key,
            covered: self.covered,
            time: self.time,
            living: self.living.clone(),
            segments: self.segments.iter().map(|(segment, _)| *segment).collect(),
            runs: self.runs.iter().map(|run| run.name().span).collect(),
            names: self.names.iter().map(|run| run.name().span).collect(),
            kept: self.kept.to_vec(),
        }
    }

    /// All records below are known here; those from here on, which is where a frame starts, are for whoever asks to read.
    pub fn covered(&self) -> Position {
        self.covered
    }

    /// The latest time of a record of a twin, in nanoseconds since 1970; `None` if there is none.
    pub fn time(&self) -> Option<i64> {
        (self.time != i64::MIN).then_some(self.time)
    }

    /// How many twins live.
    pub fn twins(&self) -> u64 {
        self.living.values().sum::<i64>().max(0) as u64
    }

    /// How many more twins began than ended with each schema. Summed over the schemas of a class, it is how many live.
    pub fn living(&self) -> &BTreeMap<u32, i64> {
        &self.living
    }

    /// The records of symbols, schemas, blocks and provisioned statements, in order.
    pub fn kept(&self) -> &[Kept] {
        &self.kept
    }

    /// How many twins ever began, at least; those that ended and left nothing behind are counted as long as files say so.
    pub fn began(&self) -> u64 {
        self.names.iter().map(|run| run.entries()).sum()
    }

    /// How many tables a lookup may go through, and how many bytes all files have.
    pub fn size(&self) -> (usize, u64) {
        let segments = self.segments.iter().filter_map(|(_, slot)| slot.whole().ok()).map(|table| table.bytes());
        let runs = self.runs.iter().map(|run| run.bytes());
        let names = self.names.iter().map(|run| run.bytes());
        (self.tables.len(), segments.chain(runs).chain(names).sum())
    }

    /// The twin's last record below [`covered`](Self::covered) and where it is, if there is one; it may be that of its deletion.
    #[inline]
    pub fn find<'a>(&self, reader: &'a Reader, id: &str) -> Result<Option<(Position, TwinRecord<'a>)>, Error> {
        let hash = self.key.hash(id);
        if self.is_shared(hash) {
            return self.find_shared(reader, id, hash);
        }
        for slot in &self.tables {
            if let Some(position) = slot.whole()?.newest(hash)? {
                // A twin's last record is kept as long as anything is of it.
                let Some(found) = TwinRecord::at(reader, position)? else { continue };
                return match found.id == id {
                    true => Ok(Some((position, found))),
                    false if self.key.hash(found.id) == hash => Ok(None),
                    false => Err(Error::Malformed(position, Malformed("it is not of the twin that the index says"))),
                };
            }
        }
        Ok(None)
    }

    /// Asks for the memory that finding an id begins with.
    pub fn expect(&self, id: &str) {
        let hash = self.key.hash(id);
        for table in self.tables.iter().filter_map(|slot| slot.whole().ok()) {
            table.expect(hash);
        }
    }

    #[cold]
    fn find_shared<'a>(&self, reader: &'a Reader, id: &str, hash: IdHash) -> Result<Option<(Position, TwinRecord<'a>)>, Error> {
        for slot in &self.tables {
            let table = slot.whole()?;
            for number in table.all(hash)?.rev() {
                let position = table.position(number)?;
                if let Some(found) = TwinRecord::at(reader, position)?.filter(|found| found.id == id) {
                    return Ok(Some((position, found)));
                }
            }
        }
        Ok(None)
    }

    /// Segments that were compacted after their index was made.
    pub(super) fn outdated(&self, reader: &Reader) -> Vec<Span> {
        let is_outdated =
            |(segment, slot): &&(Indexed, Slot)| slot.whole().is_ok_and(|table| table.of().version != version(reader, segment.span));
        self.segments.iter().filter(is_outdated).map(|(segment, _)| segment.span).collect()
    }

    /// The hash of an id.
    pub fn hash(&self, id: &str) -> IdHash {
        self.key.hash(id)
    }

    /// Calls `each` with the hash and the position of every record of a twin in a segment.
    pub fn each(&self, span: Span, mut each: impl FnMut(IdHash, Position)) -> Result<(), Error> {
        for (_, slot) in self.segments.iter().filter(|(segment, _)| segment.span == span) {
            let mut entries = Entries::new(slot.whole()?)?;
            while let Some((hash, position)) = entries.step()? {
                each(hash, position);
            }
        }
        Ok(())
    }

    /// Whether several twins have a hash.
    pub(super) fn is_shared(&self, hash: IdHash) -> bool {
        !self.shared.is_empty() && self.shared.contains(&hash)
    }

    /// The record that a table says is there.
    #[inline]
    pub(super) fn record<'a>(&self, reader: &'a Reader, position: Position) -> Result<TwinRecord<'a>, Error> {
        TwinRecord::at(reader, position)?.ok_or(Error::Journal(journal::Error::NotKept(position)))
    }

    /// The records of a twin from the last one back, segment by segment, until one is of an event before
    /// `down_to`. `last` may lie beyond what is covered.
    pub fn history<'a>(&'a self, reader: &'a Reader, id: &'a str, last: Position, down_to: u64) -> History<'a> {
        History::new(self, reader, id, self.key.hash(id), last, down_to)
    }

    /// The twin's last record of this event or before, going back from `last`; `None` if there is none.
    pub fn by_sequence(&self, reader: &Reader, id: &str, last: Position, sequence: u64) -> Result<Option<Position>, Error> {
        self.history(reader, id, last, sequence).last_by(sequence.into(), |record| record.sequence.into())
    }

    /// The twin's last record of this time or before, in nanoseconds since 1970, going back from `last`; `None` if there is
    /// none.
    pub fn by_time(&self, reader: &Reader, id: &str, last: Position, time: i64) -> Result<Option<Position>, Error> {
        self.history(reader, id, last, 0).last_by(time.into(), |record| record.time.into())
    }

    /// Twins in order of their ids, behind one or from the first: those that live, and those that ended if asked.
    pub fn names(&self, after: Option<&str>, ended: bool) -> Result<Names, Error> {
        if let Some(span) = self.unnamed {
            let file = FileName { kind: Kind::Names, span };
            let reason = "names are not built again yet";
            return Err(Error::Damaged { file, path: file.to_string().into(), offset: 0, reason });
        }
        let newest_first: Vec<Arc<NamesRun>> = self.names.iter().rev().cloned().collect();
        Names::new(&newest_first, after, ended)
    }
}
