//! Reads Smalltalk: from the text of a file to its syntax tree.
//!
//! ```text
//! text ─▶ outline (lexemes, brackets, chunks) ─▶ grammar (pest, a chunk at a time) ─▶ tree ─▶ Unit
//! ```
//!
//! Each source format is a file of its own that cuts a text into the chunks of the one grammar: `margin.rs` the TwinTalk
//! form, `bracketed.rs` GNU Smalltalk's brackets, `tonel/` Pharo's files, `chunk.rs` file-outs with bangs. A chunk that is refused does not keep the others from being read.
//!
//! Words: a *chunk* is a method or a run of top-level statements; a *lexeme* is a token found without the grammar; a *node*
//! is one of pest's pairs; the *margin* is the column of the first definition.

mod assembly;
mod body;
mod bracketed;
mod chunk;
mod composition;
mod definition;
mod expected;
mod format;
mod grammar;
mod limits;
mod literal;
mod margin;
mod nesting;
mod number;
mod outline;
mod parts;
mod reader;
mod respan;
pub use respan::respan_all;
mod scan;
#[cfg(test)]
mod tests;
mod tonel;
mod tree;

#[cfg(test)]
use crate::ast::Expression;
use crate::ast::Unit;
use crate::diagnostics::Diagnostics;
use crate::messages::Message;
use crate::source::Source;
use format::Format;
#[cfg(test)]
use grammar::Rule;
use outline::Outline;
use reader::Reader;
#[cfg(test)]
pub(crate) use scan::is_operator;

/// Parses a file of any format. All its errors are reported; what could be read is answered.
pub fn parse(source: &Source, file: u32, diagnostics: &mut Diagnostics) -> Unit {
    let mut found = Diagnostics::default();
    let unit =
        if tonel::is_tonel(&source.text) { tonel::parse(&source.text, file, &mut found) } else { outlined(source, file, &mut found) };
    if let Some(beyond) = diagnostics.take(found, limits::ERRORS) {
        diagnostics.add(beyond, Message::TooManyErrors { limit: limits::ERRORS });
    }
    unit
}

/// Parses a file whose format shows in its lexemes only.
fn outlined(source: &Source, file: u32, diagnostics: &mut Diagnostics) -> Unit {
    let outline = outline::outline(&source.text);
    if chunk::is_chunks(&source.text, &outline.lexemes) {
        return chunk::parse(&source.text, file, diagnostics);
    }
    report(&outline, file, diagnostics);
    on_large_stack(outline.depth, || {
        let mut reader = Reader { text: &source.text, file, lexemes: &outline.lexemes, line_end: "\n", diagnostics };
        match format::format(&outline.lexemes, &source.text) {
            Format::Margin => margin::parse(&mut reader, &outline),
            Format::Bracketed => bracketed::parse(&mut reader, &outline),
        }
    })
}

/// Parses a text that is one expression, as the tests write them.
#[cfg(test)]
pub fn expression(source: &Source, file: u32, diagnostics: &mut Diagnostics) -> Option<Expression> {
    let outline = outline::outline(&source.text);
    report(&outline, file, diagnostics);
    if !outline.problems.is_empty() {
        return None;
    }
    on_large_stack(outline.depth, || {
        let mut reader = Reader { text: &source.text, file, lexemes: &outline.lexemes, line_end: "\n", diagnostics };
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
