//! What a method of the library names: enough to tell what a program can reach without resolving the library again.

use super::Module;
use crate::ast::{self, Kind, Literal};
use crate::ir::{ClassNumber, Symbol};
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
    };
    walk::body(&method.body, &mut |expression| {
        found.symbols.extend(walk::selectors(expression).filter_map(|selector| module.symbols.number(&selector.text)));
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
