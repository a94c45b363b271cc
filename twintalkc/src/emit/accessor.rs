//! Methods that only read or write a slot, or answer a constant: done where they are called.

use super::few::Callee;
use super::form::Printed;
use super::function::{Writer, index};
use crate::ir::{Const, Expr, Kind, Method};
use crate::known::Held;
use crate::resolve::mentions::Shape;
use crate::source::Span;
use quote::quote;

/// What a method does that is done in place.
enum Access<'a> {
    Read(usize),
    /// `slot := argument`, answering the argument or `self`.
    Write {
        slot: usize,
        answers_argument: bool,
    },
    Constant(&'a Const),
    This,
}

fn access(method: &Method) -> Option<Access<'_>> {
    let function = &method.function;
    if method.primitive.is_some() || method.result.is_some() || function.locals.iter().any(|local| local.cell || local.declared.is_some()) {
        return None;
    }
    let [only] = &function.body[..] else { return None };
    let written = |expression: &Expr, answers_argument| match &expression.kind {
        Kind::SetSlot(slot, value) if matches!(value.kind, Kind::Local(0)) && function.arguments == 1 => {
            Some(Access::Write { slot: *slot, answers_argument })
        }
        _ => None,
    };
    match &only.kind {
        Kind::Return(value) => match &value.kind {
            Kind::Slot(slot) => Some(Access::Read(*slot)),
            Kind::Const(constant) if !matches!(constant, Const::Literal(_)) => Some(Access::Constant(constant)),
            Kind::This => Some(Access::This),
            Kind::SetSlot(..) => written(value, true),
            _ => None,
        },
        Kind::SetSlot(..) => written(only, false),
        _ => None,
    }
}

/// The slot of an object that a method reads and does nothing else.
pub(super) fn slot_read(method: &Method) -> Option<proc_macro2::Literal> {
    match access(method)? {
        Access::Read(slot) if !method.class_side && method.function.arguments == 0 => Some(index(slot)),
        _ => None,
    }
}

impl Writer<'_> {
    /// A call of an accessor, done in place.
    pub fn accessor(&self, callee: &Callee, operands: &[&Expr], span: Span) -> Option<Printed> {
        let Some(method) = callee.method else { return self.library_accessor(callee, operands, span) };
        if callee.own || self.emitter.is_library() || self.emitter.module.classes.get(method.class).twin || method.class_side {
            return None;
        }
        // What is dropped must have no effect.
        let simple = |operand: &Expr| is_simple(operand);
        match access(method)? {
            Access::Read(slot) if operands.len() == 1 => {
                let slot = index(slot);
                Some(Printed::value(self.values_of(operands, |values| quote!(rt::slot(#(#values,)* #slot, t)))))
            }
            Access::Write { slot, answers_argument } => {
                let (at, slot) = (self.at(span), index(slot));
                let (object, value) = (self.emitter.temporary(), self.emitter.temporary());
                let answer = if answers_argument { quote!(#value) } else { quote!(#object) };
                Some(Printed::value(self.values_of(operands, |values| {
                    let (receiver, argument) = (&values[0], &values[1]);
                    quote! { {
                        let #object = #receiver;
                        let #value = #argument;
                        rt::set_slot(#object, #slot, #value, t)#at;
                        #answer
                    } }
                })))
            }
            Access::Constant(constant) if operands.iter().all(|operand| simple(operand)) => {
                let constant = Expr::new(Kind::Const(constant.clone()), span);
                let held = constant.known.held();
                Some(Printed::new(held, self.held(&constant, held)))
            }
            Access::This if operands.len() == 1 => Some(Printed::value(self.held(operands[0], Held::Value))),
            _ => None,
        }
    }

    /// A call of a method of the library that only answers a slot, a constant or its receiver.
    fn library_accessor(&self, callee: &Callee, operands: &[&Expr], span: Span) -> Option<Printed> {
        if self.emitter.is_library() {
            return None;
        }
        let receiver = *operands.first()?;
        // What is dropped must have no effect.
        let rest = operands[1..].iter().all(|operand| is_simple(operand));
        match self.emitter.shapes.get(&callee.key)? {
            Shape::Slot(slot) if operands.len() == 1 => {
                let slot = index(*slot);
                Some(Printed::value(self.values_of(operands, |values| quote!(rt::slot(#(#values,)* #slot, t)))))
            }
            Shape::Constant(constant) if rest && is_simple(receiver) => {
                let constant = Expr::new(Kind::Const(constant.clone()), span);
                let held = constant.known.held();
                Some(Printed::new(held, self.held(&constant, held)))
            }
            Shape::This if rest => Some(Printed::value(self.held(receiver, Held::Value))),
            _ => None,
        }
    }
}

/// Whether an expression has no effect and never fails.
fn is_simple(operand: &Expr) -> bool {
    matches!(operand.kind, Kind::This | Kind::Local(_) | Kind::Const(_) | Kind::Slot(_) | Kind::Captured(_))
}
