//! Far more twins than memory, for long: memory stays what it was.

use twintalk_runtime::Twins;
use twintalk_runtime::engine::{Durability, Options};

use super::measure::{Scattered, directory, resident, row};
use crate::support::fleet::{create_batch, run, update};
use crate::support::sensor::{PROGRAM, Readings};

const TWINS: usize = 200_000;
const BATCH: usize = 1000;

/// Two hours of a thousand messages a second.
const MESSAGES: usize = 7_200_000;
const PARTS: usize = 6;

pub fn churn() {
    let place = directory();
    let data = Some(place.path().to_owned());
    let options = Options { data, durability: Durability::Os, shards: 1, memory: 4 << 20, ..Options::default() };
    let twins = Twins::open(&PROGRAM, &options).expect("it opens");
    for first in (0..TWINS).step_by(BATCH) {
        create_batch(&twins, "TypedSensor", first..first + BATCH);
    }
    let (mut readings, mut numbers) = (Readings::default(), Scattered::new(TWINS));
    let loads = || twins.metrics().iter().find(|(name, _)| *name == "loads_total").map_or(0, |(_, value)| *value);
    let mut found = Vec::new();
    for _ in 0..PARTS {
        let batches =
            (0..MESSAGES / PARTS / BATCH).map(|_| numbers.by_ref().take(BATCH).map(|number| update(number, &mut readings)).collect());
        run(&twins, batches);
        found.push(format!("{}", resident() >> 20));
    }
    assert!(loads() > MESSAGES as u64 / 2);
    row(&format!("MiB of memory after each sixth of {MESSAGES} messages, {} loads", loads()), found.join(", "), "flat");
    twins.close_blocking();
}
