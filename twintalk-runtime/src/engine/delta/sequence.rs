//! What became of a sequence, by the words of its elements.

use std::ops::Range;

/// Places from 0: those removed in the old sequence, the others in the new one; each list ascends.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Edits {
    pub removed: Vec<usize>,
    pub inserted: Vec<usize>,
    pub put: Vec<usize>,
}

impl Edits {
    fn len(&self) -> usize {
        self.removed.len() + self.inserted.len() + self.put.len()
    }

    fn extend(&mut self, other: Self) {
        self.removed.extend(other.removed);
        self.inserted.extend(other.inserted);
        self.put.extend(other.put);
    }

    /// Whether the element at a place of the new sequence is another one than before.
    pub fn covers(&self, place: usize) -> bool {
        self.inserted.binary_search(&place).is_ok() || self.put.binary_search(&place).is_ok()
    }
}

/// What leads from one sequence to another one, the first elements of which are at `old_at` and `new_at`. Its time is that of
/// the sum of their lengths.
///
/// What begins and ends alike is left out. Of what is between, three ways are tried, and the shortest taken: elements were put in the
/// places of others; some were removed and others added at the end; some were inserted and others removed at the end.
pub(super) fn diff(old: &[u64], new: &[u64], old_at: usize, new_at: usize) -> Edits {
    let head = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let (old_at, new_at) = (old_at + head, new_at + head);

    let both = old.len().min(new.len());
    let in_place = Edits {
        removed: (old_at + both..old_at + old.len()).collect(),
        inserted: (new_at + both..new_at + new.len()).collect(),
        put: (0..both).filter(|&place| old[place] != new[place]).map(|place| new_at + place).collect(),
    };
    let (gone, come) = without(old, new);
    let removing = Edits {
        removed: gone.into_iter().map(|place| old_at + place).collect(),
        inserted: come.map(|place| new_at + place).collect(),
        put: Vec::new(),
    };
    let (come, gone) = without(new, old);
    let inserting = Edits {
        removed: gone.map(|place| old_at + place).collect(),
        inserted: come.into_iter().map(|place| new_at + place).collect(),
        put: Vec::new(),
    };
    let shorter = |best: Edits, other: Edits| if other.len() < best.len() { other } else { best };
    shorter(shorter(in_place, removing), inserting)
}

/// What `long` has and `short` does not, if what `short` has is looked for in order; and what is then left of `short`.
fn without(long: &[u64], short: &[u64]) -> (Vec<usize>, Range<usize>) {
    let mut found = 0;
    let missing = long.iter().enumerate().filter(|(_, word)| {
        let is_next = short.get(found) == Some(*word);
        found += usize::from(is_next);
        !is_next
    });
    let missing = missing.map(|(place, _)| place).collect();
    (missing, found..short.len())
}

/// What became of a sequence whose elements stand at addresses of one array: before from `old.start` to `old.end`, now from
/// `new.start` to `new.end`. `written` are the words of the array that were written, ascending. Only these, and what is in one of the two
/// stretches alone, are looked at.
pub(super) fn moved(
    old: &Range<usize>,
    new: &Range<usize>,
    written: &[u32],
    before: impl Fn(usize) -> u64,
    now: impl Fn(usize) -> u64,
) -> Edits {
    let both = old.start.max(new.start)..old.end.min(new.end);
    let compare = |from: &Range<usize>, to: &Range<usize>| {
        let (from_words, to_words): (Vec<u64>, Vec<u64>) = (from.clone().map(&before).collect(), to.clone().map(&now).collect());
        diff(&from_words, &to_words, from.start - old.start, to.start - new.start)
    };
    if both.is_empty() {
        return compare(old, new);
    }
    // Stretches next to each other are looked at together, so that what moved on by a place is recognised.
    let mut zones = vec![(old.start..both.start, new.start..both.start)];
    let inside = written.iter().map(|&at| at as usize).filter(|at| both.contains(at)).map(|at| (at..at + 1, at..at + 1));
    for (from, to) in inside.chain([(both.end..old.end, both.end..new.end)]) {
        match zones.last_mut() {
            Some((last, then)) if last.end == from.start => (last.end, then.end) = (from.end, to.end),
            _ => zones.push((from, to)),
        }
    }
    let mut edits = Edits::default();
    for (from, to) in &zones {
        edits.extend(compare(from, to));
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edits(removed: &[usize], inserted: &[usize], put: &[usize]) -> Edits {
        Edits { removed: removed.to_vec(), inserted: inserted.to_vec(), put: put.to_vec() }
    }

    #[test]
    fn the_shortest_of_three_ways_is_taken() {
        assert_eq!(diff(&[1, 2, 3], &[1, 2, 3], 0, 0), Edits::default());
        assert_eq!(diff(&[1, 2, 3], &[1, 9, 3], 0, 0), edits(&[], &[], &[1]));
        assert_eq!(diff(&[1, 2, 3], &[1, 2, 3, 4], 0, 0), edits(&[], &[3], &[]));
        assert_eq!(diff(&[1, 2, 3, 4], &[2, 3, 4, 5], 0, 0), edits(&[0], &[3], &[]));
        assert_eq!(diff(&[1, 2, 3, 4], &[9, 1, 2, 3], 0, 0), edits(&[3], &[0], &[]));
        assert_eq!(diff(&[1, 2, 3, 4, 5], &[2, 4], 0, 0), edits(&[0, 2, 4], &[], &[]));
        assert_eq!(diff(&[], &[1, 2], 5, 7), edits(&[], &[7, 8], &[]));
        assert_eq!(diff(&[4, 3, 2, 1], &[1, 2, 3, 4], 0, 0), edits(&[], &[], &[0, 1, 2, 3]));
    }

    #[test]
    fn only_what_was_written_is_looked_at() {
        // Elements 1 to 1000 at addresses 100 to 1099; the first is removed, one is put, one is added.
        let looked = std::cell::Cell::new(0);
        let look = |word| {
            looked.set(looked.get() + 1);
            word
        };
        let before = |at: usize| look(at as u64);
        let now = |at: usize| look(if at == 500 { 7 } else { at as u64 });
        let edits = moved(&(100..1100), &(101..1101), &[100, 500, 1100], before, now);
        assert_eq!(edits, Edits { removed: vec![0], inserted: vec![999], put: vec![399] });
        assert_eq!(looked.get(), 4);
    }

    #[test]
    fn elements_that_made_room_are_not_put() {
        // 10 to 13 at 0 to 3; 99 is inserted before the second, so that three move on.
        let now = [10, 99, 11, 12, 13];
        let edits = moved(&(0..4), &(0..5), &[1, 2, 3, 4], |at| 10 + at as u64, |at| now[at]);
        assert_eq!(edits, Edits { inserted: vec![1], ..Edits::default() });
        // The second of them is removed.
        let now = [10, 12, 13, 0];
        let edits = moved(&(0..4), &(0..3), &[1, 2, 3], |at| 10 + at as u64, |at| now[at]);
        assert_eq!(edits, Edits { removed: vec![1], ..Edits::default() });
        // All of them move to the front of the array, and one is added.
        let now = [10, 11, 12, 13, 14];
        let edits = moved(&(10..14), &(0..5), &[0, 1, 2, 3, 4, 10, 11, 12, 13], |at| at as u64, |at| now[at]);
        assert_eq!(edits, Edits { inserted: vec![4], ..Edits::default() });
    }
}
