//! What can be known before the program runs: who answers a send, and which values a collection must find.

pub mod at_once;
mod calls;
pub mod collects;
mod flow;
mod making;
pub mod reach;
mod reuse;
mod roots;
mod sharing;
mod targets;
pub mod versions;

use crate::ir::Sharing;
use crate::resolve::Module;

/// Annotates every function of a module; without `flow`, only what is right of any program.
pub fn infer(module: &mut Module, flow: bool) {
    reach::reach(module);
    let mut methods = std::mem::take(&mut module.methods);
    sharing::decide(module, &mut methods);
    for method in &mut methods {
        let class = (method.sharing != Sharing::Home).then_some(method.class);
        let receiver = targets::Receiver { class, class_side: method.class_side };
        targets::function(module, receiver, &mut method.function);
    }
    module.methods = methods;
    let mut top = std::mem::take(&mut module.top);
    for statement in &mut top {
        targets::function(module, targets::Receiver { class: None, class_side: false }, &mut statement.function);
    }
    module.top = top;
    if flow {
        flow::annotate(module);
        making::making(module);
        if reuse::reuse(module) {
            flow::annotate_again(module);
        }
    }
    calls::calls(module);
    let mut methods = std::mem::take(&mut module.methods);
    let mut top = std::mem::take(&mut module.top);
    if module.target != crate::Target::Library {
        at_once::answers(module, methods.iter_mut().map(|method| &mut method.function).chain(top.iter_mut().map(|top| &mut top.function)));
    }
    for method in &mut methods {
        let twin = module.classes.get(method.class).twin && !method.class_side;
        roots::function(&mut method.function, twin);
    }
    module.methods = methods;
    top.iter_mut().for_each(|statement| roots::function(&mut statement.function, true));
    module.top = top;
}
