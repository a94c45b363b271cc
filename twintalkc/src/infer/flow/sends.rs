//! Sends: what the receivers' methods answer.

use super::conditions::{is_nil, negated};
use super::numbers::{self, Numbers, Outcome};
use super::walk::Walker;
use crate::ir::{Send, Target};
use crate::known::{BOOLEAN, FALSE, Known, OTHER, SMALL, TRUE};

impl Walker<'_, '_> {
    /// What a send answers, what its receiver is, and its arguments.
    pub fn send(&mut self, send: &mut Send) -> (Known, Known, Vec<Known>) {
        let receiver = self.expression(&mut send.receiver);
        let arguments: Vec<Known> = send.arguments.iter_mut().map(|argument| self.expression(argument)).collect();
        if !self.env.live {
            return (Known::none(), receiver, arguments);
        }
        let answer = match &send.target {
            Target::Inline(test) => inlined(test, &receiver, arguments.first()),
            Target::Operator(name) => self.operator(send, name, &receiver, &arguments),
            _ => self.message(send, &receiver, &arguments),
        };
        if answer.is_none() {
            self.env.kill();
        }
        (answer, receiver, arguments)
    }

    fn operator(&self, send: &Send, name: &str, receiver: &Known, arguments: &[Known]) -> Known {
        let basics = &self.world.basics;
        let of_any = |known: &Known| if name == "at_put" { known.clone() } else { Known::any() };
        let Some(argument) = arguments.first() else {
            let is_array = receiver.only(OTHER) && receiver.others() == [basics.array];
            return if is_array { Known::integers(0, i64::from(u32::MAX)) } else { Known::any() };
        };
        if let Some(stored) = arguments.get(1) {
            let is_array = receiver.only(OTHER) && receiver.others() == [basics.array];
            return if is_array { of_any(stored).join(&self.world.failed) } else { Known::any() };
        }
        let ((a, numbers_only), (b, argument_only)) = (Numbers::of(receiver, basics), Numbers::of(argument, basics));
        if !numbers_only || !argument_only || !self.world.numbers_keep(send.selector) {
            return Known::any();
        }
        numbers::operator(basics, name, a, b).map_or_else(Known::any, |outcome| self.settled(outcome))
    }

    /// What comes back of an operation that may raise, or be too large for the machine.
    fn settled(&self, outcome: Outcome) -> Known {
        let Outcome { mut answer, raises } = outcome;
        if raises || answer.may_be(OTHER) {
            answer.add(&self.world.failed);
        }
        answer
    }

    fn message(&self, send: &Send, receiver: &Known, arguments: &[Known]) -> Known {
        let basics = &self.world.basics;
        let (a, only) = Numbers::of(receiver, basics);
        let b = arguments.first().map(|argument| Numbers::of(argument, basics));
        if only
            && arguments.len() < 2
            && b.is_none_or(|(_, only)| only)
            && self.world.numbers_keep(send.selector)
            && let Some(outcome) = numbers::message(basics, &send.text, a, b.map(|(numbers, _)| numbers))
        {
            return self.settled(outcome);
        }
        if send.text == "not" && receiver.only(BOOLEAN) && !self.world.module.redefines(&send.text) {
            return negated(receiver);
        }
        Known::any()
    }
}

fn inlined(test: &str, receiver: &Known, argument: Option<&Known>) -> Known {
    match test {
        "isNil" => is_nil(receiver),
        "notNil" => negated(&is_nil(receiver)),
        _ => {
            let same = argument.map_or_else(|| Known::kinds(BOOLEAN), |argument| identical(receiver, argument));
            if test == "~~" { negated(&same) } else { same }
        }
    }
}

/// What `==` answers.
fn identical(a: &Known, b: &Known) -> Known {
    if a.is_none() || b.is_none() {
        return Known::none();
    }
    let integers = a.may_be(SMALL) && b.may_be(SMALL) && a.range.0 <= b.range.1 && b.range.0 <= a.range.1;
    let shared = a.kinds & b.kinds & !SMALL;
    if shared == 0 && !integers {
        return Known::kinds(FALSE);
    }
    let one = a.kinds == b.kinds && a.kinds & !7 == 0 && a.kinds.count_ones() == 1;
    Known::kinds(if one { TRUE } else { BOOLEAN })
}
