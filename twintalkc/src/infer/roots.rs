//! Which locals the root stack must hold: those alive across a point where scratch may be collected.
//!
//! Positions number the events of a function in the order of evaluation (linear scan, Poletto and Sarkar 1999). A local
//! is alive from its first to its last occurrence, and through the whole of a loop that it enters from outside.

use super::collects::{loop_collects, sends_away};
use crate::ir::{Expr, Function, Kind, Local, LocalId};
use crate::known::Held;
use std::ops::Range;

struct Scan<'f> {
    locals: &'f [Local],
    clock: usize,
    /// First and last occurrence of `self` (or the block), then of each local.
    lives: Vec<Option<Range<usize>>>,
    /// All occurrences.
    uses: Vec<Vec<usize>>,
    collections: Vec<usize>,
    /// Collections in an operand of a message that never answers, and where that message is sent.
    last_collections: Vec<Range<usize>>,
    loops: Vec<Range<usize>>,
    /// `self` is a constant: a twin's own method, or the top level.
    constant_self: bool,
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
    let mut scan = Scan {
        locals: &function.locals,
        clock: 0,
        lives: vec![None; function.locals.len() + 1],
        uses: vec![Vec::new(); function.locals.len() + 1],
        collections: Vec::new(),
        last_collections: Vec::new(),
        loops: Vec::new(),
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
    function.rooted_self = rooted_self;
    function.locals.iter_mut().zip(roots).for_each(|(local, root)| local.root = root);
    function.frame = next;
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

    fn crosses(&self, at: usize) -> bool {
        let Some(life) = &self.lives[at] else { return false };
        let (start, mut end) = (life.start, life.end);
        // Inner loops come first, so that an extension to one may extend to the next.
        for range in &self.loops {
            if start < range.start && end > range.start && end < range.end {
                end = range.end;
            }
        }
        let used = |at: usize, range: &Range<usize>| self.uses[at].iter().any(|used| range.contains(used));
        self.collections.iter().any(|collection| start < *collection && *collection < end)
            || self.last_collections.iter().any(|range| start < range.start && used(at, range))
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

    fn looping(&mut self, collects: bool, inside: impl FnOnce(&mut Self)) {
        let start = self.tick();
        inside(self);
        if collects {
            self.collect();
        }
        let end = self.tick();
        self.loops.push(start..end);
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
                let collections = self.collections.len();
                self.operands(std::iter::once(&send.receiver).chain(&send.arguments));
                if send.diverges {
                    let end = self.tick();
                    self.last_collections.extend(self.collections.drain(collections..).map(|at| at..end));
                }
                if !send.diverges && sends_away(&send.target) && send.collects {
                    self.collect();
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
            Kind::While { condition, body, .. } => self.looping(loop_collects(self.locals, &[condition, body]), |scan| {
                scan.all(condition);
                scan.all(body);
            }),
            Kind::Count { counter, limit, from, to, body, .. } => {
                self.expression(from);
                self.local(*counter);
                self.expression(to);
                self.local(*limit);
                self.looping(loop_collects(self.locals, &[body]), |scan| {
                    scan.local(*limit);
                    scan.local(*counter);
                    scan.all(body);
                });
            }
            Kind::Repeat(body) => self.looping(loop_collects(self.locals, &[body]), |scan| scan.all(body)),
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
