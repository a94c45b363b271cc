//! The call graph: which sends may lead to a collection of scratch, and which functions are on a cycle of calls.
//!
//! Scratch is collected at the back-edges of loops that allocate, and at the entry of recursive functions that make
//! objects, nowhere else. So a value needs a root only across a call from which one of these can be reached. The stack
//! and the fuel need a check only where calls can go round: every cycle has one, and so has every so many calls.

mod cycles;
mod diverging;
mod graph;
mod indexes;
mod library;
mod primitives;
mod receivers;
#[cfg(test)]
mod tests;

use super::collects::loops_collect;
use crate::ir::{ClassNumber, Expr, Function, Kind, Send, Symbol};
use crate::known::Known;
use crate::resolve::Module;
use crate::source::Span;
use graph::{ALLOCATES, CALLS_BACK, COLLECTS, Graph, NUMBERS};
use receivers::Cone;

/// Annotates the sends and the functions of a module. What the library calls is not known before a program is: there
/// everything may be overridden, and all stays as `resolve` left it.
pub fn calls(module: &mut Module) {
    if module.target == crate::Target::Library {
        return;
    }
    let mut methods = std::mem::take(&mut module.methods);
    let mut top = std::mem::take(&mut module.top);
    let resumes;
    {
        let mut functions: Vec<(&mut Function, Own)> = Vec::new();
        for method in &mut methods {
            let cone = Cone { class: method.class, class_side: method.class_side, exact: false };
            let own = Own { this: Some(cone), origin: method.origin, selector: Some(method.selector) };
            functions.push((&mut method.function, own));
        }
        functions.extend(top.iter_mut().map(|top| (&mut top.function, Own { this: None, origin: 0, selector: None })));
        resumes = annotate(module, &mut functions);
    }
    module.methods = methods;
    module.top = top;
    module.resumes = resumes;
}

/// A function of the program, as the graph needs it.
#[derive(Clone, Copy)]
pub struct Own {
    /// What `self` may be; the top level has none.
    this: Option<Cone>,
    origin: ClassNumber,
    selector: Option<Symbol>,
}

/// Annotates the functions; answers whether a signal may answer although a handler has run.
fn annotate(module: &Module, functions: &mut [(&mut Function, Own)]) -> bool {
    let diverging = diverging::find(module, functions.iter().flat_map(|(function, _)| &function.body));
    let mut graph = Graph::new(module, functions.iter().map(|(_, own)| *own).collect(), diverging);
    for (at, (function, own)) in functions.iter().enumerate() {
        graph.function(at, function, own.this);
    }
    graph.explore();
    graph.propagate();
    for (function, own) in functions.iter_mut() {
        let indexes = indexes::of(module, &function.body);
        sends(&mut function.body, &mut |send, answer| {
            let facts = graph.sent(send, own.this) | graph::numbers(send, &answer.known);
            let facts = if graph::is_arithmetic(module, send, &answer.known) || indexes.contains(&answer.span) { 0 } else { facts };
            send.allocates = facts & (ALLOCATES | NUMBERS) != 0;
            send.diverges = graph.diverges(send, own.this);
        });
    }
    let cycles = cycles::find(&graph);
    for (at, (function, _)) in functions.iter_mut().enumerate() {
        let node = graph.own(at);
        function.ticks = cycles.recursive(node) && cycles.makes(node);
        if function.ticks || loops_collect(&function.locals, &function.body) {
            graph.add(node, COLLECTS);
        }
    }
    graph.propagate();
    for (at, (function, own)) in functions.iter_mut().enumerate() {
        let leads = |send: &Send, answer: &Known| if graph::is_arithmetic(module, send, answer) { 0 } else { graph.sent(send, own.this) };
        sends(&mut function.body, &mut |send, answer| send.collects = leads(send, &answer.known) & COLLECTS != 0);
        let checked = |body: &[Expr]| {
            let mut calls_back = false;
            graph.reachable(body, own.this, &mut |part| {
                calls_back |= matches!(&part.kind, Kind::Send(send) if leads(send, &part.known) & CALLS_BACK != 0);
            });
            calls_back
        };
        let runtime_sends = own.selector.is_some_and(|selector| super::reach::SENT.contains(&module.symbols.text(selector)));
        function.sends &= runtime_sends || cycles.checked(graph.own(at)) || checked(&function.body);
        for expression in &mut function.body {
            expression.visit_mut(&mut |part| {
                if let Kind::Block(block) = &mut part.kind {
                    let long = cycles.work(&graph, &block.function.body, own.this) > cycles::LIMIT;
                    block.function.sends &= long || checked(&block.function.body);
                }
            });
        }
    }
    graph.resumes()
}

/// What is known of a send from around it.
struct Answer {
    known: Known,
    span: Span,
}

/// Calls `visit` with every send of a function and of its blocks, and what is known of the answer.
fn sends(body: &mut [Expr], visit: &mut impl FnMut(&mut Send, &Answer)) {
    for expression in body {
        expression.visit_mut(&mut |part| {
            if let Kind::Send(send) = &mut part.kind {
                visit(send, &Answer { known: part.known.clone(), span: part.span });
            }
        });
    }
}
