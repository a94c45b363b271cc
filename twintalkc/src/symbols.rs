//! The numbering of symbols and selectors: the library's in the order its texts name them, then the program's.

use crate::ast::{Kind, Literal, Unit};
use crate::ir::Symbol;
use crate::walk;
use std::collections::HashMap;

/// Symbols by number and numbers by symbol.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    texts: Vec<String>,
    numbers: HashMap<String, Symbol>,
}

impl Symbols {
    /// The number of a symbol, a new one if need be.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.texts.len() as Symbol;
        self.texts.push(text.to_string());
        self.numbers.insert(text.to_string(), number);
        number
    }

    pub fn number(&self, text: &str) -> Option<Symbol> {
        self.numbers.get(text).copied()
    }

    pub fn text(&self, number: Symbol) -> &str {
        &self.texts[number as usize]
    }

    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn all(&self) -> &[String] {
        &self.texts
    }

    /// Interns every symbol a text names, so that the numbering depends on the texts alone.
    pub fn collect(&mut self, unit: &Unit) {
        for class in &unit.classes {
            self.intern(&class.name.text);
            for slot in &class.slots {
                self.intern(&slot.name.text);
            }
        }
        for method in &unit.methods {
            self.intern(&method.selector.text);
        }
        walk::unit(unit, &mut |expression| {
            for selector in walk::messages(expression).map(|message| &message.selector) {
                self.intern(&selector.text);
            }
            if let Kind::Literal(literal) = &expression.kind {
                self.literal(literal);
            }
        });
    }

    fn literal(&mut self, literal: &Literal) {
        match literal {
            Literal::Symbol(text) => {
                self.intern(text);
            }
            Literal::Array(elements) => elements.iter().for_each(|element| self.literal(element)),
            _ => {}
        }
    }
}
