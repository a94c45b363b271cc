//! Tonel, Pharo's form on disk: a head in STON, then methods in brackets. Versions 1 and 3 differ in how they quote only.
//!
//! ```text
//! "I move water."
//! Class { #name : 'Pump', #superclass : 'Object', #instVars : [ 'press' ] }
//!
//! { #category : 'accessing' }
//! Pump >> press [ ^ press ]
//! ```

mod head;
mod outline;
mod ston;

use super::assembly::Assembly;
use super::body::enclosed_method;
use super::reader::Reader;
use super::scan::{Scanner, Token};
use crate::ast::Unit;
use crate::diagnostics::Diagnostics;
use outline::Item;

/// Whether a text is in Tonel: behind comments it begins with `Class {`, `Trait {`, `Extension {` or `Package {`.
pub(super) fn is_tonel(text: &str) -> bool {
    let mut lexemes = Scanner::new(text).skip_while(|lexeme| lexeme.token == Token::Comment);
    let is_kind = lexemes.next().is_some_and(|kind| outline::KINDS.contains(&kind.text(text)));
    is_kind && lexemes.next().is_some_and(|open| open.token == Token::Open(b'{'))
}

/// Parses a file in Tonel.
pub(super) fn parse(text: &str, file: u32, diagnostics: &mut Diagnostics) -> Unit {
    let outline = outline::outline(text);
    for problem in outline.problems {
        problem.add(file, diagnostics);
    }
    super::on_large_stack(outline.depth, || {
        let mut reader = Reader { text, file, lexemes: &outline.lexemes, line_end: "\r", diagnostics };
        let mut assembly = Assembly::default();
        for item in outline.items {
            match item {
                Item::Head { kind, fields, comment, range } => head::read(&mut reader, &mut assembly, kind, fields, comment, range),
                Item::Method { category, head, open, close } => {
                    let lexeme = |index: usize| outline.lexemes[index];
                    let inside = lexeme(open).end..lexeme(close).start;
                    let Some(mut found) = enclosed_method(&mut reader, lexeme(head).start..lexeme(open).start, inside, None) else {
                        continue;
                    };
                    found.category = category.or(found.category);
                    assembly.method(found);
                }
            }
        }
        assembly.finish(reader.diagnostics)
    })
}
