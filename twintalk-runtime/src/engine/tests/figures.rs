//! What opening costs, whose time and memory do not depend on how many twins there are, and what a part of a long
//! history costs. Twins are asked for in bulk; 10 million take 2 GB on the disk and some minutes.
//! `cargo test --release -p twintalk-runtime --lib engine::tests::figures -- --ignored --nocapture --test-threads 1`

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::measure::{PROGRAM, resident};
use super::*;
use crate::engine::{Durability, Envelope, NewTwin};

/// Where the process that is measured finds its twins.
const DATA: &str = "TWINTALK_FIGURES_DATA";

fn options(data: &Path) -> Options {
    let data = Some(data.to_owned());
    Options { data, durability: Durability::Os, shards: 2, memory: 1 << 30, min_free: Some(0), ..Options::default() }
}

/// Waits until all that is sealed is indexed.
fn until_indexed(twins: &Twins) {
    let status = || twins.world().index.as_ref().unwrap().status().unwrap();
    while status().behind > 0 || status().step.is_some() {
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn build(data: &Path, count: usize) {
    let twins = Twins::open(&PROGRAM, &options(data)).unwrap();
    let start = Instant::now();
    for first in (0..count).step_by(10_000) {
        let twin = |n: usize| NewTwin { id: format!("sensor-{n}"), class: "Sensor".to_owned(), state: Vec::new() };
        let made = twins.create_batch_blocking((first..count.min(first + 10_000)).map(twin).collect());
        assert!(made.iter().all(Result::is_ok));
    }
    println!("{count} twins: made in {:.1} s", start.elapsed().as_secs_f64());
    until_indexed(&twins);
    println!("  indexed {:.1} s after the start", start.elapsed().as_secs_f64());
    twins.close_blocking();
}

#[test]
#[ignore = "takes minutes and is about time"]
fn of_opening() {
    for count in [10_000, 10_000_000] {
        let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
        build(folder.path(), count);
        for round in ["what was the end of the log is read", "it is indexed"] {
            println!("  {round}:");
            let mut measured = Command::new(std::env::current_exe().unwrap());
            measured.args(["engine::tests::figures::opened", "--exact", "--ignored", "--nocapture"]).env(DATA, folder.path());
            let output = measured.output().unwrap();
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
            text.lines().filter(|line| line.starts_with("  ")).for_each(|line| println!("{line}"));
        }
    }
}

/// Opens what it is told to in a process of its own.
#[test]
#[ignore = "is started by another one"]
fn opened() {
    let Some(data) = std::env::var_os(DATA) else { return };
    let before = resident();
    let start = Instant::now();
    let twins = Twins::open(&PROGRAM, &options(Path::new(&data))).unwrap();
    let opening = start.elapsed().as_secs_f64() * 1e3;
    let after = resident();
    let count = metric(&twins, "twins");
    println!("    open: {opening:.1} ms, {} KiB resident before, {} more after", before, after - before);
    println!("    {count} twins, {} entries held, {} bytes counted", metric(&twins, "twins_in_registry"), metric(&twins, "memory_bytes"));
    let timed = |what: &str, run: &dyn Fn(u64)| {
        let start = Instant::now();
        (0..1000).for_each(run);
        println!("    {what}: {:.1} µs each, for 1000", start.elapsed().as_secs_f64() * 1e3);
    };
    let id = |n: u64| format!("sensor-{}", n * 7919 % count);
    timed("read", &|n| assert!(twins.read_blocking(&id(n), Moment::Now).is_ok()));
    timed("send", &|n| assert!(twins.send_blocking(&id(n), "updateTelemetry:", vec![Data::Float(n as f64)]).is_ok()));
    timed("list of 10", &|n| assert_eq!(twins.list_blocking(None, Some(&id(n)[..8]), 10).unwrap().len(), 10));
    until_indexed(&twins);
    twins.close_blocking();
}

fn metric(twins: &Twins, name: &str) -> u64 {
    twins.metrics().into_iter().find(|metric| metric.0 == name).unwrap().1
}

#[test]
#[ignore = "takes minutes and is about time"]
fn of_a_long_history() {
    let folder = tempfile::tempdir_in(env!("CARGO_MANIFEST_DIR")).unwrap();
    let twins = Twins::open(&PROGRAM, &options(folder.path())).unwrap();
    twins.create_blocking("s", "Sensor", Vec::new()).unwrap();
    for first in (0..5_000_000).step_by(10_000) {
        let message = |n: i32| Envelope {
            twin: "s".to_owned(),
            selector: "updateTelemetry:".to_owned(),
            arguments: vec![Data::Float(f64::from(n) / 8.0)],
        };
        let sent = crate::engine::blocking::wait(twins.send_batch((first..first + 10_000).map(message).collect()));
        assert!(sent.iter().all(Result::is_ok));
    }
    twins.close_blocking();
    drop(twins);
    // What was the end of the log is sealed, and indexed now.
    let twins = Twins::open(&PROGRAM, &options(folder.path())).unwrap();
    until_indexed(&twins);
    for from in [10, 1_000_000, 2_500_000, 4_900_000] {
        let time = |run: &dyn Fn()| {
            let once = || {
                let start = Instant::now();
                run();
                start.elapsed().as_secs_f64() * 1e6
            };
            let first = once();
            (first, (0..50).map(|_| once()).fold(first, f64::min))
        };
        let (first, least) = time(&|| {
            let events = twins.events_blocking("s", from, 100).unwrap();
            assert_eq!((events.len(), events[99].sequence), (100, from + 100));
        });
        println!("100 events from {from} of 5M: {first:.1} µs at first, at best {least:.1} µs");
        let (first, least) = time(&|| assert_eq!(twins.read_blocking("s", Moment::Sequence(from)).unwrap().sequence, from));
        println!("  the state then: {first:.1} µs at first, at best {least:.1} µs");
    }
    twins.close_blocking();
}
