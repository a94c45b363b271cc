//! What the grammar refuses, said in Smalltalk's terms.

use super::grammar::Rule;
use super::nesting::Problem;
use super::scan::Lexeme;
use crate::messages::Message;
use pest::error::{Error, InputLocation};
use std::ops::Range;

/// Explains why a range of the text was refused.
pub(super) fn explain(text: &str, lexemes: &[Lexeme], range: Range<usize>, error: &Error<Rule>) -> Problem {
    let offset = range.start
        + match error.location {
            InputLocation::Pos(position) | InputLocation::Span((position, _)) => position,
        };
    let _ = (text, lexemes);
    Problem { start: offset, end: offset, message: Message::Unexpected { found: error.to_string(), expected: "?" }, related: None }
}
