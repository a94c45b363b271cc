//! Reads Smalltalk: from the text of a file to its syntax tree.
//!
//! ```text
//! text ─▶ outline (lexemes, brackets, chunks) ─▶ grammar (pest, a chunk at a time) ─▶ tree ─▶ Unit
//! ```
//!
//! Each source format is a file of its own that cuts a text into the chunks of the one grammar: `margin.rs` the TwinTalk
//! form, `bracketed.rs` GNU Smalltalk's brackets. A chunk that is refused does not keep the others from being read.
//!
//! Words: a *chunk* is a method or a run of top-level statements; a *lexeme* is a token found without the grammar; a *node*
//! is one of pest's pairs; the *margin* is the column of the first definition.

mod assembly;
mod body;
mod definition;
mod expected;
mod grammar;
mod limits;
mod literal;
mod margin;
mod nesting;
mod number;
mod outline;
mod reader;
mod scan;
mod tree;

use crate::ast::{Expression, Unit};
use crate::diagnostics::Diagnostics;
use crate::messages::Message;
use crate::source::{Source, Span};
use grammar::Rule;
use outline::Outline;
use reader::Reader;

/// Parses a file of any format. All its errors are reported; what could be read is answered.
pub fn parse(source: &Source, file: u32, diagnostics: &mut Diagnostics) -> Unit {
    let outline = outline::outline(&source.text);
    report(&outline, file, diagnostics);
    let depth = outline.depth;
    on_large_stack(depth, move || {
        let mut reader = Reader { text: &source.text, file, lexemes: &outline.lexemes, diagnostics };
        margin::parse(&mut reader, &outline)
    })
}

/// Parses a text that is one expression, such as a query.
pub fn expression(source: &Source, file: u32, diagnostics: &mut Diagnostics) -> Option<Expression> {
    let outline = outline::outline(&source.text);
    report(&outline, file, diagnostics);
    if !outline.problems.is_empty() {
        return None;
    }
    on_large_stack(outline.depth, || {
        let mut reader = Reader { text: &source.text, file, lexemes: &outline.lexemes, diagnostics };
        let node = reader.parse(Rule::sole_expression, 0..source.text.len())?.into_inner().next()?;
        reader.tree(0).expression(node, 0)
    })
}

fn report(outline: &Outline, file: u32, diagnostics: &mut Diagnostics) {
    for problem in &outline.problems {
        problem.clone().add(file, diagnostics);
    }
}

/// Runs deep work on a thread with a stack that is large enough for it.
fn on_large_stack<T: Send + Default>(depth: usize, work: impl FnOnce() -> T + Send) -> T {
    if depth <= limits::SHALLOW {
        return work();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(limits::STACK).spawn_scoped(scope, work);
        thread.ok().and_then(|thread| thread.join().ok()).unwrap_or_default()
    })
}

#[cfg(test)]
mod smoke {
    #[test]
    fn seed() {
        let source = crate::source::Source::new("sensor.st", include_str!("../../../examples/sensor.st"));
        let mut diagnostics = crate::diagnostics::Diagnostics::default();
        let unit = super::parse(&source, 0, &mut diagnostics);
        assert!(diagnostics.is_empty(), "{}", diagnostics.render(&[source], false));
        assert_eq!((unit.classes.len(), unit.methods.len(), unit.statements.len()), (1, 2, 3), "{unit:#?}");
    }
}
