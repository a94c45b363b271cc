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
mod more;
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
mod variables;
mod walk;
mod world;

use super::versions;
use crate::Target;
use crate::ir::Method;
use crate::resolve::{Module, Top};

pub use solve::Solved;
pub use world::Call;

/// Versions of methods are made so many times.
const ROUNDS: usize = 8;

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

/// Annotates the functions of a program once more, where slots have got locals: tests and arithmetic show more of those than
/// of slots. What was found before stays where the second look loses a number.
pub fn annotate_again(module: &mut Module) {
    if !module.target.is_program() {
        return;
    }
    let facts = facts::Facts::of(module);
    let (mut methods, mut top) = (module.methods.clone(), module.top.clone());
    solve::solve(module, facts, &mut methods, &mut top);
    let functions = |methods: &[Method], top: &[Top]| {
        let methods = methods.iter().map(|method| method.function.clone());
        methods.chain(top.iter().map(|statement| statement.function.clone())).collect::<Vec<_>>()
    };
    let (before, after) = (functions(&module.methods, &module.top), functions(&methods, &top));
    if before.iter().zip(&after).all(|(before, after)| more::keeps(before, after)) {
        methods.iter_mut().for_each(|method| prune::prune(&mut method.function));
        top.iter_mut().for_each(|statement| prune::prune(&mut statement.function));
        module.methods = methods;
        module.top = top;
    }
}
