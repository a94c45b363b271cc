//! Two annotations of one function compared.

use crate::ir::{Expr, Function, Kind};
use crate::known::{Held, Known};

/// Whether all that was held as one of Rust's numbers is so still, and collections that are walked are known as well as before.
pub fn keeps(before: &Function, after: &Function) -> bool {
    let (mut first, mut second) = (Facts::default(), Facts::default());
    first.function(before);
    second.function(after);
    let numbers = first.values.iter().zip(&second.values).all(|(before, after)| numbers_stay(before, after));
    numbers && first.walked.iter_mut().zip(&second.walked).all(|(before, after)| !before.add(after))
}

fn numbers_stay(before: &Known, after: &Known) -> bool {
    let held = before.held() == Held::Value || before.held() == after.held() || after.is_none();
    held && (before.held() != Held::Int || !before.unboxed() || after.unboxed())
}

/// What is known of a function, in the order of its expressions.
#[derive(Default)]
struct Facts {
    values: Vec<Known>,
    walked: Vec<Known>,
}

impl Facts {
    fn function(&mut self, function: &Function) {
        self.values.push(function.result.clone());
        self.values.extend(function.locals.iter().map(|local| local.known.clone()));
        function.body.iter().for_each(|part| self.expression(part));
    }

    fn expression(&mut self, whole: &Expr) {
        self.values.push(whole.known.clone());
        match &whole.kind {
            Kind::Block(block) => self.function(&block.function),
            Kind::Each(each) => {
                self.walked.extend(each.operands.iter().map(|operand| operand.known.clone()));
                each.operands.iter().for_each(|operand| self.expression(operand));
            }
            kind => kind.parts(&mut |part| self.expression(part)),
        }
    }
}
