//! Literals: those that need no evaluation, and those that stand in the module's table.

use super::body::Body;
use crate::ast::Literal;
use crate::ir::Const;

/// Integers that a value word holds: 48 bits, two's complement.
const SMALL: std::ops::Range<i64> = -(1 << 47)..1 << 47;

impl Body<'_> {
    pub fn literal(&mut self, literal: &Literal) -> Const {
        match literal {
            Literal::Nil => Const::Nil,
            Literal::True => Const::True,
            Literal::False => Const::False,
            Literal::Float(value) => Const::Float(*value),
            Literal::Character(c) => Const::Character(*c),
            Literal::Symbol(text) => Const::Symbol(self.module.symbols.intern(text)),
            Literal::Integer(text) => match text.parse::<i64>() {
                Ok(value) if SMALL.contains(&value) => Const::Int(value),
                _ => self.table(literal),
            },
            Literal::Fraction { .. } | Literal::Scaled { .. } | Literal::String(_) | Literal::Array(_) | Literal::ByteArray(_) => {
                self.table(literal)
            }
        }
    }

    fn table(&mut self, literal: &Literal) -> Const {
        let literals = &mut self.module.literals;
        let at = literals.iter().position(|known| known == literal).unwrap_or_else(|| {
            literals.push(literal.clone());
            literals.len() - 1
        });
        Const::Literal(at)
    }
}
