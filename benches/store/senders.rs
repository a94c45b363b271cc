//! Senders that each wait until their message is durable: one alone, and sixty-four.

use std::fs::File;
use std::io::Write;
use std::thread;
use std::time::Duration;

use twintalk_runtime::engine::Options;
use twintalk_runtime::{Data, Twins};

use super::measure::{directory, row, spent};
use crate::support::fleet::{fleet, id};

const SENDERS: usize = 64;
const EACH: usize = 500;

pub fn senders() {
    let place = directory();
    let mut floor = File::create(place.path().join("floor")).expect("a file");
    let ((), plain) = spent(|| {
        for _ in 0..EACH {
            floor.write_all(&[7; 96]).expect("the disk has room");
            floor.sync_data().expect("the disk works");
        }
    });
    let options = Options { data: Some(place.path().join("data")), shards: 1, ..Options::default() };
    let twins = fleet(&options, "TypedSensor", SENDERS);
    let ((), alone) = spent(|| send(&twins, 0));
    row("a sender alone ÷ append and `fdatasync`", format!("{:.2}", ratio(alone.wall, plain.wall)), "3");

    let before = commits(&twins);
    let ((), many) = spent(|| {
        thread::scope(|scope| {
            for sender in 0..SENDERS {
                let twins = &twins;
                scope.spawn(move || send(twins, sender));
            }
        });
    });
    let sends = SENDERS * EACH;
    let each = sends as f64 / (commits(&twins) - before) as f64;
    row("sends for each `fdatasync`, 64 senders", format!("{each:.1}"), "at least 5");
    row("sends a second, 64 senders", format!("{:.0}", sends as f64 / many.wall.as_secs_f64()), "");
    twins.close_blocking();
}

fn send(twins: &Twins, sender: usize) {
    for number in 0..EACH {
        let reading = vec![Data::Float(number as f64 / 20.0)];
        twins.send_blocking(&id(sender), "updateTelemetry:", reading).expect("a reading is understood");
    }
}

fn commits(twins: &Twins) -> u64 {
    let metrics = twins.metrics();
    metrics.iter().find(|(name, _)| *name == "journal_commits_total").map_or(0, |(_, value)| *value)
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}
