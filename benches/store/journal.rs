//! The journal alone: events of a million twins, a thousand in a batch, durable; beside a plain file with as many bytes.

use std::fs::File;
use std::io::Write;
use std::sync::mpsc;

use twintalk_runtime::event::{EventKind, NewEvent, Previous};
use twintalk_runtime::journal::{self, Batch, Config, Durability, Position};

use super::measure::{Scattered, bytes, directory, is_segment, row, spent, written};

const TWINS: usize = 1_000_000;
const EVENTS: usize = 5_000_000;
const BATCH: usize = 1000;

/// What one commit of the journal carries at most, and the plain file for each sync.
const COMMIT: usize = 1 << 20;

pub fn journal() {
    let place = directory();
    let (batches, building) = spent(batches);
    let size: usize = batches.iter().map(Batch::len).sum();

    let data = place.path().join("journal");
    let (log, _) = journal::open(&data, &Config { durability: Durability::Sync, ..Config::default() }).expect("it opens");
    let before = written();
    let ((), appended) = spent(|| {
        let (told, done) = mpsc::channel();
        for batch in &batches {
            let told = told.clone();
            log.append(batch, Box::new(move |result| told.send(result).expect("somebody listens"))).expect("it takes more");
        }
        drop(told);
        assert!(done.iter().all(|result| result.is_ok()));
    });
    log.close().expect("it can be sealed");
    let amplified = (written() - before) as f64 / size as f64;

    let mut floor = File::create(place.path().join("floor")).expect("a file");
    let chunk: Vec<u8> = vec![7; COMMIT];
    let ((), plain) = spent(|| {
        for _ in 0..size / COMMIT {
            floor.write_all(&chunk).expect("the disk has room");
            floor.sync_data().expect("the disk works");
        }
    });

    let share = appended.wall.as_secs_f64() / plain.wall.as_secs_f64();
    row("durable events a second", format!("{:.1} million", appended.rate(EVENTS)), "at least 3 million");
    row("beside a plain file, 1 MiB for each `fdatasync`", format!("{share:.2} × its time"), "1");
    row("CPU an event: check, copy, write, sync", format!("{:.0} ns", appended.cpu_each(EVENTS)), "150 ns");
    row("CPU of the plain file for as many bytes", format!("{:.0} ns", plain.cpu_each(EVENTS)), "");
    row("CPU an event before: its record", format!("{:.0} ns", building.cpu_each(EVENTS)), "");
    row("bytes an event", format!("{:.0}", bytes(&data, is_segment) as f64 / EVENTS as f64), "");
    row("bytes written ÷ bytes of records", format!("{amplified:.3}"), "");
}

/// Each event changes two slots of a random twin.
fn batches() -> Vec<Batch> {
    let mut sequences = vec![0_u64; TWINS];
    let mut twins = Scattered::new(TWINS);
    let mut id = String::new();
    let mut batch = || {
        let mut batch = Batch::new();
        for twin in twins.by_ref().take(BATCH) {
            use std::fmt::Write;
            id.clear();
            write!(id, "pump-{twin:06}").expect("memory suffices");
            sequences[twin] += 1;
            let (sequence, slots) = (sequences[twin], [twin as u64, sequences[twin]]);
            let event =
                NewEvent { kind: EventKind::Message, id: &id, sequence, time: 1, slot_mask: &[3], slots: &slots, ..NewEvent::default() };
            event.append_to(&mut batch, Previous::At(Position::NONE)).expect("a short event");
        }
        batch
    };
    (0..EVENTS / BATCH).map(|_| batch()).collect()
}
