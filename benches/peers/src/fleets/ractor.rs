//! ractor's actors, in a map by id.

use std::collections::HashMap;
use std::panic::resume_unwind;

use futures_util::future::join_all;
use ractor::{Actor, ActorProcessingErr, ActorRef, RpcReplyPort};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use super::{Fleet, YIELD, handled, handled_before, until_handled};
use crate::support::sensor::{Floor, Readings};

pub struct Ractor {
    runtime: Runtime,
    sensors: HashMap<u64, (ActorRef<Message>, JoinHandle<()>)>,
}

struct Sensor;

enum Message {
    Update(f64),
    Temperature(RpcReplyPort<f64>),
    BreakDown,
}

impl Actor for Sensor {
    type Msg = Message;
    type State = Floor;
    type Arguments = ();

    async fn pre_start(&self, _: ActorRef<Message>, (): ()) -> Result<Floor, ActorProcessingErr> {
        Ok(Floor::default())
    }

    async fn handle(&self, _: ActorRef<Message>, message: Message, sensor: &mut Floor) -> Result<(), ActorProcessingErr> {
        match message {
            Message::Update(reading) => {
                sensor.update_telemetry(reading);
                handled();
            }
            Message::Temperature(reply) => reply.send(sensor.temperature)?,
            // Without the hook that prints.
            Message::BreakDown => resume_unwind(Box::new("out of order")),
        }
        Ok(())
    }
}

async fn spawn() -> (ActorRef<Message>, JoinHandle<()>) {
    Actor::spawn(None, Sensor, ()).await.expect("it starts")
}

impl Fleet for Ractor {
    fn create(sensors: u64) -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        let mut actors = HashMap::new();
        runtime.block_on(async {
            let before = handled_before();
            for id in 0..sensors {
                let sensor = spawn().await;
                sensor.0.cast(Message::Update(20.0)).expect("it runs");
                actors.insert(id, sensor);
            }
            until_handled(before, sensors as usize).await;
        });
        Self { runtime, sensors: actors }
    }

    fn tell(&mut self, messages: usize, readings: &mut Readings) {
        self.runtime.block_on(async {
            let (before, sensors) = (handled_before(), self.sensors.len());
            for message in 0..messages {
                let sensor = &self.sensors[&((message % sensors) as u64)].0;
                sensor.cast(Message::Update(readings.next())).expect("it runs");
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
                let called = self.sensors[&id].0.call(Message::Temperature, None).await.expect("it runs");
                temperature = called.expect("it answers");
            }
            temperature
        })
    }

    fn ask_together(&mut self, rounds: usize) -> bool {
        self.runtime.block_on(async {
            for _ in 0..rounds {
                let asks = self.sensors.values().map(async |(sensor, _)| {
                    let called = sensor.call(Message::Temperature, None).await.expect("it runs");
                    called.expect("it answers")
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
                for id in 0..self.sensors.len() as u64 {
                    self.sensors[&id].0.cast(Message::Update(reading)).expect("it runs");
                }
                until_handled(before, self.sensors.len()).await;
            }
        });
    }

    fn restart(&mut self, id: u64, rounds: usize, readings: &mut Readings) -> bool {
        self.runtime.block_on(async {
            for _ in 0..rounds {
                let before = handled_before();
                let (sensor, end) = self.sensors.remove(&id).expect("it exists");
                sensor.cast(Message::BreakDown).expect("it runs");
                end.await.expect("it ends");
                let sensor = spawn().await;
                sensor.0.cast(Message::Update(readings.next())).expect("it runs");
                self.sensors.insert(id, sensor);
                until_handled(before, 1).await;
            }
        });
        true
    }
}
