//! Methods that several classes have from one trait, and that mean the same in all of them, are compiled once.

use crate::ir::{Expr, Kind, Method, Sharing, Target};
use crate::resolve::Module;
use crate::source::Span;
use std::collections::HashMap;

/// Decides which methods serve several classes.
pub fn decide(module: &Module, methods: &mut [Method]) {
    let mut homes: HashMap<(Span, bool, u32), usize> = HashMap::new();
    for index in 0..methods.len() {
        let method = &mut methods[index];
        let twin = module.classes.get(method.class).twin && !method.class_side;
        if method.from_trait.is_none() || twin || !means_the_same(&mut method.function.body) {
            continue;
        }
        let key = (method.span, method.class_side, method.selector);
        match homes.get(&key) {
            Some(home) => {
                let class = methods[*home].class;
                methods[*home].sharing = Sharing::Home;
                methods[index].sharing = Sharing::Of(class);
            }
            None => drop(homes.insert(key, index)),
        }
    }
}

/// Whether nothing in a body depends on the class: no variable of its, and no `super`.
fn means_the_same(body: &mut [Expr]) -> bool {
    let mut same = true;
    for expression in body {
        expression.visit_mut(&mut |expression| {
            same &= match &expression.kind {
                Kind::Slot(_) | Kind::SetSlot(..) | Kind::ClassSlot(_) | Kind::SetClassSlot(..) => false,
                Kind::ClassVariable(_) | Kind::SetClassVariable(..) => false,
                Kind::Send(send) => !matches!(send.target, Target::Method { .. } | Target::NotUnderstood),
                _ => true,
            };
        });
    }
    same
}
