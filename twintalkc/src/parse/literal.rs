//! Literals: from pest's pairs to `ast::Literal`.

use super::grammar::Rule;
use super::number::{self, NumberError};
use super::tree::{Node, Tree};
use crate::ast::Literal;
use crate::messages::Message;

impl Tree<'_> {
    /// A literal of any kind.
    pub(super) fn literal(&mut self, node: Node<'_>) -> Option<Literal> {
        let text = node.as_str();
        let number = match node.as_rule() {
            Rule::integer => number::integer(text),
            Rule::float => number::float(text),
            Rule::scaled => number::scaled(text),
            Rule::radix => number::radix(text),
            Rule::string => return Some(Literal::String(self.unquote(text))),
            Rule::character => return text.chars().nth(1).map(Literal::Character),
            Rule::symbol => {
                let name = &text[1..];
                return Some(Literal::Symbol(if name.starts_with('\'') { self.unquote(name) } else { name.to_string() }));
            }
            Rule::bare_symbol | Rule::bare_word => {
                return Some(match text {
                    "nil" => Literal::Nil,
                    "true" => Literal::True,
                    "false" => Literal::False,
                    _ => Literal::Symbol(text.to_string()),
                });
            }
            Rule::byte_array | Rule::inner_bytes => return self.byte_array(node),
            // Literal arrays.
            _ => return node.into_inner().map(|element| self.literal(element)).collect::<Option<_>>().map(Literal::Array),
        };
        match number {
            Ok(literal) => Some(literal),
            Err(error) => {
                let number = abbreviated(text);
                let message = match error {
                    NumberError::Radix(radix) => Message::InvalidRadix { radix: abbreviated(&radix) },
                    NumberError::Digit { digit, radix } => Message::InvalidDigit { digit, radix },
                    NumberError::TooManyDigits => Message::TooManyDigits { number, limit: number::DIGITS },
                    NumberError::TooLarge => Message::FloatTooLarge { number },
                };
                self.report(node.as_span().start(), node.as_span().end(), message)
            }
        }
    }

    /// The text of a string as written in quotes.
    fn unquote(&self, text: &str) -> String {
        with_line_ends(&text[1..text.len() - 1], self.line_end).replace("''", "'")
    }

    fn byte_array(&mut self, node: Node<'_>) -> Option<Literal> {
        let mut bytes = Vec::new();
        for element in node.into_inner() {
            let text = element.as_str();
            let value = if element.as_rule() == Rule::radix { number::radix(text) } else { number::integer(text) }.ok();
            let Some(byte) = value.and_then(|value| if let Literal::Integer(digits) = value { digits.parse().ok() } else { None }) else {
                let number = abbreviated(text);
                return self.report(element.as_span().start(), element.as_span().end(), Message::NotAByte { number });
            };
            bytes.push(byte);
        }
        Some(Literal::ByteArray(bytes))
    }
}

/// A text whose lines all end alike.
pub(super) fn with_line_ends(text: &str, line_end: &str) -> String {
    let text = if text.contains('\r') { text.replace("\r\n", "\n") } else { text.to_string() };
    if line_end == "\n" { text } else { text.replace('\n', line_end) }
}

/// A text short enough for a message.
pub(super) fn abbreviated(text: &str) -> String {
    match text.char_indices().nth(30) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}
