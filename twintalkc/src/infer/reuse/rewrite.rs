//! A function rewritten: which of its slots get locals, what is read at its entry, and expressions in the order of evaluation.

use super::effects::{Effect, Effects, Place, is_unboxed};
use crate::ir::{ClassNumber, Expr, Function, Kind, Local, LocalId, Target};
use crate::known::Known;
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// A slot of `self`, or of the object in a local.
pub type Seen = (Option<LocalId>, usize);

/// A slot that has a local.
#[derive(Clone, Debug)]
pub struct Kept {
    pub local: LocalId,
    pub place: Place,
    /// A number or a Boolean, which no collection moves.
    unboxed: bool,
}

/// Where slots of an object were read last, and which of them hold still what they held there.
#[derive(Clone, Debug, PartialEq)]
struct Site {
    number: usize,
    same: BTreeSet<usize>,
}

/// Which locals hold what their slots hold, at one point of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The slots whose locals are right.
    pub held: BTreeSet<Seen>,
    /// Those slots of `self` among them that are not stored yet.
    pub waiting: BTreeSet<usize>,
    sites: BTreeMap<Option<LocalId>, Site>,
    pub live: bool,
}

pub struct Rewriter<'a, 'm> {
    pub effects: &'a Effects<'m>,
    pub class: ClassNumber,
    pub locals: &'a mut Vec<Local>,
    pub kept: BTreeMap<Seen, Kept>,
    pub state: State,
    /// What is read at each place where an object is looked up: found in a first walk, done in a second.
    sites: Vec<BTreeSet<usize>>,
    next_site: usize,
    trial: bool,
    pub is_block: bool,
}

/// Rewrites one function, where it uses slots more than once.
pub fn function(effects: &Effects<'_>, class: ClassNumber, function: &mut Function, is_block: bool) {
    let slots = used(effects, class, function);
    if slots.is_empty() {
        return;
    }
    let mut kept = BTreeMap::new();
    for (seen, (place, known)) in slots {
        let name = effects.module.classes.get(place.0).slots[place.1].name.clone();
        let unboxed = is_unboxed(&known);
        kept.insert(seen, Kept { local: function.locals.len(), place, unboxed });
        function.locals.push(Local { name, cell: false, immediate: false, root: None, declared: None, known });
    }
    let mut trial = function.clone();
    let sites = body(effects, class, &mut trial, &kept, is_block, None);
    body(effects, class, function, &kept, is_block, Some(sites));
    unused(function, &kept);
}

/// What is never read again needs no local.
fn unused(function: &mut Function, kept: &BTreeMap<Seen, Kept>) {
    let mut unread: BTreeSet<LocalId> = kept.values().map(|kept| kept.local).collect();
    for expression in &function.body {
        expression.visit(&mut |part| match &part.kind {
            Kind::Local(local) => drop(unread.remove(local)),
            Kind::PutSlots(slots) | Kind::TakeSlots(_, slots) => slots.iter().for_each(|(_, local)| {
                unread.remove(local);
            }),
            _ => {}
        });
    }
    function.body.iter_mut().for_each(|expression| without(expression, &unread));
}

/// Takes assignments to some locals out of an expression; blocks have locals of their own.
fn without(expression: &mut Expr, unread: &BTreeSet<LocalId>) {
    if let Kind::SetLocal(local, value) = &mut expression.kind
        && unread.contains(local)
    {
        let value = std::mem::replace(&mut **value, Expr::nil(expression.span));
        *expression = value;
    }
    if !matches!(expression.kind, Kind::Block(_)) {
        expression.kind.parts_mut(&mut |part| without(part, unread));
    }
}

fn body(
    effects: &Effects<'_>,
    class: ClassNumber,
    function: &mut Function,
    kept: &BTreeMap<Seen, Kept>,
    is_block: bool,
    sites: Option<Vec<BTreeSet<usize>>>,
) -> Vec<BTreeSet<usize>> {
    let state = State { held: BTreeSet::new(), waiting: BTreeSet::new(), sites: BTreeMap::new(), live: true };
    let (locals, trial) = (&mut function.locals, sites.is_none());
    let sites = sites.unwrap_or_default();
    let mut rewriter = Rewriter { effects, class, locals, kept: kept.clone(), state, sites, next_site: 0, trial, is_block };
    let statements = std::mem::take(&mut function.body);
    function.body = rewriter.function_body(statements);
    rewriter.sites
}

/// The slots of the program's own classes that a function uses, with all that they may hold there.
fn used(effects: &Effects<'_>, class: ClassNumber, function: &Function) -> BTreeMap<Seen, (Place, Known)> {
    let mut found: BTreeMap<Seen, (Place, Known)> = BTreeMap::new();
    let mut uses: BTreeMap<Option<LocalId>, usize> = BTreeMap::new();
    for expression in &function.body {
        expression.visit(&mut |part| {
            let (seen, known, place) = match &part.kind {
                Kind::Slot(at) => ((None, *at), &part.known, effects.place(class, *at)),
                Kind::SetSlot(at, value) => ((None, *at), &value.known, effects.place(class, *at)),
                Kind::Send(send) => match effects.read_of(send) {
                    Some((local, at, place)) if !function.locals[local].cell => ((Some(local), at), &part.known, Some(place)),
                    _ => return,
                },
                _ => return,
            };
            if let Some(place) = place {
                *uses.entry(seen.0).or_insert(0) += 1;
                found.entry(seen).or_insert_with(|| (place, Known::none())).1.add(known);
            }
        });
    }
    found.retain(|(object, _), _| uses.get(object).is_some_and(|uses| *uses > 1));
    found
}

impl Rewriter<'_, '_> {
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
            Kind::Send(send) => {
                !matches!(send.target, Target::Inline(_) | Target::Operator(_) | Target::New { initialize: None, .. })
                    && !self.is_accessor(&expression.kind)
            }
            Kind::Global(_) | Kind::SetGlobal(..) => true,
            _ => false,
        };
        let forgotten = self.kept.iter().filter(|(_, kept)| effect.writes.contain(kept.place) || moves && !kept.unboxed);
        let forgotten: Vec<Seen> = forgotten.map(|(seen, _)| *seen).collect();
        forgotten.into_iter().for_each(|seen| self.lose(seen));
        for local in assigned(expression) {
            self.reassigned(local);
        }
    }

    /// A slot may have changed.
    fn lose(&mut self, seen: Seen) {
        self.state.held.remove(&seen);
        if let Some(site) = self.state.sites.get_mut(&seen.0) {
            site.same.remove(&seen.1);
        }
    }

    /// A local is another object now.
    pub fn reassigned(&mut self, local: LocalId) {
        self.state.sites.remove(&Some(local));
        self.state.held.retain(|(object, _)| *object != Some(local));
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
                if let Kind::SetSlot(at, _) = part.kind {
                    // What the loop itself stores is in the local, if it is there when the loop begins.
                    self.unlike((None, at));
                }
            });
        }
    }

    /// A slot is not any more what it was where its object was looked up.
    fn unlike(&mut self, seen: Seen) {
        if let Some(site) = self.state.sites.get_mut(&seen.0) {
            site.same.remove(&seen.1);
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
        self.state.held.retain(|seen| other.held.contains(seen));
        self.state.waiting.retain(|at| other.waiting.contains(at));
        self.state.sites.retain(|object, site| match other.sites.get(object) {
            Some(own) if own.number == site.number => {
                site.same.retain(|at| own.same.contains(at));
                true
            }
            _ => false,
        });
    }

    /// Reads a slot: from its local, or with all that is read of the object from here on.
    fn read(&mut self, seen: Seen, expression: &mut Expr, object: &Known) {
        let Some(kept) = self.kept.get(&seen) else { return };
        let (local, span) = (kept.local, expression.span);
        let known = expression.known.clone();
        let answer = Expr { kind: Kind::Local(local), span, known: known.clone() };
        if self.state.held.contains(&seen) {
            *expression = answer;
            return;
        }
        let taken = match self.state.sites.get(&seen.0) {
            Some(site) if site.same.contains(&seen.1) => {
                self.sites[site.number].insert(seen.1);
                BTreeSet::from([seen.1])
            }
            _ => self.look_up(seen, object),
        };
        self.state.held.extend(taken.iter().map(|at| (seen.0, *at)));
        if taken.len() > 1 {
            let slots = taken.iter().map(|at| (*at, self.kept[&(seen.0, *at)].local)).collect();
            let take = Expr::new(Kind::TakeSlots(seen.0, slots), span);
            *expression = Expr { kind: Kind::Sequence(vec![take, answer]), span, known };
        } else {
            let read = std::mem::replace(expression, Expr::nil(span));
            *expression = Expr { kind: Kind::SetLocal(local, Box::new(read)), span, known };
        }
    }

    /// A place where an object is looked up; answers the slots that are read there.
    fn look_up(&mut self, seen: Seen, object: &Known) -> BTreeSet<usize> {
        let number = self.next_site;
        self.next_site += 1;
        if self.trial {
            self.sites.push(BTreeSet::from([seen.1]));
        }
        let slots = self.kept.keys().filter(|(other, at)| *other == seen.0 && (other.is_none() || self.effects.has_slot(object, *at)));
        let same: BTreeSet<usize> = slots.map(|(_, at)| *at).filter(|at| !self.state.held.contains(&(seen.0, *at))).collect();
        self.state.sites.insert(seen.0, Site { number, same });
        if self.trial { BTreeSet::from([seen.1]) } else { self.sites[number].clone() }
    }

    pub fn all(&mut self, all: &mut [Expr]) {
        all.iter_mut().for_each(|expression| self.expression(expression));
    }

    /// Parts that run or not.
    fn perhaps(&mut self, all: &mut [Expr]) -> State {
        let before = self.state.clone();
        self.all(all);
        std::mem::replace(&mut self.state, before)
    }

    /// Rewrites an expression whose value may be used. Stores that wait stay as they are: nothing in it minds.
    pub fn expression(&mut self, expression: &mut Expr) {
        let span = expression.span;
        let tested = if let Kind::IfNil(local, ..) = expression.kind { Some(local) } else { None };
        match &mut expression.kind {
            Kind::Slot(at) => {
                let seen = (None, *at);
                self.read(seen, expression, &Known::any());
            }
            Kind::SetSlot(at, value) => {
                let at = *at;
                self.expression(value);
                let Some(local) = self.kept.get(&(None, at)).map(|kept| kept.local) else { return };
                let known = value.known.clone();
                let set =
                    Expr { kind: Kind::SetLocal(local, std::mem::replace(value, Box::new(Expr::nil(span)))), span, known: known.clone() };
                let put = Expr::new(Kind::PutSlots(vec![(at, local)]), span);
                let answer = Expr { kind: Kind::Local(local), span, known };
                expression.kind = Kind::Sequence(vec![set, put, answer]);
                self.stored(at);
            }
            Kind::Send(send) if self.effects.read_of(send).is_some_and(|(local, at, _)| self.kept.contains_key(&(Some(local), at))) => {
                if let Some((local, at, _)) = self.effects.read_of(send) {
                    let object = send.receiver.known.clone();
                    self.read((Some(local), at), expression, &object);
                }
            }
            Kind::If(first, then, otherwise) | Kind::IfNil(_, first, then, otherwise) => {
                self.expression(first);
                if let Some(local) = tested {
                    self.reassigned(local);
                }
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
                self.all(condition);
                self.perhaps(body);
            }
            Kind::Count { counter, limit, from, to, body, .. } => {
                let (counter, limit) = (*counter, *limit);
                self.expression(from);
                self.expression(to);
                self.reassigned(counter);
                self.reassigned(limit);
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
        self.state.held.insert((None, at));
        self.unlike((None, at));
    }

    /// A local for a value that is used after what is stored before.
    pub fn temporary(&mut self, known: &Known) -> LocalId {
        let name = "last".to_string();
        self.locals.push(Local { name, cell: false, immediate: false, root: None, declared: None, known: known.clone() });
        self.locals.len() - 1
    }

    pub fn put(&self, slots: &BTreeSet<usize>, span: Span) -> Expr {
        let slots = slots.iter().map(|at| (*at, self.kept[&(None, *at)].local)).collect();
        Expr::new(Kind::PutSlots(slots), span)
    }
}

/// The locals that an expression assigns by itself.
fn assigned(expression: &Expr) -> Vec<LocalId> {
    match &expression.kind {
        Kind::SetLocal(local, _) | Kind::Fresh(local) | Kind::IfNil(local, ..) => vec![*local],
        Kind::Count { counter, limit, .. } => vec![*counter, *limit],
        Kind::Each(each) => each.element.into_iter().chain(each.key).collect(),
        _ => Vec::new(),
    }
}
