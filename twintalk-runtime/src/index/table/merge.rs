//! Merging tables into a run: the last record of each twin, with memory for one block of each.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Entries, Error, FileName, IdHash, Position, Table, TableWriter};
use crate::index::work::Work;
use crate::journal::files::Files;

/// Hashes that several twins have, and how their records are told apart.
pub struct Shared<'a> {
    /// The hashes.
    pub hashes: &'a HashSet<IdHash>,
    /// The id in a record; `None` if the record is no longer kept.
    pub id: &'a dyn Fn(Position) -> Result<Option<String>, Error>,
}

/// How many entries are merged between two looks at whether the work was stopped.
const STRIDE: u32 = 4096;

/// Writes a run of what tables have, the oldest one first; answers how many bytes were written.
pub fn merge(files: &dyn Files, name: FileName, key: u64, tables: &[Arc<Table>], shared: &Shared<'_>, work: &Work) -> Result<u64, Error> {
    let all: u64 = tables.iter().map(|table| u64::from(table.twins())).sum();
    let largest = tables.iter().map(|table| u64::from(table.twins())).max().unwrap_or(0);
    work.begin(tables.iter().map(|table| u64::from(table.entries())).sum());
    // Nobody knows how many twins they have in common; wrong by a factor of two costs little.
    let twins = largest.max(all / 2);
    let mut writer = TableWriter::create(files, name, key, twins, twins)?;
    let mut sources = Sources::new(tables)?;
    let mut group: Vec<Position> = Vec::new();
    let mut stride = 0;
    while let Some((hash, position)) = sources.step()? {
        stride += 1;
        if stride == STRIDE {
            work.advance(u64::from(stride))?;
            stride = 0;
        }
        group.push(position);
        if sources.next_hash() == Some(hash) {
            // What is not shared is one twin's: only its last record matters.
            if !shared.hashes.contains(&hash) {
                group.clear();
            }
            continue;
        }
        if group.len() > 1 {
            last_of_each(&mut group, shared)?;
        }
        for &position in &group {
            writer.push(hash, position)?;
        }
        group.clear();
    }
    let mut known: Vec<IdHash> = tables.iter().flat_map(|table| table.shared().iter().copied()).collect();
    known.sort_unstable();
    known.dedup();
    writer.finish(&known)
}

/// Leaves the last record of each twin that has one of these.
fn last_of_each(positions: &mut Vec<Position>, shared: &Shared<'_>) -> Result<(), Error> {
    let mut seen = HashSet::new();
    let mut last = Vec::new();
    for &position in positions.iter().rev() {
        if let Some(id) = (shared.id)(position)?
            && seen.insert(id)
        {
            last.push(position);
        }
    }
    last.reverse();
    *positions = last;
    Ok(())
}

/// Several tables as one, in order of hash and position.
struct Sources<'a> {
    sources: Vec<(Entries<'a>, Option<(IdHash, Position)>)>,
}

impl<'a> Sources<'a> {
    fn new(tables: &'a [Arc<Table>]) -> Result<Self, Error> {
        let mut sources = Vec::new();
        for table in tables {
            let mut entries = Entries::new(table)?;
            let first = entries.step()?;
            sources.push((entries, first));
        }
        Ok(Self { sources })
    }

    fn step(&mut self) -> Result<Option<(IdHash, Position)>, Error> {
        let least = self.sources.iter_mut().filter(|source| source.1.is_some()).min_by_key(|source| source.1);
        let Some((entries, next)) = least else {
            return Ok(None);
        };
        let found = std::mem::replace(next, entries.step()?);
        if found >= *next && next.is_some() {
            return Err(entries.damaged());
        }
        Ok(found)
    }

    fn next_hash(&self) -> Option<IdHash> {
        self.sources.iter().filter_map(|source| source.1).map(|(hash, _)| hash).min()
    }
}
