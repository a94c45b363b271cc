//! Which functions call themselves, directly or through others: the strongly connected components of the graph (Tarjan 1972).
//!
//! Calls that go through the library are no edges here: a method of the library that sends has a check of its own, and
//! who calls a primitive that runs blocks keeps his.

use super::graph::{ALLOCATES, Graph, Node};
use super::receivers::Cone;
use crate::ir::{Expr, Kind};

/// At most this many expressions are evaluated by calls from one check to the next.
pub const LIMIT: usize = 250;

/// What is known of each node.
pub struct Cycles {
    /// The component of a node.
    components: Vec<usize>,
    recursive: Vec<bool>,
    makes: Vec<bool>,
    checked: Vec<bool>,
    work: Vec<usize>,
}

impl Cycles {
    /// Whether a function may be entered again while it runs.
    pub fn recursive(&self, node: usize) -> bool {
        self.recursive[self.components[node]]
    }

    /// Whether objects are made by the functions of its cycle, or by what they call.
    pub fn makes(&self, node: usize) -> bool {
        self.makes[self.components[node]]
    }

    /// Whether a function must check the stack and the fuel at its entry.
    pub fn checked(&self, node: usize) -> bool {
        self.checked[node]
    }

    /// How many expressions may be evaluated before the next check.
    pub fn work(&self, graph: &Graph<'_>, body: &[Expr], this: Option<Cone>) -> usize {
        let mut work = 0;
        for expression in body {
            expression.visit(&mut |part| {
                work += 1;
                if let Kind::Send(send) = &part.kind {
                    work += graph.numbers_of(send, this).map(|callee| self.work[callee]).sum::<usize>();
                }
            });
        }
        work
    }
}

/// Finds the cycles of a graph that has been explored.
pub fn find(graph: &Graph<'_>) -> Cycles {
    let count = graph.nodes.len();
    let mut search = Search { graph, index: vec![0; count], low: vec![0; count], stack: Vec::new(), next: 1, found: Vec::new() };
    (0..count).for_each(|node| search.visit(node));
    let mut cycles =
        Cycles { components: vec![0; count], recursive: Vec::new(), makes: Vec::new(), checked: vec![false; count], work: vec![1; count] };
    for (number, component) in search.found.iter().enumerate() {
        component.iter().for_each(|node| cycles.components[*node] = number);
        let recursive = component.len() > 1 || graph.edges[component[0]].iter().any(|edge| edge.callee == component[0]);
        cycles.recursive.push(recursive);
        let makes = |node: &usize| graph.itself(*node) & ALLOCATES != 0 || calls_what_makes(graph, component, *node);
        cycles.makes.push(recursive && component.iter().any(makes));
        // Callees come first.
        for node in component {
            let called = graph.edges[*node].iter().map(|edge| cycles.work[edge.callee]);
            let work = match graph.nodes[*node] {
                Node::Own(at) => graph.sizes[at] + called.sum::<usize>(),
                Node::Selector(_) => called.max().unwrap_or(1),
                Node::Library(..) => 1,
            };
            let own = matches!(graph.nodes[*node], Node::Own(_));
            cycles.checked[*node] = own && (recursive || work > LIMIT);
            cycles.work[*node] = if recursive || cycles.checked[*node] { 1 } else { work };
        }
    }
    cycles
}

/// Whether a function of a cycle calls something outside that makes objects. What operators make are numbers.
fn calls_what_makes(graph: &Graph<'_>, component: &[usize], node: usize) -> bool {
    let called = |node: usize| graph.edges[node].iter().filter(|edge| !edge.in_place).map(|edge| edge.callee);
    let makes = |callee: usize| !component.contains(&callee) && graph.facts(callee) & ALLOCATES != 0;
    let own = matches!(graph.nodes[node], Node::Own(_));
    own && called(node).any(|callee| match graph.nodes[callee] {
        Node::Selector(_) if component.contains(&callee) => called(callee).any(makes),
        _ => makes(callee),
    })
}

struct Search<'g, 'm> {
    graph: &'g Graph<'m>,
    /// When a node was visited, from 1; beyond all where its component is complete.
    index: Vec<usize>,
    low: Vec<usize>,
    stack: Vec<usize>,
    next: usize,
    found: Vec<Vec<usize>>,
}

impl Search<'_, '_> {
    fn visit(&mut self, node: usize) {
        if self.index[node] != 0 {
            return;
        }
        self.index[node] = self.next;
        self.low[node] = self.next;
        self.next += 1;
        self.stack.push(node);
        if !matches!(self.graph.nodes[node], Node::Library(..)) {
            for edge in &self.graph.edges[node] {
                self.visit(edge.callee);
                self.low[node] = self.low[node].min(self.low[edge.callee]);
            }
        }
        if self.low[node] != self.index[node] {
            return;
        }
        let start = self.stack.iter().rposition(|other| *other == node).unwrap_or(0);
        let component = self.stack.split_off(start);
        for member in &component {
            self.low[*member] = usize::MAX;
        }
        self.found.push(component);
    }
}
