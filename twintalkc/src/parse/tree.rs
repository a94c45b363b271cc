//! Expressions: from pest's pairs to the syntax tree.
//!
//! Chains of messages are built in loops, and brackets nest at most `nesting::LIMIT` deep, so recursion is bounded.
//! A method answers `None` where it has reported what is wrong.

use super::grammar::Rule;
use super::limits::DEPTH;
use crate::ast::{Expression, Kind, Message as Sent, Name, Selector};
use crate::diagnostics::Diagnostics;
use crate::messages::Message;
use crate::source::Span;
use pest::iterators::{Pair, Pairs};
use std::iter::Peekable;

pub(super) type Node<'a> = Pair<'a, Rule>;
pub(super) type Nodes<'a> = Peekable<Pairs<'a, Rule>>;

/// Builds the syntax tree of one chunk.
pub(super) struct Tree<'a> {
    pub file: u32,
    /// Where in the file the chunk's text begins.
    pub base: usize,
    /// What ends a line inside a string.
    pub line_end: &'static str,
    pub diagnostics: &'a mut Diagnostics,
}

/// How loosely the messages of a chain may bind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Unary,
    Binary,
    Keyword,
}

/// A receiver and its messages.
struct Chain {
    value: Expression,
    /// Brackets around a sole receiver included.
    span: Span,
    messages: usize,
}

fn level(rule: Rule) -> Option<Level> {
    match rule {
        Rule::unary => Some(Level::Unary),
        Rule::binary => Some(Level::Binary),
        Rule::keyword_send => Some(Level::Keyword),
        _ => None,
    }
}

impl Tree<'_> {
    /// The place of a range of the chunk's text.
    pub fn span_at(&self, start: usize, end: usize) -> Span {
        Span { file: self.file, start: (self.base + start) as u32, end: (self.base + end) as u32 }
    }

    /// The place of a node. Only tokens and bracketed nodes end where they seem to: others take up the blanks behind them.
    pub fn span(&self, node: &Node<'_>) -> Span {
        let span = node.as_span();
        self.span_at(span.start(), span.end())
    }

    /// Reports and answers nothing.
    pub fn report<T>(&mut self, start: usize, end: usize, message: Message) -> Option<T> {
        let span = self.span_at(start, end);
        self.diagnostics.add(span, message);
        None
    }

    pub fn name(&self, node: &Node<'_>) -> Name {
        Name { text: node.as_str().to_string(), span: self.span(node) }
    }

    /// An expression at a depth of the tree.
    pub fn expression(&mut self, node: Node<'_>, depth: usize) -> Option<Expression> {
        let mut nodes = node.into_inner().peekable();
        let mut targets = Vec::new();
        while let Some(target) = nodes.next_if(|node| node.as_rule() == Rule::target) {
            targets.extend(target.into_inner().next().map(|name| self.name(&name)));
        }
        let depth = depth + targets.len();
        if let Some(innermost) = targets.last().filter(|_| depth > DEPTH) {
            self.diagnostics.add(innermost.span, Message::ExpressionTooLong { limit: DEPTH });
            return None;
        }
        let Chain { mut value, span, messages } = self.chain(&mut nodes, Level::Keyword, depth)?;
        value.span = span;
        if let Some(semicolon) = nodes.peek().map(|cascaded| cascaded.as_span().start()) {
            value = match value.kind {
                Kind::Send { receiver, message } if messages > 0 => self.cascade(*receiver, message, span, nodes, depth)?,
                _ => return self.report(semicolon, semicolon + 1, Message::CascadeWithoutMessage),
            };
        }
        for target in targets.into_iter().rev() {
            let span = target.span.to(value.span);
            value = Expression { kind: Kind::Assign { target, value: Box::new(value) }, span };
        }
        Some(value)
    }

    /// A receiver and its messages up to a level.
    fn chain(&mut self, nodes: &mut Nodes<'_>, limit: Level, depth: usize) -> Option<Chain> {
        let receiver = nodes.next()?;
        let mut messages = Vec::new();
        while let Some(message) = nodes.next_if(|node| level(node.as_rule()).is_some_and(|level| level <= limit)) {
            messages.push(message);
        }
        if depth + messages.len() > DEPTH {
            let beyond = messages.get(DEPTH.saturating_sub(depth)).unwrap_or(&receiver).as_span();
            let start = beyond.start();
            let end = start + beyond.as_str().split(super::scan::is_blank).next().map_or(0, str::len);
            return self.report(start, end, Message::ExpressionTooLong { limit: DEPTH });
        }
        let count = messages.len();
        let mut whole = self.span(&receiver);
        let mut value = self.primary(receiver, depth + count)?;
        for (index, message) in messages.into_iter().enumerate() {
            let (message, end) = self.message(message, depth + count - index)?;
            whole = whole.to(end);
            value = Expression { kind: Kind::Send { receiver: Box::new(value), message }, span: whole };
        }
        Some(Chain { value, span: whole, messages: count })
    }

    /// A message and its place.
    fn message(&mut self, node: Node<'_>, depth: usize) -> Option<(Sent, Span)> {
        if node.as_rule() == Rule::unary {
            let selector = Selector { text: node.as_str().to_string(), span: self.span(&node) };
            let span = selector.span;
            return Some((Sent { selector, arguments: Vec::new() }, span));
        }
        let limit = if node.as_rule() == Rule::binary { Level::Unary } else { Level::Binary };
        let mut nodes = node.into_inner().peekable();
        let mut selector = String::new();
        let mut first = None;
        let mut arguments = Vec::new();
        let mut whole = None;
        while let Some(part) = nodes.next() {
            selector.push_str(part.as_str());
            let part = self.span(&part);
            let first = *first.get_or_insert(part);
            let argument = self.chain(&mut nodes, limit, depth)?;
            arguments.push(argument.value);
            whole = Some(first.to(argument.span));
        }
        Some((Sent { selector: Selector { text: selector, span: first? }, arguments }, whole?))
    }

    /// `; cr; yourself` behind a first message.
    fn cascade(&mut self, receiver: Expression, first: Sent, mut span: Span, nodes: Nodes<'_>, depth: usize) -> Option<Expression> {
        let mut messages = vec![first];
        for node in nodes {
            let (message, end) = self.message(node.into_inner().next()?, depth + 1)?;
            span = span.to(end);
            messages.push(message);
        }
        Some(Expression { kind: Kind::Cascade { receiver: Box::new(receiver), messages }, span })
    }

    fn primary(&mut self, node: Node<'_>, depth: usize) -> Option<Expression> {
        let span = self.span(&node);
        let kind = match node.as_rule() {
            Rule::variable => Kind::Variable(node.as_str().to_string()),
            Rule::parenthesis => return self.expression(node.into_inner().next()?, depth + 1),
            Rule::brace => {
                let mut elements = Vec::new();
                for element in node.into_inner().filter(|node| node.as_rule() != Rule::stop) {
                    elements.push(self.expression(element, depth + 1)?);
                }
                Kind::Brace(elements)
            }
            Rule::block => {
                let mut nodes = node.into_inner().peekable();
                let mut arguments = Vec::new();
                while let Some(parameter) = nodes.next_if(|node| node.as_rule() == Rule::parameter) {
                    arguments.push(self.variable(parameter.into_inner().next()?)?);
                }
                Kind::Block { arguments, body: self.body(nodes, depth + 1)? }
            }
            _ => Kind::Literal(self.literal(node)?),
        };
        Some(Expression { kind, span })
    }
}
