//! The graph: methods and selectors, what each leads to, and the facts that hold of a call because they hold of a callee.

use super::Own;
use super::diverging::Diverging;
use super::indexes;
use super::receivers::{self, Cone, Run};
use crate::infer::collects::{boxes_itself, makes_itself};
use crate::ir::{ClassNumber, Const, Expr, Function, Kind, Send, Symbol, Target};
use crate::known::{BOOLEAN, FLOAT, Held, Known, SMALL};
use crate::resolve::Module;
use std::collections::HashMap;

/// What may happen during a call.
pub type Facts = u8;
/// Scratch is collected, and the call answers all the same.
pub const COLLECTS: Facts = 1;
/// Objects are made.
pub const ALLOCATES: Facts = 2;
/// Numbers are made that may need a box.
pub const NUMBERS: Facts = 4;
/// A primitive itself runs a block or sends a message.
pub const CALLS_BACK: Facts = 8;

/// A place in the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A function of the program, by its index.
    Own(usize),
    /// A method of the library, by its index, and its receivers.
    Library(usize, Cone),
    /// Whatever implements a selector.
    Selector(Symbol),
}

/// A call.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    pub callee: usize,
    /// By an operator: nothing moves meanwhile.
    pub in_place: bool,
    /// The answer is an index: one that takes memory is none.
    pub index: bool,
}

type Key = (ClassNumber, bool, Symbol);

/// The call graph of a program, as far as it has been explored.
pub struct Graph<'m> {
    pub(super) module: &'m Module,
    pub(super) diverging: Diverging,
    own: Vec<Own>,
    own_by_key: HashMap<Key, Vec<usize>>,
    library_by_key: HashMap<Key, usize>,
    not_understood: Option<Symbol>,
    pub nodes: Vec<Node>,
    numbers: HashMap<Node, usize>,
    pub edges: Vec<Vec<Edge>>,
    facts: Vec<Facts>,
    itself: Vec<Facts>,
    explored: usize,
    /// How many expressions a function of the program has.
    pub sizes: Vec<usize>,
}

impl<'m> Graph<'m> {
    pub fn new(module: &'m Module, own: Vec<Own>, diverging: Diverging) -> Graph<'m> {
        let mut own_by_key: HashMap<Key, Vec<usize>> = HashMap::new();
        for (at, function) in own.iter().enumerate() {
            if let (Some(this), Some(selector)) = (function.this, function.selector) {
                own_by_key.entry((function.origin, this.class_side, selector)).or_default().push(at);
            }
        }
        let library = module.library.iter().enumerate();
        let library_by_key = library.map(|(at, method)| ((method.class, method.class_side, method.selector), at)).collect();
        let not_understood = module.symbols.number("doesNotUnderstand:");
        let mut graph = Graph {
            module,
            diverging,
            sizes: vec![0; own.len()],
            own,
            own_by_key,
            library_by_key,
            not_understood,
            nodes: Vec::new(),
            numbers: HashMap::new(),
            edges: Vec::new(),
            facts: Vec::new(),
            itself: Vec::new(),
            explored: 0,
        };
        for at in 0..graph.own.len() {
            graph.node(Node::Own(at));
        }
        graph
    }

    /// The number of a node, a new one if need be.
    fn node(&mut self, node: Node) -> usize {
        *self.numbers.entry(node).or_insert_with(|| {
            self.nodes.push(node);
            self.edges.push(Vec::new());
            self.facts.push(0);
            self.itself.push(0);
            self.nodes.len() - 1
        })
    }

    /// The number of a function of the program.
    pub fn own(&self, at: usize) -> usize {
        self.numbers[&Node::Own(at)]
    }

    pub fn add(&mut self, node: usize, facts: Facts) {
        self.facts[node] |= facts;
    }

    /// Enters a function of the program.
    pub fn function(&mut self, at: usize, function: &Function, this: Option<Cone>) {
        let from = self.own(at);
        let (mut edges, mut facts) = (Vec::new(), 0);
        let indexes = indexes::of(self.module, &function.body);
        self.reachable(&function.body, this, &mut |part| {
            if boxes_itself(&function.locals, part) {
                facts |= NUMBERS;
            }
            if makes_itself(&function.locals, part) {
                facts |= ALLOCATES;
            }
            if let Kind::Send(send) = &part.kind {
                if is_arithmetic(self.module, send, &part.known) {
                    return;
                }
                let index = indexes.contains(&part.span);
                facts |= makes(send) | if index { 0 } else { numbers(send, &part.known) };
                edges.push((self.callees(send, this), matches!(send.target, Target::Operator(_)), index));
            }
        });
        for (callees, in_place, index) in edges {
            for callee in callees {
                let callee = self.node(callee);
                self.edges[from].push(Edge { callee, in_place, index });
            }
        }
        self.facts[from] |= facts;
        self.itself[from] |= facts;
        function.body.iter().for_each(|expression| expression.visit(&mut |_| self.sizes[at] += 1));
    }

    /// Calls `visit` with the parts of a body, but not with those of messages that never answer: what they do is of no
    /// interest to what comes after.
    pub fn reachable(&self, body: &[Expr], this: Option<Cone>, visit: &mut dyn FnMut(&Expr)) {
        for part in body {
            self.reachable_part(part, this, visit);
        }
    }

    fn reachable_part(&self, part: &Expr, this: Option<Cone>, visit: &mut dyn FnMut(&Expr)) {
        visit(part);
        if !matches!(&part.kind, Kind::Send(send) if self.diverges(send, this)) {
            part.kind.parts(&mut |part| self.reachable_part(part, this, visit));
        }
    }

    /// Enters all that is called, and what that calls.
    pub fn explore(&mut self) {
        while self.explored < self.nodes.len() {
            let from = self.explored;
            self.explored += 1;
            let (callees, facts) = match self.nodes[from] {
                Node::Own(_) => continue,
                Node::Selector(selector) => (self.implementors(selector), 0),
                Node::Library(at, this) => self.library(at, this),
            };
            self.facts[from] |= facts;
            for callee in callees {
                let callee = self.node(callee);
                self.edges[from].push(Edge { callee, in_place: false, index: false });
            }
        }
    }

    /// What holds of a callee holds of its callers.
    pub fn propagate(&mut self) {
        let mut callers: Vec<Vec<(usize, bool)>> = vec![Vec::new(); self.nodes.len()];
        for (from, edges) in self.edges.iter().enumerate() {
            edges.iter().filter(|edge| !edge.index).for_each(|edge| callers[edge.callee].push((from, edge.in_place)));
        }
        let mut waiting: Vec<usize> = (0..self.nodes.len()).collect();
        while let Some(at) = waiting.pop() {
            for (caller, in_place) in &callers[at] {
                // A method that sends has a check of its own before it runs what calls back.
                let selector = matches!(self.nodes[*caller], Node::Selector(_));
                let kept = self.facts[at] & if selector { !0 } else { !CALLS_BACK };
                let kept = if *in_place { by_operator(kept) } else { kept };
                let facts = self.facts[*caller] | kept;
                if facts != self.facts[*caller] {
                    self.facts[*caller] = facts;
                    waiting.push(*caller);
                }
            }
        }
    }

    /// The facts that hold of a call of a node.
    pub fn facts(&self, node: usize) -> Facts {
        self.facts[node]
    }

    /// The facts about a node by itself.
    pub fn itself(&self, node: usize) -> Facts {
        self.itself[node]
    }

    /// The numbers of what a send may run.
    pub fn numbers_of<'a>(&'a self, send: &Send, this: Option<Cone>) -> impl Iterator<Item = usize> + 'a {
        self.callees(send, this).into_iter().filter_map(|callee| self.numbers.get(&callee).copied())
    }

    /// Whether a signal may answer although a handler has run.
    pub fn resumes(&self) -> bool {
        self.diverging.resumes
    }

    /// Whether a message never answers.
    pub fn diverges(&self, send: &Send, this: Option<Cone>) -> bool {
        let receivers = self.receivers(&send.receiver, this);
        match send.target {
            Target::Method { .. } | Target::Dispatch => self.diverging.message(self.module, send.selector, receivers.as_deref()),
            _ => false,
        }
    }

    /// The facts about a send.
    pub fn sent(&self, send: &Send, this: Option<Cone>) -> Facts {
        let callees = self.callees(send, this);
        let known = callees.iter().map(|callee| self.numbers.get(callee).map_or(!0, |at| self.facts[*at]));
        let facts = known.fold(0, |all, facts| all | facts);
        match send.target {
            Target::Inline(_) => 0,
            Target::Operator(_) => by_operator(facts),
            _ => facts | makes(send),
        }
    }

    /// What a send of the program may run.
    pub fn callees(&self, send: &Send, this: Option<Cone>) -> Vec<Node> {
        let any = || self.selector(send.selector);
        if self.diverges(send, this) {
            return Vec::new();
        }
        let receivers = || self.receivers(&send.receiver, this);
        match &send.target {
            Target::Inline(_) => Vec::new(),
            Target::New { class, initialize } => {
                let this = Cone { class: *class, class_side: false, exact: true };
                let run = initialize.map(|class| Run { class, class_side: false, this });
                let selector = self.module.symbols.number("initialize");
                run.zip(selector).map_or_else(Vec::new, |(run, selector)| self.run(run, selector))
            }
            Target::NotUnderstood => self.not_understood.map(Node::Selector).into_iter().collect(),
            Target::Method { class, class_side } => {
                let own = Cone { class: *class, class_side: *class_side, exact: false };
                let receivers = receivers().filter(|cones| cones.len() == 1).map_or(own, |cones| cones[0]);
                self.run(Run { class: *class, class_side: *class_side, this: receivers }, send.selector)
            }
            Target::Few { cases, complete } => {
                let mut found = match receivers() {
                    _ if *complete => Vec::new(),
                    Some(cones) => cones.into_iter().flat_map(|cone| self.message(cone, send.selector)).collect(),
                    None => any(),
                };
                for case in cases {
                    for receiver in &case.receivers {
                        let this = receivers::exactly(*receiver);
                        found.extend(self.run(Run { class: case.class, class_side: case.class_side, this }, case.selector));
                    }
                }
                found
            }
            Target::Dispatch | Target::Operator(_) => match receivers() {
                Some(cones) => cones.into_iter().flat_map(|cone| self.message(cone, send.selector)).collect(),
                None => any(),
            },
        }
    }

    /// The cones a receiver is in; none where it may be anything.
    fn receivers(&self, receiver: &Expr, this: Option<Cone>) -> Option<Vec<Cone>> {
        match &receiver.kind {
            Kind::Const(Const::Class(class)) => Some(vec![Cone { class: *class, class_side: true, exact: true }]),
            Kind::This => Some(vec![this?]),
            _ => receivers::classes(self.module, &receiver.known),
        }
    }

    /// A message of any receiver.
    pub(super) fn selector(&self, selector: Symbol) -> Vec<Node> {
        [Some(selector), self.not_understood].into_iter().flatten().map(Node::Selector).collect()
    }

    /// A message to receivers of a cone.
    pub(super) fn message(&self, cone: Cone, selector: Symbol) -> Vec<Node> {
        match receivers::methods(self.module, cone, selector) {
            Some(runs) if !runs.is_empty() => runs.into_iter().flat_map(|run| self.run(run, selector)).collect(),
            Some(_) if self.fails(cone) => Vec::new(),
            Some(_) => self.not_understood.map(Node::Selector).into_iter().collect(),
            None => self.selector(selector),
        }
    }

    /// Whether a message that receivers of a cone do not understand never answers.
    fn fails(&self, cone: Cone) -> bool {
        let Some(selector) = self.not_understood.filter(|_| cone.exact && !self.diverging.resumes) else { return false };
        let classes = &self.module.classes;
        let found = self.module.understood.lookup(classes, cone.class, cone.class_side, selector);
        let library = |class, side| self.module.understood.implemented_in(class, side, selector).is_some_and(|found| found.library);
        found.is_some_and(|(class, side)| library(class, side) && matches!(classes.get(class).name.as_str(), "ProtoObject" | "Object"))
    }

    /// A method: of the library, or the copies of it that the program has.
    pub(super) fn run(&self, run: Run, selector: Symbol) -> Vec<Node> {
        let key = (run.class, run.class_side, selector);
        if let Some(own) = self.own_by_key.get(&key) {
            return own.iter().map(|at| Node::Own(*at)).collect();
        }
        let library = self.module.understood.implemented_in(run.class, run.class_side, selector).is_some_and(|found| found.library);
        self.library_by_key.get(&key).filter(|_| library).map(|at| Node::Library(*at, run.this)).into_iter().collect()
    }

    fn implementors(&self, selector: Symbol) -> Vec<Node> {
        let mut found = Vec::new();
        for class_side in [false, true] {
            for (class, implementor) in self.module.understood.implementors(selector, class_side) {
                if !implementor.library || self.module.reached.class(class) {
                    found.extend(self.run(Run { class, class_side, this: Cone { class, class_side, exact: false } }, selector));
                }
            }
        }
        found
    }
}

/// What remains of the facts about what an operator may send in place.
fn by_operator(facts: Facts) -> Facts {
    if facts & (ALLOCATES | NUMBERS) != 0 { NUMBERS } else { 0 }
}

/// Whether an operator works on numbers alone and answers one as Rust holds it: it takes no memory, and sends nothing. So do
/// the library's messages that Rust has an operation for.
pub fn is_arithmetic(module: &Module, send: &Send, answer: &Known) -> bool {
    let receiver = &send.receiver.known;
    if !receiver.only(SMALL | FLOAT | BOOLEAN) || answer.held() == Held::Value {
        return false;
    }
    let class = match receiver.held() {
        Held::Int => "SmallInteger",
        Held::Float => "Float",
        _ => return matches!(send.target, Target::Operator(_)),
    };
    let native = || {
        let class = module.classes.library_number(class)?;
        let (class, side) = module.understood.lookup(&module.classes, class, false, send.selector)?;
        module.understood.implemented_in(class, side, send.selector).map(|found| found.library)
    };
    let alike = receiver.held() == answer.held() && answer.boxed_late();
    matches!(send.target, Target::Operator(_)) || alike && NATIVE.contains(&send.text.as_str()) && native() == Some(true)
}

/// Messages of numbers that Rust has an operation for.
const NATIVE: &[&str] = &["abs", "negated"];

/// Whether a send makes an instance in place.
fn makes(send: &Send) -> Facts {
    if matches!(send.target, Target::New { .. }) { ALLOCATES } else { 0 }
}

/// Whether the result of an operator may need a box at once. Elements are there already.
pub fn numbers(send: &Send, answer: &Known) -> Facts {
    let plain = answer.only(SMALL | FLOAT | BOOLEAN) && answer.boxed_late();
    let Target::Operator(name) = send.target else { return 0 };
    if plain || matches!(name, "at" | "at_put") { 0 } else { NUMBERS }
}
