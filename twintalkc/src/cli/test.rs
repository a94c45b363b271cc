//! `twintalkc test`

use super::cargo::command;
use super::failure::{Context, Failure};
use super::inference::Inference;
use super::junit;
use super::limits::Limits;
use super::outcome::{Outcome, Outcomes, Test};
use super::progress::Tests;
use super::report;
use super::scaffold::{Kind, Scaffold};
use super::sources;
use clap::Args;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitCode, Stdio};
use std::time::Instant;
use twintalkc::Target;
use twintalkc::read::Accept;

/// Run the SUnit tests of Smalltalk classes
///
/// All files together are one program; top-level statements run first. The tests of each subclass of TestCase
/// run one by one, and one that runs away or breaks ends alone. What cannot be compiled is told and left out.
#[derive(Args)]
#[command(after_help = "Examples:
  twintalkc test src/ tests/                    all test classes below
  twintalkc test src/ tests/ --filter Account   only what has `Account` in Class>>selector
  twintalkc test tests/ --junit report.xml      for a build server")]
pub struct RunTests {
    /// Files and directories
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Run only tests whose `Class>>selector` contains this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,

    /// Write a report in JUnit's XML to this file
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,

    #[command(flatten)]
    inference: Inference,

    #[command(flatten)]
    limits: Limits,
}

impl RunTests {
    /// Compiles, builds what has changed, runs the tests and reports.
    pub fn run(self) -> Result<ExitCode, Failure> {
        let (compiled, sources) = sources::compiled(&self.paths, Accept::FilesAndDirectories, Target::Tests, self.inference.options())?;
        let program = Scaffold::new(Kind::Tests, &self.paths, &sources)?.build(compiled.tokens)?;
        let start = Instant::now();
        let mut run = Run::default();
        while !run.done {
            run.start(&program, &self)?;
        }
        drop(run.progress);
        let outcomes = run.outcomes;
        if let Some(path) = &self.junit {
            junit::write(path, &outcomes, start.elapsed())?;
        }
        if outcomes.tests.is_empty() && outcomes.broken == 0 {
            return Err(match &self.filter {
                Some(filter) => Failure::new(format!("no test found whose name contains `{filter}`")),
                None => Failure::with_help(
                    "no tests found",
                    "tests are methods whose names begin with `test`, in subclasses of TestCase that are not abstract",
                ),
            });
        }
        println(&format!("\n{}", outcomes.summary(start.elapsed())));
        Ok(if outcomes.passed() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// What is known so far. A program that breaks is started again behind the test it broke in.
#[derive(Default)]
struct Run {
    outcomes: Outcomes,
    running: Option<Test>,
    progress: Option<Tests>,
    done: bool,
}

impl Run {
    fn start(&mut self, program: &Path, options: &RunTests) -> Result<(), Failure> {
        let from = self.outcomes.tests.len();
        let mut command = command(program);
        options.limits.tell(&mut command);
        command.env("TWINTALK_TEST_FILTER", options.filter.as_deref().unwrap_or_default());
        command.env("TWINTALK_TEST_FROM", from.to_string());
        let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().context("run", program)?;
        self.listen(&mut child);
        let status = child.wait()?;
        if self.done {
            return Ok(());
        }
        let message = format!("the test ended the whole program: {status}");
        match self.running.take() {
            Some(test) => self.end(test, Outcome::broken(message)),
            None => {
                self.done = true;
                self.broken(&format!("the program ended before its tests: {status}"));
            }
        }
        Ok(())
    }

    /// Reads what the program tells until it has no more to say.
    fn listen(&mut self, child: &mut Child) {
        let Some(errors) = child.stderr.take() else { return };
        for line in BufReader::new(errors).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            match line.strip_prefix('\x1e') {
                Some(event) => self.event(event),
                None => self.show(|| report::note(&line)),
            }
        }
    }

    fn event(&mut self, event: &str) {
        let mut fields = event.split('\t').map(unescape);
        let kind = fields.next().unwrap_or_default();
        let fields: Vec<String> = fields.collect();
        let field = |index: usize| fields.get(index).map_or("", String::as_str);
        match kind.as_str() {
            "tests" => {
                let count = field(0).parse().unwrap_or(0);
                self.progress.get_or_insert_with(|| Tests::new(count));
            }
            "start" => {
                let test = Test { class: field(1).into(), name: field(2).into() };
                if let Some(progress) = &self.progress {
                    progress.at(self.outcomes.tests.len() as u64, &test.to_string());
                }
                self.running = Some(test);
            }
            "end" => {
                if let Some(test) = self.running.take() {
                    self.end(test, Outcome::from_fields(&fields));
                }
            }
            "broken" => self.broken(field(0)),
            "note" => self.show(|| report::note(field(0))),
            "done" => self.done = true,
            _ => {}
        }
    }

    fn end(&mut self, test: Test, outcome: Outcome) {
        if let Some(text) = outcome.describe(&test) {
            self.show(|| println(&text));
        }
        self.outcomes.tests.push((test, outcome));
    }

    fn broken(&mut self, text: &str) {
        self.outcomes.broken += 1;
        self.show(|| println(&format!("ERROR {text}")));
    }

    /// Shows something above the progress.
    fn show(&self, show: impl FnOnce()) {
        match &self.progress {
            Some(progress) => progress.above(show),
            None => show(),
        }
    }
}

/// The report is what the command is for: standard output.
fn println(text: &str) {
    let _ = writeln!(anstream::stdout(), "{text}");
}

fn unescape(field: &str) -> String {
    let mut text = String::with_capacity(field.len());
    let mut letters = field.chars();
    while let Some(letter) = letters.next() {
        text.push(match letter {
            '\\' => match letters.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            },
            letter => letter,
        });
    }
    text
}
