//! The last record of each twin below some positions, found by going through the indexes of segments side by side.
//!
//! They take four bytes a twin for each position.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};

use super::directory::Directory;
use super::hash::IdHash;
use super::record::TwinRecord;
use super::table::Entries;
use super::work::Work;
use super::{Error, Span};
use crate::journal::{self, Position, Reader};

/// How many entries are looked at between two looks at whether the work was stopped.
const STRIDE: u64 = 4096;

/// The last records of all twins below positions.
pub struct Lasts {
    bounds: Vec<Position>,
    spans: Vec<Span>,
    /// For each position and segment, where in the segment they are, in words.
    words: Vec<Vec<Vec<u32>>>,
}

impl Directory {
    /// The last record of each twin below each of these positions, which rise and are ends of segments that were taken in.
    pub fn lasts(&self, reader: &Reader, bounds: &[Position], work: &Work) -> Result<Lasts, Error> {
        let highest = bounds.last().copied().unwrap_or(Position::NONE);
        let segments = || self.segments.iter().filter(|(segment, _)| segment.span.end <= highest.0);
        let spans: Vec<Span> = segments().map(|(segment, _)| segment.span).collect();
        let words = bounds.iter().map(|_| vec![Vec::new(); spans.len()]).collect();
        let mut lasts = Lasts { bounds: bounds.to_vec(), spans, words };
        let mut sources = Vec::new();
        for (_, slot) in segments() {
            sources.push(Entries::new(slot.whole()?)?);
        }
        work.begin(segments().map(|(segment, _)| u64::from(segment.entries)).sum());
        let mut heap = BinaryHeap::new();
        for (index, source) in sources.iter_mut().enumerate() {
            heap.extend(source.step()?.map(|(hash, position)| Reverse((hash, position, index))));
        }
        let (mut group, mut of, mut done) = (Vec::new(), None, 0);
        while let Some(Reverse((hash, position, index))) = heap.pop() {
            if of.is_some_and(|of| of != hash) {
                lasts.group(self, reader, of, &mut group)?;
            }
            of = Some(hash);
            // The one before matters where a position lies between the two.
            let is_passed = |last: &Position| !bounds.iter().any(|bound| (last.0 + 1..=position.0).contains(&bound.0));
            if !self.is_shared(hash) && group.last().is_some_and(is_passed) {
                group.pop();
            }
            group.push(position);
            if let Some((next, at)) = sources.get_mut(index).map(Entries::step).transpose()?.flatten() {
                if (next, at) <= (hash, position) {
                    return Err(sources[index].damaged());
                }
                heap.push(Reverse((next, at, index)));
            }
            done += 1;
            if done % STRIDE == 0 {
                work.advance(STRIDE)?;
            }
        }
        lasts.group(self, reader, of, &mut group)?;
        lasts.words.iter_mut().flatten().for_each(|words| words.sort_unstable());
        Ok(lasts)
    }
}

impl Lasts {
    /// Takes in the positions of one hash, in order.
    fn group(&mut self, directory: &Directory, reader: &Reader, hash: Option<IdHash>, group: &mut Vec<Position>) -> Result<(), Error> {
        if hash.is_some_and(|hash| directory.is_shared(hash)) {
            self.shared(reader, group)?;
        } else {
            for bound in 0..self.bounds.len() {
                let below = group.partition_point(|position| *position < self.bounds[bound]);
                if let Some(last) = below.checked_sub(1) {
                    self.note(bound, group[last])?;
                }
            }
        }
        group.clear();
        Ok(())
    }

    /// Takes in positions of several twins, told apart by their ids. What cannot be read is nobody's, and stays.
    fn shared(&mut self, reader: &Reader, group: &[Position]) -> Result<(), Error> {
        for bound in 0..self.bounds.len() {
            let mut seen = HashSet::new();
            let below = group.partition_point(|position| *position < self.bounds[bound]);
            for &position in group[..below].iter().rev() {
                match TwinRecord::at(reader, position) {
                    Ok(Some(record)) if !seen.insert(record.id) => {}
                    Ok(Some(_)) | Err(Error::Journal(journal::Error::Damaged(_)) | Error::Malformed(..)) => self.note(bound, position)?,
                    Ok(None) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(())
    }

    fn segment(&self, position: Position) -> Option<usize> {
        let index = self.spans.partition_point(|span| span.end <= position.0);
        self.spans.get(index).filter(|span| span.contains(position)).map(|_| index)
    }

    fn note(&mut self, bound: usize, position: Position) -> Result<(), Error> {
        let Some(index) = self.segment(position) else { return Ok(()) };
        let words = (position.0 - self.spans[index].base) >> 3;
        let word = u32::try_from(words).map_err(|_| journal::Error::TooLarge { bytes: words as usize })?;
        self.words[bound][index].push(word);
        Ok(())
    }

    /// Whether a record is its twin's last one below the position of a number.
    pub fn is_last(&self, bound: usize, position: Position) -> bool {
        self.segment(position).is_some_and(|index| {
            let word = (position.0 - self.spans[index].base) >> 3;
            u32::try_from(word).is_ok_and(|word| self.words[bound][index].binary_search(&word).is_ok())
        })
    }
}
