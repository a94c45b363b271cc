//! Tables against a plain list.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::index::file::{Kind, Span};
use crate::index::hash::BITS;
use crate::index::work::Work;
use crate::journal::faulty::{Disk, Random};
use crate::testing::fixed;

fn write(disk: &Disk, name: FileName, entries: &[(IdHash, Position)], expected: u64, shared: &[IdHash]) -> Table {
    let mut writer = TableWriter::create(disk, name, 7, expected, expected).unwrap();
    for &(hash, position) in entries {
        writer.push(hash, position).unwrap();
    }
    let written = writer.finish(shared).unwrap();
    let table = Table::open(disk, name, 7).unwrap();
    assert_eq!(table.bytes(), written);
    table
}

/// Random entries in order: hashes of few different values, or of many.
fn entries(random: &mut Random, count: usize, hashes: usize, span: Span) -> Vec<(IdHash, Position)> {
    let hashes: Vec<u128> = (0..hashes.max(1))
        .map(|_| (random.below(usize::MAX) as u128) << 64 | random.below(usize::MAX) as u128)
        .map(|hash| hash >> (128 - BITS))
        .collect();
    let words = ((span.end - span.base) / 8) as usize;
    let mut entries: Vec<_> =
        (0..count).map(|_| (IdHash(hashes[random.below(hashes.len())]), Position(span.base + 8 * random.below(words) as u64))).collect();
    entries.sort_unstable();
    entries.dedup();
    entries
}

fn check(table: &Table, entries: &[(IdHash, Position)]) {
    let mut by_hash: BTreeMap<IdHash, Vec<Position>> = BTreeMap::new();
    for &(hash, position) in entries {
        by_hash.entry(hash).or_default().push(position);
    }
    assert_eq!((table.entries() as usize, table.twins() as usize), (entries.len(), by_hash.len()));
    for (&hash, positions) in &by_hash {
        assert_eq!(table.newest(hash).unwrap(), positions.last().copied());
        let all = table.all(hash).unwrap();
        let found: Vec<Position> = all.clone().map(|number| table.position(number).unwrap()).collect();
        assert_eq!(&found, positions);
        let middle = positions[positions.len() / 2];
        assert_eq!(table.beyond(all.clone(), middle).unwrap() - all.start, positions.len() as u32 / 2 + 1);
        for other in [hash.0 ^ 1, hash.0 ^ 1 << (BITS - 1), hash.0 ^ 1 << 40] {
            let expected = by_hash.get(&IdHash(other)).and_then(|positions| positions.last().copied());
            assert_eq!(table.newest(IdHash(other)).unwrap(), expected);
        }
    }
    let mut all = Entries::new(table).unwrap();
    for &entry in entries {
        assert_eq!(all.step().unwrap(), Some(entry));
    }
    assert_eq!(all.step().unwrap(), None);
    table.verify().unwrap();
}

proptest! {
    #![proptest_config(fixed(96))]

    #[test]
    fn finds_what_was_written(count in 0_usize..3000, hashes in 1_usize..2000, base in 0_u64..1 << 40, bits in 12_u32..44, seed: u64, wrong in 0_u64..9) {
        let base = base & !7;
        let span = Span { base, end: base + (1 << bits) };
        let mut random = Random(seed);
        let entries = entries(&mut random, count, hashes, span);
        let disk = Disk::default();
        let name = FileName { kind: Kind::Records, span };
        // The expected number shapes the buckets, and need not be right.
        let table = write(&disk, name, &entries, count as u64 * wrong / 3, &[]);
        check(&table, &entries);
        // Under another key or name it is refused.
        assert!(matches!(Table::open(&disk, name, 8), Err(Error::Damaged { .. })));
    }

    #[test]
    fn merging_leaves_the_last(counts in vec(0_usize..600, 1..7), hashes in 1_usize..500, seed: u64) {
        let disk = Disk::default();
        let mut random = Random(seed);
        let mut last = BTreeMap::new();
        let mut tables = Vec::new();
        let shared = [IdHash(9)];
        for (n, &count) in (0..).zip(&counts) {
            let span = Span { base: n << 20, end: (n + 1) << 20 };
            // From the same seed: the same hashes.
            let entries = entries(&mut Random(seed ^ random.below(2) as u64), count, hashes, span);
            last.extend(entries.iter().copied());
            let name = FileName { kind: Kind::Records, span };
            tables.push(Arc::new(write(&disk, name, &entries, count as u64, if n == 0 { &shared[..] } else { &[] })));
        }
        let name = FileName { kind: Kind::Twins, span: Span { base: 0, end: (counts.len() as u64) << 20 } };
        let none = Shared { hashes: &Default::default(), id: &|_| unreachable!() };
        merge(&disk, name, 7, &tables, &none, &Work::new()).unwrap();
        let merged = Table::open(&disk, name, 7).unwrap();
        assert_eq!(merged.shared(), shared);
        check(&merged, &last.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn entries_are_as_short_as_promised() {
    let span = Span { base: 0, end: 64 << 20 };
    let entries = entries(&mut Random(1), 50_000, 50_000, span);
    let disk = Disk::default();
    let table = write(&disk, FileName { kind: Kind::Records, span }, &entries, entries.len() as u64, &[]);
    assert!(table.bytes() < 15 * entries.len() as u64, "{} bytes for {}", table.bytes(), entries.len());
}

#[test]
fn the_filter_knows_most_that_are_not_there() {
    let span = Span { base: 0, end: 64 << 20 };
    let entries = entries(&mut Random(1), 50_000, 50_000, span);
    let disk = Disk::default();
    let twins = entries.chunk_by(|a, b| a.0 == b.0).count() as u64;
    // Made for as many as there are, and for half and twice as many.
    for (expected, most) in [(twins, 0.02), (twins / 2, 0.15), (2 * twins, 0.01)] {
        let name = FileName { kind: Kind::Twins, span: Span { base: 0, end: span.end + 8 * expected } };
        let table = write(&disk, name, &entries, expected, &[]);
        assert!(entries.iter().all(|(hash, _)| table.may_have(*hash).unwrap()));
        let others = self::entries(&mut Random(2), 20_000, 20_000, span);
        let found = others.iter().filter(|(hash, _)| table.may_have(*hash).unwrap()).count() as f64 / others.len() as f64;
        assert!(found < most, "{found} of those that are not there, made for {expected} of {twins}");
    }
}

#[test]
fn every_bit_is_checked() {
    let span = Span { base: 0, end: 1 << 16 };
    let entries = entries(&mut Random(5), 60, 20, span);
    let disk = Disk::default();
    let name = FileName { kind: Kind::Records, span };
    let table = write(&disk, name, &entries, 60, &[entries[3].0]);
    for bit in 0..8 * table.bytes() as usize {
        let damaged = disk.after_exit();
        damaged.flip(&name.to_string(), bit / 8, (bit % 8) as u32);
        let noticed = Table::open(&damaged, name, 7).and_then(|table| {
            // No answer is wrong, noticed or not.
            for &(hash, _) in &entries {
                let last = entries.iter().rev().find(|entry| entry.0 == hash).map(|entry| entry.1);
                if let Ok(found) = table.newest(hash) {
                    assert_eq!(found, last, "bit {bit}");
                }
            }
            table.verify()
        });
        assert!(matches!(noticed, Err(Error::Damaged { .. })), "bit {bit}");
    }
}
