//! What every expression may answer, found by walking the program until nothing new is learnt (abstract interpretation,
//! Cousot and Cousot 1977; classes flow with the calls, Agesen 1995).

mod arrays;
mod atoms;
pub(super) mod basics;
mod blocks;
mod conditions;
mod control;
mod counting;
mod declared;
mod dispatch;
mod each;
mod env;
mod exposure;
pub(super) mod facts;
mod fresh;
mod models;
mod nodes;
pub(super) mod numbers;
mod places;
mod ranges;
mod sends;
mod solve;
mod targets;
#[cfg(test)]
mod tests;
mod units;
mod walk;
mod world;

use crate::Target;
use crate::resolve::Module;

/// Annotates the functions of a program. The library is compiled for any program, so nothing is known there.
pub fn annotate(module: &mut Module) {
    if module.target == Target::Library {
        return;
    }
    let facts = facts::Facts::of(module);
    let mut methods = std::mem::take(&mut module.methods);
    let mut top = std::mem::take(&mut module.top);
    solve::solve(module, facts, &mut methods, &mut top);
    module.methods = methods;
    module.top = top;
}
