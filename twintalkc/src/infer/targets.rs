//! Class-hierarchy analysis (Dean, Grove, Chambers 1995): a send with one possible method becomes a direct call.

use crate::Target as Compilation;
use crate::ir::{ClassNumber, Const, Expr, Function, Kind, Send, Target};
use crate::resolve::Module;

/// What `self` is in a function.
#[derive(Clone, Copy)]
pub struct Receiver {
    pub class: Option<ClassNumber>,
    pub class_side: bool,
}

/// Decides the targets of all sends of a function and of its blocks.
pub fn function(module: &Module, receiver: Receiver, function: &mut Function) {
    for expression in &mut function.body {
        expression.visit_mut(&mut |expression| {
            if let Kind::Send(send) = &mut expression.kind
                && send.target == Target::Dispatch
                && let Some(target) = known(module, receiver, send)
            {
                send.target = target;
            }
        });
    }
}

/// The one method a send can reach. The library's sends stay open: a program may override what they call.
fn known(module: &Module, this: Receiver, send: &Send) -> Option<Target> {
    if module.target == Compilation::Library {
        return None;
    }
    let (class, class_side, exact) = match &send.receiver {
        Expr { kind: Kind::Const(Const::Class(class)), .. } => (*class, true, true),
        Expr { kind: Kind::This, .. } => {
            let class = this.class?;
            (class, this.class_side, module.classes.get(class).twin && !this.class_side)
        }
        _ => return None,
    };
    let (found, side) = module.understood.lookup(&module.classes, class, class_side, send.selector)?;
    let one = exact || !overridden(module, class, class_side, send);
    one.then_some(Target::Method { class: found, class_side: side })
}

fn overridden(module: &Module, class: ClassNumber, class_side: bool, send: &Send) -> bool {
    let mut implementors = module.understood.implementors(send.selector, class_side);
    implementors.any(|(other, _)| other != class && module.classes.inherits(other, class))
}
