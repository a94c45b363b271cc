//! Where a collection of scratch may happen: in calls that lead to one, and at the back-edges of loops that allocate.

use crate::ir::{Const, Expr, Kind, Local, Target};

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
        expression.visit(&mut |part| found |= makes_itself(locals, part) || matches!(&part.kind, Kind::Send(send) if send.allocates));
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
        Kind::Block(_) | Kind::Brace(_) | Kind::Each(_) => true,
        Kind::Fresh(local) => locals[*local].cell,
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

/// Whether a function may return while operands wait on the root stack, so that a frame must take them back.
pub fn returns_from_operands(body: &[Expr]) -> bool {
    let mut found = false;
    for expression in body {
        expression.visit(&mut |part| {
            found |= match &part.kind {
                Kind::Send(send) => std::iter::once(&send.receiver).chain(&send.arguments).any(returns),
                Kind::Brace(elements) => elements.iter().any(returns),
                Kind::Each(each) => each.operands.iter().any(returns),
                _ => false,
            };
        });
    }
    found
}

fn returns(expression: &Expr) -> bool {
    let mut found = false;
    expression.visit(&mut |part| found |= matches!(part.kind, Kind::Return(_) | Kind::ReturnHome(_)));
    found
}
