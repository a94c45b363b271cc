//! Which arguments of a method are used as numbers: by it, or by what it passes them to.

use crate::ir::{ClassNumber, Expr, Kind, Method, Symbol, Target};
use std::collections::HashMap;

/// Operators that compute with numbers, by their names in the runtime.
const ARITHMETIC: &[&str] = &[
    "plus",
    "minus",
    "times",
    "divide",
    "int_divide",
    "modulo",
    "less",
    "greater",
    "less_equal",
    "greater_equal",
    "bit_and",
    "bit_or",
    "bit_shift",
];

/// Operators whose first argument is an index.
const INDEXING: &[&str] = &["at", "at_put"];

/// Other messages of numbers to each other.
const MESSAGES: &[&str] = &[
    "max:",
    "min:",
    "rem:",
    "quo:",
    "%",
    "bitXor:",
    "<<",
    ">>",
    "sqrt",
    "squared",
    "abs",
    "even",
    "odd",
    "isZero",
    "negated",
    "asFloat",
    "truncated",
    "rounded",
    "to:do:",
    "to:by:do:",
    "timesRepeat:",
];

/// For each method, which of its arguments are used as numbers.
pub fn uses(methods: &[Method]) -> Vec<Vec<bool>> {
    let index: HashMap<(ClassNumber, bool, Symbol), usize> =
        methods.iter().enumerate().map(|(at, method)| ((method.class, method.class_side, method.selector), at)).collect();
    let mut used: Vec<Vec<bool>> = methods.iter().map(|method| vec![false; method.function.arguments]).collect();
    // An argument that is passed on, and as which argument of which method.
    let mut passed: Vec<((usize, usize), (usize, usize))> = Vec::new();
    for (at, method) in methods.iter().enumerate() {
        let argument = |expression: &Expr| match expression.kind {
            Kind::Local(local) if local < method.function.arguments => Some(local),
            _ => None,
        };
        let own = &mut used[at];
        let mut visit = |part: &Expr| match &part.kind {
            Kind::Count { from, to, .. } => [from, to].into_iter().filter_map(|bound| argument(bound)).for_each(|local| own[local] = true),
            Kind::Send(send) => {
                let counts = match &send.target {
                    Target::Operator(name) => ARITHMETIC.contains(name),
                    _ => MESSAGES.contains(&send.text.as_str()),
                };
                let indexes = matches!(&send.target, Target::Operator(name) if INDEXING.contains(name));
                if counts && let Some(local) = argument(&send.receiver) {
                    own[local] = true;
                }
                if (counts || indexes) && let Some(local) = send.arguments.first().and_then(argument) {
                    own[local] = true;
                }
                let callees: Vec<(ClassNumber, bool, Symbol)> = match &send.target {
                    Target::Method { class, class_side } => vec![(*class, *class_side, send.selector)],
                    Target::Few { cases, .. } => cases.iter().map(|case| (case.class, case.class_side, case.selector)).collect(),
                    _ => Vec::new(),
                };
                for callee in callees.iter().filter_map(|key| index.get(key)) {
                    let given = send.arguments.iter().enumerate().filter_map(|(to, expression)| Some((argument(expression)?, to)));
                    passed.extend(given.map(|(local, to)| ((at, local), (*callee, to))));
                }
            }
            _ => {}
        };
        method.function.body.iter().for_each(|expression| expression.visit(&mut visit));
    }
    loop {
        let mut more = false;
        for ((method, argument), (callee, to)) in &passed {
            let counts = used[*callee].get(*to).copied().unwrap_or(false);
            more |= counts && !std::mem::replace(&mut used[*method][*argument], true);
        }
        if !more {
            return used;
        }
    }
}
