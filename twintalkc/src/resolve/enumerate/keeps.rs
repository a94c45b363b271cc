//! Which methods of the program may keep a block they are told: one that outlives the message shares its variables in cells.

use super::rules;
use crate::ast::{self, Body, Expression, Kind, Message, Statement};
use std::collections::BTreeSet;

/// Messages whose blocks run while the message lasts, and never again.
const RUNNING: &[&str] = &[
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

/// Whether a message to a block runs it.
pub fn is_call(selector: &str) -> bool {
    selector == "value" || selector.starts_with("value:") && selector.split_terminator(':').all(|part| part == "value")
}

/// The messages whose methods in the program may keep a block. Those of the library are known for enumerations only.
pub fn keepers(library: &[ast::Unit], program: &[ast::Unit]) -> BTreeSet<String> {
    let selectors = |units| selectors(units);
    let known = selectors(library);
    let own = selectors(program).into_iter().filter(|selector| is_enumeration(selector) || !known.contains(selector));
    // What is told on to a message whose methods keep nothing is not kept: all are innocent until one is not.
    let mut passing = Passing(own.chain(rules::RULES.iter().map(|rule| rule.selector)).collect());
    let methods: Vec<_> = program.iter().flat_map(|unit| &unit.methods).collect();
    let mut kept = BTreeSet::new();
    loop {
        let keeps = |method: &&&ast::Method| !method.arguments.iter().all(|argument| passing.body(&argument.name.text, &method.body));
        let found: BTreeSet<&str> = methods.iter().filter(keeps).map(|method| method.selector.text.as_str()).collect();
        let before = passing.0.len();
        passing.0.retain(|selector| !found.contains(selector));
        kept.extend(found.into_iter().map(str::to_string));
        if passing.0.len() == before {
            return kept;
        }
    }
}

fn selectors(units: &[ast::Unit]) -> BTreeSet<&str> {
    units.iter().flat_map(|unit| &unit.methods).map(|method| method.selector.text.as_str()).collect()
}

/// The messages that keep no block they are told.
struct Passing<'a>(BTreeSet<&'a str>);

impl Passing<'_> {
    /// Whether a body does nothing with an argument but to run it, or to tell it to such a message.
    fn body(&self, name: &str, body: &Body) -> bool {
        body.statements.iter().all(|statement| match statement {
            Statement::Expression(each) | Statement::Return(each) => self.expression(name, each),
        })
    }

    fn expression(&self, name: &str, each: &Expression) -> bool {
        match &each.kind {
            Kind::Variable(variable) => variable != name,
            Kind::Literal(_) => true,
            Kind::Assign { value, .. } => self.expression(name, value),
            Kind::Send { receiver, message } => self.messages(name, receiver, std::slice::from_ref(message)),
            Kind::Cascade { receiver, messages } => self.messages(name, receiver, messages),
            Kind::Brace(elements) => elements.iter().all(|element| self.expression(name, element)),
            // A block that nobody is known to run at once may keep what it mentions.
            Kind::Block { body, .. } => !mentions(name, body),
        }
    }

    fn runs(&self, message: &Message) -> bool {
        let selector = message.selector.text.as_str();
        RUNNING.contains(&selector) || self.0.contains(selector)
    }

    fn messages(&self, name: &str, receiver: &Expression, messages: &[Message]) -> bool {
        let receiver_passes = match &receiver.kind {
            Kind::Variable(variable) if variable == name => messages.iter().all(|message| is_call(&message.selector.text)),
            Kind::Block { body, .. } if messages.iter().all(|message| self.runs(message)) => self.body(name, body),
            _ => self.expression(name, receiver),
        };
        receiver_passes
            && messages.iter().all(|message| {
                message.arguments.iter().all(|argument| match &argument.kind {
                    Kind::Variable(variable) if variable == name => self.0.contains(message.selector.text.as_str()),
                    Kind::Block { body, .. } if self.runs(message) => self.body(name, body),
                    _ => self.expression(name, argument),
                })
            })
    }
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
        keepers(&[], &[unit]).into_iter().collect()
    }

    #[test]
    fn a_method_that_runs_its_block_keeps_nothing() {
        let text = "Object subclass: #A instanceVariables: 'all'.\n\
            A>>do: aBlock\n    1 to: 3 do: [:i | aBlock value: i]\n\
            A>>collect: aBlock\n    ^all collect: [:each | aBlock value: each]\n\
            A>>reverseDo: aBlock\n    all reverseDo: aBlock\n\
            A>>visit: aBlock\n    all visit: aBlock. all each: aBlock\n\
            A>>each: aBlock\n    aBlock value: 3\n";
        assert_eq!(kept(text), Vec::<String>::new());
    }

    #[test]
    fn a_block_that_is_stored_answered_or_told_on_is_kept() {
        let text = "Object subclass: #A instanceVariables: 'all'.\n\
            A>>do: aBlock\n    all := aBlock\n\
            A>>collect: aBlock\n    ^aBlock\n\
            A>>select: aBlock\n    all add: [aBlock value: 3]\n\
            A>>reject: aBlock\n    all when: aBlock\n\
            A>>visit: aBlock\n    self do: aBlock\n\
            A>>detect: aBlock\n    ^aBlock yourself; value: 3\n";
        assert_eq!(kept(text), ["collect:", "detect:", "do:", "reject:", "select:", "visit:"]);
    }
}
