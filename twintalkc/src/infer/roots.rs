//! Which locals the root stack must hold: those alive across a call that may collect scratch. What is alive across the ends
//! of rounds of loops alone stays a variable of Rust, which the collection there is handed.
//!
//! Positions number the events of a function in the order of evaluation (linear scan, Poletto and Sarkar 1999). A local
//! is alive from its first to its last occurrence, and through the whole of a loop that it enters from outside.

use super::collects::{loop_collects, sends_away};
use crate::ir::{Expr, Function, Kind, Local, LocalId, Safepoint};
use crate::known::Held;
use std::ops::Range;

struct Scan<'f> {
    safepoints: &'f [Safepoint],
    clock: usize,
    /// First and last occurrence of `self` (or the block), then of each local.
    lives: Vec<Option<Range<usize>>>,
    /// All occurrences.
    uses: Vec<Vec<usize>>,
    collections: Vec<usize>,
    /// Collections in an operand of a message that never answers, and from where to where what they move may be used.
    last_collections: Vec<(usize, Range<usize>)>,
    loops: Vec<Range<usize>>,
    /// The number of the safepoint at each one's end.
    loop_ends: Vec<usize>,
    /// The safepoints that collect.
    crossed: Vec<Crossed>,
    /// `self` is a constant: a twin's own method, or the top level.
    constant_self: bool,
}

/// When scratch is collected at a safepoint.
struct Crossed {
    number: usize,
    at: usize,
    /// If it is in an operand of a message that never answers, from where to where what it moves may be used.
    last: Option<Range<usize>>,
}

const THIS: usize = 0;

/// Assigns the root slots of a function and of its blocks.
pub fn function(function: &mut Function, constant_self: bool) {
    assign(function, constant_self, false);
    for expression in &mut function.body {
        expression.visit_mut(&mut |expression| {
            if let Kind::Block(block) = &mut expression.kind {
                assign(&mut block.function, constant_self, true);
            }
        });
    }
}

fn assign(function: &mut Function, constant_self: bool, block: bool) {
    function.safepoints.clear();
    function.body.iter_mut().for_each(|part| number(part, &function.locals, &mut function.safepoints));
    let mut scan = Scan {
        safepoints: &function.safepoints,
        clock: 0,
        lives: vec![None; function.locals.len() + 1],
        uses: vec![Vec::new(); function.locals.len() + 1],
        collections: Vec::new(),
        last_collections: Vec::new(),
        loops: Vec::new(),
        loop_ends: Vec::new(),
        crossed: Vec::new(),
        constant_self: constant_self && !block,
    };
    (0..=function.arguments).for_each(|at| scan.lives[at] = Some(0..0));
    if function.ticks {
        scan.collect();
    }
    scan.all(&function.body);
    if !block && !constant_self && !matches!(function.body.last().map(|last| &last.kind), Some(Kind::Return(_))) {
        scan.occurs(THIS);
    }
    let mut next = 0;
    let mut root = |alive: bool| {
        alive.then(|| {
            next += 1;
            next - 1
        })
    };
    let rooted_self = root(!scan.constant_self && scan.crosses(THIS));
    let holds = |local: &Local| !local.immediate && local.held() == Held::Value || local.cell;
    let roots: Vec<Option<usize>> =
        function.locals.iter().enumerate().map(|(at, local)| root(holds(local) && scan.crosses(at + 1))).collect();
    let mut safepoints = vec![Safepoint::default(); function.safepoints.len()];
    let kept = |at: usize, crossed: &Crossed| roots[at].is_none() && holds(&function.locals[at]) && scan.keeps(at + 1, crossed);
    for crossed in &scan.crossed {
        let safepoint = &mut safepoints[crossed.number];
        safepoint.collects = true;
        safepoint.keeps = (0..roots.len()).filter(|at| kept(*at, crossed)).collect();
        safepoint.keeps_self = rooted_self.is_none() && !scan.constant_self && scan.keeps(THIS, crossed);
    }
    for (range, number) in scan.calm_loops() {
        let lifts: Vec<LocalId> = (0..roots.len()).filter(|at| roots[*at].is_some() && scan.is_used(at + 1, range)).collect();
        let lifts_self = rooted_self.is_some() && scan.is_used(THIS, range);
        for crossed in scan.crossed.iter().filter(|crossed| range.contains(&crossed.at)) {
            safepoints[crossed.number].keeps.extend(&lifts);
            safepoints[crossed.number].keeps_self |= lifts_self;
        }
        (safepoints[number].lifts, safepoints[number].lifts_self) = (lifts, lifts_self);
    }
    function.safepoints = safepoints;
    function.rooted_self = rooted_self;
    function.locals.iter_mut().zip(roots).for_each(|(local, root)| local.root = root);
    function.frame = next;
}

/// Numbers the safepoints in an expression, and puts one at the end of every loop's round.
fn number(expression: &mut Expr, locals: &[Local], safepoints: &mut Vec<Safepoint>) {
    expression.kind.parts_mut(&mut |part| number(part, locals, safepoints));
    let (collects, span, body) = match &mut expression.kind {
        Kind::While { condition, body, .. } => (loop_collects(locals, &[condition, body]), expression.span, body),
        Kind::Count { from, body, .. } => (loop_collects(locals, &[body]), from.span, body),
        Kind::Repeat(body) => (loop_collects(locals, &[body]), expression.span, body),
        Kind::Send(send) => {
            let crossed = send.collects && sends_away(&send.target) && !send.diverges;
            if let Some(at_once) = send.at_once.as_mut().filter(|_| crossed) {
                at_once.safepoint = Some(safepoints.len());
                safepoints.push(Safepoint { collects: true, ..Safepoint::default() });
            }
            return;
        }
        _ => return,
    };
    body.push(Expr::new(Kind::BackEdge(safepoints.len()), span));
    safepoints.push(Safepoint { collects, ..Safepoint::default() });
}

impl Scan<'_> {
    fn tick(&mut self) -> usize {
        self.clock += 1;
        self.clock
    }

    fn occurs(&mut self, at: usize) {
        let now = self.tick();
        let life = self.lives[at].get_or_insert(now..now);
        life.end = now;
        self.uses[at].push(now);
    }

    fn local(&mut self, local: LocalId) {
        self.occurs(local + 1);
    }

    fn collect(&mut self) {
        let now = self.tick();
        self.collections.push(now);
    }

    /// Passes a safepoint.
    fn cross(&mut self, number: usize) {
        if self.safepoints[number].collects {
            let at = self.tick();
            self.crossed.push(Crossed { number, at, last: None });
        }
    }

    /// From the first occurrence to where it was last needed.
    fn life(&self, at: usize) -> Option<Range<usize>> {
        let life = self.lives[at].as_ref()?;
        let (start, mut end) = (life.start, life.end);
        // Inner loops come first, so that an extension to one may extend to the next.
        for range in &self.loops {
            if start < range.start && end > range.start && end < range.end {
                end = range.end;
            }
        }
        Some(start..end)
    }

    /// The outermost loops in which no call collects.
    fn calm_loops(&self) -> Vec<(&Range<usize>, usize)> {
        let calls = || self.collections.iter().chain(self.last_collections.iter().map(|(at, _)| at));
        let mut calm: Vec<_> = self.loops.iter().zip(self.loop_ends.iter().copied()).collect();
        calm.retain(|(range, _)| !calls().any(|call| range.contains(call)));
        let inner = |range: &Range<usize>| calm.iter().any(|(other, _)| other.start < range.start && range.end < other.end);
        calm.iter().copied().filter(|(range, _)| !inner(range)).collect()
    }

    fn is_used(&self, at: usize, range: &Range<usize>) -> bool {
        self.uses[at].iter().any(|used| range.contains(used))
    }

    /// Whether something is alive across a call that collects.
    fn crosses(&self, at: usize) -> bool {
        let Some(life) = self.life(at) else { return false };
        self.collections.iter().any(|collection| life.start < *collection && *collection < life.end)
            || self.last_collections.iter().any(|(collection, range)| life.start < *collection && self.is_used(at, range))
    }

    /// Whether something is alive across a safepoint. Behind a message that never answers nothing is.
    fn keeps(&self, at: usize, crossed: &Crossed) -> bool {
        let Some(life) = self.life(at) else { return false };
        life.start < crossed.at
            && match &crossed.last {
                None => crossed.at < life.end,
                Some(range) => self.is_used(at, range),
            }
    }

    fn all(&mut self, expressions: &[Expr]) {
        expressions.iter().for_each(|expression| self.expression(expression));
    }

    /// Operands are read again when the operation happens: variables are not copied before later operands run.
    fn operands<'a>(&mut self, operands: impl Iterator<Item = &'a Expr> + Clone) {
        operands.clone().for_each(|operand| self.expression(operand));
        operands.for_each(|operand| match &operand.kind {
            Kind::Local(local) => self.local(*local),
            Kind::This | Kind::Captured(_) | Kind::Slot(_) => self.occurs(THIS),
            _ => {}
        });
    }

    fn looping(&mut self, body: &[Expr], inside: impl FnOnce(&mut Self)) {
        let start = self.tick();
        inside(self);
        let end = self.tick();
        if let Some(Kind::BackEdge(number)) = body.last().map(|last| &last.kind) {
            self.loops.push(start..end);
            self.loop_ends.push(*number);
        }
    }

    fn expression(&mut self, expression: &Expr) {
        match &expression.kind {
            Kind::Const(_) | Kind::ClassVariable(_) => {}
            Kind::Global(_) => self.collect(),
            Kind::SetGlobal(_, value) => {
                self.expression(value);
                self.collect();
            }
            Kind::This | Kind::Slot(_) | Kind::ClassSlot(_) | Kind::Captured(_) => self.occurs(THIS),
            Kind::Local(local) | Kind::Fresh(local) => self.local(*local),
            Kind::SetLocal(local, value) => {
                self.expression(value);
                self.local(*local);
            }
            Kind::SetSlot(_, value) | Kind::SetClassSlot(_, value) | Kind::SetCaptured(_, value) => {
                self.expression(value);
                self.occurs(THIS);
            }
            Kind::SetClassVariable(_, value) | Kind::Return(value) | Kind::Home(value) => self.expression(value),
            Kind::TakeSlots(object, slots) => {
                self.occurs(object.map_or(THIS, |local| local + 1));
                slots.iter().for_each(|(_, local)| self.local(*local));
            }
            Kind::PutSlots(slots) => {
                self.occurs(THIS);
                slots.iter().for_each(|(_, local)| self.local(*local));
            }
            Kind::SlotOf(object, _) => self.expression(object),
            Kind::SetSlotOf(object, _, value) => {
                self.expression(value);
                self.expression(object);
            }
            Kind::Each(each) => {
                self.operands(each.operands.iter());
                each.element.into_iter().chain(each.key).for_each(|local| self.local(local));
            }
            Kind::ReturnHome(value) => {
                self.expression(value);
                self.occurs(THIS);
            }
            Kind::Send(send) => {
                let (collections, crossed, loops) = (self.collections.len(), self.crossed.len(), self.loops.len());
                self.operands(std::iter::once(&send.receiver).chain(&send.arguments));
                if send.diverges {
                    let end = self.tick();
                    // What is used before it in a loop is used after it in the next round.
                    let around = |at: usize| {
                        let begun = self.loops[loops..].iter().filter(|range| range.contains(&at)).map(|range| range.start).min();
                        begun.unwrap_or(at)..end
                    };
                    let last = self.collections.drain(collections..).map(|at| (at, around(at)));
                    self.last_collections.extend(last);
                    for crossed in &mut self.crossed[crossed..] {
                        crossed.last.get_or_insert_with(|| around(crossed.at));
                    }
                }
                match send.at_once.and_then(|at_once| at_once.safepoint) {
                    Some(number) => self.cross(number),
                    None if !send.diverges && sends_away(&send.target) && send.collects => self.collect(),
                    None => {}
                }
            }
            Kind::If(condition, then, otherwise) => {
                self.expression(condition);
                self.all(then);
                self.all(otherwise);
            }
            Kind::And(first, rest) | Kind::Or(first, rest) => {
                self.expression(first);
                self.all(rest);
            }
            Kind::IfNil(local, value, nil, present) => {
                self.expression(value);
                self.local(*local);
                self.all(nil);
                self.all(present);
            }
            Kind::While { condition, body, .. } => self.looping(body, |scan| {
                scan.all(condition);
                scan.all(body);
            }),
            Kind::Count { counter, limit, from, to, body, .. } => {
                self.expression(from);
                self.local(*counter);
                self.expression(to);
                self.local(*limit);
                self.looping(body, |scan| {
                    scan.local(*limit);
                    scan.local(*counter);
                    scan.all(body);
                });
            }
            Kind::Repeat(body) => self.looping(body, |scan| scan.all(body)),
            Kind::BackEdge(number) => self.cross(*number),
            Kind::Block(block) => {
                for capture in &block.captures {
                    match capture.from {
                        crate::ir::Place::Local(local) => self.local(local),
                        crate::ir::Place::Captured(_) => self.occurs(THIS),
                    }
                }
                if block.uses_self || block.returns_home {
                    self.occurs(THIS);
                }
            }
            Kind::Brace(elements) => self.operands(elements.iter()),
            Kind::Sequence(all) => self.all(all),
        }
    }
}
