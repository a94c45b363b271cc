//! What the grammar refuses, said in Smalltalk's terms.

use super::grammar::Rule;
use super::literal::abbreviated;
use super::nesting::{self, Problem};
use super::scan::{Lexeme, Scanner, Token};
use crate::messages::Message;
use pest::error::{Error, ErrorVariant, InputLocation};
use std::ops::Range;

/// Explains why the grammar refused to read a range of the text as a whole of some kind.
pub(super) fn explain(text: &str, lexemes: &[Lexeme], whole: Rule, range: Range<usize>, error: &Error<Rule>) -> Problem {
    let offset = range.start
        + match error.location {
            InputLocation::Pos(position) | InputLocation::Span((position, _)) => position,
        };
    let first = lexemes.partition_point(|lexeme| lexeme.end <= range.start);
    let last = lexemes.partition_point(|lexeme| lexeme.start < range.end).max(first);
    let mut lexemes = &lexemes[first..last];
    let inside: Vec<Lexeme>;
    if lexemes.first().is_none_or(|lexeme| lexeme.start < range.start) {
        // The names in the string of a class definition, or in the head of a file.
        let at = |lexeme: Lexeme| Lexeme { start: lexeme.start + range.start, end: lexeme.end + range.start, ..lexeme };
        inside = Scanner::new(&text[range.clone()]).map(at).collect();
        lexemes = &inside;
    }
    let here = lexemes.partition_point(|lexeme| lexeme.end <= offset);
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
        ErrorVariant::CustomError { .. } => {
            return Problem { start: offset, end: offset, message: Message::NestedTooDeeply { limit: nesting::LIMIT }, related: None };
        }
    };
    Refusal { text, whole, before: &lexemes[..here], at: lexemes.get(here), offset, expected }.explain()
}

/// A place where the grammar went no further.
struct Refusal<'a> {
    text: &'a str,
    /// What the text was to be.
    whole: Rule,
    before: &'a [Lexeme],
    /// The lexeme that does not fit; none where the text ends.
    at: Option<&'a Lexeme>,
    offset: usize,
    /// What the grammar tried here.
    expected: &'a [Rule],
}

impl<'a> Refusal<'a> {
    fn explain(&self) -> Problem {
        if let Some(unknown) = self.at.filter(|lexeme| lexeme.token == Token::Unknown) {
            let character = unknown.text(self.text).chars().next().unwrap_or(' ');
            return self.here(Message::UnknownCharacter { character });
        }
        if let Some(literal) = self.literal() {
            return self.unexpected(literal);
        }
        if self.expects(&[Rule::pattern, Rule::argument]) {
            let head = if self.expects(&[Rule::pattern]) { "a method's name: `Pump>>press: bar`" } else { "the name of an argument" };
            return self.unexpected(head);
        }
        if self.expects(&[Rule::unary, Rule::binary, Rule::keyword_send, Rule::cascaded]) && !self.expects(OPERANDS) {
            return self.behind_operand();
        }
        if self.expects(OPERANDS) {
            return self.instead_of_operand();
        }
        self.unexpected(self.name_expected())
    }

    fn expects(&self, rules: &[Rule]) -> bool {
        self.expected.iter().any(|rule| rules.contains(rule))
    }

    /// The lexeme in front of the place.
    fn previous(&self) -> Option<&'a Lexeme> {
        self.before.last()
    }

    fn here(&self, message: Message) -> Problem {
        let (start, end) = self.at.map_or((self.offset, self.offset), |lexeme| (lexeme.start, lexeme.end));
        Problem { start, end, message, related: None }
    }

    fn unexpected(&self, expected: &'static str) -> Problem {
        self.here(Message::Unexpected { found: self.found(), expected })
    }

    fn found(&self) -> String {
        match self.at {
            Some(lexeme) => format!("`{}`", abbreviated(lexeme.text(self.text))),
            None if self.whole == Rule::bracket_pattern => "`[`".to_string(),
            None => "the end".to_string(),
        }
    }

    /// What may stand in the literal array around the place.
    fn literal(&self) -> Option<&'static str> {
        let mut open = Vec::new();
        for lexeme in self.before {
            match lexeme.token {
                Token::Open(_) => open.push(lexeme),
                Token::Close(_) => drop(open.pop()),
                _ => {}
            }
        }
        let text = |lexeme: &Lexeme| lexeme.text(self.text);
        let outermost = open.iter().position(|lexeme| matches!(text(lexeme), "#(" | "#["))?;
        Some(if open[outermost..].iter().any(|lexeme| matches!(text(lexeme), "[" | "#[")) {
            "a number from 0 to 255 or `]`"
        } else {
            "a literal or `)`: expressions are evaluated in `{ }` only"
        })
    }

    /// Behind something that has a value, where only a message or the end may follow.
    fn behind_operand(&self) -> Problem {
        if self.previous().is_some_and(|previous| previous.token == Token::Semicolon) {
            return self.unexpected("a message behind `;`");
        }
        let (Some(at), Some(previous)) = (self.at, self.previous()) else { return self.unexpected("a message, `.` or the end") };
        match at.token {
            Token::Assign => {
                // `x := 3  y := 4` on two lines: the second was taken for a message to 3.
                match self.before {
                    [.., end, target] if target.token == Token::Word && target.margin.is_some() && ends_operand(end) => {
                        self.missing_stop(end, target)
                    }
                    _ => self.here(Message::AssignmentToExpression),
                }
            }
            Token::Colon => self.here(Message::StrayColon),
            Token::Operator if at.text(self.text).starts_with('<') => self.here(Message::PragmaWithoutClass),
            _ if at.margin.is_some() && begins_operand(at) => self.missing_stop(previous, at),
            Token::Caret => self.missing_stop(previous, at),
            _ if begins_operand(at) => self.here(Message::MissingStopBefore { found: self.found() }),
            _ => self.unexpected(if self.expects(&[Rule::cascaded]) {
                "`;`, `.` or a closing bracket"
            } else {
                "a message, `.` or a closing bracket"
            }),
        }
    }

    fn missing_stop(&self, end: &Lexeme, next: &Lexeme) -> Problem {
        Problem {
            start: end.end,
            end: end.end,
            message: Message::MissingStopAfterStatement,
            related: Some((next.start, next.end, "this cannot continue it")),
        }
    }

    /// Where something that has a value must stand.
    fn instead_of_operand(&self) -> Problem {
        let previous = self.previous().filter(|previous| {
            matches!(previous.token, Token::Keyword | Token::Operator | Token::Assign | Token::Caret)
                && !(previous.token == Token::Operator && self.expects(&[Rule::temporaries, Rule::return_, Rule::local]))
        });
        if let Some(previous) = previous {
            let start = self.at.map_or(self.offset, |at| at.start);
            let comment = self.text[previous.end..start].contains('"');
            let message = Message::MissingOperand { after: abbreviated(previous.text(self.text)), comment };
            let gap = &self.text[previous.end..start];
            // On another line the place would mislead.
            if self.at.is_none() || gap.contains(['\n', '\r']) || comment {
                let end = if comment { previous.end + gap.trim_end().len() } else { previous.end };
                let start = if comment { previous.end + gap.len() - gap.trim_start().len() } else { previous.end };
                return Problem { start, end, message, related: None };
            }
            return self.here(message);
        }
        let Some(at) = self.at else { return self.unexpected("an expression") };
        let text = at.text(self.text).to_string();
        match at.token {
            Token::Keyword => self.here(Message::MissingReceiver { keyword: text }),
            Token::Operator if text == "<" => self.unexpected("an expression: pragmas stand at the beginning of a method"),
            Token::Operator if text.starts_with('|') => self.unexpected("an expression; temporaries are declared as `| a b |`"),
            Token::Operator => self.here(Message::MissingReceiverOfOperator { operator: text }),
            Token::Assign => self.here(Message::AssignmentToExpression),
            Token::Colon => self.here(Message::StrayColon),
            _ => self.unexpected("an expression"),
        }
    }

    /// What may stand in a declaration or a pragma.
    fn name_expected(&self) -> &'static str {
        let previous = self.previous().map(|previous| (previous.token, previous.text(self.text)));
        let is_type = self.at.is_some_and(|at| at.text(self.text) == "<");
        match previous {
            Some((Token::Colon | Token::Keyword, _)) if self.expects(&[Rule::local, Rule::identifier]) => "the name of an argument",
            Some((_, "<")) => "a type such as `<Float | nil>`, or a pragma such as `<topic: 'x'>`",
            Some((Token::Keyword, _)) => "a literal",
            Some((Token::Operator, _)) if self.whole == Rule::bracket_pattern => "the name of an argument",
            None if self.whole == Rule::bracket_pattern => "a method such as `press: bar [ … ]`, a declaration or a pragma",
            _ if self.whole == Rule::bracket_pattern => "the `[` of the method's body",
            _ if is_type => "a name; types are names of classes: `<Float | nil>`",
            _ if self.expects(&[Rule::parameter]) => "`|` behind the arguments of this block",
            _ if self.expects(&[Rule::keyword]) => "another keyword of this pragma or its `>`",
            _ if self.whole == Rule::slots => "the name of an instance variable",
            _ if self.expects(&[Rule::local, Rule::type_]) => "the name of a variable, or the `|` that ends their declaration",
            _ if self.expects(&[Rule::identifier]) => "a name",
            _ if self.expects(&[Rule::EOI]) => "the end of the expression",
            _ => "a statement",
        }
    }
}

/// What the grammar tries where a value must stand.
const OPERANDS: &[Rule] = &[
    Rule::top_level,
    Rule::sole_expression,
    Rule::expression,
    Rule::top_statement,
    Rule::return_,
    Rule::target,
    Rule::block,
    Rule::parenthesis,
    Rule::brace,
    Rule::variable,
];

fn begins_operand(lexeme: &Lexeme) -> bool {
    matches!(lexeme.token, Token::Word | Token::Number | Token::Character | Token::String | Token::Symbol | Token::Open(_) | Token::Caret)
}

fn ends_operand(lexeme: &Lexeme) -> bool {
    matches!(lexeme.token, Token::Word | Token::Number | Token::Character | Token::String | Token::Symbol | Token::Close(_))
}
