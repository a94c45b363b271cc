//! Slots of `self` kept in locals: read once, and stored together (available loads and delayed stores; scalar
//! replacement, Carr and Kennedy 1994).
//!
//! A slot has a local of its own while nothing else can write it: what `effects` cannot name writes everything. A store
//! may wait as long as nobody can look: a call, an error, a loop and the end of the function come after it. References
//! are forgotten at calls, because a collection moves what they refer to; numbers are not.

mod effects;
mod rewrite;
mod statements;

use super::flow::facts::Facts;
use crate::Target;
use crate::ir::{ClassNumber, Function, Kind, Method, Sharing};
use crate::resolve::Module;
use effects::Effects;

/// Rewrites the methods of a program, and their blocks; tells whether any slot has got a local.
pub fn reuse(module: &mut Module) -> bool {
    // Where a handler resumes, anything may have been written meanwhile by whoever was asked.
    if module.target == Target::Library || Facts::of(module).resumes {
        return false;
    }
    let mut methods = std::mem::take(&mut module.methods);
    let effects = Effects::of(module, &methods);
    let locals = |methods: &[Method]| methods.iter().map(|method| method.function.locals.len()).sum::<usize>();
    let before = locals(&methods);
    for method in &mut methods {
        if has_slots(module, method) {
            function(&effects, method.class, &mut method.function, false);
        }
    }
    let after = locals(&methods);
    module.methods = methods;
    after > before
}

/// Whether `self` is an object with slots of its own: those of twins are fields of a struct.
fn has_slots(module: &Module, method: &Method) -> bool {
    let class = module.classes.get(method.class);
    !method.class_side && !class.twin && !class.slots.is_empty() && method.primitive.is_none() && method.sharing == Sharing::Own
}

fn function(effects: &Effects<'_>, class: ClassNumber, function: &mut Function, is_block: bool) {
    for expression in &mut function.body {
        expression.visit_mut(&mut |part| {
            if let Kind::Block(block) = &mut part.kind {
                rewrite::function(effects, class, &mut block.function, true);
            }
        });
    }
    rewrite::function(effects, class, function, is_block);
}
