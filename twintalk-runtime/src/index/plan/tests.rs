//! Plans for all kinds of stock, and whole lives of an index by numbers alone.

use proptest::prelude::*;

use super::*;
use crate::testing::fixed;

fn span(base: u64, end: u64) -> Span {
    Span { base, end }
}

fn segment(n: u64, entries: u64) -> Size {
    Size { span: span(n, n + 1), entries, is_segment: true }
}

fn run(base: u64, end: u64, entries: u64) -> Size {
    Size { span: span(base, end), entries, is_segment: false }
}

fn indexed(n: u64, changes: u64) -> Indexed {
    Indexed { span: span(n, n + 1), entries: 10, changes }
}

#[test]
fn what_is_damaged_comes_first_and_the_oldest_of_it() {
    let mut stock = Stock {
        sealed: (0..4).map(|n| span(n, n + 1)).collect(),
        indexed: (0..3).map(|n| indexed(n, 1)).collect(),
        broken: vec![span(2, 3), span(1, 2)],
        tables: vec![run(0, 2, 10), run(2, 3, 10)],
        names: vec![run(0, 1, 1), run(2, 3, 1)],
    };
    assert_eq!(next(&stock), Some(Step::IndexAgain(span(1, 2))));
    stock.broken.clear();
    assert_eq!(next(&stock), Some(Step::NamesAgain(span(1, 2))));
    stock.names = vec![run(0, 3, 3)];
    assert_eq!(next(&stock), Some(Step::Merge(span(0, 3))));
    stock.tables = vec![run(0, 3, 15)];
    assert_eq!(next(&stock), Some(Step::Index(span(3, 4))));
    stock.indexed.push(indexed(3, 0));
    assert_eq!(next(&stock), None);
}

#[test]
fn segments_are_merged_by_fours_with_runs_that_are_not_much_larger() {
    let merged = |runs: &[Size]| {
        let mut tables = runs.to_vec();
        tables.extend((10..14).map(|n| segment(n, 100)));
        merge(&tables)
    };
    assert_eq!(merged(&[]), Some(span(10, 14)));
    assert_eq!(merged(&[run(0, 10, 1599)]), Some(span(0, 14)));
    assert_eq!(merged(&[run(0, 10, 1600)]), Some(span(10, 14)));
    assert_eq!(merged(&[run(0, 5, 4000), run(5, 10, 800)]), Some(span(0, 14)));
    assert_eq!(merged(&[run(0, 5, 6000), run(5, 10, 800)]), Some(span(5, 14)));
    assert_eq!(merge(&[run(0, 10, 5), segment(10, 100), segment(11, 100), segment(12, 100)]), None);
    // Segments whose run was lost lie between runs.
    let gap = [run(0, 5, 9000), segment(5, 10), segment(6, 10), segment(7, 10), segment(8, 10), run(9, 12, 100)];
    assert_eq!(merge(&gap), Some(span(5, 9)));
    // What would not fit in one run stays apart.
    assert_eq!(merge(&[run(0, 1, MOST_ENTRIES), run(1, 2, MOST_ENTRIES)]), None);
}

proptest! {
    #![proptest_config(fixed(64))]

    /// Work ends, everything is covered, and few tables are left.
    #[test]
    fn all_work_is_done(sizes in prop::collection::vec((1_u64..1000, 0_u64..3), 1..200), shrink in 1_u64..4) {
        let mut stock = Stock { sealed: (0..sizes.len() as u64).map(|n| span(n, n + 1)).collect(), ..Stock::default() };
        let replace = |sizes: &mut Vec<Size>, span: Span, shrink: u64| {
            let inputs: Vec<Size> = sizes.iter().copied().filter(|size| span.covers(size.span)).collect();
            assert!(inputs.len() > 1 && inputs.len() <= MOST);
            sizes.retain(|size| !span.covers(size.span));
            sizes.push(run(span.base, span.end, (entries(&inputs) / shrink).max(1)));
            sizes.sort_by_key(|size| size.span);
        };
        for step in 0.. {
            assert!(step < 5 * sizes.len());
            assert!(stock.tables.len() <= 3 + MERGE_AT + sizes.len().ilog2() as usize);
            match next(&stock) {
                None => break,
                Some(Step::Index(span)) => {
                    let (entries, changes) = sizes[span.base as usize];
                    stock.indexed.push(indexed(span.base, changes));
                    stock.tables.push(segment(span.base, entries));
                    if changes > 0 {
                        stock.names.push(segment(span.base, changes));
                    }
                }
                Some(Step::Merge(span)) => replace(&mut stock.tables, span, shrink),
                Some(Step::MergeNames(span)) => replace(&mut stock.names, span, shrink),
                Some(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(stock.indexed.len(), sizes.len());
    }
}
