//! Which methods of the program may keep a block they are told: one that outlives the message shares its variables in cells.

use super::rules;
use crate::ast::{self, Body, Expression, Kind, Message, Statement};
use std::collections::BTreeSet;

/// Messages whose blocks run while the message lasts, and never again.
const PASSING: &[&str] = &[
    "ifTrue:",
    "ifFalse:",
    "ifTrue:ifFalse:",
    "ifFalse:ifTrue:",
    "and:",
    "or:",
    "ifNil:",
    "ifNotNil:",
    "ifNil:ifNotNil:",
    "ifNotNil:ifNil:",
    "whileTrue:",
    "whileFalse:",
    "whileTrue",
    "whileFalse",
    "repeat",
    "to:do:",
    "to:by:do:",
    "timesRepeat:",
    "ensure:",
    "ifCurtailed:",
    "on:do:",
];

/// Whether a message does no more with its blocks than enumerations do.
pub fn is_enumeration(selector: &str) -> bool {
    rules::RULES.iter().any(|rule| rule.selector == selector)
}

fn is_passing(selector: &str) -> bool {
    PASSING.contains(&selector) || is_enumeration(selector)
}

/// Whether a message to a block runs it.
pub fn is_call(selector: &str) -> bool {
    selector == "value" || selector.starts_with("value:") && selector.split_terminator(':').all(|part| part == "value")
}

/// The messages of enumeration that some method of the program takes and may keep the block of.
pub fn keepers(program: &[ast::Unit]) -> BTreeSet<String> {
    let methods = program.iter().flat_map(|unit| &unit.methods);
    let keeping = methods.filter(|method| !method.arguments.iter().all(|argument| passes(&argument.name.text, &method.body)));
    keeping.map(|method| method.selector.text.clone()).collect()
}

/// Whether a method's body does nothing with an argument but to run it, or to tell it to enumerations.
fn passes(name: &str, body: &Body) -> bool {
    body.statements.iter().all(|statement| match statement {
        Statement::Expression(each) | Statement::Return(each) => lets_pass(name, each),
    })
}

fn lets_pass(name: &str, each: &Expression) -> bool {
    match &each.kind {
        Kind::Variable(variable) => variable != name,
        Kind::Literal(_) => true,
        Kind::Assign { value, .. } => lets_pass(name, value),
        Kind::Send { receiver, message } => sends_pass(name, receiver, std::slice::from_ref(message)),
        Kind::Cascade { receiver, messages } => sends_pass(name, receiver, messages),
        Kind::Brace(elements) => elements.iter().all(|element| lets_pass(name, element)),
        // A block that nobody is known to run at once may keep what it mentions.
        Kind::Block { body, .. } => !mentions(name, body),
    }
}

fn sends_pass(name: &str, receiver: &Expression, messages: &[Message]) -> bool {
    let called = messages.iter().all(|message| is_call(&message.selector.text));
    let receiver_passes = match &receiver.kind {
        Kind::Variable(variable) if variable == name => called,
        Kind::Block { body, .. } if messages.iter().all(|message| is_passing(&message.selector.text)) => passes(name, body),
        _ => lets_pass(name, receiver),
    };
    receiver_passes
        && messages.iter().all(|message| {
            message.arguments.iter().all(|argument| match &argument.kind {
                Kind::Variable(variable) if variable == name => is_enumeration(&message.selector.text),
                Kind::Block { body, .. } if is_passing(&message.selector.text) => passes(name, body),
                _ => lets_pass(name, argument),
            })
        })
}

fn mentions(name: &str, body: &Body) -> bool {
    let mut found = false;
    crate::walk::body(body, &mut |each| found |= matches!(&each.kind, Kind::Variable(variable) if variable == name));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    /// The keepers among the methods of a text.
    fn kept(text: &str) -> Vec<String> {
        let mut diagnostics = crate::diagnostics::Diagnostics::default();
        let unit = crate::parse::parse(&Source::new("test.st", text), 0, &mut diagnostics);
        keepers(&[unit]).into_iter().collect()
    }

    #[test]
    fn a_method_that_runs_its_block_keeps_nothing() {
        let text = "Object subclass: #A instanceVariables: 'all'.\n\
            A>>do: aBlock\n    1 to: 3 do: [:i | aBlock value: i]\n\
            A>>collect: aBlock\n    ^all collect: [:each | aBlock value: each]\n\
            A>>reverseDo: aBlock\n    all reverseDo: aBlock\n";
        assert_eq!(kept(text), Vec::<String>::new());
    }

    #[test]
    fn a_block_that_is_stored_answered_or_told_on_is_kept() {
        let text = "Object subclass: #A instanceVariables: 'all'.\n\
            A>>do: aBlock\n    all := aBlock\n\
            A>>collect: aBlock\n    ^aBlock\n\
            A>>select: aBlock\n    all add: [aBlock value: 3]\n\
            A>>reject: aBlock\n    all when: aBlock\n\
            A>>detect: aBlock\n    ^aBlock yourself; value: 3\n";
        assert_eq!(kept(text), ["collect:", "detect:", "do:", "reject:", "select:"]);
    }
}
