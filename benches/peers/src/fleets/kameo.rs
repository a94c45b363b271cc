//! kameo's actors, in a map by id.

use std::collections::HashMap;
use std::panic::resume_unwind;

use futures_util::future::join_all;
use kameo::Actor;
use kameo::actor::{ActorRef, Spawn};
use kameo::message::{Context, Message};
use tokio::runtime::{Builder, Runtime};

use super::{Fleet, YIELD, handled, handled_before, until_handled};
use crate::support::sensor::{Floor, Readings};

pub struct Kameo {
    runtime: Runtime,
    sensors: HashMap<u64, ActorRef<Sensor>>,
}

#[derive(Actor, Default)]
struct Sensor(Floor);

struct Update(f64);
struct Temperature;
struct BreakDown;

impl Message<Update> for Sensor {
    type Reply = ();

    async fn handle(&mut self, Update(reading): Update, _: &mut Context<Self, ()>) {
        self.0.update_telemetry(reading);
        handled();
    }
}

impl Message<Temperature> for Sensor {
    type Reply = f64;

    async fn handle(&mut self, _: Temperature, _: &mut Context<Self, f64>) -> f64 {
        self.0.temperature
    }
}

impl Message<BreakDown> for Sensor {
    type Reply = ();

    async fn handle(&mut self, _: BreakDown, _: &mut Context<Self, ()>) {
        // Without the hook that prints.
        resume_unwind(Box::new("out of order"))
    }
}

impl Fleet for Kameo {
    fn create(sensors: u64) -> Self {
        let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
        let mut actors = HashMap::new();
        runtime.block_on(async {
            let before = handled_before();
            for id in 0..sensors {
                let sensor = Sensor::spawn(Sensor::default());
                sensor.tell(Update(20.0)).await.expect("it runs");
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
                let sensor = &self.sensors[&((message % sensors) as u64)];
                sensor.tell(Update(readings.next())).await.expect("it runs");
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
                temperature = self.sensors[&id].ask(Temperature).await.expect("it answers");
            }
            temperature
        })
    }

    fn ask_together(&mut self, rounds: usize) -> bool {
        self.runtime.block_on(async {
            for _ in 0..rounds {
                let asks = self.sensors.values().map(async |sensor| sensor.ask(Temperature).await.expect("it answers"));
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
                    self.sensors[&id].tell(Update(reading)).await.expect("it runs");
                }
                until_handled(before, self.sensors.len()).await;
            }
        });
    }

    fn restart(&mut self, id: u64, rounds: usize, readings: &mut Readings) -> bool {
        self.runtime.block_on(async {
            for _ in 0..rounds {
                let before = handled_before();
                let sensor = self.sensors.remove(&id).expect("it exists");
                sensor.tell(BreakDown).await.expect("it runs");
                sensor.wait_for_shutdown().await;
                let sensor = Sensor::spawn(Sensor::default());
                sensor.tell(Update(readings.next())).await.expect("it runs");
                self.sensors.insert(id, sensor);
                until_handled(before, 1).await;
            }
        });
        true
    }
}
