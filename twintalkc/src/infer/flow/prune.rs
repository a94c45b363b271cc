//! Branches that are never taken, as what is known shows: they are dropped, so that nothing they do is provided for.

use crate::ir::{Const, Expr, Function, Kind, Target};
use crate::known::{FALSE, TRUE};

/// Drops the branches of a function and of its blocks that are never taken.
pub fn prune(function: &mut Function) {
    for expression in &mut function.body {
        expression.visit_mut(&mut |part| {
            let Kind::If(condition, then, otherwise) = &mut part.kind else { return };
            let Some(holds) = certain(condition) else { return };
            let mut taken = std::mem::take(if holds { then } else { otherwise });
            if taken.is_empty() {
                taken.push(Expr::nil(part.span));
            }
            part.kind = Kind::Sequence(taken);
        });
    }
}

/// What a condition without effects certainly is.
fn certain(condition: &Expr) -> Option<bool> {
    let all = |first: &Expr, rest: &[Expr]| match rest {
        [rest] => Some((certain(first)?, certain(rest)?)),
        _ => None,
    };
    match &condition.kind {
        Kind::And(first, rest) if certain(first) == Some(true) => all(first, rest).map(|(_, rest)| rest),
        Kind::And(first, _) => certain(first).filter(|holds| !holds),
        Kind::Or(first, rest) if certain(first) == Some(false) => all(first, rest).map(|(_, rest)| rest),
        Kind::Or(first, _) => certain(first).filter(|holds| *holds),
        Kind::Send(send) => {
            let plain = matches!(send.target, Target::Inline(_) | Target::Operator(_));
            let reads = |operand: &Expr| matches!(operand.kind, Kind::Local(_) | Kind::This | Kind::Const(_));
            let quiet = plain && reads(&send.receiver) && send.arguments.iter().all(reads);
            if quiet { truth(condition) } else { None }
        }
        Kind::Const(Const::True | Const::False) => truth(condition),
        _ => None,
    }
}

fn truth(condition: &Expr) -> Option<bool> {
    match condition.known.kinds {
        TRUE => Some(true),
        FALSE => Some(false),
        _ => None,
    }
}
