//! actix's actors, in a map by id.

use std::collections::HashMap;

use actix::{Actor, Addr, Context, Handler, Message, System, SystemRunner};
use futures_util::future::join_all;

use super::{Fleet, YIELD, handled, handled_before, until_handled};
use crate::support::sensor::{Floor, Readings};

pub struct Actix {
    system: SystemRunner,
    sensors: HashMap<u64, Addr<Sensor>>,
}

#[derive(Default)]
struct Sensor(Floor);

impl Actor for Sensor {
    type Context = Context<Self>;
}

#[derive(Message)]
#[rtype(result = "()")]
struct Update(f64);

#[derive(Message)]
#[rtype(result = "f64")]
struct Temperature;

impl Handler<Update> for Sensor {
    type Result = ();

    fn handle(&mut self, Update(reading): Update, _: &mut Self::Context) {
        self.0.update_telemetry(reading);
        handled();
    }
}

impl Handler<Temperature> for Sensor {
    type Result = f64;

    fn handle(&mut self, _: Temperature, _: &mut Self::Context) -> f64 {
        self.0.temperature
    }
}

impl Fleet for Actix {
    fn create(sensors: u64) -> Self {
        let system = System::new();
        let mut actors = HashMap::new();
        system.block_on(async {
            let before = handled_before();
            for id in 0..sensors {
                let sensor = Sensor::default().start();
                sensor.do_send(Update(20.0));
                actors.insert(id, sensor);
            }
            until_handled(before, sensors as usize).await;
        });
        Self { system, sensors: actors }
    }

    fn tell(&mut self, messages: usize, readings: &mut Readings) {
        self.system.block_on(async {
            let (before, sensors) = (handled_before(), self.sensors.len());
            for message in 0..messages {
                self.sensors[&((message % sensors) as u64)].do_send(Update(readings.next()));
                if message % YIELD == 0 {
                    tokio::task::yield_now().await;
                }
            }
            until_handled(before, messages).await;
        });
    }

    fn ask(&mut self, id: u64, messages: usize) -> f64 {
        self.system.block_on(async {
            let mut temperature = 0.0;
            for _ in 0..messages {
                temperature = self.sensors[&id].send(Temperature).await.expect("it answers");
            }
            temperature
        })
    }

    fn ask_together(&mut self, rounds: usize) -> bool {
        self.system.block_on(async {
            for _ in 0..rounds {
                let asks = self.sensors.values().map(async |sensor| sensor.send(Temperature).await.expect("it answers"));
                let answers = join_all(asks).await;
                assert!(answers.len() > 1 && answers.iter().all(|answer| *answer >= 10.0));
            }
        });
        true
    }

    fn broadcast(&mut self, rounds: usize, readings: &mut Readings) {
        self.system.block_on(async {
            for _ in 0..rounds {
                let (before, reading) = (handled_before(), readings.next());
                for id in 0..self.sensors.len() as u64 {
                    self.sensors[&id].do_send(Update(reading));
                }
                until_handled(before, self.sensors.len()).await;
            }
        });
    }

    /// A panic in one actor ends all of its thread.
    fn restart(&mut self, _: u64, _: usize, _: &mut Readings) -> bool {
        false
    }
}
