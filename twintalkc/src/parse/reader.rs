//! Runs the grammar over parts of a file and reports what it refuses.

use super::expected::explain;
use super::grammar::{Grammar, Rule};
use super::respan::Respan;
use super::scan::Lexeme;
use super::tree::{Node, Tree};
use crate::ast::{Expression, Slot};
use crate::diagnostics::Diagnostics;
use crate::messages::Message;
use crate::source::Span;
use pest::Parser;
use std::ops::Range;

/// A file that is being parsed.
pub(super) struct Reader<'a> {
    pub text: &'a str,
    pub file: u32,
    /// The lexemes of the file without its comments.
    pub lexemes: &'a [Lexeme],
    /// What ends a line inside a string: Pharo keeps sources with carriage returns, whatever their files have.
    pub line_end: &'static str,
    pub diagnostics: &'a mut Diagnostics,
}

impl<'a> Reader<'a> {
    /// A reader of the same file that may report elsewhere.
    pub fn reporting_to<'b>(&'b mut self, other: Option<&'b mut Diagnostics>) -> Reader<'b>
    where
        'a: 'b,
    {
        Reader {
            text: self.text,
            file: self.file,
            lexemes: self.lexemes,
            line_end: self.line_end,
            diagnostics: other.unwrap_or(self.diagnostics),
        }
    }

    /// Parses a range of the text; answers the pairs inside the rule.
    pub fn parse(&mut self, rule: Rule, range: Range<usize>) -> Option<Node<'a>> {
        match Grammar::parse(rule, &self.text[range.clone()]) {
            Ok(mut pairs) => pairs.next(),
            Err(error) => {
                let finding = explain(self.text, self.lexemes, rule, range, &error);
                finding.add(self.file, self.diagnostics);
                None
            }
        }
    }

    /// Builds the syntax tree of a text that begins at an offset.
    pub fn tree(&mut self, base: usize) -> Tree<'_> {
        Tree { file: self.file, base, line_end: self.line_end, diagnostics: self.diagnostics }
    }

    /// The text of a place.
    pub fn text(&self, span: Span) -> &'a str {
        &self.text[span.start as usize..span.end as usize]
    }

    /// The slots in a string of a class definition.
    pub fn slots(&mut self, span: Span) -> Option<Vec<Slot>> {
        let range = span.start as usize..span.end as usize;
        let node = self.parse(Rule::slots, range.clone())?;
        self.tree(range.start).slots(node.into_inner())
    }

    /// The expression that a string says, and the place of what its quotes enclose. Where the string escapes something, the
    /// parts of the expression have no places of their own.
    pub fn quoted_expression(&mut self, text: &str, range: Range<usize>) -> Option<Expression> {
        if self.text[range.clone()] == *text {
            let node = self.parse(Rule::sole_expression, range.clone())?.into_inner().next()?;
            return self.tree(range.start).expression(node, 0);
        }
        let place = Span { file: self.file, start: range.start as u32, end: range.end as u32 };
        let mut unread = Diagnostics::default();
        let mut inner = Reader { text, file: self.file, lexemes: &[], line_end: self.line_end, diagnostics: &mut unread };
        let node = inner.parse(Rule::sole_expression, 0..text.len()).and_then(|node| node.into_inner().next());
        let Some(mut expression) = node.and_then(|node| inner.tree(0).expression(node, 0)) else {
            self.diagnostics.add(place, Message::MissingInHead { expected: "an expression" });
            return None;
        };
        expression.respan(&mut |span| *span = place);
        Some(expression)
    }
}
