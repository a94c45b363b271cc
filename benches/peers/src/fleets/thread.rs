//! What a person would write to ask from other threads: the map of boxes in a thread of its own, behind one bounded channel.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use futures_util::future::join_all;
use tokio::sync::{mpsc, oneshot};

use super::Fleet;
use crate::support::fleet::wait;
use crate::support::sensor::{Boxes, Floor, Readings};

pub struct Thread {
    queue: mpsc::Sender<Message>,
    sensors: u64,
}

enum Message {
    Create(u64),
    Update(u64, f64),
    Temperature(u64, oneshot::Sender<f64>),
    BreakDown(u64, oneshot::Sender<()>),
}

fn run(mut messages: mpsc::Receiver<Message>) {
    let mut boxes: Boxes<u64> = HashMap::new();
    while let Some(message) = messages.blocking_recv() {
        // Nobody may wait for an answer any more.
        match message {
            Message::Create(id) => drop(boxes.insert(id, Box::new(Floor::default()))),
            Message::Update(id, reading) => boxes.get_mut(&id).expect("it exists").update_telemetry(reading),
            Message::Temperature(id, reply) => drop(reply.send(boxes[&id].temperature())),
            Message::BreakDown(id, reply) => {
                // Without the hook that prints.
                let failed = catch_unwind(AssertUnwindSafe(|| resume_unwind(Box::new("out of order"))));
                if failed.is_err() {
                    boxes.insert(id, Box::new(Floor::default()));
                }
                let _ = reply.send(());
            }
        }
    }
}

impl Thread {
    fn put(&self, message: Message) {
        self.queue.blocking_send(message).expect("it runs");
    }

    async fn temperature(&self, id: u64) -> f64 {
        let (reply, answer) = oneshot::channel();
        self.queue.send(Message::Temperature(id, reply)).await.expect("it runs");
        answer.await.expect("it answers")
    }

    /// Waits until all that was sent has been run.
    fn settle(&self) {
        assert!(wait(self.temperature(0)) > 0.0);
    }
}

impl Fleet for Thread {
    const WEIGHED: u64 = 1_000_000;

    fn create(sensors: u64) -> Self {
        let (queue, messages) = mpsc::channel(256);
        thread::spawn(move || run(messages));
        let fleet = Self { queue, sensors };
        for id in 0..sensors {
            fleet.put(Message::Create(id));
            fleet.put(Message::Update(id, 20.0));
        }
        fleet.settle();
        fleet
    }

    fn tell(&mut self, messages: usize, readings: &mut Readings) {
        for message in 0..messages as u64 {
            self.put(Message::Update(message % self.sensors, readings.next()));
        }
        self.settle();
    }

    fn ask(&mut self, id: u64, messages: usize) -> f64 {
        (0..messages).map(|_| wait(self.temperature(id))).last().unwrap_or_default()
    }

    fn ask_together(&mut self, rounds: usize) -> bool {
        for _ in 0..rounds {
            let answers = wait(join_all((0..self.sensors).map(|id| self.temperature(id))));
            assert!(answers.len() > 1 && answers.iter().all(|answer| *answer >= 10.0));
        }
        true
    }

    fn broadcast(&mut self, rounds: usize, readings: &mut Readings) {
        for _ in 0..rounds {
            let reading = readings.next();
            (0..self.sensors).for_each(|id| self.put(Message::Update(id, reading)));
            self.settle();
        }
    }

    fn restart(&mut self, id: u64, rounds: usize, readings: &mut Readings) -> bool {
        for _ in 0..rounds {
            let (reply, answer) = oneshot::channel();
            self.put(Message::BreakDown(id, reply));
            wait(answer).expect("it answers");
            self.put(Message::Update(id, readings.next()));
            self.settle();
        }
        true
    }
}
