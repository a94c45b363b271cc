//! What a test tells of the locals it tests.

use super::env::Env;
use super::sends::of_form;
use super::walk::Walker;
use crate::ir::{Const, Expr, Kind, LocalId, Send, Target};
use crate::known::{BOOLEAN, FALSE, IS_FLOAT, IS_UNBOXED, Known, NIL, SMALL, TRUE};

impl Walker<'_, '_> {
    /// Statements of which the last is a condition.
    pub fn conditions(&mut self, all: &mut [Expr]) -> (Env, Env) {
        match all {
            [] => (self.env.clone(), self.env.clone()),
            [only] => self.condition(only),
            [others @ .., last] => {
                self.all(others);
                self.condition(last)
            }
        }
    }

    /// Evaluates a condition: the environments where it holds and where it does not.
    pub fn condition(&mut self, condition: &mut Expr) -> (Env, Env) {
        let place = condition.span.start as usize;
        let (known, (yes, no)) = match &mut condition.kind {
            Kind::And(first, rest) => {
                let (yes, mut no) = self.condition(first);
                self.env = yes;
                let (yes, not) = self.conditions(rest);
                no.join(&not);
                (Known::kinds(BOOLEAN), (yes, no))
            }
            Kind::Or(first, rest) => {
                let (mut yes, no) = self.condition(first);
                self.env = no;
                let (also, no) = self.conditions(rest);
                yes.join(&also);
                (Known::kinds(BOOLEAN), (yes, no))
            }
            Kind::Send(send) => {
                let (known, receiver, arguments) = self.send(send, place);
                let known = self.unless_dead(known);
                let envs = self.tested(send, &known, &receiver, &arguments);
                (known, envs)
            }
            Kind::Each(each) => {
                let known = self.each(each, place);
                let value = each.operands.first().and_then(|operand| self.subject(operand)).map(|local| self.held(local).clone());
                let envs = value.and_then(|value| self.of_classes(each, &value)).unwrap_or_else(|| self.split(&known));
                (known, envs)
            }
            _ => {
                let known = self.expression(condition);
                return self.split(&known);
            }
        };
        let value = match &condition.kind {
            Kind::And(..) | Kind::Or(..) => {
                // As values these answer what their last part answers.
                let last = match &condition.kind {
                    Kind::And(_, rest) | Kind::Or(_, rest) => rest.last().map(|last| last.known.clone()).unwrap_or_default(),
                    _ => Known::none(),
                };
                known.join(&last)
            }
            _ => known,
        };
        self.note(condition, &value);
        (yes, no)
    }

    /// What is no Boolean may go either way.
    fn split(&self, known: &Known) -> (Env, Env) {
        let (mut yes, mut no) = (self.env.clone(), self.env.clone());
        if known.only(FALSE) {
            yes.kill();
        }
        if known.only(TRUE) {
            no.kill();
        }
        (yes, no)
    }

    fn tested(&mut self, send: &Send, known: &Known, receiver: &Known, arguments: &[Known]) -> (Env, Env) {
        let (mut yes, mut no) = self.split(known);
        match (&send.target, &send.arguments[..]) {
            (Target::Inline("isNil"), _) => self.nil_or_not(&send.receiver, None, receiver),
            (Target::Inline("notNil"), _) => swap(self.nil_or_not(&send.receiver, None, receiver)),
            (Target::Inline(test @ (IS_FLOAT | IS_UNBOXED)), _) => {
                if let Some(local) = self.subject(&send.receiver) {
                    let (passed, rest) = of_form(test, self.held(local));
                    yes.restrict(local, passed);
                    no.restrict(local, rest);
                }
                (yes, no)
            }
            (Target::Inline(same @ ("==" | "~~")), [Expr { kind: Kind::Const(Const::Nil), .. }]) => {
                let envs = self.nil_or_not(&send.receiver, None, receiver);
                if *same == "==" { envs } else { swap(envs) }
            }
            (Target::Operator(name), [argument]) if known.only(BOOLEAN) => {
                let [other] = arguments else { return (yes, no) };
                let (left, right) = (self.subject(&send.receiver), self.subject(argument));
                if let Some(left) = left.filter(|left| !assigns(argument, *left)) {
                    compared(&mut yes, &mut no, left, name, other);
                }
                if let Some((right, name)) = right.zip(mirrored(name)) {
                    compared(&mut yes, &mut no, right, name, receiver);
                }
                (yes, no)
            }
            _ => (yes, no),
        }
    }

    /// The local whose value an expression answers, if no block can change it meanwhile.
    pub fn subject(&self, expression: &Expr) -> Option<LocalId> {
        match &expression.kind {
            Kind::Local(local) | Kind::SetLocal(local, _) if !self.is_shared(*local) => Some(*local),
            Kind::Sequence(all) => self.subject(all.last()?),
            _ => None,
        }
    }
}

fn swap((one, other): (Env, Env)) -> (Env, Env) {
    (other, one)
}

/// The comparison that `b` passes with `a` where `a` passes this one with `b`.
fn mirrored(name: &str) -> Option<&'static str> {
    Some(match name {
        "less" => "greater",
        "less_equal" => "greater_equal",
        "greater" => "less",
        "greater_equal" => "less_equal",
        "equal" => "equal",
        _ => return None,
    })
}

/// Bounds the integers of a local where a comparison with another integer holds, and where it does not.
fn compared(yes: &mut Env, no: &mut Env, local: LocalId, name: &str, other: &Known) {
    if !other.only(SMALL) || other.is_none() {
        return;
    }
    let (low, high) = other.range;
    const LOWEST: i64 = i64::MIN;
    const HIGHEST: i64 = i64::MAX;
    let (holds, fails) = match name {
        "less" => ((LOWEST, high - 1), (low, HIGHEST)),
        "less_equal" => ((LOWEST, high), (low + 1, HIGHEST)),
        "greater" => ((low + 1, HIGHEST), (LOWEST, high)),
        "greater_equal" => ((low, HIGHEST), (LOWEST, high - 1)),
        "equal" => ((low, high), (LOWEST, HIGHEST)),
        _ => return,
    };
    for (env, bounds) in [(yes, holds), (no, fails)] {
        if env.live {
            let known = env.locals[local].between(bounds.0, bounds.1);
            env.restrict(local, known);
        }
    }
}

pub fn assigns(expression: &Expr, local: LocalId) -> bool {
    let mut found = false;
    expression.visit(&mut |part| {
        found |= match &part.kind {
            Kind::SetLocal(at, _) | Kind::Fresh(at) | Kind::IfNil(at, ..) => *at == local,
            Kind::Count { counter, limit, .. } => *counter == local || *limit == local,
            _ => false,
        };
    });
    found
}

/// What a test for nil answers.
pub fn is_nil(known: &Known) -> Known {
    match (known.may_be(NIL), known.only(NIL)) {
        (_, true) if known.is_none() => Known::none(),
        (_, true) => Known::kinds(TRUE),
        (false, _) => Known::kinds(FALSE),
        _ => Known::kinds(BOOLEAN),
    }
}

pub fn negated(known: &Known) -> Known {
    let mut answer = known.without(BOOLEAN);
    for (from, to) in [(TRUE, FALSE), (FALSE, TRUE)] {
        if known.may_be(from) {
            answer.add(&Known::kinds(to));
        }
    }
    answer
}
