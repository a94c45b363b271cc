//! Cuts a file in TwinTalk form into chunks: a method or a run of top-level statements each.
//!
//! The margin is the column of the file's first definition. Outside brackets, strings and comments a line at the margin
//! begins a new chunk; a closing bracket or a comment there ends nothing. Brackets are checked here, so that no later pass
//! meets an unbalanced or a very deep text.

use super::nesting::{Nesting, Problem};
use super::scan::{Lexeme, Scanner, Token};
use std::ops::Range;

/// Part of a file that is parsed on its own.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    /// A range of `Outline::lexemes`; not empty.
    pub lexemes: Range<usize>,
    /// Its brackets or quotes are wrong, which is among the problems.
    pub broken: bool,
}

/// A file's lexemes without comments, and its chunks.
#[derive(Default)]
pub(super) struct Outline {
    pub lexemes: Vec<Lexeme>,
    pub chunks: Vec<Chunk>,
    pub problems: Vec<Problem>,
    /// How deep brackets nest.
    pub depth: usize,
    /// The column of the first definition.
    pub margin: usize,
}

/// How often a file is taken up again behind an unclosed bracket or quote: a bound on the work.
const RESUMES: usize = 16;

/// The outline of a text in TwinTalk form.
pub(super) fn outline(text: &str) -> Outline {
    let mut outline = Outline { lexemes: lexemes(text), ..Outline::default() };
    let Some(margin) = outline.lexemes.first().and_then(|first| first.margin) else { return outline };
    outline.margin = margin;
    let mut nesting = Nesting::default();
    let mut chunk = Chunk { lexemes: 0..0, broken: false };
    let mut resumes = 0;
    // The first line inside open brackets that can only be the head of the next definition, and what is wrong there.
    let mut resume: Option<(usize, Option<Problem>)> = None;
    let mut index = 0;
    loop {
        let next = outline.lexemes.get(index).copied();
        let too_deep = nesting.is_full() && next.is_some_and(|lexeme| matches!(lexeme.token, Token::Open(_)));
        let (Some(lexeme), false) = (next, too_deep && resume.is_some() && resumes < RESUMES) else {
            if nesting.is_empty() {
                break;
            }
            let (line, problem) = match resume.take().filter(|_| resumes < RESUMES) {
                Some((line, problem)) => (Some(line), problem),
                None => (None, nesting.end(text, None)),
            };
            if let Some(problem) = problem {
                outline.note(&mut chunk, problem);
            }
            nesting.reset();
            let Some(line) = line else { break };
            resumes += 1;
            outline.close(&mut chunk, line);
            index = line;
            continue;
        };
        let closes = matches!(lexeme.token, Token::Close(_));
        if lexeme.margin.is_some_and(|column| column <= margin) && !closes {
            if nesting.is_empty() {
                resume = None;
                outline.close(&mut chunk, index);
            } else if resume.is_none() && begins_definition(&outline.lexemes[index..], text) {
                resume = Some((index, nesting.end(text, Some(&lexeme))));
            }
        }
        let unclosed = matches!(lexeme.token, Token::UnclosedString | Token::UnclosedComment);
        if let Some(problem) = nesting.see(&lexeme) {
            outline.note(&mut chunk, problem);
        }
        if unclosed {
            // What follows is known to be a definition.
            nesting.reset();
        }
        outline.depth = outline.depth.max(nesting.depth());
        index += 1;
    }
    let end = outline.lexemes.len();
    outline.close(&mut chunk, end);
    outline
}

impl Outline {
    /// Keeps the first problem of each chunk: others follow from it.
    fn note(&mut self, chunk: &mut Chunk, problem: Problem) {
        if !chunk.broken {
            self.problems.push(problem);
        }
        chunk.broken = true;
    }

    fn close(&mut self, chunk: &mut Chunk, end: usize) {
        if end > chunk.lexemes.start {
            self.chunks.push(Chunk { lexemes: chunk.lexemes.start..end, broken: chunk.broken });
        }
        *chunk = Chunk { lexemes: end..end, broken: false };
    }
}

/// The lexemes of a text without its comments. Behind an unclosed quote they go on with the next line that can only be the
/// head of a definition.
pub(super) fn lexemes(text: &str) -> Vec<Lexeme> {
    let mut scanner = Scanner::new(text);
    let mut lexemes: Vec<Lexeme> = Vec::with_capacity(text.len() / 6);
    let mut resumes = 0;
    while let Some(lexeme) = scanner.next() {
        if lexeme.token == Token::Comment {
            continue;
        }
        lexemes.push(lexeme);
        if matches!(lexeme.token, Token::UnclosedString | Token::UnclosedComment) && resumes < RESUMES {
            resumes += 1;
            let margin = lexemes[0].margin.unwrap_or(0);
            if let Some(line) = definition_line(text, lexeme.start, margin) {
                scanner.rewind(line);
            }
        }
    }
    lexemes
}

/// The first line after an offset, at the margin, that can only be the head of a definition.
fn definition_line(text: &str, after: usize, margin: usize) -> Option<usize> {
    let mut start = after;
    loop {
        start += text[start..].find(['\n', '\r'])? + 1;
        let line = text[start..].split(['\n', '\r']).next().unwrap_or("");
        let head: Vec<Lexeme> = Scanner::new(line).take(5).collect();
        if head.first().is_some_and(|first| first.margin.is_some_and(|column| column <= margin)) && begins_definition(&head, line) {
            return Some(start + head[0].start);
        }
    }
}

/// Whether these lexemes can only be the head of a definition.
fn begins_definition(lexemes: &[Lexeme], text: &str) -> bool {
    begins_method(lexemes, text) || begins_class(lexemes, text)
}

/// `Pump>>press`, `Pump class >> press: bar`
pub(super) fn begins_method(lexemes: &[Lexeme], text: &str) -> bool {
    let Some((name, rest)) = lexemes.split_first() else { return false };
    let rest = match rest.split_first() {
        Some((side, rest)) if side.token == Token::Word && matches!(side.text(text), "class" | "classSide" | "classTrait") => rest,
        _ => rest,
    };
    let [arrows, pattern, ..] = rest else { return false };
    is_class_name(name, text)
        && arrows.token == Token::Operator
        && match arrows.text(text).strip_prefix(">>") {
            Some("") => match pattern.token {
                Token::Word | Token::Keyword => true,
                Token::Operator => rest.get(2).is_some_and(|argument| argument.token == Token::Word),
                _ => false,
            },
            // The selector is binary and glued to the arrows.
            Some(_) => pattern.token == Token::Word,
            None => false,
        }
}

/// `Twin subclass: #Pump`, `Twin << #Pump`
fn begins_class(lexemes: &[Lexeme], text: &str) -> bool {
    let [superclass, part, name, ..] = lexemes else { return false };
    is_class_name(superclass, text)
        && match part.token {
            Token::Keyword => part.text(text) == "subclass:",
            Token::Operator => part.text(text) == "<<" && name.token == Token::Symbol,
            _ => false,
        }
}

fn is_class_name(lexeme: &Lexeme, text: &str) -> bool {
    lexeme.token == Token::Word && lexeme.text(text).starts_with(char::is_uppercase)
}
