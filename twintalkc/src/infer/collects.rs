//! Where a collection of scratch may happen: in calls that lead to one, and at the back-edges of loops that allocate.

use crate::ir::{Const, Expr, Kind, Local, Target};
use crate::known::Held;

/// Whether evaluating an expression may collect, and so move what scratch holds.
pub fn may_collect(locals: &[Local], expression: &Expr) -> bool {
    let mut found = false;
    expression.visit(&mut |part| found |= collects_itself(locals, part));
    found
}

/// Whether a loop's back-edge collects: something in it takes memory.
pub fn loop_collects(locals: &[Local], parts: &[&[Expr]]) -> bool {
    let mut found = false;
    for expression in parts.iter().copied().flatten() {
        expression.visit(&mut |part| {
            found |= makes_itself(locals, part) || boxes_itself(locals, part) || matches!(&part.kind, Kind::Send(send) if send.allocates);
        });
    }
    found
}

/// Whether some loop of a function collects.
pub fn loops_collect(locals: &[Local], body: &[Expr]) -> bool {
    let mut found = false;
    body.iter().for_each(|expression| expression.visit(&mut |part| found |= is_collecting_loop(locals, part)));
    found
}

/// Whether evaluating an expression makes an object, apart from its parts and what it calls.
pub fn makes_itself(locals: &[Local], part: &Expr) -> bool {
    match &part.kind {
        Kind::Block(_) | Kind::Brace(_) => true,
        Kind::Fresh(local) => locals[*local].cell,
        Kind::Each(each) => !each.step.is_test(),
        _ => false,
    }
}

/// Whether an integer held as Rust's may need a box here, as it goes where values are.
pub fn boxes_itself(locals: &[Local], part: &Expr) -> bool {
    let boxed = |value: &Expr| value.known.held() == Held::Int && !value.known.boxed_late();
    match &part.kind {
        Kind::SetLocal(local, value) => (locals[*local].cell || locals[*local].held() == Held::Value) && boxed(value),
        Kind::PutSlots(slots) => slots.iter().any(|(_, local)| locals[*local].held() == Held::Int && !locals[*local].known.boxed_late()),
        Kind::SetCaptured(_, value)
        | Kind::SetSlot(_, value)
        | Kind::SetClassVariable(_, value)
        | Kind::SetClassSlot(_, value)
        | Kind::SetGlobal(_, value)
        | Kind::Return(value)
        | Kind::ReturnHome(value) => boxed(value),
        Kind::Send(send) => match send.target {
            Target::Inline(_) => false,
            Target::Operator("at_put") => send.arguments.get(1).is_some_and(boxed),
            Target::Operator(_) => false,
            _ => boxed(&send.receiver) || send.arguments.iter().any(boxed),
        },
        Kind::Brace(elements) => elements.iter().any(boxed),
        _ => false,
    }
}

/// Whether an expression can never be a reference to the heap.
pub fn immediate(expression: &Expr) -> bool {
    matches!(&expression.kind, Kind::Const(constant) if !matches!(constant, Const::Literal(_)))
}

fn collects_itself(locals: &[Local], part: &Expr) -> bool {
    match &part.kind {
        Kind::Send(send) => sends_away(&send.target) && send.collects,
        Kind::Global(_) | Kind::SetGlobal(..) => true,
        _ => is_collecting_loop(locals, part),
    }
}

/// Whether a send of this kind leaves the function: what is answered in place moves nothing.
pub fn sends_away(target: &Target) -> bool {
    !matches!(target, Target::Inline(_) | Target::Operator(_))
}

fn is_collecting_loop(locals: &[Local], part: &Expr) -> bool {
    match &part.kind {
        Kind::While { condition, body, .. } => loop_collects(locals, &[condition, body]),
        Kind::Count { body, .. } | Kind::Repeat(body) => loop_collects(locals, &[body]),
        _ => false,
    }
}

/// Whether operands may wait on the root stack for later ones of their operation.
pub fn operands_wait(locals: &[Local], body: &[Expr]) -> bool {
    let collects = |operand: &&Expr| may_collect(locals, operand);
    let mut found = false;
    for expression in body {
        expression.visit(&mut |part| {
            found |= match &part.kind {
                Kind::Send(send) => send.arguments.iter().any(|operand| collects(&operand)),
                Kind::Brace(elements) => elements.iter().skip(1).any(|operand| collects(&operand)),
                Kind::Each(each) => each.operands.iter().any(|operand| collects(&operand)),
                _ => false,
            };
        });
    }
    found
}
