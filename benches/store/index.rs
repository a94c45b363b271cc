//! The index alone: what building it takes and weighs, and what a look into it takes.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use twintalk_runtime::event::{Event, EventKind, NewEvent, Previous};
use twintalk_runtime::index::{Config, Index, Step, Work};
use twintalk_runtime::journal::files::Directory;
use twintalk_runtime::journal::{self, Batch, Durability, Journal, Position, Reader, SegmentLog};

use super::measure::{Scattered, directory, row, spent};

const TWINS: usize = 1_000_000;
const EVENTS: usize = 9_000_000;
const LOOKUPS: usize = 1_000_000;
/// The events of one twin, of which some are read.
const LONG: usize = 5_000_000;
const READ: usize = 100;
const QUESTIONS: usize = 1000;
const BATCH: usize = 4000;

pub fn index() {
    many();
    long();
}

fn many() {
    let place = directory();
    let (reader, last) = write(place.path(), TWINS, (0..TWINS).chain(Scattered::new(TWINS).take(EVENTS)));
    let index = open(place.path(), &reader);
    let (work, mut building, mut merging) = (Work::new(), 0.0, 0.0);
    loop {
        let (step, took) = spent(|| index.step(&reader, &work).expect("a step"));
        match step {
            None => break,
            Some(Step::Index(_)) => building += took.cpu_each(1),
            Some(_) => merging += took.cpu_each(1),
        }
    }
    let all = (TWINS + EVENTS) as f64;
    let directory = index.directory();
    row("building it, CPU an event; merging it", format!("{:.0} ns; {:.0} ns", building / all, merging / all), "");
    row("bytes an event in its files, of a million twins with 10 events each", format!("{:.1}", directory.size().1 as f64 / all), "");
    let ids: Vec<String> = (0..TWINS).map(id).collect();
    let find = || {
        let found = |twin: usize| assert_eq!(directory.find(&reader, &ids[twin]).expect("found").map(|(at, _)| at), Some(last[twin]));
        Scattered::new(TWINS).take(LOOKUPS).for_each(found);
    };
    find();
    row("a twin found in it, CPU", format!("{:.0} ns", spent(find).1.cpu_each(LOOKUPS)), "");
    let none: Vec<String> = (0..LOOKUPS).map(|number| format!("none-{number:07}")).collect();
    let ((), took) = spent(|| none.iter().for_each(|id| assert!(directory.find(&reader, id).expect("looked").is_none())));
    row("an id not found in it, CPU", format!("{:.0} ns", took.cpu_each(LOOKUPS)), "");
    let (names, took) = spent(|| directory.names(None, false).expect("names").filter(|name| name.is_ok()).count());
    assert_eq!(names, TWINS);
    row("a name in order, CPU", format!("{:.0} ns", took.cpu_each(TWINS)), "");
}

fn long() {
    let place = directory();
    let (reader, last) = write(place.path(), 1, std::iter::repeat_n(0, LONG));
    let index = open(place.path(), &reader);
    index.catch_up(&reader, &Work::new()).expect("it is indexed");
    let (directory, twin) = (index.directory(), id(0));
    // A hundred, or what is left of the segment.
    let read = |from: u64| {
        let stretches = directory.history(&reader, &twin, last[0], from).map(|stretch| stretch.expect("a stretch"));
        let stretch = stretches.last().expect("one has it");
        let positions = stretch.positions(stretch.first_from(from).expect("it is there")).take(READ);
        let event = |position| Event::read(reader.read(position).expect("a record").payload).expect("an event").sequence;
        let events = positions.map(|position| event(position.expect("a position")));
        events.zip(from..).inspect(|(found, wanted)| assert_eq!(found, wanted)).count()
    };
    let all = || Scattered::new(LONG - READ).take(QUESTIONS).map(|from| read(from as u64 + 1)).sum::<usize>();
    let warm = all();
    let (events, took) = spent(all);
    assert_eq!(events, warm);
    row("100 events of a twin that has 5 million, found and read, CPU", format!("{:.1} µs", took.cpu_each(events) / 10.0), "");
}

fn id(twin: usize) -> String {
    format!("pump-{twin:07}")
}

fn open(place: &Path, reader: &Reader) -> Index {
    let files = Directory::open(place).expect("a directory");
    Index::open(Arc::new(files), reader, &Config::default()).expect("it opens").0
}

/// Writes the events of twins in an order, and answers where the last record of each is.
fn write(place: &Path, twins: usize, order: impl Iterator<Item = usize>) -> (Reader, Vec<Position>) {
    let config = journal::Config { durability: Durability::Os, ..journal::Config::default() };
    let log = SegmentLog::open(place, &config).expect("it opens").0;
    let mut last = vec![(Position::NONE, 0_u64); twins];
    let mut order = order.peekable();
    while order.peek().is_some() {
        let (mut batch, mut fresh) = (Batch::new(), HashMap::new());
        for twin in order.by_ref().take(BATCH) {
            let (position, sequence) = &mut last[twin];
            let previous = fresh.get(&twin).map_or(Previous::At(*position), |&relative| Previous::InBatch(relative));
            let kind = if *sequence == 0 { EventKind::Created } else { EventKind::Message };
            let (id, slots) = (id(twin), [twin as u64, *sequence]);
            *sequence += 1;
            let event = NewEvent { kind, id: &id, sequence: *sequence, time: 1, slot_mask: &[3], slots: &slots, ..NewEvent::default() };
            fresh.insert(twin, event.append_to(&mut batch, previous).expect("a small event"));
        }
        let base = log.commit(&batch).expect("a log that takes it");
        fresh.into_iter().for_each(|(twin, relative)| last[twin].0 = Position(base.0 + relative));
    }
    // A closed log has nothing to read, but its last segment is sealed.
    let reader = log.reader();
    log.close().expect("it closes");
    (reader, last.into_iter().map(|(position, _)| position).collect())
}
