//! What a person would write with tokio: a task and a bounded channel for each sensor, in a map.

use std::collections::HashMap;
use std::panic::resume_unwind;

use futures_util::future::join_all;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::{Fleet, YIELD, handled, handled_before, until_handled};
use crate::support::sensor::{Floor, Readings};

pub struct Tasks {
    runtime: Runtime,
    tasks: HashMap<u64, Task>,
}

struct Task {
    mailbox: mpsc::Sender<Message>,
    end: JoinHandle<()>,
}

enum Message {
    Update(f64),
    Temperature(oneshot::Sender<f64>),
    BreakDown,
}

async fn sensor(mut messages: mpsc::Receiver<Message>) {
    let mut sensor = Floor::default();
    while let Some(message) = messages.recv().await {
        match message {
            Message::Update(reading) => {
                sensor.update_telemetry(reading);
                handled();
            }
            // Nobody may wait any more.
            Message::Temperature(reply) => drop(reply.send(sensor.temperature)),
            // Without the hook that prints.
            Message::BreakDown => resume_unwind(Box::new("out of order")),
        }
    }
}

fn spawn() -> Task {
    let (mailbox, messages) = mpsc::channel(64);
    Task { mailbox, end: tokio::spawn(sensor(messages)) }
}

impl Fleet for Tasks {
    fn create(sensors: u64) -> Self {
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        let mut tasks = HashMap::new();
        runtime.block_on(async {
            let before = handled_before();
            for id in 0..sensors {
                let task = spawn();
                task.mailbox.send(Message::Update(20.0)).await.expect("it runs");
                tasks.insert(id, task);
            }
            until_handled(before, sensors as usize).await;
        });
        Self { runtime, tasks }
    }

    fn tell(&mut self, messages: usize, readings: &mut Readings) {
        self.runtime.block_on(async {
            let (before, sensors) = (handled_before(), self.tasks.len());
            for message in 0..messages {
                let task = &self.tasks[&((message % sensors) as u64)];
                task.mailbox.send(Message::Update(readings.next())).await.expect("it runs");
                if message % YIELD == 0 {
                    tokio::task::yield_now().await;
                }
            }
            until_handled(before, messages).await;
        });
    }

    fn ask(&mut self, id: u64, messages: usize) -> f64 {
        self.runtime.block_on(async {
            let mut temperature = 0.0;
            for _ in 0..messages {
                let (reply, answer) = oneshot::channel();
                self.tasks[&id].mailbox.send(Message::Temperature(reply)).await.expect("it runs");
                temperature = answer.await.expect("it answers");
            }
            temperature
        })
    }

    fn ask_together(&mut self, rounds: usize) -> bool {
        self.runtime.block_on(async {
            for _ in 0..rounds {
                let asks = self.tasks.values().map(async |task| {
                    let (reply, answer) = oneshot::channel();
                    task.mailbox.send(Message::Temperature(reply)).await.expect("it runs");
                    answer.await.expect("it answers")
                });
                let answers = join_all(asks).await;
                assert!(answers.len() > 1 && answers.iter().all(|answer| *answer >= 10.0));
            }
        });
        true
    }

    fn broadcast(&mut self, rounds: usize, readings: &mut Readings) {
        self.runtime.block_on(async {
            for _ in 0..rounds {
                let (before, reading) = (handled_before(), readings.next());
                for id in 0..self.tasks.len() as u64 {
                    self.tasks[&id].mailbox.send(Message::Update(reading)).await.expect("it runs");
                }
                until_handled(before, self.tasks.len()).await;
            }
        });
    }

    fn restart(&mut self, id: u64, rounds: usize, readings: &mut Readings) -> bool {
        self.runtime.block_on(async {
            for _ in 0..rounds {
                let before = handled_before();
                let task = self.tasks.remove(&id).expect("it exists");
                task.mailbox.send(Message::BreakDown).await.expect("it runs");
                assert!(task.end.await.is_err());
                let task = spawn();
                task.mailbox.send(Message::Update(readings.next())).await.expect("it runs");
                self.tasks.insert(id, task);
                until_handled(before, 1).await;
            }
        });
        true
    }
}
