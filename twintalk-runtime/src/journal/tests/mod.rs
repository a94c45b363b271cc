//! The journal against a model, over a disk that fails, and over real files.

mod compacted;
mod crash;
mod faults;
mod look;
mod pinned;
mod real;

use std::sync::{Arc, Mutex};

use super::faulty::Disk;
use super::log::Parts;
use super::{Batch, Config, Damage, Durability, Error, Position, Reader};

/// A configuration in which everything happens within a few hundred bytes.
fn small(durability: Durability) -> Config {
    Config { durability, segment_bytes: 4096, commit_bytes: 1024, pending_bytes: 1 << 20 }
}

/// A record the test appended: where it went, and what it must say.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Expected {
    position: Position,
    payload: Vec<u8>,
    last_of_batch: bool,
}

/// What became of the batches, as their completions said.
#[derive(Default, Debug)]
struct Told {
    durable: Position,
    completed: usize,
    failed: usize,
}

/// A log that is driven step by step, without its thread.
struct Driven {
    parts: Parts,
    alive: bool,
    told: Arc<Mutex<Told>>,
    appended: Vec<Expected>,
    batches: usize,
}

impl Driven {
    fn open(disk: &Disk, config: &Config) -> Result<Self, Error> {
        let parts = Parts::open(Arc::new(disk.clone()), config)?;
        let (told, appended) = Default::default();
        Ok(Self { parts, alive: true, told, appended, batches: 0 })
    }

    /// Appends a batch of records with payloads of these lengths and a tag; each links to the one before.
    fn append(&mut self, tag: u8, lengths: &[usize]) -> Result<Position, Error> {
        let mut batch = Batch::new();
        let mut previous = None;
        let mut expected = Vec::new();
        for (n, &length) in lengths.iter().enumerate() {
            let mut record = batch.record(tag);
            match previous {
                Some(previous) => record.put_link(previous),
                None => record.put_u64(0),
            }
            let rest: Vec<u8> = (0..length).map(|i| tag.wrapping_add((n + i) as u8)).collect();
            record.put(&rest);
            expected.push((previous, rest));
            previous = Some(record.finish());
        }
        let told = Arc::clone(&self.told);
        let base = self.parts.queue.append(
            &batch,
            Box::new(move |result| {
                let mut told = told.lock().unwrap();
                told.completed += 1;
                match result {
                    Ok(durable) => {
                        assert!(durable >= told.durable && told.failed == 0, "completions out of order");
                        told.durable = durable;
                    }
                    Err(_) => told.failed += 1,
                }
            }),
        )?;
        self.batches += 1;
        let mut position = base;
        let count = expected.len();
        for (n, (previous, rest)) in expected.into_iter().enumerate() {
            let mut payload = previous.map_or(0, |relative| base.0 + relative).to_le_bytes().to_vec();
            payload.extend(rest);
            let length = 8 + payload.len().next_multiple_of(8) as u64;
            self.appended.push(Expected { position, payload, last_of_batch: n + 1 == count });
            position.0 += length;
        }
        Ok(base)
    }

    /// Lets the writer bring one commit to the disk.
    fn step(&mut self) {
        if self.alive && self.parts.queue.waiting() > 0 {
            let commit = self.parts.queue.take().unwrap();
            self.alive = self.parts.writer.step(&self.parts.queue, commit);
        }
    }

    fn drain(&mut self) {
        while self.alive && self.parts.queue.waiting() > 0 {
            self.step();
        }
    }

    fn close(&mut self) -> Result<(), Error> {
        self.drain();
        self.parts.queue.close();
        if self.alive { self.parts.writer.seal() } else { Ok(()) }
    }

    fn durable(&self) -> Position {
        self.told.lock().unwrap().durable
    }

    /// How many of the appended records were acknowledged.
    fn acknowledged(&self) -> usize {
        let durable = self.durable();
        self.appended.iter().filter(|record| record.position < durable).count()
    }

    fn reader(&self) -> Reader {
        self.parts.segments.reader()
    }
}

/// All records a reader finds, iterated and read one by one.
fn read_all(reader: &Reader) -> Result<Vec<(Position, Vec<u8>)>, Error> {
    let mut found = Vec::new();
    for record in reader.records(Position::NONE) {
        let record = record?;
        assert_eq!(reader.read(record.position).unwrap(), record);
        assert_eq!(record.payload.as_ptr() as usize % 8, 0);
        found.push((record.position, record.payload.to_vec()));
    }
    Ok(found)
}

/// The records and the damage that a reader finds.
fn read_around(reader: &Reader) -> (Vec<(Position, Vec<u8>)>, Vec<Damage>) {
    let (mut found, mut damages) = (Vec::new(), Vec::new());
    for record in reader.records(Position::NONE) {
        match record {
            Ok(record) => {
                assert_eq!(reader.read(record.position).unwrap(), record);
                found.push((record.position, record.payload.to_vec()));
            }
            Err(Error::Damaged(damage)) => damages.push(damage),
            Err(other) => panic!("{other}"),
        }
    }
    (found, damages)
}

/// The records found must be whole batches from the start of what was appended, `least` records or more.
#[track_caller]
fn check_prefix(found: &[(Position, Vec<u8>)], appended: &[Expected], least: usize) {
    assert!(found.len() >= least, "{} of {least} acknowledged records found", found.len());
    assert!(found.len() <= appended.len(), "records that were never appended");
    for ((position, payload), expected) in found.iter().zip(appended) {
        assert_eq!((position, payload), (&expected.position, &expected.payload));
    }
    if let Some(last) = found.len().checked_sub(1) {
        assert!(appended[last].last_of_batch, "half a batch");
    }
}
