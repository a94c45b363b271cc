//! Finds out which source format a text is in.

use super::outline::begins_method;
use super::scan::{Lexeme, Token};

/// The formats a file may be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// `Pump>>press: bar` at the margin, its body below.
    Margin,
    /// GNU Smalltalk: `Twin subclass: Pump [ press: bar [ … ] ]`
    Bracketed,
}

/// The format of a text from its lexemes.
pub(super) fn format(lexemes: &[Lexeme], text: &str) -> Format {
    let mut depth = 0usize;
    for (index, lexeme) in lexemes.iter().enumerate() {
        match lexeme.token {
            Token::Open(_) => {
                if depth == 0 && lexeme.text(text) == "[" && opens_definition(&lexemes[..index], text) {
                    return Format::Bracketed;
                }
                depth += 1;
            }
            Token::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    if is_bracketed_method(lexemes, text) { Format::Bracketed } else { Format::Margin }
}

/// Whether a `[` behind these lexemes is the body of a class, an extension or an evaluation: no expression looks like it.
fn opens_definition(before: &[Lexeme], text: &str) -> bool {
    match before {
        [.., superclass, part, name] if part.token == Token::Keyword => {
            let defines = part.text(text) == "subclass:" || (part.text(text) == "named:" && superclass.text(text) == "Trait");
            defines && superclass.token == Token::Word && matches!(name.token, Token::Word | Token::Symbol)
        }
        [.., class, last] if last.text(text) == "extend" => class.token == Token::Word,
        [.., last] => last.text(text) == "Eval" && last.margin.is_some(),
        [] => false,
    }
}

/// Whether a text begins with `Pump >> press [ … ]` on a line of its own.
fn is_bracketed_method(lexemes: &[Lexeme], text: &str) -> bool {
    if !begins_method(lexemes, text) {
        return false;
    }
    let Some(open) = lexemes.iter().position(|lexeme| matches!(lexeme.token, Token::Open(_))) else { return false };
    let one_line = lexemes[1..=open].iter().all(|lexeme| lexeme.margin.is_none());
    let behind = matching(lexemes, open).map(|close| lexemes.get(close + 1));
    lexemes[open].text(text) == "[" && one_line && behind.is_some_and(|next| next.is_none_or(|next| next.margin.is_some()))
}

/// The index of the bracket that closes the one at an index.
pub(super) fn matching(lexemes: &[Lexeme], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    lexemes[open..]
        .iter()
        .position(|lexeme| {
            match lexeme.token {
                Token::Open(_) => depth += 1,
                Token::Close(_) => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        })
        .map(|distance| open + distance)
}
