//! Figures: `cargo test --release -p twintalk-runtime --lib index::tests::figures -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::Instant;

use crate::event::{Event, EventKind, NewEvent, Previous};
use crate::index::{Config, Index, Step, Work};
use crate::journal::faulty::Random;
use crate::journal::files::Directory;
use crate::journal::{self, Batch, Durability, Journal, Position, SegmentLog};

/// A moment: of the clock, and of the processor's time of this thread, which does not count what others do.
struct Timer(Instant, f64);

impl Timer {
    fn start() -> Self {
        Self(Instant::now(), Self::processor())
    }

    /// Nanoseconds of this thread on a processor.
    fn processor() -> f64 {
        let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
        times.split(' ').next().and_then(|time| time.parse().ok()).unwrap_or(f64::NAN)
    }

    /// Nanoseconds of the processor.
    fn cpu(&self) -> f64 {
        Self::processor() - self.1
    }

    /// What one of so many took.
    fn of(&self, count: f64) -> String {
        format!("{:.0} ns (by the clock {:.0})", self.cpu() / count, self.0.elapsed().as_secs_f64() * 1e9 / count)
    }
}

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
    // A closed log has nothing to read, but its last segment is sealed.
    let reader = log.reader();
    log.close().unwrap();
    let files = Arc::new(Directory::open(folder.path()).unwrap());
    let index = Index::open(files, &reader, &Config::default()).unwrap().0;
    let work = Work::new();
    let all = (twins + events) as f64;
    let start = Timer::start();
    let (mut building, mut merging) = (0.0, 0.0);
    loop {
        let start = Timer::start();
        let Some(step) = index.step(&reader, &work).unwrap() else { break };
        match step {
            Step::Index(_) => building += start.cpu(),
            _ => merging += start.cpu(),
        }
    }
    let log_bytes = reader.sealed().last().unwrap().1.0 as f64;
    let directory = index.directory();
    let (tables, bytes) = directory.size();
    println!("{twins} twins, {all} events of {:.0} bytes: {} an event", log_bytes / all, start.of(all));
    println!("  build {:.0} ns an event, merge {:.0} ns an event", building / all, merging / all);
    println!("  {:.2} bytes an event in files, {tables} tables", bytes as f64 / all);
    println!("  write amplification {:.3}", work.written() as f64 / log_bytes);
    let ids: Vec<String> = (0..twins).map(|twin| format!("pump-{twin:07}")).collect();
    let start = Timer::start();
    for _ in 0..1_000_000 {
        let twin = random.below(twins);
        let record = reader.read(last[twin]).unwrap();
        assert_eq!(Event::read(record.payload).unwrap().id, ids[twin]);
    }
    println!("  {} to read a record whose position is known", start.of(1e6));
    for round in ["first", "warm"] {
        let lookups = 1_000_000;
        let start = Timer::start();
        for _ in 0..lookups {
            let twin = random.below(twins);
            assert_eq!(directory.find(&reader, &ids[twin]).unwrap().map(|found| found.0), Some(last[twin]));
        }
        println!("  {} a lookup, {round}", start.of(f64::from(lookups)));
    }
    let start = Timer::start();
    for n in 0..1_000_000 {
        assert_eq!(directory.find(&reader, &format!("none-{n:07}")).unwrap(), None);
    }
    println!("  {} a lookup that finds nothing", start.of(1e6));
    let start = Timer::start();
    assert_eq!(directory.names(None, false).unwrap().filter(|name| name.is_ok()).count(), twins);
    println!("  {} a name in order", start.of(twins as f64));
    drop((index, directory));
    let start = Timer::start();
    let files = Arc::new(Directory::open(folder.path()).unwrap());
    Index::open(files, &reader, &Config::default()).unwrap();
    println!("  {} to open", start.of(1.0));
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
    // A closed log has nothing to read, but its last segment is sealed.
    let reader = log.reader();
    log.close().unwrap();
    let files = Arc::new(Directory::open(folder.path()).unwrap());
    let index = Index::open(files, &reader, &Config::default()).unwrap().0;
    index.catch_up(&reader, &Work::new()).unwrap();
    let directory = index.directory();
    for from in [10, 1_000_000, 2_500_000, 4_900_000] {
        let read = || {
            let start = Instant::now();
            let stretches = directory.history(&reader, "pump-0000000", last, from).map(Result::unwrap);
            let stretch = stretches.last().unwrap();
            let first = stretch.first_from(from).unwrap();
            let events = stretch.positions(first).take(100);
            let read = events.map(|position| Event::read(reader.read(position.unwrap()).unwrap().payload).unwrap().sequence);
            assert_eq!(read.sum::<u64>(), (from..from + 100).sum::<u64>());
            start.elapsed().as_secs_f64() * 1e6
        };
        let first = read();
        let least = (0..30).map(|_| read()).fold(first, f64::min);
        println!("100 events from {from} of 5M: {first:.1} µs at first, at best {least:.1} µs");
    }
}
