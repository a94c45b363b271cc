//! Memory ahead of a walk back through the records of a twin.
//!
//! Each record holds the position of the one before, so memory that is far away would arrive for one after the other. The
//! index knows all records of a segment: they are asked for together, before the walk comes to them.

use super::directory::Directory;
use super::file::Span;
use super::hash::IdHash;
use crate::journal::{Position, Reader};

/// So many records are on their way at a time.
const AHEAD: usize = 16;

/// So many positions are taken from the index at a time.
const MOST: usize = 256;

/// A segment is looked into at once if the walk came to so many records in the one before.
const DENSE: usize = 4;

/// What is asked for as a walk goes. What it tells is a hint: where the index cannot help, nothing is asked for.
pub struct Ahead<'a> {
    directory: &'a Directory,
    reader: &'a Reader,
    hash: IdHash,
    /// Records of the segment that the walk did not come to, the newest last.
    known: Vec<Position>,
    /// The segment the walk is in.
    span: Span,
    /// How many records the walk came to there.
    met: usize,
}

impl<'a> Ahead<'a> {
    /// For a walk through the records of a twin.
    pub fn new(directory: &'a Directory, reader: &'a Reader, id: &str) -> Self {
        let span = Span { base: 0, end: 0 };
        Self { directory, reader, hash: directory.key.hash(id), known: Vec::new(), span, met: 0 }
    }

    /// The walk comes to a record.
    #[inline]
    pub fn come_to(&mut self, position: Position) {
        while self.known.pop_if(|known| *known >= position).is_some() {}
        let is_here = self.span.contains(position);
        let was_dense = self.met >= DENSE;
        self.met = if is_here { self.met + 1 } else { 1 };
        match self.known.len().checked_sub(AHEAD) {
            Some(next) => self.reader.expect(self.known[next]),
            None if !self.known.is_empty() => {}
            // One record alone is not worth a look.
            None if is_here || was_dense => self.look(position),
            None => {}
        }
        if !is_here {
            let index = self.segment(position);
            self.span = index.map_or(Span { base: 0, end: 0 }, |index| self.directory.segments[index].0.span);
        }
    }

    /// Which segment a position lies in.
    fn segment(&self, position: Position) -> Option<usize> {
        let segments = &self.directory.segments;
        let index = segments.partition_point(|(segment, _)| segment.span.end <= position.0);
        segments.get(index).filter(|(segment, _)| segment.span.contains(position)).map(|_| index)
    }

    fn look(&mut self, position: Position) {
        let Some(index) = self.segment(position) else { return };
        let table = |index: usize| self.directory.segments.get(index).and_then(|(_, slot)| slot.whole().ok());
        if let Some(before) = index.checked_sub(1).and_then(table) {
            before.expect(self.hash);
        }
        // What is damaged is noted by who relies on it.
        let found = table(index).map(|table| table.newest_before(self.hash, position, MOST, &mut self.known));
        if let Some(Ok(())) = found {
            for &position in self.known.iter().take(AHEAD) {
                self.reader.expect(position);
            }
        }
        self.known.reverse();
    }
}
