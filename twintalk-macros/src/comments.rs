//! Finds Smalltalk's `//` that Rust took for the start of a comment.

use proc_macro2::{Span, TokenStream, TokenTree};

const MESSAGE: &str = "`//` begins a comment in Rust: the rest of this line is not compiled
help: for integer division write `(a / b) floor`, or use the text form `twin! { r#\"…\"# }`
help: a comment after an expression needs a full stop before it, or a line of its own";

/// Comments right after an operand, each with the place of that operand. Elsewhere `//` cannot be an operator.
///
/// Comments are no tokens; only the text of a group shows them.
pub fn swallowed(tokens: &TokenStream) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    for tree in tokens.clone() {
        let TokenTree::Group(group) = tree else { continue };
        let Some(text) = group.span().source_text() else { continue };
        let lines = lines(&text);
        if lines.is_empty() {
            continue;
        }
        let mut places = Vec::new();
        leaves(group.stream(), &mut places);
        let first = group.span().start().line;
        for line in lines {
            // What follows a comment stands on another line: the last token of the line is the operand.
            if let Some(span) = places.iter().rfind(|span| span.end().line == first + line) {
                found.push((*span, MESSAGE.to_owned()));
            }
        }
    }
    found
}

fn leaves(tokens: TokenStream, places: &mut Vec<Span>) {
    for tree in tokens {
        match tree {
            TokenTree::Group(group) => {
                places.push(group.span_open());
                leaves(group.stream(), places);
                places.push(group.span_close());
            }
            other => places.push(other.span()),
        }
    }
}

/// The lines, from 0, on which a comment follows an operand.
fn lines(text: &str) -> Vec<usize> {
    let (mut found, mut line, mut before) = (Vec::new(), 0, None::<char>);
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let length = match letter {
            _ if rest.starts_with("//") => {
                let documentation = rest.starts_with("///") || rest.starts_with("//!");
                if !documentation && before.is_some_and(|letter| letter.is_alphanumeric() || "_)}\"'".contains(letter)) {
                    found.push(line);
                }
                rest.find('\n').unwrap_or(rest.len())
            }
            _ if rest.starts_with("/*") => block_comment(rest),
            '"' => string(rest, 1),
            'r' if !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_') => raw_string(rest).unwrap_or(1),
            '\'' => character(rest),
            _ => letter.len_utf8(),
        };
        let (eaten, after) = rest.split_at(length);
        line += eaten.matches('\n').count();
        before = match eaten.chars().next_back() {
            Some('\n') => None,
            Some(last) if last.is_whitespace() || eaten.starts_with("/*") || eaten.starts_with("//") => before,
            last => last,
        };
        rest = after;
    }
    found
}

/// The length of a string with escapes that begins here; its contents begin at `from`.
fn string(text: &str, from: usize) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(from) {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a raw string, if one begins here.
fn raw_string(text: &str) -> Option<usize> {
    let hashes = text[1..].bytes().take_while(|byte| *byte == b'#').count();
    let contents = text[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(contents.find(&end).map_or(text.len(), |at| 1 + hashes + 1 + at + end.len()))
}

/// The length of a character literal; a lone quote is one letter.
fn character(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    match (letters.next(), letters.next()) {
        (Some((_, '\\')), Some((at, letter))) => {
            let escape = at + letter.len_utf8();
            text[escape..].find('\'').map_or(1, |end| escape + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text.as_bytes()[at..];
        match rest {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[usize]) {
        assert_eq!(lines(text), expected, "{text}");
    }

    #[test]
    fn a_comment_after_an_operand_is_swallowed_text() {
        check("[ ^total // count ]", &[0]);
        check("[\n x := (a + b) // 2.\n ^x ]", &[1]);
        check("[ ^\"a\" // 2 ]", &[0]);
    }

    #[test]
    fn comments_elsewhere_are_comments() {
        check("[ // the pump\n |a| // slots\n ^a. // done\n // alone\n]", &[]);
        check("[ ^a. x at: // key\n 1 ]", &[]);
        check("[ ^a /// doc\n ]", &[]);
        check("[ ^a foo; // then\n bar. ]", &[]);
    }

    #[test]
    fn slashes_in_literals_and_comments_are_neither() {
        check("[ ^\"http://x\". ^r#\"a \" // b\"#. /* a // b */ ^'/'. ^a /* x */ + b. ]", &[]);
        check("[ /* a /* b */ // c */ ^2. ]", &[]);
    }

    #[test]
    fn the_operand_is_pointed_at() {
        let tokens: TokenStream = "Twin subclass: Pump [\n half [\n ^total // 2\n ]\n]".parse().unwrap();
        let found = swallowed(&tokens);
        assert_eq!(found.iter().map(|(span, _)| span.source_text().unwrap()).collect::<Vec<_>>(), ["total"]);
    }
}
