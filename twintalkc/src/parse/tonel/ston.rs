//! STON, as far as Tonel uses it: `{ #name : 'Pump', #instVars : [ 'press' ] }`.

use crate::messages::Message;
use crate::parse::literal::abbreviated;
use crate::parse::nesting::Problem;
use crate::parse::scan::{is_blank, is_letter};
use std::ops::Range;

/// A value and the place of its text, quotes not counted.
#[derive(Clone, Debug)]
pub(super) struct Ston {
    pub kind: Kind,
    pub range: Range<usize>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// `'text'`, `#symbol`, `#'symbol'`
    Text(String),
    List(Vec<Ston>),
    Map(Vec<(String, Ston)>),
    /// `nil`, `true`, `12`
    Other,
}

impl Ston {
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Lists and maps do not nest deeper in any head.
const DEPTH: usize = 16;

/// Reads the value that begins at an offset; answers it and the offset behind it.
pub(super) fn read(text: &str, start: usize) -> Result<(Ston, usize), Box<Problem>> {
    let mut reader = StonReader { text, at: start };
    let value = reader.value(0)?;
    Ok((value, reader.at))
}

struct StonReader<'a> {
    text: &'a str,
    at: usize,
}

impl StonReader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.find(|character| !is_blank(character)).unwrap_or(rest.len());
    }

    fn next_is(&mut self, character: char) -> bool {
        self.skip_blanks();
        self.rest().starts_with(character)
    }

    fn skip(&mut self, character: char) -> bool {
        let found = self.next_is(character);
        self.at += if found { character.len_utf8() } else { 0 };
        found
    }

    fn expected<T>(&self, expected: &'static str) -> Result<T, Box<Problem>> {
        let rest = self.rest();
        let end = rest.find(is_blank).unwrap_or(rest.len()).max(rest.chars().next().map_or(0, char::len_utf8));
        let found = if rest.is_empty() { "the end".to_string() } else { format!("`{}`", abbreviated(&rest[..end])) };
        Err(Box::new(Problem { start: self.at, end: self.at + end, message: Message::Unexpected { found, expected }, related: None }))
    }

    fn value(&mut self, depth: usize) -> Result<Ston, Box<Problem>> {
        self.skip_blanks();
        let start = self.at;
        let rest = self.rest();
        if depth > DEPTH {
            return self.expected("fewer brackets");
        }
        let kind = match rest.chars().next() {
            Some('\'') => return self.string(),
            Some('#') if rest[1..].starts_with('\'') => {
                self.at += 1;
                return self.string();
            }
            Some('#') => {
                self.at += 1;
                let name = self.symbol();
                let range = self.at - name.len()..self.at;
                return Ok(Ston { kind: Kind::Text(name), range });
            }
            Some('[') => self.list(depth)?,
            Some('{') => self.map(depth)?,
            Some(first) if is_letter(first) || first == '-' => {
                self.at += rest.find(|next| !is_letter(next) && !matches!(next, '-' | '.')).unwrap_or(rest.len());
                Kind::Other
            }
            _ => return self.expected("a value such as `'Pump'` or `[ 'press' ]`"),
        };
        Ok(Ston { kind, range: start..self.at })
    }

    /// The characters of a symbol; a `:` at its end separates it from its value.
    fn symbol(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find(|next| !is_letter(next) && !matches!(next, '-' | '.' | '/' | '*' | '+' | ':')).unwrap_or(rest.len());
        let name = rest[..end].trim_end_matches(':').to_string();
        self.at += name.len();
        name
    }

    /// A string in single quotes: a quote in it is doubled, as Smalltalk does, or escaped, as STON does.
    fn string(&mut self) -> Result<Ston, Box<Problem>> {
        let opened = self.at;
        self.at += 1;
        let start = self.at;
        let mut value = String::new();
        let mut characters = self.text[start..].char_indices().peekable();
        while let Some((offset, character)) = characters.next() {
            match character {
                '\'' if characters.next_if(|(_, next)| *next == '\'').is_none() => {
                    self.at = start + offset + 1;
                    return Ok(Ston { kind: Kind::Text(value), range: start..start + offset });
                }
                '\\' => match characters.next() {
                    Some((_, 'n')) => value.push('\n'),
                    Some((_, 'r')) => value.push('\r'),
                    Some((_, 't')) => value.push('\t'),
                    Some((_, escaped)) => value.push(escaped),
                    None => break,
                },
                _ => value.push(character),
            }
        }
        Err(Box::new(Problem { start: opened, end: start, message: Message::UnclosedString, related: None }))
    }

    fn list(&mut self, depth: usize) -> Result<Kind, Box<Problem>> {
        self.at += 1;
        let mut elements = Vec::new();
        while !self.skip(']') {
            elements.push(self.value(depth + 1)?);
            if !self.skip(',') && !self.next_is(']') {
                return self.expected("`,` or `]`");
            }
        }
        Ok(Kind::List(elements))
    }

    fn map(&mut self, depth: usize) -> Result<Kind, Box<Problem>> {
        self.at += 1;
        let mut entries = Vec::new();
        while !self.skip('}') {
            self.skip_blanks();
            if !self.rest().starts_with(['#', '\'']) {
                return self.expected("a key such as `#name`, or `}`");
            }
            let key = self.value(depth + 1)?.text().unwrap_or_default().to_string();
            if !self.skip(':') {
                return self.expected("`:` behind the key");
            }
            entries.push((key, self.value(depth + 1)?));
            if !self.skip(',') && !self.next_is('}') {
                return self.expected("`,` or `}`");
            }
        }
        Ok(Kind::Map(entries))
    }
}
