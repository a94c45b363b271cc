//! TwinTalk form: `Pump>>press: bar` at the margin, its body below; anything else is a top-level statement.

use super::assembly::Assembly;
use super::body::leading_comment;
use super::definition::classify;
use super::grammar::Rule;
use super::outline::{Outline, begins_method};
use super::reader::Reader;
use super::scan::{Lexeme, Token};
use crate::ast::{Unit, Variable};
use crate::diagnostics::Diagnostics;
use crate::messages::Message;
use crate::source::Span;

/// How a chunk ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// With a statement, behind which a full stop may be missing.
    Statement,
    /// With a method's head, declarations or pragmas.
    Other,
    /// Unknown: the chunk has errors.
    Refused,
}

/// Parses a file in TwinTalk form.
pub(super) fn parse(reader: &mut Reader<'_>, outline: &Outline) -> Unit {
    let mut assembly = Assembly::default();
    let mut temporaries = Vec::new();
    // The chunk before has no full stop, so this one may be meant to continue it: its own errors would only confuse.
    let mut continued = false;
    for (index, chunk) in outline.chunks.iter().enumerate() {
        if chunk.broken {
            continued = false;
            continue;
        }
        let lexemes = &outline.lexemes[chunk.lexemes.clone()];
        let mut discarded = Diagnostics::default();
        let mut reader = reader.reporting_to(continued.then_some(&mut discarded));
        let is_method = begins_method(lexemes, reader.text);
        let end = if is_method {
            let behind = outline.chunks.get(index + 1).map_or(reader.text.len(), |next| outline.lexemes[next.lexemes.start].start);
            method(&mut reader, lexemes, behind, outline.margin, &mut assembly)
        } else {
            statements(&mut reader, lexemes, &mut assembly, &mut temporaries)
        };
        let next = outline.chunks.get(index + 1).map(|next| &outline.lexemes[next.lexemes.clone()]);
        // A method's last statement needs none in front of the next method.
        let next = next.filter(|next| !(is_method && begins_method(next, reader.text)));
        continued = false;
        if let (Some([next, ..]), Some(last)) = (next, lexemes.last())
            && last.token != Token::Stop
        {
            continued = end != End::Other;
            if end == End::Statement {
                missing_stop(&mut reader, last, next);
            }
        }
    }
    assembly.finish(reader.diagnostics)
}

fn missing_stop(reader: &mut Reader<'_>, last: &Lexeme, next: &Lexeme) {
    let span = |start: usize, end: usize| Span { file: reader.file, start: start as u32, end: end as u32 };
    reader.diagnostics.add_related(
        span(last.end, last.end),
        Message::MissingStop,
        span(next.start, next.end),
        "this line is at the margin, so it begins something new",
    );
}

fn method(reader: &mut Reader<'_>, lexemes: &[Lexeme], behind: usize, margin: usize, assembly: &mut Assembly) -> End {
    let (start, end) = extent(lexemes);
    let Some(node) = reader.parse(Rule::method, start..end) else { return End::Refused };
    let Some((mut method, body)) = reader.tree(start).method(node) else { return End::Refused };
    method.span.end = end as u32;
    method.comment = comment(&reader.text[start + body..behind.max(start + body)], margin);
    let end = if method.body.statements.is_empty() { End::Other } else { End::Statement };
    assembly.method(method);
    end
}

/// The comment with which a method's body begins: at the margin it does not belong to the method.
fn comment(text: &str, margin: usize) -> Option<String> {
    let before = &text[..text.find('"')?];
    let column = before.rfind(['\n', '\r']).map_or(usize::MAX, |line| before[line + 1..].chars().count());
    if column > margin { leading_comment(text) } else { None }
}

/// Top-level statements. Temporaries without a statement behind them go to the next one.
pub(super) fn statements(reader: &mut Reader<'_>, lexemes: &[Lexeme], assembly: &mut Assembly, temporaries: &mut Vec<Variable>) -> End {
    let (start, end) = extent(lexemes);
    let Some(node) = reader.parse(Rule::top_level, start..end) else { return End::Refused };
    let mut end = End::Other;
    let mut refused = false;
    for node in node.into_inner() {
        match node.as_rule() {
            Rule::temporaries => match reader.tree(start).variables(node) {
                Some(variables) => temporaries.extend(variables),
                None => refused = true,
            },
            Rule::top_statement => {
                match reader.tree(start).top_statement(node, std::mem::take(temporaries)) {
                    Some(declared) => assembly.top(classify(reader, declared)),
                    None => refused = true,
                }
                end = End::Statement;
            }
            _ => {}
        }
    }
    if refused { End::Refused } else { end }
}

/// Where lexemes begin and end in the text.
pub(super) fn extent(lexemes: &[Lexeme]) -> (usize, usize) {
    match lexemes {
        [first, .., last] => (first.start, last.end),
        [only] => (only.start, only.end),
        [] => (0, 0),
    }
}
