//! What a turn asks of the world around it.

use std::io::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::data::Data;
use crate::failure::Failure;

/// The world around a turn. The engine has one, `run` another.
pub trait Host {
    /// Shows text on the transcript.
    fn transcript(&mut self, text: &str);

    /// The turn's time: nanoseconds since 1970. It is the same for the whole of a twin's turn.
    fn now(&mut self) -> i64;

    /// The seed of the turn's random numbers.
    fn seed(&mut self) -> u64 {
        self.now() as u64
    }

    /// Lets time pass; answers whether it may. A turn never waits.
    fn wait(&mut self, time: Duration) -> bool {
        let _ = time;
        false
    }

    /// The arguments of the program's command line.
    fn arguments(&mut self) -> Vec<String> {
        Vec::new()
    }

    /// Ends the process, where a program may.
    fn exit(&mut self, status: u8) {
        let _ = status;
    }

    /// `TemperatureSensor new: id` at the top level; answers the id. An existing twin stays as it is.
    fn create(&mut self, class: u32, id: Option<&str>) -> Result<String, Failure> {
        let _ = (class, id);
        Err(no_twins())
    }

    /// `twin clone: id` at the top level; answers the id of the copy.
    fn clone_twin(&mut self, original: &str, id: Option<&str>) -> Result<String, Failure> {
        let _ = (original, id);
        Err(no_twins())
    }

    /// The class of a twin, if it exists.
    fn class_of(&mut self, id: &str) -> Option<u32> {
        let _ = id;
        None
    }

    /// Sends to a twin at the top level and waits for the answer.
    fn send(&mut self, id: &str, selector: &str, arguments: Vec<Data>) -> Result<Data, Failure> {
        let _ = (id, selector, arguments);
        Err(no_twins())
    }
}

fn no_twins() -> Failure {
    Failure { class: "Error".into(), message: "there are no twins here".into(), ..Failure::default() }
}

/// A host whose transcript is the standard output and whose clock is the machine's.
#[derive(Debug, Default)]
pub struct Stdout;

impl Host for Stdout {
    fn transcript(&mut self, text: &str) {
        // A closed pipe is no reason to stop a program that may have other effects.
        let _ = std::io::stdout().write_all(text.as_bytes());
    }

    fn now(&mut self) -> i64 {
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos() as i64)
    }

    fn wait(&mut self, time: Duration) -> bool {
        std::thread::sleep(time);
        true
    }

    fn arguments(&mut self) -> Vec<String> {
        std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect()
    }

    fn exit(&mut self, status: u8) {
        let _ = std::io::stdout().flush();
        std::process::exit(status.into());
    }
}
