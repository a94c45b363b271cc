//! Figures: `cargo test --release -p twintalk-runtime --lib index::tests::figures -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::Instant;

use crate::event::{EventKind, NewEvent, Previous};
use crate::index::{Config, Index, Step, Work};
use crate::journal::faulty::Random;
use crate::journal::files::Directory;
use crate::journal::{self, Batch, Durability, Journal, Position, SegmentLog};

/// Writes a journal: each twin begins, then random ones get events.
fn write(log: &dyn Journal, twins: usize, events: usize, random: &mut Random) -> Vec<Position> {
    let mut last = vec![(Position::NONE, 0_u64); twins];
    let order = (0..twins).chain((0..events).map(|_| random.below(twins)));
    let order: Vec<usize> = order.collect();
    for chunk in order.chunks(4000) {
        let mut batch = Batch::new();
        let mut relative = Vec::new();
        let mut fresh = std::collections::HashMap::new();
        for &twin in chunk {
            let (position, sequence) = last[twin];
            let previous = fresh.get(&twin).map_or(Previous::At(position), |&relative| Previous::InBatch(relative));
            let kind = if sequence == 0 { EventKind::Created } else { EventKind::Message };
            let id = format!("pump-{twin:07}");
            let (slot_mask, slots) = ([3], [twin as u64, sequence]);
            let event =
                NewEvent { kind, id: &id, sequence: sequence + 1, time: 1, slot_mask: &slot_mask, slots: &slots, ..NewEvent::default() };
            let at = event.append_to(&mut batch, previous).unwrap();
            fresh.insert(twin, at);
            last[twin].1 += 1;
            relative.push((twin, at));
        }
        let base = log.commit(&batch).unwrap();
        for (twin, at) in relative {
            last[twin].0 = Position(base.0 + at);
        }
    }
    last.into_iter().map(|(position, _)| position).collect()
}

fn measure(twins: usize, events: usize) {
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let config = journal::Config { durability: Durability::Os, ..journal::Config::default() };
    let log = SegmentLog::open(folder.path(), &config).unwrap().0;
    let mut random = Random(1);
    let last = write(&log, twins, events, &mut random);
    log.close().unwrap();
    let reader = log.reader();
    let files = Arc::new(Directory::open(folder.path()).unwrap());
    let index = Index::open(files, &reader, &Config::default()).unwrap().0;
    let work = Work::new();
    let all = (twins + events) as f64;
    let start = Instant::now();
    let (mut building, mut merging) = (0.0, 0.0);
    loop {
        let start = Instant::now();
        let Some(step) = index.step(&reader, &work).unwrap() else { break };
        match step {
            Step::Index(_) => building += start.elapsed().as_secs_f64(),
            _ => merging += start.elapsed().as_secs_f64(),
        }
    }
    let log_bytes = reader.sealed().last().unwrap().1.0 as f64;
    let directory = index.directory();
    let (tables, bytes) = directory.size();
    println!("{twins} twins, {all} events of {:.0} bytes, {:.1} s", log_bytes / all, start.elapsed().as_secs_f64());
    println!("  build {:.0} ns an event, merge {:.0} ns an event", building * 1e9 / all, merging * 1e9 / all);
    println!("  {:.2} bytes an event in files, {tables} tables", bytes as f64 / all);
    println!("  write amplification {:.3}", work.written() as f64 / log_bytes);
    let ids: Vec<String> = (0..twins).map(|twin| format!("pump-{twin:07}")).collect();
    for round in ["first", "warm"] {
        let lookups = 1_000_000;
        let start = Instant::now();
        for _ in 0..lookups {
            let twin = random.below(twins);
            assert_eq!(directory.find(&reader, &ids[twin]).unwrap(), Some(last[twin]));
        }
        println!("  {:.0} ns a lookup, {round}", start.elapsed().as_secs_f64() * 1e9 / f64::from(lookups));
    }
    let start = Instant::now();
    for n in 0..1_000_000 {
        assert_eq!(directory.find(&reader, &format!("none-{n:07}")).unwrap(), None);
    }
    println!("  {:.0} ns a lookup that finds nothing", start.elapsed().as_secs_f64() * 1e9 / 1e6);
    let start = Instant::now();
    assert_eq!(directory.names(None, false).unwrap().filter(|name| name.is_ok()).count(), twins);
    println!("  {:.0} ns a name in order", start.elapsed().as_secs_f64() * 1e9 / twins as f64);
    drop((index, directory));
    let start = Instant::now();
    let files = Arc::new(Directory::open(folder.path()).unwrap());
    Index::open(files, &reader, &Config::default()).unwrap();
    println!("  {:.0} µs to open", start.elapsed().as_secs_f64() * 1e6);
}

#[test]
#[ignore = "takes minutes and is about time"]
fn of_lookups() {
    measure(1_000_000, 9_000_000);
    measure(10_000_000, 2_000_000);
}

#[test]
#[ignore = "takes minutes and is about time"]
fn of_a_long_history() {
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let config = journal::Config { durability: Durability::Os, ..journal::Config::default() };
    let log = SegmentLog::open(folder.path(), &config).unwrap().0;
    let last = write(&log, 1, 5_000_000, &mut Random(1))[0];
    log.close().unwrap();
    let reader = log.reader();
    let files = Arc::new(Directory::open(folder.path()).unwrap());
    let index = Index::open(files, &reader, &Config::default()).unwrap().0;
    index.catch_up(&reader, &Work::new()).unwrap();
    let directory = index.directory();
    for from in [10, 1_000_000, 2_500_000, 4_900_000] {
        for round in ["first", "warm"] {
            let start = Instant::now();
            let stretches = directory.history(&reader, "pump-0000000", last, from).map(Result::unwrap);
            let stretch = stretches.last().unwrap();
            let first = stretch.first_from(from).unwrap();
            let found =
                (first..stretch.len()).take(100).map(|n| reader.read(stretch.position(n).unwrap()).unwrap().payload.len()).sum::<usize>();
            println!("100 events from {from} of 5M: {:.1} µs, {round} ({found} bytes)", start.elapsed().as_secs_f64() * 1e6);
        }
    }
}
