//! Statements: stores wait in locals until somebody may look, and are made together.

use super::effects::Effect;
use super::rewrite::{Rewriter, State};
use crate::ir::{Expr, Kind};
use crate::source::Span;
use std::collections::BTreeSet;

impl Rewriter<'_, '_> {
    /// The body of a function; the last statement of a block is its value.
    pub fn function_body(&mut self, mut statements: Vec<Expr>) -> Vec<Expr> {
        let last = if self.is_block { statements.pop() } else { None };
        let mut out = Vec::new();
        self.statements(statements, &mut out);
        if let Some(mut last) = last {
            match last.kind {
                Kind::Return(_) | Kind::ReturnHome(_) => self.statement(last, &mut out),
                _ => {
                    let span = last.span;
                    let effect = self.effect(&last);
                    self.store_before(&effect, span, &mut out);
                    self.expression(&mut last);
                    self.answer(last, &mut out);
                }
            }
        } else if let Some(span) = out.last().map(|last| last.span) {
            self.store_all(span, &mut out);
        }
        out
    }

    fn statements(&mut self, all: Vec<Expr>, out: &mut Vec<Expr>) {
        for statement in all {
            self.statement(statement, out);
        }
    }

    fn statement(&mut self, mut statement: Expr, out: &mut Vec<Expr>) {
        let span = statement.span;
        match statement.kind {
            Kind::SetSlot(at, mut value) if self.kept.contains_key(&(None, at)) => {
                self.before(&value, out);
                self.expression(&mut value);
                let known = value.known.clone();
                out.push(Expr { kind: Kind::SetLocal(self.kept[&(None, at)].local, value), span, known });
                self.stored(at);
                self.state.waiting.insert(at);
            }
            Kind::If(mut condition, then, otherwise) => {
                self.before(&condition, out);
                if !condition.known.only(crate::known::BOOLEAN) {
                    self.store_all(span, out);
                }
                self.expression(&mut condition);
                let (then, otherwise) = self.branches(then, otherwise, span);
                out.push(Expr { kind: Kind::If(condition, then, otherwise), ..statement });
            }
            Kind::IfNil(local, mut value, nil, present) => {
                self.before(&value, out);
                self.expression(&mut value);
                self.reassigned(local);
                let (nil, present) = self.branches(nil, present, span);
                out.push(Expr { kind: Kind::IfNil(local, value, nil, present), ..statement });
            }
            Kind::While { mut condition, until, body } => {
                self.store_all(span, out);
                self.enter_loop(&[&condition, &body]);
                self.all(&mut condition);
                let body = self.looped(body, span);
                out.push(Expr { kind: Kind::While { condition, until, body }, ..statement });
            }
            Kind::Count { counter, limit, mut from, mut to, step, body } => {
                self.before(&from, out);
                self.before(&to, out);
                self.store_all(span, out);
                self.expression(&mut from);
                self.expression(&mut to);
                self.reassigned(counter);
                self.reassigned(limit);
                self.enter_loop(&[&body]);
                let body = self.looped(body, span);
                out.push(Expr { kind: Kind::Count { counter, limit, from, to, step, body }, ..statement });
            }
            Kind::Repeat(body) => {
                self.store_all(span, out);
                self.enter_loop(&[&body]);
                let body = self.looped(body, span);
                out.push(Expr { kind: Kind::Repeat(body), ..statement });
            }
            Kind::Return(mut value) => {
                self.before(&value, out);
                self.expression(&mut value);
                let is_simple = match value.kind {
                    Kind::This | Kind::Const(_) => true,
                    Kind::Local(local) => !self.locals[local].cell,
                    _ => false,
                };
                if self.state.waiting.is_empty() || !self.state.live {
                    out.push(Expr { kind: Kind::Return(value), ..statement });
                } else if is_simple {
                    self.store_all(span, out);
                    out.push(Expr { kind: Kind::Return(value), ..statement });
                } else {
                    let answer = self.saved(*value, out);
                    out.push(Expr { kind: Kind::Return(Box::new(answer)), ..statement });
                }
                self.state.live = false;
            }
            Kind::Sequence(all) => {
                let mut inner = Vec::new();
                self.statements(all, &mut inner);
                out.push(Expr { kind: Kind::Sequence(inner), ..statement });
            }
            _ => {
                self.before(&statement, out);
                self.expression(&mut statement);
                out.push(statement);
            }
        }
    }

    /// The stores that wait are made where an expression that comes next may mind.
    fn before(&mut self, expression: &Expr, out: &mut Vec<Expr>) {
        let effect = self.effect(expression);
        self.store_before(&effect, expression.span, out);
    }

    fn store_before(&mut self, effect: &Effect, span: Span, out: &mut Vec<Expr>) {
        let minds = |at: &usize| {
            let place = self.kept[&(None, *at)].place;
            effect.raises || effect.reads.contain(place) || effect.writes.contain(place)
        };
        let now: BTreeSet<usize> = self.state.waiting.iter().copied().filter(minds).collect();
        self.store(&now, span, out);
    }

    fn store(&mut self, slots: &BTreeSet<usize>, span: Span, out: &mut Vec<Expr>) {
        if !slots.is_empty() && self.state.live {
            out.push(self.put(slots, span));
            self.state.waiting.retain(|at| !slots.contains(at));
        }
    }

    fn store_all(&mut self, span: Span, out: &mut Vec<Expr>) {
        let waiting = self.state.waiting.clone();
        self.store(&waiting, span, out);
    }

    /// Two branches: behind them the stores wait that wait at the end of both.
    fn branches(&mut self, then: Vec<Expr>, otherwise: Vec<Expr>, span: Span) -> (Vec<Expr>, Vec<Expr>) {
        let before = self.state.clone();
        let (mut first, mut second) = (Vec::new(), Vec::new());
        let one = self.branch(then, &mut first);
        self.state = before;
        let other = self.branch(otherwise, &mut second);
        let both: BTreeSet<usize> = match (one.live, other.live) {
            (true, true) => one.waiting.intersection(&other.waiting).copied().collect(),
            (true, false) => one.waiting.clone(),
            _ => other.waiting.clone(),
        };
        let one = self.only(one, &both, span, &mut first);
        let other = self.only(other, &both, span, &mut second);
        self.state = one;
        self.join(other);
        (first, second)
    }

    fn branch(&mut self, body: Vec<Expr>, out: &mut Vec<Expr>) -> State {
        self.statements(body, out);
        self.state.clone()
    }

    /// Ends a branch with nothing but some stores waiting.
    fn only(&mut self, state: State, waiting: &BTreeSet<usize>, span: Span, out: &mut Vec<Expr>) -> State {
        self.state = state;
        let now: BTreeSet<usize> = self.state.waiting.difference(waiting).copied().collect();
        self.store(&now, span, out);
        self.state.clone()
    }

    /// The body of a loop, which leaves no store waiting. What holds at its beginning holds behind the loop.
    fn looped(&mut self, body: Vec<Expr>, span: Span) -> Vec<Expr> {
        let before = self.state.clone();
        let mut out = Vec::new();
        self.branch(body, &mut out);
        self.store_all(span, &mut out);
        self.state = before;
        out
    }

    /// Keeps a value while the stores that wait are made.
    fn saved(&mut self, value: Expr, out: &mut Vec<Expr>) -> Expr {
        let (span, known) = (value.span, value.known.clone());
        let local = self.temporary(&known);
        out.push(Expr { kind: Kind::SetLocal(local, Box::new(value)), span, known: known.clone() });
        self.store_all(span, out);
        Expr { kind: Kind::Local(local), span, known }
    }

    /// The value of a block.
    fn answer(&mut self, value: Expr, out: &mut Vec<Expr>) {
        let value = if self.state.waiting.is_empty() || !self.state.live { value } else { self.saved(value, out) };
        out.push(value);
    }
}
