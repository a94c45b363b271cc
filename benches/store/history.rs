//! The events of one twin out of five million.

use std::hint::black_box;

use twintalk_runtime::Twins;
use twintalk_runtime::engine::{Durability, Moment, Options};

use super::measure::{Scattered, directory, row, spent, until_indexed};
use crate::support::fleet::{create_batch, id, run, update};
use crate::support::sensor::{PROGRAM, Readings};

const TWINS: usize = 50_000;
const EVENTS_EACH: usize = 100;
const QUESTIONS: usize = 2000;

pub fn history() {
    let place = directory();
    let data = Some(place.path().to_owned());
    let options = Options { data, durability: Durability::Os, shards: 1, ..Options::default() };
    let twins = Twins::open(&PROGRAM, &options).expect("it opens");
    create_batch(&twins, "TypedSensor", 0..TWINS);
    let (mut readings, mut numbers) = (Readings::default(), Scattered::new(TWINS));
    let messages = TWINS * EVENTS_EACH - TWINS;
    let batches = (0..messages / 1000).map(|_| numbers.by_ref().take(1000).map(|number| update(number, &mut readings)).collect());
    run(&twins, batches);
    twins.close_blocking();
    drop(twins);
    let twins = Twins::open(&PROGRAM, &options).expect("it opens again");
    // What the index still has to do is not part of a question.
    until_indexed(&twins);
    let ask = |number: usize| {
        let events = twins.events_blocking(&id(number), 0, 100).expect("it exists");
        assert!(events.len() > 30);
        black_box(events).len()
    };
    // Once for the files to be in memory.
    let warm: usize = Scattered::new(TWINS).take(QUESTIONS).map(ask).sum();
    let (events, asked) = spent(|| Scattered::new(TWINS).take(QUESTIONS).map(ask).sum());
    assert_eq!(events, warm);
    row("100 events of one twin out of 5 million, CPU", format!("{:.1} µs", asked.cpu_each(events) / 10.0), "20 µs");
    let (_, past) = spent(|| {
        for number in Scattered::new(TWINS).take(QUESTIONS) {
            black_box(twins.read_blocking(&id(number), Moment::Sequence(30)).expect("it was there"));
        }
    });
    row("state of one of them at a past sequence, CPU", format!("{:.1} µs", past.cpu_each(QUESTIONS) / 1000.0), "");
    twins.close_blocking();
}
