//! What keeps nothing from being compiled, but is hardly meant: messages that nothing understands, variables that hold
//! nothing or are of no use, values of another type than is declared.
//!
//! A finding is only made where it is certain: these are told without being asked for, and cannot be silenced.

mod slots;
mod types;

use super::Module;
use super::body::Body;
use super::scope::Variable;
use crate::ast;
use crate::diagnostics::Diagnostics;
use crate::messages::Message;
use crate::nearest::nearest;
use crate::walk;
pub use slots::SlotUse;

/// Tells what a look at the whole program shows.
pub fn advise(module: &Module, program: &[ast::Unit], diagnostics: &mut Diagnostics) {
    let mut sent = Vec::new();
    program.iter().for_each(|unit| walk::unit(unit, &mut |expression| sent.extend(walk::messages(expression))));
    let proxies = program.iter().flat_map(|unit| &unit.methods).any(|method| method.selector.text == "doesNotUnderstand:");
    // A proxy takes any message.
    if !proxies {
        not_understood(module, &sent, diagnostics);
    }
    types::arguments(module, program, &sent, diagnostics);
    slots::unused(module, program, &sent, diagnostics);
}

/// Tells of sends that no class could answer.
fn not_understood(module: &Module, sent: &[&ast::Message], diagnostics: &mut Diagnostics) {
    let known = module.understood.selectors();
    for selector in sent.iter().map(|message| &message.selector) {
        let understood = module.symbols.number(&selector.text).is_some_and(|number| known.contains(&number));
        if !understood {
            let nearest = nearest(&selector.text, known.iter().map(|number| module.symbols.text(*number)));
            diagnostics.add(selector.span, Message::NotUnderstood { selector: selector.text.clone(), nearest });
        }
    }
}

/// Whether a message asks its receiver no more than whether it is nil: what has not been assigned may be asked that.
pub fn asks_nil(selector: &str) -> bool {
    matches!(selector, "isNil" | "notNil" | "isNotNil" | "=" | "==" | "~=" | "~~" | "printString") || selector.starts_with("ifN")
}

impl Body<'_> {
    /// Tells of the temporaries of a function and its blocks that are of no use, or nil where they are read.
    pub fn warn_of_temporaries(&mut self, variables: &[Variable]) {
        for variable in variables.iter().filter(|variable| !variable.argument && !variable.echo) {
            let name = variable.name.clone();
            match (variable.used, variable.assignments, variable.early) {
                (false, 0, _) => self.report(variable.span, Message::UnusedTemporary { name }),
                (false, _, _) => self.report(variable.span, Message::UnreadTemporary { name }),
                (true, 0, _) => self.report(variable.span, Message::UnassignedTemporary { name }),
                (true, _, Some(span)) => self.report(span, Message::ReadBeforeAssignment { name }),
                (true, _, None) => {}
            }
        }
    }

    /// The variable that a misspelt one most likely meant.
    pub fn nearest_variable(&self, name: &str) -> Option<String> {
        let slots = self.class.map(|class| &self.module.classes.get(class).slots).into_iter().flatten().map(|slot| slot.name.as_str());
        let variables = self.scopes.variables.iter().map(|variable| variable.name.as_str());
        nearest(name, slots.chain(variables).chain(self.module.classes.names()))
    }
}
