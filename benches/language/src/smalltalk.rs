//! A program in Smalltalk, compiled by this project. Each run has memory of its own, which is empty when it begins.

use super::{Program, STACK, Timed, Version, clock, on_large_stack};
use std::sync::mpsc::{Sender, channel};
use twintalk_runtime::{Host, Limits, Session};

#[allow(warnings, clippy::all, missing_docs)]
pub(crate) mod compiled {
    include!(concat!(env!("OUT_DIR"), "/smalltalk.rs"));
}

/// A program at a size in Smalltalk.
pub struct Smalltalk {
    program: &'static twintalk_runtime::Program,
    name: &'static str,
    size: i64,
}

impl Smalltalk {
    /// The version of this program.
    pub fn new(program: &Program, size: i64) -> Self {
        Self { program: program.smalltalk, name: program.name, size }
    }
}

/// Generous: the programs are correct.
fn limits() -> Limits {
    Limits { fuel: i64::MAX, stack: STACK / 2, scratch: 1 << 28, heap: 1 << 28, ..Limits::default() }
}

impl Version for Smalltalk {
    fn run(&mut self, iterations: u64) -> Timed {
        let arguments = vec![iterations.to_string(), self.size.to_string(), self.name.to_string()];
        let (transcript, shown) = channel();
        let time = on_large_stack(|| {
            let session =
                Session::new(self.program, Box::new(Recorder { arguments, transcript }), limits()).expect("there is nothing to set up");
            let (result, time) = clock::timed(|| session.run());
            result.expect("the program is correct");
            time
        });
        let shown: String = shown.iter().collect();
        Timed { checksum: shown.trim_end().parse().expect("it prints a checksum"), time }
    }
}

/// Gives the program its arguments and keeps what it shows.
struct Recorder {
    arguments: Vec<String>,
    transcript: Sender<String>,
}

impl Host for Recorder {
    fn transcript(&mut self, text: &str) {
        self.transcript.send(text.to_owned()).expect("the receiver outlives the run");
    }

    fn now(&mut self) -> i64 {
        0
    }

    fn arguments(&mut self) -> Vec<String> {
        self.arguments.clone()
    }
}
