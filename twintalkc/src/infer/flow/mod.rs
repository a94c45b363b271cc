//! What every expression may answer, found by walking the program until nothing new is learnt (abstract interpretation,
//! Cousot and Cousot 1977; classes flow with the calls, Agesen 1995).

mod atoms;
pub(super) mod basics;
mod blocks;
mod collections;
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
mod holding;
mod models;
mod nodes;
pub(super) mod numbers;
mod places;
mod prune;
mod ranges;
mod sends;
mod solve;
mod targets;
#[cfg(test)]
mod tests;
mod units;
mod walk;
mod world;

use super::versions;
use crate::Target;
use crate::resolve::Module;

pub use solve::Solved;
pub use world::Call;

/// Versions of methods are made so many times.
const ROUNDS: usize = 5;

/// Annotates the functions of a program. The library is compiled for any program, so nothing is known there.
pub fn annotate(module: &mut Module) {
    if module.target == Target::Library {
        return;
    }
    let facts = facts::Facts::of(module);
    let mut methods = std::mem::take(&mut module.methods);
    let top = std::mem::take(&mut module.top);
    // Each round may show what further versions are for: those that a version calls.
    for round in 0.. {
        let (mut annotated, mut annotated_top) = (methods.clone(), top.clone());
        let solved = solve::solve(module, facts, &mut annotated, &mut annotated_top);
        let versions = module.target == Target::Program && round < ROUNDS;
        let wanted = if versions { versions::wanted(module, &annotated, &solved) } else { Vec::new() };
        if wanted.is_empty() {
            annotated.iter_mut().for_each(|method| prune::prune(&mut method.function));
            annotated_top.iter_mut().for_each(|statement| prune::prune(&mut statement.function));
            module.methods = annotated;
            module.top = annotated_top;
            break;
        }
        versions::make(module, &mut methods, &wanted);
    }
}
