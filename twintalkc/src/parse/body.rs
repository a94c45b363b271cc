//! Methods, bodies, declarations and pragmas: from pest's pairs to the syntax tree.

use super::grammar::Rule;
use super::reader::Reader;
use super::tree::{Node, Tree};
use crate::ast::{Body, Literal, Method, Name, Pragma, Selector, Slot, Statement, TopLevel, Type, Variable};
use crate::source::Span;
use std::ops::Range;

/// A method's head: `press: bar <Float> ^<Boolean>`
pub(super) struct Pattern {
    pub selector: Selector,
    pub arguments: Vec<Variable>,
    pub result: Option<Type>,
    /// Where the body begins, in the chunk's text.
    pub end: usize,
}

/// A top-level statement and the pragmas behind it.
pub(super) struct Declared {
    pub statement: TopLevel,
    pub pragmas: Vec<Pragma>,
}

impl Tree<'_> {
    /// `Pump>>press: bar` and its body, and where the body begins. The method's end and comment are left to the caller.
    pub fn method(&mut self, node: Node<'_>) -> Option<(Method, usize)> {
        let mut nodes = node.into_inner().peekable();
        let class = self.name(&nodes.next()?);
        let class_side = nodes.next_if(|node| node.as_rule() == Rule::class_side).is_some();
        let pattern = self.pattern(nodes.next()?)?;
        let span = self.span_at(0, 0);
        let mut body = self.body(nodes.next()?.into_inner(), 0)?;
        let category = category(&mut body.pragmas);
        let method = Method {
            class,
            class_side,
            origin: None,
            comment: None,
            selector: pattern.selector,
            arguments: pattern.arguments,
            result: pattern.result,
            category,
            body,
            span,
        };
        Some((method, pattern.end))
    }

    /// The head of a method.
    pub fn pattern(&mut self, node: Node<'_>) -> Option<Pattern> {
        let mut end = node.as_span().start();
        let mut selector: Option<Selector> = None;
        let mut arguments = Vec::new();
        let mut result = None;
        for part in node.into_inner() {
            match part.as_rule() {
                Rule::argument => {
                    let variable = self.variable(part)?;
                    end = variable.type_.as_ref().map_or(variable.name.span, |type_| type_.span).end as usize - self.base;
                    arguments.push(variable);
                }
                Rule::result => {
                    let type_ = self.type_(part.into_inner().next()?);
                    end = type_.span.end as usize - self.base;
                    result = Some(type_);
                }
                _ => {
                    end = part.as_span().end();
                    let span = self.span(&part);
                    selector.get_or_insert_with(|| Selector { text: String::new(), span }).text.push_str(part.as_str());
                }
            }
        }
        Some(Pattern { selector: selector?, arguments, result, end })
    }

    /// Declarations, pragmas and statements, of a method or a block.
    pub fn body<'n>(&mut self, nodes: impl Iterator<Item = Node<'n>>, depth: usize) -> Option<Body> {
        let mut body = Body::default();
        for node in nodes {
            match node.as_rule() {
                Rule::stop | Rule::EOI => {}
                Rule::temporaries => body.temporaries.extend(self.variables(node)?),
                Rule::pragma => body.pragmas.push(self.pragma(node)?),
                _ => body.statements.push(self.statement(node, depth)?),
            }
        }
        Some(body)
    }

    fn statement(&mut self, node: Node<'_>, depth: usize) -> Option<Statement> {
        if node.as_rule() == Rule::return_ {
            return self.expression(node.into_inner().next()?, depth).map(Statement::Return);
        }
        self.expression(node, depth).map(Statement::Expression)
    }

    /// A statement outside of methods, and the pragmas behind it.
    pub fn top_statement(&mut self, node: Node<'_>, temporaries: Vec<Variable>) -> Option<Declared> {
        let start = node.as_span().start();
        let mut nodes = node.into_inner();
        let statement = self.statement(nodes.next()?, 0)?;
        let pragmas: Vec<Pragma> = nodes.map(|pragma| self.pragma(pragma)).collect::<Option<_>>()?;
        let (Statement::Expression(value) | Statement::Return(value)) = &statement;
        let last = pragmas.last().map_or(value.span, |pragma| pragma.span);
        let span = self.span_at(start, start).to(last);
        Some(Declared { statement: TopLevel { temporaries, statement, span }, pragmas })
    }

    /// `| a <Float> b |`
    pub fn variables(&mut self, node: Node<'_>) -> Option<Vec<Variable>> {
        node.into_inner().map(|local| self.variable(local)).collect()
    }

    /// `a <Float>`
    pub fn variable(&mut self, node: Node<'_>) -> Option<Variable> {
        let mut nodes = node.into_inner();
        let name = self.name(&nodes.next()?);
        Some(Variable { name, type_: nodes.next().map(|type_| self.type_(type_)) })
    }

    /// `temperature <Float> count`
    pub fn slots<'n>(&mut self, nodes: impl Iterator<Item = Node<'n>>) -> Option<Vec<Slot>> {
        nodes
            .filter(|node| node.as_rule() == Rule::local)
            .map(|local| self.variable(local).map(|variable| Slot { name: variable.name, type_: variable.type_ }))
            .collect()
    }

    fn type_(&mut self, node: Node<'_>) -> Type {
        let span = self.span(&node);
        Type { alternatives: node.into_inner().map(|name| self.name(&name)).collect(), span }
    }

    /// `<topic: 'plant/{id}' payload: 'value'>`
    pub fn pragma(&mut self, node: Node<'_>) -> Option<Pragma> {
        let span = self.span(&node);
        let mut selector: Option<Selector> = None;
        let mut arguments = Vec::new();
        for part in node.into_inner() {
            if matches!(part.as_rule(), Rule::keyword | Rule::unary) {
                let span = self.span(&part);
                selector.get_or_insert_with(|| Selector { text: String::new(), span }).text.push_str(part.as_str());
            } else {
                arguments.push(self.literal(part)?);
            }
        }
        Some(Pragma { selector: selector?, arguments, span })
    }
}

/// Takes `<category: 'accessing'>` out of the pragmas: it names the protocol.
pub(super) fn category(pragmas: &mut Vec<Pragma>) -> Option<String> {
    let index = pragmas.iter().position(|pragma| pragma.selector.text == "category:")?;
    match pragmas[index].arguments.as_slice() {
        [Literal::String(category) | Literal::Symbol(category)] => {
            let category = category.clone();
            pragmas.remove(index);
            Some(category)
        }
        _ => None,
    }
}

/// The comment a text begins with; adjacent comments are one with a quote in it.
pub(super) fn leading_comment(text: &str) -> Option<String> {
    let mut rest = text.trim_start_matches(super::scan::is_blank).strip_prefix('"')?;
    let mut comment = String::new();
    loop {
        let (part, behind) = rest.split_once('"')?;
        comment.push_str(part);
        match behind.strip_prefix('"') {
            Some(next) => {
                comment.push('"');
                rest = next;
            }
            None => return Some(comment),
        }
    }
}

/// The method of a head and of what its brackets enclose; `subject` is the class that encloses it, and whether its class side.
pub(super) fn enclosed_method(
    reader: &mut Reader<'_>,
    head: Range<usize>,
    inside: Range<usize>,
    subject: Option<(&Name, bool)>,
) -> Option<Method> {
    let start = head.start;
    let head = reader.parse(Rule::bracket_pattern, head);
    let body = reader.parse(Rule::bracket_body, inside.clone());
    let (head, body) = (head?, body?.into_inner().next()?);
    let mut tree = reader.tree(start);
    let mut nodes = head.into_inner().peekable();
    let class = nodes.next_if(|node| node.as_rule() == Rule::class_name).map(|node| tree.name(&node));
    let class_side = nodes.next_if(|node| node.as_rule() == Rule::class_side).is_some();
    let pattern = tree.pattern(nodes.next()?)?;
    let mut body = reader.tree(inside.start).body(body.into_inner(), 0)?;
    let class = class.or_else(|| subject.map(|(name, _)| name.clone()))?;
    let category = category(&mut body.pragmas);
    Some(Method {
        class,
        class_side: class_side || subject.is_some_and(|(_, class_side)| class_side),
        origin: None,
        selector: pattern.selector,
        arguments: pattern.arguments,
        result: pattern.result,
        category,
        comment: leading_comment(&reader.text[inside.clone()]),
        body,
        span: Span { file: reader.file, start: start as u32, end: inside.end as u32 + 1 },
    })
}
