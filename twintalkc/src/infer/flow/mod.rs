//! What every expression may answer, found by walking the program until nothing new is learnt (abstract interpretation,
//! Cousot and Cousot 1977).

mod basics;
mod conditions;
mod control;
mod counting;
mod declared;
mod env;
mod numbers;
mod ranges;
mod sends;
#[cfg(test)]
mod tests;
mod walk;
mod world;

use crate::Target;
use crate::ir::Sharing;
use crate::known::Known;
use crate::resolve::Module;
use walk::Walker;
use world::World;

/// Annotates the functions of a program.
pub fn annotate(module: &mut Module) {
    if module.target == Target::Library {
        return;
    }
    let resumes = world::resumes(module);
    let mut methods = std::mem::take(&mut module.methods);
    let mut top = std::mem::take(&mut module.top);
    let mut world = World::new(module, resumes);
    for method in &mut methods {
        let class = method.class;
        let twin = module.classes.get(class).twin && !method.class_side;
        let this = match method.sharing {
            Sharing::Home | Sharing::Of(_) => Known::any(),
            Sharing::Own if method.class_side => Known::any(),
            Sharing::Own => world.basics.cone(class),
        };
        let arguments = vec![Known::any(); method.function.arguments];
        Walker::new(&mut world, this, twin.then_some(class), true).function(&mut method.function, &arguments, false);
    }
    for statement in &mut top {
        Walker::new(&mut world, Known::kinds(crate::known::NIL), None, true).function(&mut statement.function, &[], false);
    }
    module.methods = methods;
    module.top = top;
}
