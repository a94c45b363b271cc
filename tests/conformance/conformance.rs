//! The conformance programs: a folder a topic, each `.st` with the transcript it has to print beside it. The files of a folder
//! `NAME.program` are one program.
//!
//! To accept new output: `TWINTALK_ACCEPT=1 cargo test -p twintalk-conformance`, and read the difference.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use twintalk_runtime::{Data, Failure, Host, Limits, Program, run_collecting};

#[allow(warnings, clippy::all, missing_docs)]
mod programs {
    include!(concat!(env!("OUT_DIR"), "/conformance.rs"));
}

/// A host that keeps the transcript, and whose clock moves only while a program waits.
struct Recorder {
    transcript: Arc<Mutex<String>>,
    waited: i64,
}

impl Host for Recorder {
    fn transcript(&mut self, text: &str) {
        self.transcript.lock().expect("no test panics while it holds the transcript").push_str(text);
    }

    /// The same moment in every run.
    fn now(&mut self) -> i64 {
        1_700_000_000_000_000_000 + self.waited
    }

    fn wait(&mut self, time: Duration) -> bool {
        self.waited += i64::try_from(time.as_nanos()).unwrap_or(i64::MAX);
        true
    }

    fn send(&mut self, _: &str, _: &str, _: Vec<Data>) -> Result<Data, Failure> {
        Err(Failure::default())
    }
}

/// What a program prints, with the failure that ended it, if its garbage is collected after so many words.
fn printed(program: &'static Program, words: usize) -> String {
    let transcript = Arc::new(Mutex::new(String::new()));
    let result = run_collecting(program, Box::new(Recorder { transcript: transcript.clone(), waited: 0 }), words);
    let mut printed = transcript.lock().expect("the program has ended").clone();
    if let Err(failure) = result {
        printed.push_str(&format!("\n{failure}\n"));
    }
    printed
}

/// The lines in which texts differ.
fn differences(name: &str, printed: &str, expected: &str, wrong: &mut Vec<String>) {
    for (number, (printed, expected)) in printed.lines().zip(expected.lines()).enumerate() {
        if printed != expected {
            wrong.push(format!("{name}, line {}:\n    printed  {printed}\n    expected {expected}", number + 1));
        }
    }
    if printed.lines().count() != expected.lines().count() {
        wrong.push(format!("{name}: {} lines printed, {} expected", printed.lines().count(), expected.lines().count()));
    }
}

#[test]
fn every_program_prints_what_it_should() {
    let mut wrong = Vec::new();
    for (name, program) in programs::PROGRAMS {
        let printed = printed(program, Limits::default().collect);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{name}.out"));
        if std::env::var_os("TWINTALK_ACCEPT").is_some() {
            std::fs::write(&path, &printed).expect("the expected output can be written");
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        differences(name, &printed, &expected, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!programs::PROGRAMS.is_empty());
}

/// Asserts that programs print what they should, if their garbage is collected after so many words.
#[track_caller]
fn all_print_the_same(programs: &[(&str, &'static Program)], words: usize) {
    let mut wrong = Vec::new();
    for (name, program) in programs {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("{name}.out"));
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        differences(name, &printed(program, words), &expected, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Objects that move whenever they may move: what loses sight of one prints something else.
#[test]
fn every_program_prints_the_same_while_objects_move() {
    all_print_the_same(programs::PROGRAMS, 0);
}

#[test]
fn every_program_prints_the_same_without_inference() {
    assert_eq!(programs::PLAIN.len(), programs::PROGRAMS.len());
    all_print_the_same(programs::PLAIN, Limits::default().collect);
}

/// The programs in `formats` are one and the same.
#[test]
fn all_formats_print_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("formats");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).expect("the format has a transcript");
    let expected = read("margin.out");
    for other in ["brackets.out", "chunks.out", "tonel.out"] {
        assert_eq!(read(other), expected, "{other}");
    }
}
