//! Branches and loops.

use super::env::Env;
use super::walk::Walker;
use crate::ir::{Expr, Kind, LocalId};
use crate::known::{FALSE, FLOAT, Known, NIL, SMALL, TRUE};

/// Loops nested deeper widen at once: each level walks the inner ones several times.
const DEEP: usize = 4;

impl Walker<'_, '_> {
    /// A branch as a value.
    pub fn choice(&mut self, kind: &mut Kind) -> Known {
        match kind {
            Kind::If(condition, then, otherwise) => {
                let (yes, no) = self.condition(condition);
                self.branches(yes, no, |walker| walker.all(then), |walker| walker.all(otherwise))
            }
            Kind::And(first, rest) => {
                let (yes, no) = self.condition(first);
                self.branches(yes, no, |walker| walker.all(rest), |_| Known::kinds(FALSE))
            }
            Kind::Or(first, rest) => {
                let (yes, no) = self.condition(first);
                self.branches(yes, no, |_| Known::kinds(TRUE), |walker| walker.all(rest))
            }
            Kind::IfNil(local, value, nil, present) => {
                let known = self.expression(value);
                let known = self.set(*local, &known);
                let (yes, no) = self.nil_or_not(value, Some(*local), &known);
                self.branches(yes, no, |walker| walker.all(nil), |walker| walker.all(present))
            }
            _ => Known::open(),
        }
    }

    /// The environments where a value is nil, and where it is not.
    pub fn nil_or_not(&mut self, value: &Expr, held: Option<LocalId>, known: &Known) -> (Env, Env) {
        let (mut yes, mut no) = (self.env.clone(), self.env.clone());
        if !known.may_be(NIL) {
            yes.kill();
        }
        if known.only(NIL) {
            no.kill();
        }
        for local in [held, self.subject(value)].into_iter().flatten() {
            let now = self.held(local).clone();
            yes.restrict(local, now.among(NIL));
            no.restrict(local, now.without(NIL));
        }
        (yes, no)
    }

    fn branches(&mut self, yes: Env, no: Env, then: impl FnOnce(&mut Self) -> Known, otherwise: impl FnOnce(&mut Self) -> Known) -> Known {
        self.env = yes;
        let mut known = if self.env.live { then(self) } else { Known::none() };
        let after = std::mem::replace(&mut self.env, no);
        let other = if self.env.live { otherwise(self) } else { Known::none() };
        known.add(&other);
        self.env.join(&after);
        known
    }

    /// A loop: its value is nil, unless it never ends.
    pub fn looping(&mut self, kind: &mut Kind) -> Known {
        self.depth += 1;
        match kind {
            Kind::While { condition, until, body } => {
                let until = *until;
                self.repeat(|walker| {
                    let (yes, no) = walker.conditions(condition);
                    let (stay, leave) = if until { (no, yes) } else { (yes, no) };
                    walker.env = stay;
                    walker.all(body);
                    leave
                });
            }
            Kind::Count { counter, limit, from, to, step, body } => self.count(*counter, *limit, from, to, *step, body),
            Kind::Repeat(body) => self.repeat(|walker| {
                walker.all(body);
                let mut never = walker.env.clone();
                never.kill();
                never
            }),
            _ => {}
        }
        self.depth -= 1;
        self.unless_dead(Known::kinds(NIL))
    }

    /// Iterates until nothing new comes back. `once` walks one iteration, leaves the environment at its end, and answers
    /// that where the loop ends.
    fn repeat(&mut self, mut once: impl FnMut(&mut Self) -> Env) {
        let entry = self.env.clone();
        let recording = std::mem::take(&mut self.record);
        let mut head = entry.clone();
        let mut widened = false;
        let mut leave;
        loop {
            self.env.clone_from(&head);
            leave = once(self);
            let widening = widened || self.depth > DEEP;
            if !head.grow(&self.env, widening) {
                break;
            }
            widened = true;
        }
        self.record = recording;
        let mut narrow = head.clone();
        if widened {
            let mut found = entry;
            found.join(&self.env);
            narrow.narrow(&found);
        }
        let narrower = narrow != head;
        if narrower || recording {
            self.env.clone_from(&narrow);
            leave = once(self);
            // Inner loops widen, so what comes back may be more all the same.
            if narrower && !self.env.within(&narrow) {
                self.env = head;
                leave = once(self);
            }
        }
        self.env = leave;
    }

    /// `to:by:do:`: an integer that starts as one stays one, and in the body it has not passed the limit.
    fn count(&mut self, counter: LocalId, limit: LocalId, from: &mut Expr, to: &mut Expr, step: i64, body: &mut [Expr]) {
        let from = self.expression(from);
        let to = self.expression(to);
        if !self.env.live {
            return;
        }
        let end = if self.frame.immediate[limit] { self.immediate_limit(to) } else { to };
        self.set(limit, &end);
        let counted = super::counting::counter(&from, &end, step);
        let mut never = self.env.clone();
        if from.is_none() || end.is_none() {
            return self.env.kill();
        }
        if counted.is_none() {
            // No iteration: what counts is never read.
            self.set(counter, &from);
            return;
        }
        self.repeat(|walker| {
            let leave = walker.env.clone();
            walker.env.captured[counter] = false;
            walker.set(counter, &counted);
            walker.all(body);
            leave
        });
        never.locals[counter] = self.held(counter).clone();
        self.env.join(&never);
    }

    /// The limit of a loop whose counter starts at a small constant becomes a number that needs no heap.
    fn immediate_limit(&self, to: Known) -> Known {
        if to.only(SMALL) || to.only(FLOAT) {
            return to;
        }
        to.among(SMALL).join(&Known::kinds(FLOAT)).join(&self.world.failed)
    }
}
