//! The main function of what `twintalkc test` builds: runs the tests one by one and tells its parent how each ended.
//!
//! On standard error, a line each event, which begins with [`EVENT`]; fields are separated by tabs, and a backslash
//! escapes what would end them. All other lines there are the program's.
//!
//! ```text
//! tests   count                                              how many tests will run
//! start   number  class  name
//! end     outcome  microseconds  message  place  actual  expected  backtrace
//! broken  text                                               what went wrong outside of tests
//! note    text                                               the same, where it may not matter
//! done
//! ```

use crate::answer::Answer;
use crate::backtrace::{self, Sources, is_own};
use crate::failure::{Failure, FailureKind};
use crate::frozen::Frozen;
use crate::host::Stdout;
use crate::library::{CLASS_COUNT, class, selector};
use crate::program::Program;
use crate::run::{initializers, limits, on_thread};
use crate::turn::Turn;
use crate::value::{FALSE, Place, Value};
use std::fmt::Write as _;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::Instant;

/// What a line of this protocol begins with.
const EVENT: char = '\x1e';

/// What a test may use up unless `--fuel` says otherwise: about ten seconds of work.
const FUEL: i64 = 200_000_000;

/// Stack for the tests: recursion without end should end soon.
const STACK: usize = 256 << 20;

/// Frames of a backtrace that are shown.
const FRAMES: usize = 12;

/// Characters of a printed object that are shown.
const LONGEST: usize = 2000;

/// Runs the tests of a program.
pub fn test_program(program: &'static Program) -> ExitCode {
    let done = on_thread(STACK, move || {
        let mut turn = Turn::new(Frozen::new(program), Box::new(Stdout), limits(FUEL, STACK));
        turn.open_class_state(true);
        TestRun { turn, sources: Sources::default() }.all(program);
        Ok(())
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            event("note", &[&failure.to_string()]);
            ExitCode::FAILURE
        }
    }
}

struct TestRun {
    turn: Turn,
    sources: Sources,
}

/// A test by the number the library's `TestRun` has for it.
struct Test {
    number: usize,
    class: String,
    name: String,
}

impl TestRun {
    fn all(mut self, program: &'static Program) {
        for initialize in initializers(&self.turn) {
            self.outside("note", "class-side initialize", initialize);
        }
        for statement in program.provision {
            self.outside("broken", "top-level statement", |t| (statement.run)(t));
        }
        let found = self.find(program);
        let tests = self.select(found);
        event("tests", &[&tests.len().to_string()]);
        let first = std::env::var("TWINTALK_TEST_FROM").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        for (position, test) in tests.iter().enumerate().skip(first) {
            event("start", &[&position.to_string(), &test.class, &test.name]);
            self.run(test.number);
        }
        self.outside("broken", "resources", |t| send(selector::END, &[], t));
        event("done", &[]);
    }

    /// Runs what is no test; that it fails is told and ends nothing.
    fn outside(&mut self, kind: &str, what: &str, f: impl FnOnce(&mut Turn) -> Answer) -> Option<Value> {
        let failure = match self.guarded(f) {
            Ok(value) => return Some(value),
            Err(failure) => failure,
        };
        let frames = backtrace::frames(&failure, FRAMES, &mut self.sources);
        event(kind, &[format!("{what}: {}\n{frames}", backtrace::title(&failure)).trim_end()]);
        None
    }

    /// Runs Smalltalk; a panic is a failure too. After a failure the memory is clean for the next run.
    fn guarded(&mut self, f: impl FnOnce(&mut Turn) -> Answer) -> Result<Value, Box<Failure>> {
        let turn = &mut self.turn;
        let result = match catch_unwind(AssertUnwindSafe(|| turn.run(f))) {
            Ok(result) => result,
            Err(_) => Err(turn.settle_after_panic()),
        };
        if result.is_err() || turn.space(Place::Scratch).len() > turn.limits.scratch / 2 {
            // Else what a test has left would count as the next one's.
            let value = result.as_ref().ok().copied().unwrap_or_default();
            turn.push(value);
            turn.collect();
            let value = turn.pop();
            return result.map(|_| value);
        }
        result
    }

    /// Gathers the tests of all classes of the program; answers how many there are.
    fn find(&mut self, program: &'static Program) -> usize {
        let mut count = 0;
        for number in (CLASS_COUNT..).take(program.classes.len()) {
            if !self.turn.inherits(number, class::TEST_CASE) {
                continue;
            }
            let what = format!("the tests of {}", self.turn.class_name(number));
            let found = self.outside("broken", &what, |t| send(selector::ADD_WITH, &[Value::class(number)], t));
            count = found.and_then(Value::as_small).and_then(|found| usize::try_from(found).ok()).unwrap_or(count);
        }
        count
    }

    /// The tests that the filter lets through.
    fn select(&mut self, count: usize) -> Vec<Test> {
        let filter = std::env::var("TWINTALK_TEST_FILTER").unwrap_or_default();
        let tests = (1..=count).map(|number| {
            let pair = self.guarded(|t| send(selector::NAME_OF_WITH, &[index(number)], t));
            let text = |at| pair.as_ref().ok().and_then(|pair| self.turn.text(self.turn.slot(*pair, at))).unwrap_or_default();
            Test { number, class: text(0), name: text(1) }
        });
        tests.filter(|test| format!("{}>>{}", test.class, test.name).contains(&filter)).collect()
    }

    fn run(&mut self, number: usize) {
        let should_pass = self.guarded(|t| send(selector::SHOULD_PASS_WITH, &[index(number)], t)) != Ok(FALSE);
        let start = Instant::now();
        let result = self.guarded(|t| send(selector::RUN_WITH, &[index(number)], t));
        let time = start.elapsed().as_micros().to_string();
        let [message, actual, expected] = self.outcome();
        match (result, should_pass) {
            (Ok(FALSE), _) => event("end", &["skip", &time, message.as_deref().unwrap_or_default()]),
            (Ok(_), true) => event("end", &["pass", &time]),
            (Ok(_), false) => event("end", &["unexpected", &time, "passed, but is expected to fail"]),
            (Err(failure), false) => event("end", &["expected", &time, &backtrace::title(&failure)]),
            (Err(failure), true) => {
                let failed = self.is_failure(&failure);
                let place =
                    failure.trace.iter().find(|frame| is_own(frame)).map_or_else(String::new, |at| format!("{}:{}", at.file, at.line));
                // That an assertion failed is said already.
                let message = if failed && !failure.message.is_empty() { failure.message.clone() } else { backtrace::title(&failure) };
                let frames = backtrace::frames(&failure, FRAMES, &mut self.sources);
                let shown =
                    [shorten(&message), place, shorten(&actual.unwrap_or_default()), shorten(&expected.unwrap_or_default()), frames];
                let mut fields = vec![if failed { "fail" } else { "error" }, &time];
                fields.extend(shown.iter().map(String::as_str));
                event("end", &fields);
            }
        }
    }

    /// Why the last test was skipped, what an assertion found and what it wanted.
    fn outcome(&mut self) -> [Option<String>; 3] {
        let Ok(found) = self.guarded(|t| send(selector::OUTCOME, &[], t)) else { return [const { None }; 3] };
        [0, 1, 2].map(|at| self.turn.text(self.turn.slot(found, at)))
    }

    /// Whether what ended a test was foreseen, as an assertion is. Limits and all else are errors.
    fn is_failure(&mut self, failure: &Failure) -> bool {
        failure.kind == FailureKind::Error && self.guarded(|t| send(selector::OUTCOME, &[], t)).is_ok_and(|outcome| !outcome.is_nil())
    }
}

/// Sends to the library's `TestRun`.
fn send(selector: u32, arguments: &[Value], t: &mut Turn) -> Answer {
    t.send(selector, Value::class(class::TEST_RUN), arguments)
}

fn index(number: usize) -> Value {
    Value::int(number as i64)
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn event(kind: &str, fields: &[&str]) {
    let mut line = format!("{EVENT}{kind}");
    for field in fields {
        line.push('\t');
        for letter in field.chars() {
            let _ = match letter {
                '\\' => write!(line, "\\\\"),
                '\t' => write!(line, "\\t"),
                '\n' => write!(line, "\\n"),
                '\r' => write!(line, "\\r"),
                letter => write!(line, "{letter}"),
            };
        }
    }
    line.push('\n');
    // Without a parent nobody wants to know.
    let _ = std::io::stderr().write_all(line.as_bytes());
}
