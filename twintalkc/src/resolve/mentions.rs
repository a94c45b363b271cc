//! What a method of the library names: enough to tell what a program can reach without resolving the library again.

use super::Module;
use super::callees::{self, Callees};
use super::frame::announcement;
use crate::ast::{self, Kind, Literal, Statement};
use crate::ir::{ClassNumber, Const, Symbol};
use crate::resolve::Layout;
use crate::walk;
use std::collections::BTreeSet;

/// A method of the library and what it names.
#[derive(Clone, Debug)]
pub struct Mentions {
    pub class: ClassNumber,
    pub class_side: bool,
    pub selector: Symbol,
    /// What it sends, and the symbols it holds.
    pub symbols: BTreeSet<Symbol>,
    pub classes: BTreeSet<ClassNumber>,
    pub primitive: Option<String>,
    pub callees: Callees,
    pub shape: Option<Shape>,
}

/// What a method does that does nothing else.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// It answers a slot.
    Slot(usize),
    Constant(Const),
    /// It answers its receiver.
    This,
}

/// The selectors of the library: those it implements, and those it sends for a program to implement.
#[derive(Clone, Debug, Default)]
pub struct Selectors {
    pub all: BTreeSet<Symbol>,
    /// Those of methods that hold blocks.
    pub with_blocks: BTreeSet<Symbol>,
}

/// The selectors an expression itself sends, those among them that `resolve` puts in place of others too.
fn sent(module: &Module, expression: &ast::Expression) -> impl Iterator<Item = Symbol> {
    let texts = walk::messages(expression).flat_map(|message| {
        let text = &message.selector.text;
        [module.symbols.number(text), announcement(text).and_then(|told| module.symbols.number(&told))]
    });
    texts.flatten()
}

/// The selectors of the library, from its texts alone: its own compilation and every program's find the same.
pub fn selectors(module: &Module, methods: &[(ClassNumber, &ast::Method)]) -> Selectors {
    let mut found = Selectors::default();
    for (_, method) in methods {
        let own = module.symbols.number(&method.selector.text);
        found.all.extend(own);
        walk::body(&method.body, &mut |expression| {
            found.all.extend(sent(module, expression));
            if matches!(expression.kind, Kind::Block { .. }) {
                found.with_blocks.extend(own);
            }
        });
    }
    found
}

/// What a method of the library names.
pub fn of(module: &Module, class: ClassNumber, method: &ast::Method) -> Mentions {
    let mut found = Mentions {
        class,
        class_side: method.class_side,
        selector: module.symbols.number(&method.selector.text).unwrap_or_default(),
        symbols: BTreeSet::new(),
        classes: BTreeSet::new(),
        primitive: primitive(method),
        callees: callees::of(module, class, method),
        shape: shape(module, class, method),
    };
    walk::body(&method.body, &mut |expression| {
        found.symbols.extend(sent(module, expression));
        match &expression.kind {
            Kind::Variable(name) => found.classes.extend(module.classes.library_number(name)),
            Kind::Literal(literal) => symbols(literal, &mut |text| {
                found.symbols.extend(module.symbols.number(text));
                found.classes.extend(module.classes.library_number(text));
            }),
            _ => {}
        }
    });
    found
}

/// Calls `visit` with the symbols and strings in a literal: each may become a selector or the name of a class.
pub fn symbols(literal: &Literal, visit: &mut impl FnMut(&str)) {
    match literal {
        Literal::Symbol(text) | Literal::String(text) => visit(text),
        Literal::Array(elements) => elements.iter().for_each(|element| symbols(element, visit)),
        _ => {}
    }
}

fn primitive(method: &ast::Method) -> Option<String> {
    let pragma = method.body.pragmas.iter().find(|pragma| pragma.selector.text == "primitive:")?;
    match pragma.arguments.first() {
        Some(Literal::Symbol(name) | Literal::String(name)) => Some(name.clone()),
        _ => None,
    }
}

/// What a method does, where it only answers a slot, a constant or its receiver.
fn shape(module: &Module, class: ClassNumber, method: &ast::Method) -> Option<Shape> {
    if !method.body.pragmas.is_empty() || !method.body.temporaries.is_empty() {
        return None;
    }
    let answer = match &method.body.statements[..] {
        [] => return Some(Shape::This),
        [Statement::Return(answer)] => answer,
        _ => return None,
    };
    let own = module.classes.get(class);
    Some(match &answer.kind {
        Kind::Variable(name) => match name.as_str() {
            "self" => Shape::This,
            "nil" => Shape::Constant(Const::Nil),
            "true" => Shape::Constant(Const::True),
            "false" => Shape::Constant(Const::False),
            _ if method.class_side || !matches!(own.layout, Layout::Fixed | Layout::Indexed) => return None,
            _ => Shape::Slot(own.slots.iter().position(|slot| slot.name == *name)?),
        },
        Kind::Literal(Literal::Integer(text)) => Shape::Constant(Const::Int(text.parse::<i32>().ok()?.into())),
        _ => return None,
    })
}
