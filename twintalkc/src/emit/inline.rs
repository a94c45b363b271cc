//! Which functions may stand where they are called.

use super::Emitter;
use crate::ir::{ClassNumber, Function, Kind, Method, Symbol, Target};
use crate::resolve::Module;
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::HashMap;

/// Functions of so many expressions may be copied to where they are called, unless calls can come back to them.
const SMALL: usize = 64;
/// The others only if they are hardly more than what they call.
const TINY: usize = 8;

impl Emitter<'_> {
    /// What rustc is told about a method's function; `guards` where it is no more than a test that hands over to another.
    pub fn inline(&self, method: &Method, guards: bool) -> Option<TokenStream> {
        let twin = self.module.classes.get(method.class).twin && !method.class_side;
        if twin && self.is_part_of_turn(&method.function) {
            return Some(quote!(#[inline(always)]));
        }
        let small = guards || is_small(&method.function, self.is_library());
        small.then(|| if !guards && self.has_one_caller(method) { quote!(#[inline(always)]) } else { quote!(#[inline]) })
    }

    /// Whether a method is called directly from one place: there it may stand as it is.
    fn has_one_caller(&self, method: &Method) -> bool {
        !method.function.sends && self.callers.get(&(method.class, method.class_side, method.selector)) == Some(&1)
    }
}

/// Whether a call of a function may cost as much as itself.
fn is_small(function: &Function, library: bool) -> bool {
    let mut parts = 0;
    for expression in &function.body {
        expression.visit(&mut |part| {
            parts += if matches!(part.kind, Kind::While { .. } | Kind::Count { .. } | Kind::Repeat(_)) { 99 } else { 1 }
        });
    }
    let most = if function.sends || library { TINY } else { SMALL };
    parts <= most && function.frame == 0 && !function.needs_home
}

/// How many messages of a module call each method directly.
pub fn callers(module: &Module) -> HashMap<(ClassNumber, bool, Symbol), usize> {
    let mut callers = HashMap::new();
    let functions = module.methods.iter().map(|method| &method.function).chain(module.top.iter().map(|top| &top.function));
    for expression in functions.flat_map(|function| &function.body) {
        expression.visit(&mut |part| {
            let Kind::Send(send) = &part.kind else { return };
            let mut count = |key| *callers.entry(key).or_insert(0) += 1;
            match &send.target {
                Target::Method { class, class_side } => count((*class, *class_side, send.selector)),
                Target::Few { cases, .. } => cases.iter().for_each(|case| count((case.class, case.class_side, case.selector))),
                _ => {}
            }
        });
    }
    callers
}
