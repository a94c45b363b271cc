//! Where a collection of scratch may happen: in real sends, and at the back-edges of loops that allocate.

use crate::ir::{Const, Expr, Kind, Target};

/// Whether evaluating an expression may collect, and so move what scratch holds.
pub fn may_collect(expression: &Expr) -> bool {
    let mut found = false;
    expression.visit(&mut |part| found |= collects_itself(part));
    found
}

/// Whether a loop's back-edge collects: something in it allocates or sends.
pub fn loop_collects(parts: &[&[Expr]]) -> bool {
    let mut found = false;
    for expression in parts.iter().copied().flatten() {
        expression.visit(&mut |part| {
            found |= matches!(&part.kind, Kind::Block(_) | Kind::Brace(_) | Kind::Fresh(_))
                || matches!(&part.kind, Kind::Send(send) if !matches!(send.target, Target::Inline(_)));
        });
    }
    found
}

/// Whether an expression can never be a reference to the heap.
pub fn immediate(expression: &Expr) -> bool {
    matches!(&expression.kind, Kind::Const(constant) if !matches!(constant, Const::Literal(_)))
}

fn collects_itself(part: &Expr) -> bool {
    match &part.kind {
        Kind::Send(send) => matches!(send.target, Target::Dispatch | Target::Few { .. } | Target::Method { .. } | Target::NotUnderstood),
        Kind::While { condition, body, .. } => loop_collects(&[condition, body]),
        Kind::Count { body, .. } | Kind::Repeat(body) => loop_collects(&[body]),
        Kind::Global(_) | Kind::SetGlobal(..) => true,
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
