//! Cuts a Tonel file into its heads and its methods.
//!
//! Methods are delimited by their brackets. Where these do not close, the file is taken up again at the first line behind that
//! can only be the head of another method: such lines stand at the left edge.

use super::ston::{self, Kind, Ston};
use crate::messages::Message;
use crate::parse::literal::abbreviated;
use crate::parse::nesting::{Nesting, Problem};
use crate::parse::outline::begins_method;
use crate::parse::scan::{Lexeme, Scanner, Token};
use std::ops::Range;

/// What a file consists of, in the order of the text.
pub(super) enum Item {
    /// `Class { #name : 'Pump' }` and the comment in front of it.
    Head { kind: &'static str, fields: Vec<(String, Ston)>, comment: Option<Range<usize>>, range: Range<usize> },
    /// `{ #category : 'work' } Pump >> press [ … ]`; indices of lexemes.
    Method { category: Option<String>, head: usize, open: usize, close: usize },
}

/// A file's lexemes outside of heads, without comments, and its items.
#[derive(Default)]
pub(super) struct Outline {
    pub lexemes: Vec<Lexeme>,
    pub items: Vec<Item>,
    pub problems: Vec<Problem>,
    pub depth: usize,
}

/// The words a head begins with.
pub(super) const KINDS: [&str; 4] = ["Class", "Trait", "Extension", "Package"];

/// How often a file is taken up again behind a method that does not end: a bound on the work.
const RESUMES: usize = 16;

pub(super) fn outline(text: &str) -> Outline {
    let mut cutter = Cutter { text, scanner: Scanner::new(text), outline: Outline::default(), starts: Vec::new() };
    let mut resumes = 0;
    while let Some(problem) = cutter.run() {
        let (line, problem) = cutter.culprit().unwrap_or((None, problem));
        cutter.outline.problems.push(problem);
        resumes += 1;
        let Some(line) = line.filter(|_| resumes < RESUMES) else { break };
        cutter.scanner.rewind(line);
    }
    cutter.outline
}

struct Cutter<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    outline: Outline,
    starts: Vec<Start>,
}

/// Where a method begins, in the text, among the lexemes and among the items, and where it ends in the text.
struct Start {
    range: Range<usize>,
    lexeme: usize,
    item: usize,
}

impl Cutter<'_> {
    /// Reads items to the end of the text, or to a method that does not end: what is wrong there.
    fn run(&mut self) -> Option<Problem> {
        let mut comment: Option<Range<usize>> = None;
        let mut category = None;
        while let Some(lexeme) = self.scanner.next() {
            let text = lexeme.text(self.text);
            match lexeme.token {
                // A quote in a comment is doubled, which looks like two comments.
                Token::Comment => {
                    let start = comment.filter(|before| before.end + 1 == lexeme.start).map_or(lexeme.start + 1, |before| before.start);
                    comment = Some(start..lexeme.end - 1);
                }
                Token::Word if KINDS.contains(&text) && self.text[lexeme.end..].trim_start().starts_with('{') => {
                    let kind = KINDS.iter().find(|kind| **kind == text).copied().unwrap_or_default();
                    if let Some((fields, end)) = self.map(lexeme.end) {
                        self.outline.items.push(Item::Head { kind, fields, comment: comment.take(), range: lexeme.start..end });
                    }
                }
                Token::Open(b'{') => {
                    category = self.map(lexeme.start).and_then(|(fields, _)| {
                        let found = fields.into_iter().find(|(key, _)| key == "category" || key == "protocol");
                        found.and_then(|(_, value)| value.text().map(String::from))
                    });
                }
                Token::Word => {
                    if let Some(problem) = self.method(lexeme, category.take()) {
                        return Some(problem);
                    }
                }
                Token::UnclosedComment => return Some(unclosed(&lexeme)),
                _ => {
                    let found = format!("`{}`", abbreviated(text));
                    let expected = "a method such as `Pump >> press [ … ]`";
                    self.problem(&lexeme, Message::Unexpected { found, expected });
                    self.skip_to_definition(lexeme.end);
                }
            }
        }
        None
    }

    fn problem(&mut self, lexeme: &Lexeme, message: Message) {
        self.outline.problems.push(Problem { start: lexeme.start, end: lexeme.end, message, related: None });
    }

    fn skip_to_definition(&mut self, from: usize) {
        self.scanner.rewind(definition_line(self.text, from..self.text.len()).unwrap_or(self.text.len()));
    }

    /// The fields of a head, and where it ends.
    fn map(&mut self, start: usize) -> Option<(Vec<(String, Ston)>, usize)> {
        match ston::read(self.text, start) {
            Ok((Ston { kind: Kind::Map(fields), .. }, end)) => {
                self.scanner.rewind(end);
                Some((fields, end))
            }
            Ok((_, end)) => {
                self.skip_to_definition(end);
                None
            }
            Err(problem) => {
                self.skip_to_definition(start);
                self.outline.problems.push(*problem);
                None
            }
        }
    }

    /// Reads a method from its first word on; the answer is what is wrong where it does not end.
    fn method(&mut self, first: Lexeme, category: Option<String>) -> Option<Problem> {
        let head = self.outline.lexemes.len();
        self.starts.push(Start { range: first.start..self.text.len(), lexeme: head, item: self.outline.items.len() });
        self.outline.lexemes.push(first);
        let mut nesting = Nesting::default();
        let mut open = None;
        let mut broken = false;
        loop {
            let Some(lexeme) = self.scanner.next() else {
                let end = Lexeme { token: Token::Unknown, start: self.text.len(), end: self.text.len(), margin: None };
                let missing = Problem {
                    start: end.start,
                    end: end.end,
                    message: Message::Unexpected { found: "the end".into(), expected: "the `[` of the method's body" },
                    related: None,
                };
                return Some(nesting.end(self.text, None).unwrap_or(missing));
            };
            match lexeme.token {
                Token::Comment => continue,
                Token::UnclosedString | Token::UnclosedComment => return Some(unclosed(&lexeme)),
                Token::Open(bracket) if open.is_none() => {
                    if bracket != b'[' || lexeme.text(self.text) != "[" {
                        let found = format!("`{}`", lexeme.text(self.text));
                        self.problem(&lexeme, Message::Unexpected { found, expected: "the `[` of the method's body" });
                        self.ends(lexeme.start);
                        self.skip_to_definition(lexeme.start);
                        return None;
                    }
                    open = Some(self.outline.lexemes.len());
                }
                Token::Close(_) if open.is_none() => {
                    let found = format!("`{}`", lexeme.text(self.text));
                    self.problem(&lexeme, Message::Unexpected { found, expected: "the `[` of the method's body" });
                    self.ends(lexeme.end);
                    self.skip_to_definition(lexeme.end);
                    return None;
                }
                _ => {}
            }
            self.outline.lexemes.push(lexeme);
            if let Some(problem) = nesting.see(&lexeme)
                && !broken
            {
                self.outline.problems.push(problem);
                broken = true;
            }
            self.outline.depth = self.outline.depth.max(nesting.depth());
            let (Some(open), true) = (open, nesting.is_empty()) else { continue };
            self.ends(lexeme.end);
            if !broken {
                self.outline.items.push(Item::Method { category, head, open, close: self.outline.lexemes.len() - 1 });
            }
            return None;
        }
    }

    /// Notes where the method that is read ends.
    fn ends(&mut self, at: usize) {
        if let Some(start) = self.starts.last_mut() {
            start.range.end = at;
        }
    }

    /// The first method that reaches over a line which can only begin another one: it is the one that does not end. Forgets it
    /// and what follows it; answers that line, and what is wrong.
    fn culprit(&mut self) -> Option<(Option<usize>, Problem)> {
        let crossing = |start: &Start| definition_line(self.text, start.range.clone());
        let (index, line) = self.starts.iter().enumerate().find_map(|(index, start)| crossing(start).map(|line| (index, line)))?;
        let Start { range, lexeme, item } = self.starts.swap_remove(index);
        self.starts.truncate(index);
        self.outline.lexemes.truncate(lexeme);
        self.outline.items.truncate(item);
        let mut nesting = Nesting::default();
        for lexeme in Scanner::new(&self.text[range.start..]).map(|lexeme| shifted(lexeme, range.start)) {
            if lexeme.end > line {
                let quoted =
                    matches!(lexeme.token, Token::String | Token::Symbol | Token::Comment | Token::UnclosedString | Token::UnclosedComment);
                let problem = if lexeme.start < line && quoted { Some(unclosed(&lexeme)) } else { nesting.end(self.text, Some(&lexeme)) };
                return Some((Some(line), problem?));
            }
            nesting.see(&lexeme);
        }
        None
    }
}

fn shifted(lexeme: Lexeme, by: usize) -> Lexeme {
    Lexeme { start: lexeme.start + by, end: lexeme.end + by, ..lexeme }
}

/// A quote that is never closed.
fn unclosed(lexeme: &Lexeme) -> Problem {
    let is_comment = matches!(lexeme.token, Token::Comment | Token::UnclosedComment);
    let message = if is_comment { Message::UnclosedComment } else { Message::UnclosedString };
    Problem { start: lexeme.start, end: lexeme.start + 1, message, related: None }
}

/// The first line of a range, at the left edge, that can only begin a method.
fn definition_line(text: &str, range: Range<usize>) -> Option<usize> {
    // What stands before may end in any character.
    let mut start = text.ceil_char_boundary(range.start);
    loop {
        start += text.get(start..range.end)?.find(['\n', '\r'])? + 1;
        let line = text[start..range.end].split(['\n', '\r']).next().unwrap_or("");
        if line.starts_with('{') || line.starts_with(char::is_uppercase) {
            let head: Vec<Lexeme> = Scanner::new(line).take(5).collect();
            let is_category = matches!(head.as_slice(), [open, key, colon, ..]
                if open.token == Token::Open(b'{') && key.token == Token::Symbol && colon.token == Token::Colon);
            if is_category || begins_method(&head, line) {
                return Some(start);
            }
        }
    }
}
