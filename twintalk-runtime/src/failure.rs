//! What is told of an error that ended a turn.

use std::fmt;

/// Why a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FailureKind {
    /// An unhandled Smalltalk error.
    #[default]
    Error,
    /// The turn ran for too long.
    OutOfFuel,
    /// The recursion was too deep.
    StackOverflow,
    /// The turn or the twin holds too many objects.
    HeapFull,
    /// A defect in Rust code, caught by the engine.
    Panic,
}

/// A line of a backtrace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// `Pump>>run`.
    pub method: String,
    /// `pump.st`.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{})", self.method, self.file, self.line)
    }
}

/// The error that ended a turn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Failure {
    /// The exception's class.
    pub class: String,
    /// Its message text, which may be empty.
    pub message: String,
    /// The selector of a message that was not understood.
    pub selector: Option<String>,
    /// The class of the object that raised it.
    pub receiver: Option<String>,
    /// Why the turn ended.
    pub kind: FailureKind,
    /// The backtrace, innermost frame first.
    pub trace: Vec<Frame>,
    /// How many frames were left out behind the first [`INNERMOST`] ones of a deep recursion.
    pub omitted: usize,
}

/// How many frames of a backtrace are kept at the place of the error.
pub const INNERMOST: usize = 60;

/// How many are kept at its other end, where everything began.
const OUTERMOST: usize = 40;

impl Failure {
    /// Adds the next frame. The middle of a long backtrace is left out; its room is used again.
    pub(crate) fn push_frame(&mut self, method: &str, file: &str, line: u32) {
        if self.trace.len() < INNERMOST + OUTERMOST {
            return self.trace.push(Frame { method: method.to_owned(), file: file.to_owned(), line });
        }
        self.omitted += 1;
        self.trace[INNERMOST..].rotate_left(1);
        if let Some(last) = self.trace.last_mut() {
            method.clone_into(&mut last.method);
            file.clone_into(&mut last.file);
            last.line = line;
        }
    }
}

impl fmt::Display for Failure {
    /// The error on one line, then the backtrace, a frame a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.class)?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        for (index, frame) in self.trace.iter().enumerate() {
            if index == INNERMOST && self.omitted > 0 {
                write!(f, "\n  … {} more …", self.omitted)?;
            }
            write!(f, "\n  {frame}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
