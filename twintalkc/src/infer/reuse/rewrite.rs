//! A function rewritten: which of its slots get locals, what is read at its entry, and expressions in the order of evaluation.

use super::effects::{Effect, Effects, Place, is_unboxed};
use crate::ir::{ClassNumber, Expr, Function, Kind, Local, LocalId, Target};
use crate::known::Known;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A slot that has a local.
#[derive(Clone, Debug)]
pub struct Kept {
    pub local: LocalId,
    pub place: Place,
    /// A number or a Boolean, which no collection moves.
    unboxed: bool,
}

/// Which locals hold what their slots hold, at one point of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The slots whose locals are right.
    pub held: BTreeSet<usize>,
    /// Those among them that are not stored yet.
    pub waiting: BTreeSet<usize>,
    /// The slots that hold what they held at the entry.
    entry: BTreeSet<usize>,
    pub live: bool,
}

pub struct Rewriter<'a, 'm> {
    pub effects: &'a Effects<'m>,
    pub class: ClassNumber,
    pub locals: &'a mut Vec<Local>,
    pub kept: BTreeMap<usize, Kept>,
    pub state: State,
    /// Inside a branch or a loop.
    pub depth: usize,
    /// The slots whose value at the entry is read, and whether that is certain.
    wanted: BTreeMap<usize, bool>,
}

/// Rewrites one function, if it uses slots more than once.
pub fn function(effects: &Effects<'_>, class: ClassNumber, function: &mut Function, is_block: bool) {
    let slots = used(effects, class, function);
    if slots.is_empty() {
        return;
    }
    let mut kept = BTreeMap::new();
    for (at, (place, known)) in slots {
        let name = effects.module.classes.get(class).slots[at].name.clone();
        let unboxed = is_unboxed(&known);
        kept.insert(at, Kept { local: function.locals.len(), place, unboxed });
        function.locals.push(Local { name, cell: false, immediate: false, root: None, declared: None, known });
    }
    // Once to learn what is read at the entry, and once more with that at hand.
    let mut trial = function.clone();
    let wanted = body(effects, class, &mut trial, &kept, BTreeSet::new(), is_block);
    let certain = wanted.values().filter(|certain| **certain).count() > 0 && wanted.len() > 1;
    let first: BTreeSet<usize> = wanted.into_keys().filter(|_| certain).collect();
    body(effects, class, function, &kept, first.clone(), is_block);
    if !first.is_empty() {
        let taken = first.iter().map(|at| (*at, kept[at].local)).collect();
        let span = function.body[0].span;
        let at = function.body.iter().take_while(|part| matches!(part.kind, Kind::Fresh(_))).count();
        function.body.insert(at, Expr::new(Kind::TakeSlots(taken), span));
    }
}

fn body(
    effects: &Effects<'_>,
    class: ClassNumber,
    function: &mut Function,
    kept: &BTreeMap<usize, Kept>,
    first: BTreeSet<usize>,
    is_block: bool,
) -> BTreeMap<usize, bool> {
    let state = State { held: first, waiting: BTreeSet::new(), entry: kept.keys().copied().collect(), live: true };
    let locals = &mut function.locals;
    let mut rewriter = Rewriter { effects, class, locals, kept: kept.clone(), state, depth: 0, wanted: BTreeMap::new() };
    let statements = std::mem::take(&mut function.body);
    function.body = rewriter.function_body(statements, is_block);
    rewriter.wanted
}

/// The slots of the program's own classes that a function uses, with all that they may hold there.
fn used(effects: &Effects<'_>, class: ClassNumber, function: &Function) -> BTreeMap<usize, (Place, Known)> {
    let mut found: BTreeMap<usize, (Place, Known)> = BTreeMap::new();
    let mut uses = 0;
    for expression in &function.body {
        expression.visit(&mut |part| {
            let (at, known) = match &part.kind {
                Kind::Slot(at) => (*at, &part.known),
                Kind::SetSlot(at, value) => (*at, &value.known),
                _ => return,
            };
            if let Some(place) = effects.place(class, at) {
                uses += 1;
                found.entry(at).or_insert_with(|| (place, Known::none())).1.add(known);
            }
        });
    }
    if uses > 1 { found } else { BTreeMap::new() }
}

impl Rewriter<'_, '_> {
    fn local(&self, at: usize) -> Option<LocalId> {
        self.kept.get(&at).map(|kept| kept.local)
    }

    /// All that happens during an expression.
    pub fn effect(&self, expression: &Expr) -> Effect {
        let mut all = Effect::none();
        expression.visit(&mut |part| {
            match &part.kind {
                // Read from its local, if that is ahead of it.
                Kind::Slot(_) => {}
                // Stored at once.
                Kind::SetSlot(..) => all.raises = true,
                // What blocks share may be seen by whoever handles an error.
                Kind::SetLocal(local, _) => all.raises |= self.locals[*local].declared.is_some() || self.locals[*local].cell,
                _ => all.add(&self.effects.own(Some(self.class), part)),
            }
        });
        all
    }

    /// Forgets what an expression may change by itself.
    fn forget(&mut self, expression: &Expr) {
        let mut effect = self.effects.own(Some(self.class), expression);
        if matches!(expression.kind, Kind::SetSlot(..)) {
            effect = Effect::none();
        }
        let moves = match &expression.kind {
            Kind::Send(send) => !matches!(send.target, Target::Inline(_) | Target::Operator(_)) && !self.is_accessor(&expression.kind),
            Kind::Global(_) | Kind::SetGlobal(..) => true,
            _ => false,
        };
        for (at, kept) in &self.kept {
            let written = effect.writes.contain(kept.place);
            if written || moves && !kept.unboxed {
                self.state.entry.remove(at);
                self.state.held.remove(at);
            }
        }
    }

    /// Whether a message is a read or a write of a slot in place: nothing moves meanwhile.
    fn is_accessor(&self, kind: &Kind) -> bool {
        let Kind::Send(send) = kind else { return false };
        matches!(&send.target, Target::Method { class, class_side: false } if self.effects.accesses(*class, send.selector))
    }

    /// Forgets what a loop changes on its way round.
    pub fn enter_loop(&mut self, parts: &[&[Expr]]) {
        for expression in parts.iter().copied().flatten() {
            expression.visit(&mut |part| {
                self.forget(part);
                // What the loop itself stores is in the local, if it is there when the loop begins.
                if let Kind::SetSlot(at, _) = part.kind {
                    self.state.entry.remove(&at);
                }
            });
        }
        // References would be read back from the root stack.
        for (at, kept) in &self.kept {
            if !kept.unboxed {
                self.state.entry.remove(at);
                self.state.held.remove(at);
            }
        }
    }

    /// Control comes from either of two points, where the same stores wait.
    pub fn join(&mut self, other: State) {
        if !other.live {
            return;
        }
        if !self.state.live {
            self.state = other;
            return;
        }
        self.state.held.retain(|at| other.held.contains(at));
        self.state.entry.retain(|at| other.entry.contains(at));
        self.state.waiting.retain(|at| other.waiting.contains(at));
    }

    pub fn all(&mut self, all: &mut [Expr]) {
        all.iter_mut().for_each(|expression| self.expression(expression));
    }

    /// Parts that run or not.
    fn perhaps(&mut self, all: &mut [Expr]) -> State {
        let before = self.state.clone();
        self.depth += 1;
        self.all(all);
        self.depth -= 1;
        std::mem::replace(&mut self.state, before)
    }

    /// Rewrites an expression whose value may be used. Stores that wait stay as they are: nothing in it minds.
    pub fn expression(&mut self, expression: &mut Expr) {
        let span = expression.span;
        match &mut expression.kind {
            Kind::Slot(at) => {
                let at = *at;
                let Some(local) = self.local(at) else { return };
                if !self.state.held.contains(&at) {
                    if self.state.entry.contains(&at) {
                        *self.wanted.entry(at).or_insert(false) |= self.depth == 0;
                    }
                    let read = Expr { kind: Kind::Slot(at), span, known: expression.known.clone() };
                    expression.kind = Kind::SetLocal(local, Box::new(read));
                    self.state.held.insert(at);
                } else {
                    expression.kind = Kind::Local(local);
                }
            }
            Kind::SetSlot(at, value) => {
                let at = *at;
                self.expression(value);
                let Some(local) = self.local(at) else { return };
                let known = value.known.clone();
                let set = Expr { kind: Kind::SetLocal(local, std::mem::replace(value, Box::new(Expr::nil(span)))), span, known: known.clone() };
                let put = Expr::new(Kind::PutSlots(vec![(at, local)]), span);
                let answer = Expr { kind: Kind::Local(local), span, known };
                expression.kind = Kind::Sequence(vec![set, put, answer]);
                self.stored(at);
            }
            Kind::If(first, then, otherwise) | Kind::IfNil(_, first, then, otherwise) => {
                self.expression(first);
                let then = self.perhaps(then);
                let otherwise = self.perhaps(otherwise);
                self.state = then;
                self.join(otherwise);
            }
            Kind::And(first, rest) | Kind::Or(first, rest) => {
                self.expression(first);
                let rest = self.perhaps(rest);
                self.join(rest);
            }
            Kind::While { condition, body, .. } => {
                self.enter_loop(&[condition, body]);
                self.depth += 1;
                self.all(condition);
                self.depth -= 1;
                self.perhaps(body);
            }
            Kind::Count { from, to, body, .. } => {
                self.expression(from);
                self.expression(to);
                self.enter_loop(&[body]);
                self.perhaps(body);
            }
            Kind::Repeat(body) => {
                self.enter_loop(&[body]);
                self.perhaps(body);
            }
            Kind::Return(value) | Kind::ReturnHome(value) => {
                self.expression(value);
                self.state.live = false;
            }
            Kind::Block(_) => {}
            _ => {
                expression.kind.parts_mut(&mut |part| self.expression(part));
                self.forget(expression);
                if matches!(expression.kind, Kind::Send(_)) && expression.known.is_none() {
                    self.state.live = false;
                }
            }
        }
    }

    /// The local of a slot has what is to be stored.
    pub fn stored(&mut self, at: usize) {
        self.state.held.insert(at);
        self.state.entry.remove(&at);
    }

    /// A local for a value that is used after what is stored before.
    pub fn temporary(&mut self, known: &Known) -> LocalId {
        let name = "last".to_string();
        self.locals.push(Local { name, cell: false, immediate: false, root: None, declared: None, known: known.clone() });
        self.locals.len() - 1
    }

    pub fn put(&self, slots: &BTreeSet<usize>, span: Span) -> Expr {
        let slots = slots.iter().map(|at| (*at, self.kept[at].local)).collect();
        Expr::new(Kind::PutSlots(slots), span)
    }
}
