//! What a message answers, and the trait that gathers backtraces.

use crate::turn::Turn;
use crate::value::Value;

/// Something unwinds: a failure, a return from a block, a handler that was chosen. The turn knows which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "what unwinds must be passed on"]
pub struct Raised;

/// What a message answers: a value, or that something unwinds.
pub type Answer = Result<Value, Raised>;

/// The method and file a line number in a backtrace belongs to.
#[derive(Debug, PartialEq, Eq)]
pub struct Here {
    /// `Pump>>run`.
    pub method: &'static str,
    /// `pump.st`.
    pub file: &'static str,
}

impl Here {
    /// A place.
    pub const fn new(method: &'static str, file: &'static str) -> Self {
        Self { method, file }
    }
}

/// Notes the line of a send while a failure passes through it.
pub trait At: Sized {
    /// Adds a frame to the backtrace if this is a failure on its way out.
    fn at(self, here: &'static Here, line: u32, t: &mut Turn) -> Self;
}

impl<T> At for Result<T, Raised> {
    #[inline]
    fn at(self, here: &'static Here, line: u32, t: &mut Turn) -> Self {
        if self.is_err() {
            t.note_frame(here, line);
        }
        self
    }
}
