//! Smalltalk text from Rust's tokens, with a map from its bytes to their spans.
//!
//! Spacing is by rule, since macros lose the user's. Lines are kept: a backtrace names those of the Rust file.

use proc_macro2::{Delimiter, Literal, Spacing, Span, TokenStream, TokenTree};
use std::collections::HashMap;

/// What was rebuilt.
#[derive(Default)]
pub struct Rebuilt {
    /// GNU-bracket Smalltalk.
    pub text: String,
    /// Where each token begins in the text, and where it came from.
    places: Vec<(usize, Span)>,
}

impl Rebuilt {
    /// Where the first and the last token of a range of the text stand.
    pub fn place(&self, start: usize, end: usize) -> (Span, Span) {
        let at = |offset| {
            let after = self.places.partition_point(|(begin, _)| *begin <= offset);
            self.places.get(after.saturating_sub(1)).map_or_else(Span::call_site, |(_, span)| *span)
        };
        (at(start), at(end.saturating_sub(1).max(start)))
    }

    /// Where the text begins.
    pub fn first_span(&self) -> Option<Span> {
        self.places.first().map(|(_, span)| *span)
    }

    /// The words of the text and where each first stands.
    pub fn names(&self) -> HashMap<String, Span> {
        let mut names = HashMap::new();
        for (begin, span) in &self.places {
            let word: String = self.text[*begin..].chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            if !word.is_empty() {
                names.entry(word).or_insert(*span);
            }
        }
        names
    }
}

/// Rebuilds the text; also what cannot be Smalltalk, and where it stands.
pub fn rebuild(tokens: TokenStream) -> (Rebuilt, Vec<(Span, String)>) {
    let mut flat = Vec::new();
    flatten(tokens, &mut flat);
    let mut writer = Writer { tokens: flat, line: 1, ..Writer::default() };
    while writer.at < writer.tokens.len() {
        writer.step();
    }
    (writer.out, writer.errors)
}

#[derive(Clone, Debug)]
enum Token {
    Word(String),
    Sign(char, Spacing),
    Literal(Literal),
    Open(char),
    Close(char),
}
use Token::*;

fn flatten(tokens: TokenStream, flat: &mut Vec<(Token, Span)>) {
    for tree in tokens {
        match tree {
            TokenTree::Ident(word) => flat.push((Word(word.to_string().trim_start_matches("r#").into()), word.span())),
            TokenTree::Punct(sign) => flat.push((Sign(sign.as_char(), sign.spacing()), sign.span())),
            TokenTree::Literal(literal) => flat.push((Literal(literal.clone()), literal.span())),
            TokenTree::Group(group) => {
                let delimiters = match group.delimiter() {
                    Delimiter::Parenthesis => Some(('(', ')')),
                    Delimiter::Brace => Some(('{', '}')),
                    Delimiter::Bracket => Some(('[', ']')),
                    Delimiter::None => None,
                };
                flat.extend(delimiters.map(|(open, _)| (Open(open), group.span_open())));
                flatten(group.stream(), flat);
                flat.extend(delimiters.map(|(_, close)| (Close(close), group.span_close())));
            }
        }
    }
}

#[derive(Default)]
struct Writer {
    tokens: Vec<(Token, Span)>,
    at: usize,
    out: Rebuilt,
    errors: Vec<(Span, String)>,
    line: usize,
    /// For each open bracket, whether it is of a literal array.
    literal: Vec<bool>,
    /// Whether what was written last can be the left side of an operator.
    operand: bool,
    /// Between `[` and the bar after a block's arguments: `:x :y` are no keywords.
    arguments: bool,
    /// Between `<` and `>` of an argument's type.
    type_: bool,
}

impl Writer {
    fn token(&self, ahead: usize) -> Option<&Token> {
        self.tokens.get(self.at + ahead).map(|(token, _)| token)
    }

    fn sign(&self, ahead: usize) -> Option<char> {
        match self.token(ahead) {
            Some(Sign(sign, _)) => Some(*sign),
            _ => None,
        }
    }

    fn in_literal(&self) -> bool {
        self.literal.last().copied().unwrap_or_default()
    }

    /// Writes a piece of text for the token `ahead`, on its line.
    fn put(&mut self, ahead: usize, text: &str, glue: bool) {
        let Some((_, span)) = self.tokens.get(self.at + ahead) else { return };
        let line = span.start().line;
        if !glue {
            match line.saturating_sub(self.line) {
                0 if self.out.text.is_empty() => {}
                0 => self.out.text.push(' '),
                lines => {
                    self.out.text.push_str(&"\n".repeat(lines));
                    self.line = line;
                }
            }
        }
        self.out.places.push((self.out.text.len(), *span));
        self.out.text.push_str(text);
        self.line += text.matches('\n').count();
    }

    fn complain(&mut self, ahead: usize, message: &str) {
        self.errors.extend(self.tokens.get(self.at + ahead).map(|(_, span)| (*span, message.to_owned())));
    }

    fn step(&mut self) {
        match self.tokens[self.at].0.clone() {
            Word(word) => self.word(&word, false),
            Literal(literal) => self.literal(&literal, false),
            Open(bracket) => self.open(bracket, false),
            Close(bracket) => {
                self.literal.pop();
                self.put(0, bracket.encode_utf8(&mut [0; 4]), false);
                (self.operand, self.arguments, self.type_) = (true, false, false);
                self.at += 1;
            }
            Sign(':', _) if self.sign(1) == Some('=') => self.signs(":=", 2),
            Sign(':', _) => {
                self.put(0, ":", false);
                self.at += 1;
                if let Some(Word(name)) = self.token(0).cloned() {
                    self.put(0, &name, true);
                    self.at += 1;
                }
            }
            Sign('#', _) => self.hash(),
            Sign('$', _) => self.character(),
            Sign('\'', _) => {
                self.complain(0, "a string in `twin!` tokens stands in double quotes: \"text\"");
                self.at += 1;
            }
            Sign('|', _) => {
                self.arguments &= self.type_;
                self.signs("|", 1);
            }
            Sign('^', _) => self.signs("^", 1),
            Sign(sign @ ('.' | ';'), _) => {
                self.put(0, sign.encode_utf8(&mut [0; 4]), true);
                self.operand = false;
                self.at += 1;
            }
            Sign(..) => self.operator(false),
        }
    }

    /// Signs that no operand ends with.
    fn signs(&mut self, text: &str, count: usize) {
        self.put(0, text, false);
        self.operand = false;
        self.at += count;
    }

    /// A name, or `at:`; in a symbol or literal array `at:put:`.
    fn word(&mut self, word: &str, symbol: bool) {
        self.put(0, word, symbol);
        let keyword = self.sign(1) == Some(':') && self.sign(2) != Some('=') && !self.arguments;
        self.operand = !keyword || self.in_literal();
        if !keyword {
            self.at += 1;
            return;
        }
        self.put(1, ":", true);
        self.at += 2;
        // `#at:put:` is one symbol, in `perform: #at: with: 1` the next word is not part of it: here alone a space has a meaning.
        if let Some(Word(next)) = self.token(0).cloned()
            && (symbol || self.in_literal())
            && self.sign(1) == Some(':')
            && touching(self.tokens[self.at - 1].1, self.tokens[self.at].1)
        {
            return self.word(&next, true);
        }
        self.operand |= symbol;
    }

    fn literal(&mut self, literal: &Literal, glue: bool) {
        match syn::Lit::new(literal.clone()) {
            syn::Lit::Str(text) => self.put(0, &quoted(&text.value()), glue),
            syn::Lit::Char(letter) => self.put(0, &quoted(letter.value().encode_utf8(&mut [0; 4])), glue),
            syn::Lit::ByteStr(_) | syn::Lit::CStr(_) | syn::Lit::Byte(_) => self.complain(0, "Smalltalk has no such literal"),
            _ => {
                let digits = literal.to_string();
                // `x := 3.` ends a statement, for Rust it is a float.
                let number = digits.strip_suffix('.').unwrap_or(&digits);
                self.put(0, number, glue);
                if number.len() < digits.len() {
                    self.put(0, ".", true);
                    self.operand = false;
                    self.at += 1;
                    return;
                }
            }
        }
        self.operand = true;
        self.at += 1;
    }

    fn open(&mut self, bracket: char, array: bool) {
        self.put(0, bracket.encode_utf8(&mut [0; 4]), array);
        self.literal.push(bracket != '{' && (array || self.in_literal()));
        self.at += 1;
        self.operand = false;
        self.arguments = bracket == '[' && self.sign(0) == Some(':');
    }

    /// `#symbol`, `#at:put:`, `#+`, `#'any text'`, `#( )`, `#[ ]`; or Rust's `#[doc = "…"]`, which is a comment.
    fn hash(&mut self) {
        if let Some((comment, length)) = self.documentation() {
            self.put(0, &format!("\"{}\"", comment.replace('"', "'")), false);
            self.at += length;
            return;
        }
        self.put(0, "#", false);
        while self.sign(1) == Some('#') {
            self.put(1, "#", true);
            self.at += 1;
        }
        self.at += 1;
        match self.token(0).cloned() {
            Some(Word(word)) => self.word(&word, true),
            Some(Literal(literal)) => self.literal(&literal, true),
            Some(Open(bracket)) => self.open(bracket, true),
            Some(Sign(sign, _)) if OPERATORS.contains(sign) || sign == '|' => {
                self.operator(true);
                self.operand = true;
            }
            _ => {}
        }
    }

    /// The text of a doc comment that begins here, together with those right after it, and how many tokens they are.
    fn documentation(&self) -> Option<(String, usize)> {
        let mut comments: Vec<String> = Vec::new();
        let mut length = 0;
        while self.sign(length) == Some('#') {
            let inner = usize::from(self.sign(length + 1) == Some('!'));
            let at = length + 1 + inner;
            match (self.token(at), self.token(at + 1), self.token(at + 2), self.token(at + 3), self.token(at + 4)) {
                (Some(Open('[')), Some(Word(word)), Some(Sign('=', _)), Some(Literal(text)), Some(Close(']'))) if word == "doc" => {
                    let syn::Lit::Str(text) = syn::Lit::new(text.clone()) else { break };
                    comments.push(text.value().trim().to_owned());
                    length = at + 5;
                }
                _ => break,
            }
        }
        (length > 0).then(|| (comments.join("\n"), length))
    }

    /// `$a`, `$1`, `$.`
    fn character(&mut self) {
        self.put(0, "$", false);
        self.at += 1;
        match self.token(0).cloned() {
            Some(Word(word)) => {
                self.put(0, &word, true);
                self.at += 1;
                self.operand = true;
            }
            Some(Literal(literal)) if literal.to_string().starts_with(|first: char| first.is_ascii_digit()) => self.literal(&literal, true),
            Some(Sign(sign, _)) => {
                self.put(0, sign.encode_utf8(&mut [0; 4]), true);
                self.at += 1;
                self.operand = true;
            }
            _ => {
                self.at -= 1;
                self.complain(0, "this character cannot be written in `twin!` tokens\nhelp: use its code, `Character value: 40`, or the text form `twin! { r#\"…\"# }`");
                self.at += 1;
            }
        }
    }

    /// An operator of one or more signs, or the sign of a negative number.
    fn operator(&mut self, glue: bool) {
        let Some(first) = self.sign(0) else { return };
        self.put(0, first.encode_utf8(&mut [0; 4]), glue);
        let negative = first == '-' && (!self.operand || self.in_literal()) && !glue;
        if self.arguments {
            self.type_ = first == '<';
        }
        self.operand = false;
        let mut last = first;
        while let Some(next) = self.sign(1)
            && OPERATORS.contains(next)
            && self.joins(last, next)
        {
            self.put(1, next.encode_utf8(&mut [0; 4]), true);
            last = next;
            self.at += 1;
        }
        self.at += 1;
        if negative
            && last == '-'
            && let Some(Literal(literal)) = self.token(0).cloned()
        {
            self.literal(&literal, true);
        }
    }

    /// Whether the sign now at hand and the next are of one operator.
    fn joins(&self, last: char, next: char) -> bool {
        if PAIRS.contains(&[last, next]) {
            return true;
        }
        let negative = next == '-' && matches!(self.token(2), Some(Literal(_)));
        // `<a: 1><b: 2>` are two pragmas.
        let pragmas = last == '>' && next == '<';
        matches!(self.token(0), Some(Sign(_, Spacing::Joint))) && !negative && !pragmas
    }
}

const OPERATORS: &str = "+-*/\\~<>=@%&?,";

/// Operators of two signs, glued whatever stood between them: nothing else begins with these.
const PAIRS: [[char; 2]; 10] =
    [['>', '='], ['<', '='], ['=', '='], ['~', '='], ['~', '~'], ['-', '>'], ['>', '>'], ['<', '<'], ['=', '>'], ['/', '/']];

/// A Smalltalk string.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Whether nothing stands between two tokens; tokens that macros made touch.
fn touching(left: Span, right: Span) -> bool {
    let (left, right) = (left.end(), right.start());
    (left.line, left.column) == (right.line, right.column) || left.line == 0
}

#[cfg(test)]
mod tests;
