//! How tests have ended, and what is said of it.

use std::fmt;
use std::time::Duration;

/// A test that has run.
pub struct Test {
    pub class: String,
    pub name: String,
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}>>{}", self.class, self.name)
    }
}

/// How a test can end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Pass,
    /// An assertion did not hold.
    Fail,
    /// Anything else went wrong.
    Error,
    Skip,
    /// Failed, as is expected.
    Expected,
    /// Passed, although it is expected to fail.
    Unexpected,
}

/// How a test has ended.
pub struct Outcome {
    pub kind: Kind,
    pub time: Duration,
    pub message: String,
    /// The file and line of the test's own code that failed.
    pub place: String,
    pub actual: String,
    pub expected: String,
    pub backtrace: String,
}

/// What the program calls each kind.
const KINDS: &[(&str, Kind)] = &[
    ("pass", Kind::Pass),
    ("fail", Kind::Fail),
    ("error", Kind::Error),
    ("skip", Kind::Skip),
    ("expected", Kind::Expected),
    ("unexpected", Kind::Unexpected),
];

impl Outcome {
    /// From what the program tells: kind, microseconds, message, place, actual, expected, backtrace.
    pub fn from_fields(fields: &[String]) -> Self {
        let field = |index: usize| fields.get(index).cloned().unwrap_or_default();
        let kind = KINDS.iter().find(|(name, _)| *name == field(0)).map_or(Kind::Error, |(_, kind)| *kind);
        Outcome {
            kind,
            time: Duration::from_micros(field(1).parse().unwrap_or(0)),
            message: field(2),
            place: field(3),
            actual: field(4),
            expected: field(5),
            backtrace: field(6),
        }
    }

    /// Of a test that ended the program.
    pub fn broken(message: String) -> Self {
        Outcome { message, ..Outcome::from_fields(&["error".into()]) }
    }

    /// What people need to know of a test that did not go as it should.
    pub fn describe(&self, test: &Test) -> Option<String> {
        let (word, colour) = match self.kind {
            Kind::Fail | Kind::Unexpected => ("FAIL", 91),
            Kind::Error => ("ERROR", 91),
            Kind::Skip => ("SKIP", 93),
            Kind::Pass | Kind::Expected => return None,
        };
        let mut text = format!("\x1b[1;{colour}m{word}\x1b[0m {test}");
        if !self.place.is_empty() {
            text.push_str(&format!(" ({})", self.place));
        }
        for line in self.details().lines() {
            text.push_str("\n  ");
            text.push_str(line);
        }
        Some(text)
    }

    /// Message, what an assertion of equality compared, and where it happened.
    pub fn details(&self) -> String {
        let mut text = self.message.clone();
        if !self.expected.is_empty() || !self.actual.is_empty() {
            text.push_str(&format!("\n  expected: {}\n    actual: {}", self.expected, self.actual));
        }
        if !self.backtrace.is_empty() {
            text.push('\n');
            text.push_str(self.backtrace.trim_end());
        }
        text
    }
}

/// All tests that have run.
#[derive(Default)]
pub struct Outcomes {
    pub tests: Vec<(Test, Outcome)>,
    /// What went wrong outside of tests: a top-level statement, a class that could not say what its tests are.
    pub broken: usize,
}

impl Outcomes {
    /// How many ended in a way.
    pub fn count(&self, kind: Kind) -> usize {
        self.tests.iter().filter(|(_, outcome)| outcome.kind == kind).count()
    }

    /// Whether all is as it should be.
    pub fn passed(&self) -> bool {
        self.broken == 0 && [Kind::Fail, Kind::Error, Kind::Unexpected].iter().all(|kind| self.count(*kind) == 0)
    }

    /// `12 passed, 1 failed, 2 errors (0.3 s)`
    pub fn summary(&self, time: Duration) -> String {
        let mut text = format!("{} passed, {} failed", self.count(Kind::Pass), self.count(Kind::Fail));
        let errors = self.count(Kind::Error) + self.broken;
        let others = [
            (errors, if errors == 1 { "error" } else { "errors" }),
            (self.count(Kind::Skip), "skipped"),
            (self.count(Kind::Expected), if self.count(Kind::Expected) == 1 { "expected failure" } else { "expected failures" }),
            (self.count(Kind::Unexpected), "passed unexpectedly"),
        ];
        for (count, what) in others.iter().filter(|(count, _)| *count > 0) {
            text.push_str(&format!(", {count} {what}"));
        }
        format!("{text} ({:.2} s)", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(kinds: &[&str]) -> Outcomes {
        let test = |kind: &&str| (Test { class: "ATest".into(), name: "testA".into() }, Outcome::from_fields(&[(*kind).into()]));
        Outcomes { tests: kinds.iter().map(test).collect(), broken: 0 }
    }

    #[test]
    fn the_summary_names_what_there_is() {
        let time = Duration::from_millis(1250);
        assert_eq!(outcomes(&["pass", "pass"]).summary(time), "2 passed, 0 failed (1.25 s)");
        let all = outcomes(&["pass", "fail", "error", "skip", "expected", "unexpected"]);
        assert_eq!(all.summary(time), "1 passed, 1 failed, 1 error, 1 skipped, 1 expected failure, 1 passed unexpectedly (1.25 s)");
    }

    #[test]
    fn only_defects_fail_the_run() {
        assert!(outcomes(&["pass", "skip", "expected"]).passed());
        for kind in ["fail", "error", "unexpected"] {
            assert!(!outcomes(&["pass", kind]).passed());
        }
        assert!(!Outcomes { broken: 1, ..outcomes(&["pass"]) }.passed());
    }

    #[test]
    fn a_failure_is_described_with_its_place_and_both_objects() {
        let fields = ["fail", "10", "Got 3 instead of 4.", "a.st:7", "3", "4", "  ATest>>testA (a.st:7)\n"].map(String::from);
        let text = Outcome::from_fields(&fields).describe(&Test { class: "ATest".into(), name: "testA".into() }).unwrap();
        let text = text.replace("\x1b[1;91m", "").replace("\x1b[0m", "");
        assert_eq!(text, "FAIL ATest>>testA (a.st:7)\n  Got 3 instead of 4.\n    expected: 4\n      actual: 3\n    ATest>>testA (a.st:7)");
    }
}
