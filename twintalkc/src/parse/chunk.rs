//! Chunks, as Smalltalks file out: everything ends with a bang, and a bang inside is doubled.
//!
//! ```text
//! Object subclass: #Pump instanceVariableNames: 'press' category: 'Plant'!
//!
//! !Pump methodsFor: 'accessing' stamp: 'ek 1/1/2026 12:00'!
//! press
//!     ^press! !
//! ```
//!
//! A chunk that names a class and says `methodsFor:` is followed by the class's methods, up to an empty chunk.

use super::assembly::Assembly;
use super::body::leading_comment;
use super::bracketed;
use super::definition::{class_name, class_side};
use super::format::{Format, format};
use super::grammar::Rule;
use super::literal::with_line_ends;
use super::margin::{extent, statements};
use super::nesting::{Nesting, Problem};
use super::reader::Reader;
use super::respan::Respan;
use super::scan::{Lexeme, Scanner, Token};
use crate::ast::{Expression, Kind, Literal, Method, Name, Statement, Unit};
use crate::diagnostics::Diagnostics;
use crate::source::Span;
use std::ops::Range;

/// What ends a line inside a string: a carriage return, as in the images that file out.
const LINE_END: &str = "\r";

/// A file without its bangs.
struct Chunks {
    /// Doubled bangs are single, and those that end chunks are gone.
    text: String,
    ranges: Vec<Range<usize>>,
    /// Places in the text behind which the file has one byte more.
    removed: Vec<usize>,
}

impl Chunks {
    fn of(file: &str) -> Self {
        let mut chunks = Chunks { text: String::with_capacity(file.len()), ranges: Vec::new(), removed: Vec::new() };
        let mut start = 0;
        let mut rest = file;
        while let Some(at) = rest.find('!') {
            chunks.text.push_str(&rest[..at]);
            let doubled = rest[at + 1..].starts_with('!');
            if doubled {
                chunks.text.push('!');
            } else {
                chunks.ranges.push(start..chunks.text.len());
                start = chunks.text.len();
            }
            chunks.removed.push(chunks.text.len());
            rest = &rest[at + 1 + usize::from(doubled)..];
        }
        chunks.text.push_str(rest);
        chunks.ranges.push(start..chunks.text.len());
        chunks
    }

    /// Where a place of the text lies in the file; the end of something lies in front of a bang there.
    fn in_file(&self, at: u32, is_end: bool) -> u32 {
        let at = at as usize;
        let before = self.removed.partition_point(|removed| if is_end { *removed < at } else { *removed <= at });
        (at + before) as u32
    }
}

/// What a chunk announces.
enum Header {
    /// `Pump methodsFor: 'accessing'`
    Methods { class: Name, class_side: bool, category: Option<String> },
    /// `Pump commentStamp: 'ek' prior: 0`: the next chunk is the comment.
    Comment(Name),
    /// Says nothing about what the program does.
    Ignore,
    /// `Pump reorganize`: nor does the next chunk.
    Skip,
    /// `Pump categoriesFor: #press`: nor do the following ones, up to an empty one.
    SkipAll,
}

/// Messages that announce methods, in Pharo, Squeak, GNU Smalltalk, Dolphin and VisualAge.
const METHODS: [&str; 5] = ["methodsFor", "methods", "publicMethods", "privateMethods", "publicMethodsFor"];

/// Whether a text consists of chunks: a line announces methods or a comment, or a bang ends the first string or the last line.
pub(super) fn is_chunks(text: &str, lexemes: &[Lexeme]) -> bool {
    let announces = |line: &str| {
        let head: Vec<Lexeme> = Scanner::new(&line[1..]).take(3).collect();
        let word = |index: usize| head.get(index).map(|lexeme: &Lexeme| lexeme.text(&line[1..]).trim_end_matches(':')).unwrap_or_default();
        let message = if matches!(word(1), "class" | "classSide" | "classTrait") { word(2) } else { word(1) };
        METHODS.contains(&message) || message == "commentStamp" || word(0) == "classDefinition"
    };
    if !text.contains('!') {
        return false;
    }
    if text.split('\n').any(|line| line.starts_with('!') && announces(line)) {
        return true;
    }
    let is_bang = |lexeme: &Lexeme| lexeme.token == Token::Operator && lexeme.text(text) == "!";
    let version = matches!(lexemes, [version, bang, rest @ ..]
        if version.token == Token::String && is_bang(bang) && rest.first().is_none_or(|next| next.margin.is_some()));
    // No expression ends with an operator.
    version || lexemes.last().is_some_and(is_bang)
}

/// Parses a file of chunks.
pub(super) fn parse(text: &str, file: u32, diagnostics: &mut Diagnostics) -> Unit {
    let chunks = Chunks::of(text);
    let mut found = Diagnostics::default();
    let mut lexemes = Vec::new();
    let mut depth = 0;
    let outlines: Vec<Outline> = chunks.ranges.iter().map(|range| Outline::of(&chunks.text, range, &mut lexemes, &mut depth)).collect();
    let mut unit = super::on_large_stack(depth, || {
        let reader = Reader { text: &chunks.text, file, lexemes: &lexemes, line_end: LINE_END, diagnostics: &mut found };
        Filing { chunks: &chunks, outlines, lexemes: &lexemes, reader, assembly: Assembly::default() }.all()
    });
    drop_initializations(&mut unit);
    let mut place = |span: &mut Span| {
        span.start = chunks.in_file(span.start, false);
        span.end = chunks.in_file(span.end, true).max(span.start);
    };
    unit.respan(&mut place);
    found.respan(&mut place);
    diagnostics.extend(found);
    unit
}

/// File-outs end with `Pump initialize`; a class's `initialize` is run when the program starts anyway.
fn drop_initializations(unit: &mut Unit) {
    let methods = &unit.methods;
    let initializes =
        |class: &str| methods.iter().any(|method| method.class_side && method.selector.text == "initialize" && method.class.text == class);
    unit.statements.retain(|top| match &top.statement {
        Statement::Expression(Expression { kind: Kind::Send { receiver, message }, .. }) if message.selector.text == "initialize" => {
            !matches!(&receiver.kind, Kind::Variable(class) if initializes(class))
        }
        _ => true,
    });
}

/// A chunk's lexemes, and what is wrong with its brackets and quotes.
struct Outline {
    lexemes: Range<usize>,
    problem: Option<Problem>,
}

impl Outline {
    fn of(text: &str, chunk: &Range<usize>, all: &mut Vec<Lexeme>, depth: &mut usize) -> Self {
        let start = all.len();
        let mut nesting = Nesting::default();
        let mut problem = None;
        for lexeme in Scanner::new(&text[chunk.clone()]).filter(|lexeme| lexeme.token != Token::Comment) {
            let lexeme = Lexeme { start: lexeme.start + chunk.start, end: lexeme.end + chunk.start, ..lexeme };
            let found = nesting.see(&lexeme);
            problem = problem.or(found);
            *depth = nesting.depth().max(*depth);
            all.push(lexeme);
        }
        Outline { lexemes: start..all.len(), problem: problem.or_else(|| nesting.end(text, None)) }
    }
}

/// A file on its way to a unit.
struct Filing<'a> {
    chunks: &'a Chunks,
    outlines: Vec<Outline>,
    lexemes: &'a [Lexeme],
    reader: Reader<'a>,
    assembly: Assembly,
}

impl Filing<'_> {
    fn all(mut self) -> Unit {
        let mut index = 0;
        while index < self.outlines.len() {
            let chunk = index;
            index += 1;
            if self.is_blank(chunk) {
                continue;
            }
            match self.header(chunk) {
                Some(Header::Methods { class, class_side, category }) => {
                    while !self.is_blank(index) {
                        self.method(index, &class, class_side, category.clone());
                        index += 1;
                    }
                }
                Some(Header::Comment(class)) => {
                    if let Some(range) = self.chunks.ranges.get(index) {
                        self.assembly.comment(class, with_line_ends(&self.chunks.text[range.clone()], LINE_END).trim_start().into());
                    }
                    index += 1;
                }
                Some(Header::Ignore) => {}
                Some(Header::Skip) => index += 1,
                Some(Header::SkipAll) => {
                    while !self.is_blank(index) {
                        index += 1;
                    }
                }
                None => self.statements(chunk),
            }
        }
        self.assembly.finish(self.reader.diagnostics)
    }

    /// Whether a chunk has only blanks, or there is none.
    fn is_blank(&self, chunk: usize) -> bool {
        self.chunks.ranges.get(chunk).is_none_or(|range| self.chunks.text[range.clone()].trim().is_empty())
    }

    /// The lexemes of a chunk whose brackets and quotes are right; it is reported where they are not.
    fn sound(&mut self, chunk: usize) -> Option<&'_ [Lexeme]> {
        if let Some(problem) = self.outlines[chunk].problem.take() {
            problem.add(self.reader.file, self.reader.diagnostics);
            return None;
        }
        Some(&self.lexemes[self.outlines[chunk].lexemes.clone()])
    }

    fn header(&mut self, chunk: usize) -> Option<Header> {
        let lexemes = &self.lexemes[self.outlines[chunk].lexemes.clone()];
        let first = lexemes.first()?;
        let word = |index: usize| lexemes.get(index).map(|lexeme| lexeme.text(self.reader.text)).unwrap_or_default();
        if first.token == Token::Keyword {
            // `classDefinition: #Pump category: 'Plant'`: the definition follows in a chunk of its own.
            return Some(Header::Ignore);
        }
        let message = if matches!(word(1), "class" | "classSide" | "classTrait") { word(2) } else { word(1) };
        let message = message.trim_end_matches(':');
        match message {
            "reorganize" => return Some(Header::Skip),
            "categoriesFor" | "categoriesForMethods" => return Some(Header::SkipAll),
            "commentStamp" => {}
            _ if METHODS.contains(&message) => {}
            _ => return None,
        }
        let is_comment = message == "commentStamp";
        let instead = || Some(if is_comment { Header::Skip } else { Header::SkipAll });
        let (start, end) = extent(lexemes);
        if self.sound(chunk).is_none() {
            return instead();
        }
        let Some(node) = self.reader.parse(Rule::sole_expression, start..end).and_then(|node| node.into_inner().next()) else {
            return instead();
        };
        let Some(Expression { kind: Kind::Send { receiver, message }, .. }) = self.reader.tree(start).expression(node, 0) else {
            return instead();
        };
        let (class, class_side) = match (class_name(&receiver), class_side(&receiver)) {
            (Some(class), _) => (class, false),
            (None, Some(class)) => (class, true),
            (None, None) => return None,
        };
        if is_comment {
            return Some(Header::Comment(class));
        }
        let category = message.arguments.first().and_then(|argument| match &argument.kind {
            Kind::Literal(Literal::String(text) | Literal::Symbol(text)) => Some(text.clone()),
            _ => None,
        });
        Some(Header::Methods { class, class_side, category })
    }

    /// A method without the name of its class.
    fn method(&mut self, chunk: usize, class: &Name, class_side: bool, category: Option<String>) {
        let Some(lexemes) = self.sound(chunk) else { return };
        if lexemes.is_empty() {
            return;
        }
        let (start, end) = extent(lexemes);
        let Some(node) = self.reader.parse(Rule::chunk_method, start..end) else { return };
        let mut nodes = node.into_inner();
        let (Some(pattern), Some(body)) = (nodes.next(), nodes.next()) else { return };
        let mut tree = self.reader.tree(start);
        let Some(pattern) = tree.pattern(pattern) else { return };
        let Some(mut body) = tree.body(body.into_inner(), 0) else { return };
        let own = super::body::category(&mut body.pragmas);
        let behind = start + pattern.end..self.chunks.ranges[chunk].end;
        self.assembly.method(Method {
            class: class.clone(),
            class_side,
            origin: None,
            selector: pattern.selector,
            arguments: pattern.arguments,
            result: pattern.result,
            category: category.or(own),
            comment: leading_comment(&self.reader.text[behind]),
            body,
            span: Span { file: self.reader.file, start: start as u32, end: end as u32 },
        });
    }

    /// Definitions and statements; a string alone says where the file comes from.
    fn statements(&mut self, chunk: usize) {
        if self.sound(chunk).is_none() {
            return;
        }
        let lexemes = &self.lexemes[self.outlines[chunk].lexemes.clone()];
        match lexemes {
            [] => {}
            [only] if only.token == Token::String => {}
            _ if format(lexemes, self.reader.text) == Format::Bracketed => bracketed::items(&mut self.reader, &mut self.assembly, lexemes),
            _ => drop(statements(&mut self.reader, lexemes, &mut self.assembly, &mut Vec::new())),
        }
    }
}
