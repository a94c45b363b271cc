//! What a twin weighs, which is asserted, and what a message costs, which is told. With a million twins, in release:
//! `TWINTALK_TWINS=1000000 cargo test --release -p twintalk-runtime --lib engine::tests::measure -- --nocapture`

use std::hint::black_box;
use std::time::Instant;

use super::*;
use crate::answer::Answer;
use crate::engine::{Durability, Envelope};
use crate::heap::Core;
use crate::library::{self, class, selector};
use crate::program::{ClassInfo, Layout, Program, SlotInfo, TwinType};
use crate::row::{Row, Slot, Word};
use crate::turn::Turn;
use crate::value::{FALSE, SELF, TRUE, Value};

const S: u32 = library::SYMBOLS.len() as u32;

#[derive(Clone, Default)]
struct Sensor {
    temperature: Value,
    threshold: Value,
    alert: Value,
    core: Core,
}

impl Row for Sensor {
    const CLASS: u32 = library::CLASS_COUNT;
    const SLOTS: u32 = 3;

    fn get(&self, index: u32) -> Word {
        match index {
            0 => self.temperature.word(),
            1 => self.threshold.word(),
            _ => self.alert.word(),
        }
    }

    fn put(&mut self, index: u32, word: Word) {
        match index {
            0 => self.temperature = Slot::from_word(word),
            1 => self.threshold = Slot::from_word(word),
            _ => self.alert = Slot::from_word(word),
        }
    }

    fn core(&mut self) -> &mut Core {
        &mut self.core
    }

    fn program() -> &'static Program {
        &PROGRAM
    }
}

const fn slot(name: &'static str) -> SlotInfo {
    SlotInfo { name, declared: None }
}

static PROGRAM: Program = Program {
    symbols: &["updateTelemetry:", "temperature"],
    classes: &[ClassInfo {
        name: "Sensor",
        superclass: Some(class::TWIN),
        slots: &[slot("temperature"), slot("threshold"), slot("alert")],
        kind: Layout::Fixed,
        class_slots: 0,
        class_slot_names: &[],
        class_variables: &[],
        package: "",
        comment: "",
        source: "sensor.st:1",
        selectors: &[],
        class_selectors: &[],
        pragmas: &[],
        library_ancestor: class::TWIN,
        is_twin: true,
        external: &[S, S + 1],
    }],
    literals: &[],
    class_variables: 0,
    dispatch,
    block: |_, _, _, t| Err(t.raise(class::BLOCK_OUTDATED, "no blocks")),
    blocks: &[],
    sends: &library::ALL,
    extensions: &[],
    extends_library: false,
    resumes: true,
    twins: &[TwinType::of::<Sensor>()],
    provision: &[],
    initializers: &[],
    formerly: &[],
};

fn dispatch(number: u32, receiver: Value, arguments: &[Value], t: &mut Turn) -> Answer {
    match (number, arguments) {
        (S, [reading]) if receiver.is_self() => update(*reading, t),
        (selector::INITIALIZE, []) if receiver.is_self() => {
            t.store::<Sensor, _>(0, |row| &mut row.temperature, Value::float(20.0))?;
            t.store::<Sensor, _>(1, |row| &mut row.threshold, Value::float(30.0))?;
            t.store::<Sensor, _>(2, |row| &mut row.alert, FALSE)?;
            Ok(SELF)
        }
        _ if number == S + 1 && receiver.is_self() => Ok(t.load::<Sensor, _>(|row| &row.temperature)),
        _ => {
            let class = crate::dispatch::library_class(receiver, t);
            library::dispatch(number, class, receiver, arguments, t)
        }
    }
}

fn update(reading: Value, t: &mut Turn) -> Answer {
    t.store::<Sensor, _>(0, |row| &mut row.temperature, reading)?;
    let threshold = t.load::<Sensor, _>(|row| &row.threshold);
    if crate::ops::greater(reading, threshold, t)? == TRUE {
        t.store::<Sensor, _>(2, |row| &mut row.alert, TRUE)?;
    }
    Ok(SELF)
}

/// Kilobytes of memory the process has.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    status.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4
}

/// CPU time of the process in seconds.
fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

struct Null;

impl Journal for Null {
    fn append(
        &self,
        batch: &crate::journal::Batch,
        completion: crate::journal::Completion,
    ) -> Result<crate::journal::Position, crate::journal::Error> {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(64);
        let position = NEXT.fetch_add(batch.len() as u64, std::sync::atomic::Ordering::Relaxed);
        completion(Ok(crate::journal::Position(position + batch.len() as u64)));
        Ok(crate::journal::Position(position))
    }

    fn durable(&self) -> crate::journal::Position {
        crate::journal::Position(u64::MAX >> 1)
    }

    fn reader(&self) -> crate::journal::Reader {
        log().reader()
    }

    fn commits(&self) -> u64 {
        0
    }

    fn close(&self) -> Result<(), crate::journal::Error> {
        Ok(())
    }
}

fn messages(count: usize, round: usize, selector: &str, arguments: usize, twins: usize) -> Vec<Envelope> {
    let twin = |n: usize| (round * count + n).wrapping_mul(0x9E37_79B9) % twins;
    let envelope = |n: usize| Envelope {
        twin: format!("sensor-{}", twin(n)),
        selector: selector.to_owned(),
        arguments: vec![Data::Float(n as f64 % 40.0); arguments],
    };
    (0..count).map(envelope).collect()
}

fn all_answered(results: Vec<Result<crate::engine::Sent, Refusal>>) {
    assert!(results.iter().all(Result::is_ok));
}

/// As many as fill the registry's table as far as a million do: a million divided by 64.
const FEW: usize = 15_625;

#[test]
fn weigh_and_time() {
    let twins_made: usize = std::env::var("TWINTALK_TWINS").ok().and_then(|text| text.parse().ok()).unwrap_or(FEW);
    let options = Options { durability: Durability::Memory, shards: 1, memory: 1 << 33, ..Options::default() };
    let twins = Twins::open_journal(&PROGRAM, &options, Arc::new(Null), None).unwrap();
    let before = resident();
    let start = Instant::now();
    let handles: Vec<_> = (0..twins_made).map(|n| format!("sensor-{n}")).collect();
    let names = resident();
    for chunk in handles.chunks(200) {
        let creations = chunk.iter().map(|id| Box::pin(twins.create(id, "Sensor", Vec::new())));
        for creation in creations {
            super::super::blocking::wait(creation).unwrap();
        }
    }
    eprintln!("create: {} ns each", start.elapsed().as_nanos() as usize / twins_made);
    drop(handles);
    eprintln!("resident: {} KiB before, {} with names, {} after", before, names, resident());
    let memory = twins.metrics().into_iter().find(|metric| metric.0 == "memory_bytes").unwrap().1;
    let each = memory as f64 / twins_made as f64;
    eprintln!("counted: {each:.1} bytes a twin");
    assert!(each <= 72.0, "{each:.1} bytes a twin");
    for (what, selector, arguments, count) in [
        ("update, all twins", "updateTelemetry:", 1, twins_made),
        ("update, 1000 twins", "updateTelemetry:", 1, 1000),
        ("getter, 1000 twins", "temperature", 0, 1000),
    ] {
        const BATCH: usize = 1000;
        let rounds = (twins_made / BATCH).max(1);
        let batches: Vec<Vec<Envelope>> = (0..rounds).map(|round| messages(BATCH, round, selector, arguments, count)).collect();
        let (start, used) = (Instant::now(), cpu());
        let mut pending = std::collections::VecDeque::new();
        for batch in batches {
            pending.push_back(Box::pin(super::super::blocking::wait(twins.enqueue(batch))));
            if pending.len() > 8 {
                all_answered(super::super::blocking::wait(pending.pop_front().unwrap()));
            }
        }
        for batch in pending {
            all_answered(super::super::blocking::wait(batch));
        }
        let (wall, cpu) = (start.elapsed().as_nanos() as usize / (BATCH * rounds), (cpu() - used) * 1e9 / (BATCH * rounds) as f64);
        eprintln!("{what}: {wall} ns of time and {cpu:.0} ns of CPU a message, handle included");
    }
    for _ in 0..2 {
        let start = Instant::now();
        for n in 0..twins_made.min(20_000) {
            black_box(twins.send_blocking(&format!("sensor-{n}"), "temperature", Vec::new()).unwrap());
        }
        eprintln!("ask: {} ns", start.elapsed().as_nanos() / twins_made.min(20_000) as u128);
    }
}
