//! Lexemes: as much of Smalltalk's lexis as finding brackets, line starts and the ends of things needs.
//!
//! The grammar proper is `grammar.pest`; this scanner runs before it, in linear time and without recursion.

/// What a lexeme is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `press`, `Pump`, `super`
    Word,
    /// `press:`
    Keyword,
    /// `+`, `->`, `|`, `<`
    Operator,
    /// `16rFF`
    Number,
    /// `$a`
    Character,
    /// `'text'`
    String,
    /// `#at:put:`
    Symbol,
    /// `"text"`
    Comment,
    /// `(`, `[`, `{`, `#(`, `#[`: the bracket itself
    Open(u8),
    /// `)`, `]`, `}`
    Close(u8),
    /// `.`
    Stop,
    /// `;`
    Semicolon,
    /// `:=`
    Assign,
    /// `^`
    Caret,
    /// `:`
    Colon,
    /// A string or symbol whose closing quote is missing: the rest of the text.
    UnclosedString,
    /// A comment whose closing quote is missing: the rest of the text.
    UnclosedComment,
    /// A character that Smalltalk does not use.
    Unknown,
}

/// A token and its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lexeme {
    pub token: Token,
    pub start: usize,
    pub end: usize,
    /// The column, from 0, of the first token on a line.
    pub margin: Option<usize>,
}

impl Lexeme {
    pub fn text<'a>(&self, text: &'a str) -> &'a str {
        &text[self.start..self.end]
    }
}

/// An iterator over the lexemes of a text.
pub(super) struct Scanner<'a> {
    text: &'a str,
    position: usize,
    line_start: usize,
    fresh_line: bool,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Self {
        Scanner { text, position: 0, line_start: 0, fresh_line: true }
    }

    /// Goes on elsewhere: with the first token of a line.
    pub fn rewind(&mut self, position: usize) {
        self.position = position;
        self.line_start = self.text[..position].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        self.fresh_line = true;
    }

    fn skip_blanks(&mut self) {
        let rest = &self.text[self.position..];
        let Some((length, _)) = rest.char_indices().find(|(at, character)| {
            if matches!(character, '\n' | '\r') {
                self.line_start = self.position + at + 1;
                self.fresh_line = true;
            }
            !is_blank(*character)
        }) else {
            self.position = self.text.len();
            return;
        };
        self.position += length;
    }

    /// The length of the longest start of the rest after `skip` bytes whose characters all pass.
    fn run(&self, skip: usize, accepts: impl Fn(char) -> bool) -> usize {
        let rest = &self.text[self.position + skip..];
        skip + rest.find(|character| !accepts(character)).unwrap_or(rest.len())
    }

    fn byte(&self, skip: usize) -> u8 {
        self.text.as_bytes().get(self.position + skip).copied().unwrap_or(0)
    }

    /// A string whose opening quote is `skip` bytes on.
    fn string(&self, skip: usize, token: Token) -> (Token, usize) {
        let bytes = &self.text.as_bytes()[self.position..];
        let mut at = skip + 1;
        loop {
            match bytes[at..].iter().position(|byte| *byte == b'\'') {
                None => return (Token::UnclosedString, bytes.len()),
                Some(length) if bytes.get(at + length + 1) == Some(&b'\'') => at += length + 2,
                Some(length) => return (token, at + length + 1),
            }
        }
    }

    fn number(&self) -> usize {
        let digits = |skip| self.run(skip, |character| character.is_ascii_digit());
        let mut end = digits(0);
        if self.byte(end) == b'r' {
            end = self.run(end + 1 + usize::from(self.byte(end + 1) == b'-'), |character| character.is_ascii_alphanumeric());
        }
        if self.byte(end) == b'.' && self.byte(end + 1).is_ascii_digit() {
            end = digits(end + 1);
        }
        if matches!(self.byte(end), b'e' | b'd' | b'q') {
            let sign = usize::from(self.byte(end + 1) == b'-');
            if self.byte(end + 1 + sign).is_ascii_digit() {
                end = digits(end + 1 + sign);
            }
        }
        if self.byte(end) == b's'
            && !self.text[self.position + end + 1..].starts_with(|next| is_letter(next) && !char::is_ascii_digit(&next))
        {
            end = digits(end + 1);
        }
        end
    }

    fn symbol(&self) -> (Token, usize) {
        let rest = &self.text[self.position + 1..];
        match rest.chars().next() {
            Some('\'') => self.string(1, Token::Symbol),
            Some('(') => (Token::Open(b'('), 2),
            Some('[') => (Token::Open(b'['), 2),
            Some(first) if is_letter(first) => {
                let mut end = self.run(1, is_letter);
                while self.byte(end) == b':' && self.byte(end + 1) != b'=' {
                    end = self.run(end + 1, is_letter);
                }
                (Token::Symbol, end)
            }
            Some(first) if is_operator(first) => (Token::Symbol, self.run(1, is_operator)),
            _ => (Token::Unknown, 1),
        }
    }

    fn token(&self, first: char) -> (Token, usize) {
        match first {
            '"' => match self.text[self.position + 1..].find('"') {
                Some(length) => (Token::Comment, length + 2),
                None => (Token::UnclosedComment, self.text.len() - self.position),
            },
            '\'' => self.string(0, Token::String),
            '$' => match self.text[self.position + 1..].chars().next() {
                Some(character) => (Token::Character, 1 + character.len_utf8()),
                None => (Token::Unknown, 1),
            },
            '#' => self.symbol(),
            '(' | '[' | '{' => (Token::Open(first as u8), 1),
            ')' | ']' | '}' => (Token::Close(first as u8), 1),
            '.' => (Token::Stop, 1),
            ';' => (Token::Semicolon, 1),
            '^' => (Token::Caret, 1),
            ':' if self.byte(1) == b'=' => (Token::Assign, 2),
            ':' => (Token::Colon, 1),
            '0'..='9' => (Token::Number, self.number()),
            _ if is_letter(first) => {
                let end = self.run(0, is_letter);
                if self.byte(end) == b':' && self.byte(end + 1) != b'=' { (Token::Keyword, end + 1) } else { (Token::Word, end) }
            }
            _ if is_operator(first) => {
                let bytes = &self.text.as_bytes()[self.position..];
                let run = self.run(0, is_operator);
                // `3--2` is `3 - -2`.
                let end = if run > 1 && bytes[run - 1] == b'-' && self.byte(run).is_ascii_digit() { run - 1 } else { run };
                (Token::Operator, end)
            }
            _ => (Token::Unknown, first.len_utf8()),
        }
    }
}

impl Iterator for Scanner<'_> {
    type Item = Lexeme;

    fn next(&mut self) -> Option<Lexeme> {
        self.skip_blanks();
        let start = self.position;
        let first = self.text[start..].chars().next()?;
        let (token, length) = self.token(first);
        let margin = self.fresh_line.then(|| self.text[self.line_start..start].chars().filter(|blank| *blank != '\u{FEFF}').count());
        self.position += length;
        self.fresh_line = false;
        Some(Lexeme { token, start, end: self.position, margin })
    }
}

pub(super) fn is_blank(character: char) -> bool {
    character.is_whitespace() || character == '\u{FEFF}'
}

/// Letters, digits and `_`.
pub(super) fn is_letter(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

pub(crate) fn is_operator(character: char) -> bool {
    matches!(character, '+' | '-' | '*' | '/' | '=' | '<' | '>' | ',' | '~' | '@' | '%' | '|' | '&' | '\\' | '?' | '!')
        || (!character.is_ascii() && pest::unicode::MATH_SYMBOL(character))
}

/// The closing bracket of an opening one.
pub(super) fn closing(open: u8) -> u8 {
    match open {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    }
}
