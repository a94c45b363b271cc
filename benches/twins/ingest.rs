//! Lines of JSON into the engine: parsing, queue, turn, event, and what its durability costs.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;

use criterion::{Criterion, Throughput};
use serde::Deserialize;
use twintalk_runtime::engine::{Durability, Envelope, Moment, Options};
use twintalk_runtime::{Data, Twins};

use crate::support::fleet::{fleet, id, run};
use crate::support::sensor::{Boxes, Floor, Readings};

/// How many twins the lines are for, in turn.
pub const TWINS: usize = 1000;

/// How many lines in one go.
pub const LINES: usize = 10_000;

/// Lines that go to the engine together.
const BATCH: usize = 500;

pub const DURABILITIES: [(&str, Durability); 3] = [("memory", Durability::Memory), ("os", Durability::Os), ("sync", Durability::Sync)];

/// A message a line, as the server takes it.
pub fn lines() -> String {
    let mut readings = Readings::default();
    let mut text = String::new();
    for number in 0..LINES {
        let (twin, reading) = (id(number % TWINS), readings.next());
        writeln!(text, r#"{{"twin":"{twin}","selector":"updateTelemetry:","arguments":[{reading:?}]}}"#).expect("memory suffices");
    }
    text
}

#[derive(Deserialize)]
struct Line<'a> {
    twin: &'a str,
    selector: &'a str,
    arguments: [f64; 1],
}

fn parse(line: &str) -> Line<'_> {
    serde_json::from_str(line).expect("a message")
}

fn envelope(line: &str) -> Envelope {
    let Line { twin, selector, arguments: [reading] } = parse(line);
    Envelope { twin: twin.to_owned(), selector: selector.to_owned(), arguments: vec![Data::Float(reading)] }
}

/// How many events one of the twins has.
fn sequence(twins: &Twins) -> u64 {
    twins.read_blocking(&id(7), Moment::Now).expect("it exists").sequence
}

pub fn ingest(c: &mut Criterion) {
    let mut group = c.benchmark_group("ingest");
    group.sample_size(10).throughput(Throughput::Elements(LINES as u64));
    let text = lines();
    let lines: Vec<&str> = text.lines().collect();
    let directory = tempfile::tempdir().expect("a directory for the data");

    let mut boxes: Boxes<String> = HashMap::new();
    for number in 0..TWINS {
        boxes.insert(id(number), Box::new(Floor::default()));
    }
    let mut journal = File::create(directory.path().join("floor")).expect("a file");
    group.bench_function("floor: boxes in a map, lines appended and synced by 500", |b| {
        b.iter(|| {
            for batch in lines.chunks(BATCH) {
                let mut appended = Vec::new();
                for line in batch {
                    let Line { twin, arguments: [reading], .. } = parse(line);
                    boxes.get_mut(twin).expect("it exists").update_telemetry(reading);
                    appended.extend_from_slice(line.as_bytes());
                    appended.push(b'\n');
                }
                journal.write_all(&appended).expect("the disk has room");
                journal.sync_data().expect("the disk works");
            }
        })
    });

    for (name, durability) in DURABILITIES {
        let data = Some(directory.path().join(name));
        let options = Options { data, durability, shards: 1, ..Options::default() };
        let started = OnceCell::new();
        group.bench_function(format!("JSON lines, durability {name}"), |b| {
            let twins = started.get_or_init(|| fleet(&options, "TypedSensor", TWINS));
            let before = sequence(twins);
            let mut rounds = 0;
            b.iter(|| {
                let batches = lines.chunks(BATCH).map(|batch| batch.iter().map(|line| envelope(line)).collect());
                assert_eq!(run(twins, batches), LINES);
                rounds += 1;
            });
            assert_eq!(sequence(twins), before + rounds * (LINES / TWINS) as u64, "an event a line");
        });
        if let Some(twins) = started.get() {
            twins.close_blocking();
        }
    }
    group.finish();
}
