//! A fleet of sensors that receive messages: who could run it.

mod actix;
mod boxes;
mod engine;
mod kameo;
mod ractor;
mod rows;
mod thread;
mod tokio_tasks;

use std::cell::Cell;

use crate::figures::{Figures, nanoseconds, own_memory};
use crate::support::sensor::Readings;

/// Who is measured, in the order of the table: by this name, under this title, and by what.
#[allow(clippy::type_complexity, reason = "a table")]
pub const FLEETS: [(&str, &str, fn() -> Figures); 9] = [
    ("rows", "TwinTalk, twins in a map of the host", measured::<rows::Rows>),
    ("engine", "TwinTalk, the engine: queue, turn, event", measured::<engine::Engine<false>>),
    ("journal", "TwinTalk, the same with events in a file", measured::<engine::Engine<true>>),
    ("boxes", "`HashMap<u64, Box<dyn Trait>>`, called directly", measured::<boxes::Boxes>),
    ("thread", "such a map in a thread of its own, behind a tokio channel", measured::<thread::Thread>),
    ("tokio", "a tokio task and an mpsc channel each", measured::<tokio_tasks::Tasks>),
    ("actix", "actix", measured::<actix::Actix>),
    ("ractor", "ractor", measured::<ractor::Ractor>),
    ("kameo", "kameo", measured::<kameo::Kameo>),
];

/// Sensors under the ids from 0 on.
pub trait Fleet {
    /// How many are made to see what they weigh; none if that cannot be told.
    const WEIGHED: u64 = 100_000;
    /// Makes them, and waits until each has handled its first update.
    fn create(sensors: u64) -> Self;
    /// Sends updates to one sensor after the other, without answers, and waits until all are handled.
    fn tell(&mut self, messages: usize, readings: &mut Readings);
    /// Asks a sensor for its temperature, again and again; answers the last answer.
    fn ask(&mut self, id: u64, messages: usize) -> f64;
    /// Asks sensors for their temperature, as many callers at a time as there are sensors; whether there can be several.
    fn ask_together(&mut self, rounds: usize) -> bool {
        let _ = rounds;
        false
    }
    /// One update to all, again and again, each time waiting until all have handled it.
    fn broadcast(&mut self, rounds: usize, readings: &mut Readings);
    /// Lets a sensor fail in a message, and waits until it has handled another; whether it can.
    fn restart(&mut self, id: u64, rounds: usize, readings: &mut Readings) -> bool;
}

pub fn measure(name: &str) -> Option<Figures> {
    FLEETS.iter().find(|fleet| fleet.0 == name).map(|fleet| fleet.2())
}

const CREATED: u64 = 10_000;
const TOLD: u64 = 10_000;
const TELLS: usize = 100_000;
const ASKS: usize = 20_000;
const TOGETHER: u64 = 100;
const ROUNDS: usize = 500;
const RESTARTS: usize = 300;

fn measured<F: Fleet>() -> Figures {
    let mut figures = Figures::default();
    let mut readings = Readings::default();

    // First, while the process has freed nothing that could be used again.
    if F::WEIGHED > 0 {
        let before = own_memory();
        let fleet = F::create(F::WEIGHED);
        figures.add("bytes", (own_memory() - before) / F::WEIGHED as f64);
        drop(fleet);
    }

    figures.add("create", nanoseconds(CREATED as usize, || F::create(CREATED)));
    let mut fleet = F::create(TOLD);
    figures.add("tell", nanoseconds(TELLS, || fleet.tell(TELLS, &mut readings)));
    figures.add("ask", nanoseconds(ASKS, || assert!(fleet.ask(7, ASKS) >= 10.0)));
    let mut fleet = F::create(TOGETHER);
    figures.add("broadcast", nanoseconds(ROUNDS * TOGETHER as usize, || fleet.broadcast(ROUNDS, &mut readings)));
    let temperature = fleet.ask(0, 1);
    assert!((1..TOGETHER).all(|id| fleet.ask(id, 1) == temperature), "all have the last message");
    if fleet.ask_together(1) {
        figures.add("asks", nanoseconds(ROUNDS * TOGETHER as usize, || fleet.ask_together(ROUNDS)));
    }
    if fleet.restart(7, 1, &mut readings) {
        figures.add("restart", nanoseconds(RESTARTS, || fleet.restart(7, RESTARTS, &mut readings)) / 1000.0);
    }
    figures
}

thread_local! {
    static HANDLED: Cell<u64> = const { Cell::new(0) };
}

/// Notes that a message was handled on this thread, where all actors of a runtime with one thread run.
#[inline]
fn handled() {
    HANDLED.set(HANDLED.get() + 1);
}

/// Waits until so many messages more than before have been handled.
async fn until_handled(before: u64, messages: usize) {
    while HANDLED.get() - before < messages as u64 {
        tokio::task::yield_now().await;
    }
}

fn handled_before() -> u64 {
    HANDLED.get()
}

/// Lets the others run every so many messages.
const YIELD: usize = 1000;
