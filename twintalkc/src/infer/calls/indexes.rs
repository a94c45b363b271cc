//! Sums and the like that are the index of an Array: an answer that takes memory is no index, so it is an error and no loop goes on
//! making more of them.

use crate::ir::{Expr, Kind, Send, Target};
use crate::known::{BOOLEAN, FLOAT, Known, NIL, SMALL};
use crate::resolve::Module;
use crate::source::Span;
use std::collections::HashSet;

/// Where such computations stand in a body. Two of the same span are copies of one text.
pub fn of(module: &Module, body: &[Expr]) -> HashSet<Span> {
    let large = ["LargePositiveInteger", "LargeNegativeInteger"].map(|name| module.classes.library_number(name));
    let number = |known: &Known| {
        known.only(SMALL | FLOAT | NIL | BOOLEAN)
            || known.classes.is_some() && known.others().iter().all(|class| large.contains(&Some(*class)))
    };
    let array = module.classes.library_number("Array");
    let indexed = |known: &Known| array.is_some_and(|array| known.classes.is_some() && known.others() == [array]);
    let mut found = HashSet::new();
    for expression in body {
        expression.visit(&mut |part| {
            if let Kind::Send(send) = &part.kind
                && matches!(send.target, Target::Operator("at" | "at_put"))
                && indexed(&send.receiver.known)
                && let [index, ..] = &send.arguments[..]
                && let Kind::Send(sum) = &index.kind
                && is_sum(sum, number)
            {
                found.insert(index.span);
            }
        });
    }
    found
}

/// Whether it is computed from numbers, and nothing else is asked.
fn is_sum(send: &Send, number: impl Fn(&Known) -> bool) -> bool {
    let operator = matches!(send.target, Target::Operator("plus" | "minus" | "times" | "int_divide" | "modulo"));
    operator && number(&send.receiver.known) && send.arguments.iter().all(|argument| number(&argument.known))
}
