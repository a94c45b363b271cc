//! What is to be done next: a pure function of what there is.
//!
//! Order of work: first what is damaged, since answers wait for it, oldest first; then merging once there are
//! [`MERGE_AT`] tables of single segments or a run is not [`GROWTH`] times as large as the one after it, so that a lookup
//! never has to go through many; then the next sealed segment.

use super::Span;
use super::manifest::Indexed;

/// So many tables of single segments are merged.
pub const MERGE_AT: usize = 4;
/// Each run is at least so many times as large as the one after it.
pub const GROWTH: u64 = 4;
/// No merge has more inputs, which are open and mapped all at once.
const MOST: usize = 32;
/// No run has more entries: its form counts them in 32 bits.
const MOST_ENTRIES: u64 = u32::MAX as u64;

/// One piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Take in the next sealed segment.
    Index(Span),
    /// Build the index of a segment again.
    IndexAgain(Span),
    /// Build the names of a segment again.
    NamesAgain(Span),
    /// Make one run of all tables in a span.
    Merge(Span),
    /// Make one names run of all in a span.
    MergeNames(Span),
}

/// A table or a names run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// The stretch of the log it is about.
    pub span: Span,
    /// How many entries a merge would take from it.
    pub entries: u64,
    /// Whether it is no run yet but of a single segment.
    pub is_segment: bool,
}

/// What there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// Sealed segments of the journal, the oldest first.
    pub sealed: Vec<Span>,
    /// Those that were taken in.
    pub indexed: Vec<Indexed>,
    /// Those of them whose index is missing, damaged, or of the segment before it was compacted.
    pub broken: Vec<Span>,
    /// What a lookup goes through, the oldest first.
    pub tables: Vec<Size>,
    /// Names runs, the oldest first.
    pub names: Vec<Size>,
}

/// What is to be done next, if anything.
pub fn next(stock: &Stock) -> Option<Step> {
    if let Some(&broken) = stock.broken.iter().min() {
        return Some(Step::IndexAgain(broken));
    }
    if let Some(span) = unnamed(stock) {
        return Some(Step::NamesAgain(span));
    }
    if let Some(span) = merge(&stock.tables) {
        return Some(Step::Merge(span));
    }
    if let Some(span) = merge(&stock.names) {
        return Some(Step::MergeNames(span));
    }
    let covered = stock.indexed.last().map_or(0, |last| last.span.end);
    stock.sealed.iter().find(|span| span.base >= covered).map(|&span| Step::Index(span))
}

/// A segment in which twins began or ended, and which no names run covers.
pub(super) fn unnamed(stock: &Stock) -> Option<Span> {
    let segments = stock.indexed.iter().filter(|segment| segment.changes > 0).map(|segment| segment.span);
    let mut missing = segments.filter(|&segment| !stock.names.iter().any(|run| run.span.covers(segment)));
    missing.next()
}

/// The first stretch of tables, the oldest first, that should be one.
fn merge(tables: &[Size]) -> Option<Span> {
    let singles = tables.chunk_by(|a, b| a.is_segment && b.is_segment);
    let mut start = 0;
    for chunk in singles {
        let length = chunk.len();
        if length >= MERGE_AT {
            return widened(tables, start, start + length.min(MOST));
        }
        start += length;
    }
    let is_small = |pair: &[Size]| !pair[0].is_segment && !pair[1].is_segment && pair[0].entries < GROWTH * pair[1].entries;
    let small = (1..tables.len()).find(|&at| is_small(&tables[at - 1..=at]) && fits(&tables[at - 1..=at]));
    small.and_then(|at| widened(tables, at - 1, at + 1))
}

/// The span of a stretch of tables and of those before it that are not much larger.
fn widened(tables: &[Size], mut start: usize, mut end: usize) -> Option<Span> {
    while end - start > 1 && !fits(&tables[start..end]) {
        end -= 1;
    }
    while let Some(before) = start.checked_sub(1)
        && end - before <= MOST
        && tables[before].entries < GROWTH * entries(&tables[start..end])
        && fits(&tables[before..end])
    {
        start = before;
    }
    (end - start > 1).then(|| Span { base: tables[start].span.base, end: tables[end - 1].span.end })
}

fn entries(tables: &[Size]) -> u64 {
    tables.iter().map(|table| table.entries).sum()
}

fn fits(tables: &[Size]) -> bool {
    entries(tables) <= MOST_ENTRIES
}

#[cfg(test)]
mod tests;
