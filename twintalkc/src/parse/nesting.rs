//! Checks that brackets nest, before anything recursive looks at the text.

use super::scan::{Lexeme, Token, closing};
use crate::diagnostics::Diagnostics;
use crate::messages::Message;
use crate::source::Span;

/// How deep brackets may nest. Every pass of the compiler recurses at most this deep over them.
pub(super) const LIMIT: usize = 200;

/// A finding at a range of a file's text.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub start: usize,
    pub end: usize,
    pub message: Message,
    pub related: Option<(usize, usize, &'static str)>,
}

impl Problem {
    /// Reports it.
    pub fn add(self, file: u32, diagnostics: &mut Diagnostics) {
        let span = |start: usize, end: usize| Span { file, start: start as u32, end: end as u32 };
        match self.related {
            Some((start, end, label)) => diagnostics.add_related(span(self.start, self.end), self.message, span(start, end), label),
            None => diagnostics.add(span(self.start, self.end), self.message),
        }
    }
}

/// The brackets that are open.
#[derive(Default)]
pub(super) struct Nesting {
    /// The bracket, and the column at which its line begins.
    open: Vec<(u8, Lexeme, usize)>,
    /// Opened beyond the limit.
    beyond: usize,
    /// The column at which the current line begins.
    line: usize,
    /// The first bracket that is closed by one whose line is indented like an outer one, and that one.
    suspect: Option<(Lexeme, Lexeme)>,
}

impl Nesting {
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether no bracket more may be opened.
    pub fn is_full(&self) -> bool {
        self.open.len() == LIMIT
    }

    pub fn depth(&self) -> usize {
        self.open.len()
    }

    pub fn reset(&mut self) {
        self.open.clear();
        self.beyond = 0;
        self.suspect = None;
    }

    /// Notes a lexeme; the answer is what is wrong with it.
    pub fn see(&mut self, lexeme: &Lexeme) -> Option<Problem> {
        let at = |message, related| Some(Problem { start: lexeme.start, end: lexeme.end, message, related });
        self.line = lexeme.margin.unwrap_or(self.line);
        match lexeme.token {
            Token::Open(_) if self.open.len() == LIMIT => {
                self.beyond += 1;
                if self.beyond > 1 { None } else { at(Message::NestedTooDeeply { limit: LIMIT }, None) }
            }
            Token::Open(bracket) => {
                self.open.push((bracket, *lexeme, self.line));
                None
            }
            Token::Close(_) if self.beyond > 0 => {
                self.beyond -= 1;
                None
            }
            Token::Close(bracket) => {
                let bracket_text = (bracket as char).to_string();
                let Some((innermost, opening, line)) = self.open.last().copied() else {
                    return at(Message::ClosingWithoutOpening { bracket: bracket_text }, None);
                };
                if closing(innermost) == bracket {
                    self.open.pop();
                    if self.open.is_empty() {
                        self.suspect = None;
                    } else if lexeme.margin.is_some_and(|column| column < line) {
                        self.suspect.get_or_insert((opening, *lexeme));
                    }
                    return None;
                }
                if let Some(matching) = self.open.iter().rposition(|(open, ..)| closing(*open) == bracket) {
                    self.open.truncate(matching);
                }
                let expected = (closing(innermost) as char).to_string();
                at(Message::WrongClosing { bracket: bracket_text, expected }, Some((opening.start, opening.end, "this bracket is open")))
            }
            Token::UnclosedString => {
                Some(Problem { start: lexeme.start, end: lexeme.start + 1, message: Message::UnclosedString, related: None })
            }
            Token::UnclosedComment => {
                Some(Problem { start: lexeme.start, end: lexeme.start + 1, message: Message::UnclosedComment, related: None })
            }
            _ => None,
        }
    }

    /// What is wrong where the text ends, or where a line begins that can only be the next definition.
    pub fn end(&self, text: &str, next: Option<&Lexeme>) -> Option<Problem> {
        let (_, innermost, _) = self.open.last()?;
        let (opening, related) = match &self.suspect {
            Some((opening, close)) => {
                (opening, Some((close.start, close.end, "this closes it, but is indented to close an outer bracket")))
            }
            None => (innermost, next.map(|line| (line.start, line.end, "still open where this definition begins"))),
        };
        let bracket = opening.text(text).to_string();
        Some(Problem { start: opening.start, end: opening.end, message: Message::UnclosedBracket { bracket }, related })
    }
}
