//! Ids in order, from one or several runs.

use std::sync::Arc;

use super::{Error, FIELDS, NamesRun};
use crate::journal::Position;

/// A twin that began or ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    /// The twin.
    pub id: String,
    /// The number of the schema that the event had.
    pub schema: u32,
    /// The event that began or ended its life.
    pub position: Position,
    /// Whether it ended.
    pub ended: bool,
}

/// Goes through a run from an id on.
#[derive(Debug)]
pub(super) struct Cursor {
    run: Arc<NamesRun>,
    /// The block that comes next.
    block: u64,
    /// What is left of the one that is read: where it starts in its block.
    at: usize,
    /// The id as bytes, of which the next one shares some.
    id: Vec<u8>,
    schema: u32,
    position: Position,
    ended: bool,
}

impl Cursor {
    /// Starts before the first id.
    fn at_first(run: &Arc<NamesRun>) -> Self {
        let (id, schema, position, ended) = Default::default();
        Self { run: Arc::clone(run), block: 0, at: 0, id, schema, position, ended }
    }

    /// Starts behind an id, or at the first one.
    pub fn after(run: &Arc<NamesRun>, after: Option<&str>) -> Result<Option<Self>, Error> {
        let mut cursor = Self::at_first(run);
        if let Some(after) = after {
            cursor.block = cursor.block_of(after.as_bytes())?;
            cursor.at = 0;
            while cursor.step()? {
                if &*cursor.id > after.as_bytes() {
                    return Ok(Some(cursor));
                }
            }
            return Ok(None);
        }
        Ok(if cursor.step()? { Some(cursor) } else { None })
    }

    /// The last block whose first id is not beyond one.
    fn block_of(&mut self, id: &[u8]) -> Result<u64, Error> {
        let (mut start, mut end) = (0, self.run.blocks);
        while start < end {
            let middle = start + (end - start) / 2;
            (self.block, self.at) = (middle, 0);
            if self.step()? && &*self.id <= id {
                start = middle + 1;
            } else {
                end = middle;
            }
        }
        Ok(start.saturating_sub(1))
    }

    /// Goes to the next id; answers whether there is one.
    pub fn step(&mut self) -> Result<bool, Error> {
        if self.block == self.run.blocks {
            return Ok(false);
        }
        let run = Arc::clone(&self.run);
        // The checksum was looked at when the block was begun; what it covers does not change.
        let block = match self.at {
            0 => run.block(self.block)?,
            _ => run.unchecked(self.block)?,
        };
        let malformed = || run.file.damaged(self.block, "an entry is not well formed");
        let fields = block.get(self.at..).and_then(|rest| rest.first_chunk::<FIELDS>()).ok_or_else(malformed)?;
        let [shared, length, s0, s1, s2, s3, p0, p1, p2, p3, p4, p5] = *fields;
        let start = self.at + FIELDS;
        let end = start + usize::from(length) + 1;
        let rest = block.get(start..end).ok_or_else(malformed)?;
        if usize::from(shared) > self.id.len() || (self.at == 0 && shared != 0) {
            return Err(malformed());
        }
        self.id.truncate(shared.into());
        self.id.extend_from_slice(rest);
        self.schema = u32::from_le_bytes([s0, s1, s2, s3]);
        let word = u64::from_le_bytes([p0, p1, p2, p3, p4, p5, 0, 0]);
        self.ended = word & 1 == 1;
        self.position = Position(word >> 1 << 3);
        (self.block, self.at) = if end == block.len() { (self.block + 1, 0) } else { (self.block, end) };
        Ok(true)
    }

    fn name(&self) -> Result<Name, Error> {
        let id = String::from_utf8(self.id.clone());
        let id = id.map_err(|_| self.run.file.damaged(self.block, "an id is not UTF-8"))?;
        Ok(Name { id, schema: self.schema, position: self.position, ended: self.ended })
    }
}

/// What a run has of an id.
pub(in super::super) fn find(run: &Arc<NamesRun>, id: &str) -> Result<Option<Name>, Error> {
    let mut cursor = Cursor::at_first(run);
    cursor.block = cursor.block_of(id.as_bytes())?;
    cursor.at = 0;
    while cursor.step()? {
        if &*cursor.id >= id.as_bytes() {
            return if &*cursor.id == id.as_bytes() { cursor.name().map(Some) } else { Ok(None) };
        }
    }
    Ok(None)
}

/// Ids in order, each as the newest run knows it.
#[derive(Debug)]
pub struct Names {
    /// The newest first, each at an id.
    cursors: Vec<Cursor>,
    ended: bool,
}

impl Names {
    /// The ids behind one, or all; those whose lives ended too if asked.
    pub(crate) fn new(runs: &[Arc<NamesRun>], after: Option<&str>, ended: bool) -> Result<Self, Error> {
        let cursors = runs.iter().filter_map(|run| Cursor::after(run, after).transpose());
        Ok(Self { cursors: cursors.collect::<Result<_, _>>()?, ended })
    }

    fn step(&mut self) -> Result<Option<Name>, Error> {
        loop {
            // The first one of the least: the newest.
            let least = self.cursors.iter().min_by(|a, b| a.id.cmp(&b.id));
            let Some(name) = least.map(Cursor::name).transpose()? else {
                return Ok(None);
            };
            let mut index = 0;
            while let Some(cursor) = self.cursors.get_mut(index) {
                if cursor.id == name.id.as_bytes() && !cursor.step()? {
                    self.cursors.remove(index);
                } else {
                    index += 1;
                }
            }
            if self.ended || !name.ended {
                return Ok(Some(name));
            }
        }
    }
}

impl Iterator for Names {
    type Item = Result<Name, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let step = self.step();
        if step.is_err() {
            self.cursors.clear();
        }
        step.transpose()
    }
}
