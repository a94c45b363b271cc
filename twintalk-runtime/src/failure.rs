//! What is told of an error that ended a turn.

/// An unhandled Smalltalk error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The exception's class.
    pub class: String,
    /// Its message text.
    pub message: String,
    /// The backtrace, innermost frame first.
    pub trace: Vec<String>,
}
