//! The engine: a message goes through a shard's queue, is a turn and an event, and is answered.

use futures_util::future::join_all;
use twintalk_runtime::engine::{Durability, Envelope, Options, Sent};
use twintalk_runtime::{Data, Twins};

use super::Fleet;
use crate::support::fleet;
use crate::support::sensor::Readings;

/// With its events in a file, or else in memory, where nobody else keeps any.
pub struct Engine<const FILE: bool> {
    twins: Twins,
    sensors: usize,
    _journal: tempfile::TempDir,
}

/// Messages that a front end hands over together.
const BATCH: usize = 1000;

impl<const FILE: bool> Fleet for Engine<FILE> {
    // In memory the journal would count as the twins' memory.
    const WEIGHED: u64 = if FILE { 1_000_000 } else { 0 };

    fn create(sensors: u64) -> Self {
        let sensors = sensors as usize;
        let journal = tempfile::tempdir().expect("a directory for the journal");
        let (data, durability) = (Some(journal.path().to_owned()), if FILE { Durability::Os } else { Durability::Memory });
        let options = Options { data, durability, shards: 1, memory: 8 << 30, ..Options::default() };
        let twins = fleet::fleet(&options, "TypedSensor", sensors);
        let mut fleet = Self { twins, sensors, _journal: journal };
        fleet.tell(sensors, &mut Readings::default());
        fleet
    }

    fn tell(&mut self, messages: usize, readings: &mut Readings) {
        let batch = BATCH.min(messages);
        let batches = (0..messages / batch).map(|number| fleet::updates(number * batch, batch, self.sensors, readings));
        assert_eq!(fleet::run(&self.twins, batches), messages);
    }

    fn ask(&mut self, id: u64, messages: usize) -> f64 {
        let (id, mut temperature) = (fleet::id(id as usize), 0.0);
        for _ in 0..messages {
            let sent = self.twins.send_blocking(&id, "temperature", Vec::new()).expect("it answers");
            let Data::Float(answer) = sent.answer else { panic!("{:?} is no temperature", sent.answer) };
            temperature = answer;
        }
        temperature
    }

    fn ask_together(&mut self, rounds: usize) -> bool {
        let twins = &self.twins;
        let ids: Vec<String> = (0..self.sensors).map(fleet::id).collect();
        for _ in 0..rounds {
            let asks = ids.iter().map(async |id| twins.send(id, "temperature", Vec::new()).await);
            let answers = fleet::wait(join_all(asks));
            assert!(answers.iter().all(|sent| matches!(sent, Ok(Sent { answer: Data::Float(_), .. }))));
        }
        true
    }

    fn broadcast(&mut self, rounds: usize, readings: &mut Readings) {
        for _ in 0..rounds {
            let reading = readings.next();
            let message =
                |id| Envelope { twin: fleet::id(id), selector: "updateTelemetry:".to_owned(), arguments: vec![Data::Float(reading)] };
            let results = self.twins.send_batch_blocking((0..self.sensors).map(message).collect());
            assert!(results.iter().all(Result::is_ok));
        }
    }

    fn restart(&mut self, _: u64, rounds: usize, readings: &mut Readings) -> bool {
        // Made the first time.
        let _ = self.twins.create_blocking("failing", "TemperatureSensor", Vec::new());
        for _ in 0..rounds {
            assert!(self.twins.send_blocking("failing", "breakDown", Vec::new()).is_err());
            let reading = vec![Data::Float(readings.next())];
            self.twins.send_blocking("failing", "updateTelemetry:", reading).expect("it was rolled back");
        }
        true
    }
}

impl<const FILE: bool> Drop for Engine<FILE> {
    fn drop(&mut self) {
        self.twins.close_blocking();
    }
}
