//! Sends: tests answered in place, arithmetic, and the rest by the methods of what the receiver may be.

use super::conditions::{assigns, is_nil, negated};
use super::dispatch::Message;
use super::numbers::{self, Numbers};
use super::walk::Walker;
use super::world::Found;
use crate::ir::{Kind, Send, Target};
use crate::known::{BOOLEAN, FALSE, FLOAT, IS_FLOAT, IS_UNBOXED, Known, NIL, OTHER, SMALL, TRUE, UNBOXED};

/// By these a number asks what it meets.
const ADAPTING: &[&str] = &[
    "adaptToInteger:andSend:",
    "adaptToFloat:andSend:",
    "adaptToInteger:andCompare:",
    "adaptToFloat:andCompare:",
    "adaptToNumber:andSend:",
];

impl Walker<'_, '_> {
    /// What a send answers, what its receiver is, and its arguments.
    pub fn send(&mut self, send: &mut Send, place: usize) -> (Known, Known, Vec<Known>) {
        let start = self.world.fresh.len();
        let receiver = match &send.receiver.kind {
            Kind::Local(local) if self.cascaded == Some(*local) => self.raw(&mut send.receiver),
            Kind::Send(_) => self.raw(&mut send.receiver),
            _ => self.expression(&mut send.receiver),
        };
        let mut made = self.world.fresh.split_off(start);
        let arguments: Vec<Known> = send.arguments.iter_mut().map(|argument| self.expression(argument)).collect();
        if !self.env.live {
            self.world.settle(&made);
            return (Known::none(), receiver, arguments);
        }
        let answer = match &send.target {
            Target::Inline(test) => inlined(test, &receiver, arguments.first()),
            Target::Method { class, class_side } => {
                let (class, class_side) = (*class, *class_side);
                self.direct(send, place, (class, class_side), &receiver, &arguments)
            }
            Target::NotUnderstood => self.world.fail(&receiver, &arguments),
            _ => self.message(send, place, &receiver, &arguments),
        };
        if !made.is_empty() {
            self.world.construct(&mut made, send);
            self.world.settle(&made);
        }
        if answer.is_none() {
            self.env.kill();
        }
        self.survived(send, &receiver);
        if self.record {
            super::targets::decide(self.world, send, &receiver, &arguments);
        }
        (answer, receiver, arguments)
    }

    /// Who has been told something that nil does not understand is not nil.
    fn survived(&mut self, send: &Send, receiver: &Known) {
        let Kind::Local(local) = send.receiver.kind else { return };
        let world = &*self.world;
        let plain = matches!(send.target, Target::Dispatch | Target::Few { .. } | Target::Method { .. }) && world.failed.is_none();
        if plain
            && receiver.may_be(NIL)
            && self.env.live
            && !self.is_shared(local)
            && world.found(world.basics.nil, false, send.selector) == Found::Nothing
            && !send.arguments.iter().any(|argument| assigns(argument, local))
        {
            let rest = receiver.without(NIL);
            self.env.restrict(local, rest);
        }
    }

    /// A method that `super` or the class of the receiver names.
    fn direct(&mut self, send: &Send, place: usize, (class, side): (u32, bool), receiver: &Known, arguments: &[Known]) -> Known {
        let message = Message { selector: send.selector, text: &send.text, place };
        match self.world.found(class, side, send.selector) {
            Found::Unit(unit) => {
                let (unit, _) = self.world.version(unit, arguments);
                self.world.call(unit, receiver, arguments)
            }
            // What an earlier analysis found is what the receiver runs of itself.
            Found::Library(..) if super::targets::runs(self.world, send.selector, (class, side), receiver) => {
                self.message(send, place, receiver, arguments)
            }
            Found::Library(defined, _) => {
                // Each thing the receiver may be is modelled by itself.
                let mut answer = receiver.without(OTHER);
                if !answer.is_none() {
                    answer = self.world.tell_library(message, defined, &answer, arguments);
                }
                for atom in super::atoms::atoms(receiver) {
                    answer.add(&self.world.tell_library(message, defined, &atom.known(), arguments));
                }
                answer
            }
            Found::Nothing => self.world.fail(receiver, arguments),
        }
    }

    fn message(&mut self, send: &Send, place: usize, receiver: &Known, arguments: &[Known]) -> Known {
        let message = Message { selector: send.selector, text: &send.text, place };
        let mut rest = receiver.clone();
        let mut answer = Known::none();
        if let Some(counted) = self.arithmetic(send, receiver, arguments) {
            answer = counted;
            rest = self.no_numbers(receiver);
        }
        if rest.may_be(BOOLEAN) && send.text == "not" && !self.world.module.redefines(&send.text) {
            answer.add(&negated(&rest.among(BOOLEAN)));
            rest = rest.without(BOOLEAN);
        }
        self.world.direct = super::targets::is_direct(self.world, send, receiver);
        answer.add(&self.world.dispatch(message, &rest, arguments));
        self.world.direct = false;
        answer.add(&self.at_once(send, &rest, arguments));
        answer
    }

    /// What the runtime answers between numbers before it asks a method that the program has redefined.
    fn at_once(&self, send: &Send, receiver: &Known, arguments: &[Known]) -> Known {
        let basics = &self.world.basics;
        let (Target::Operator(name), [argument]) = (&send.target, arguments) else { return Known::none() };
        let (a, b) = (Numbers::of(receiver, basics).0, Numbers::of(argument, basics).0);
        numbers::operator(basics, name, a, b).map_or_else(Known::none, |outcome| outcome.answer)
    }

    /// What a value is where it is no integer and no float.
    fn no_numbers(&self, known: &Known) -> Known {
        let rest = known.without(SMALL | FLOAT);
        let large = self.world.basics.large;
        if !rest.others().iter().any(|class| large.contains(class)) {
            return rest;
        }
        let others = rest.others().iter().copied().filter(|class| !large.contains(class)).collect();
        rest.without(OTHER).join(&Known::instances(others))
    }

    /// What the numbers among the receivers answer, where the library alone decides.
    fn arithmetic(&mut self, send: &Send, receiver: &Known, arguments: &[Known]) -> Option<Known> {
        let world = &mut *self.world;
        // Integers too large for the machine may be among what is open.
        let large = receiver.others().iter().copied().filter(|class| world.basics.is_large(*class)).collect();
        let (a, _) = Numbers::of(&receiver.among(SMALL | FLOAT).join(&Known::instances(large)), &world.basics);
        if a.integers.is_none() && !a.float || arguments.len() > 1 || !world.numbers_keep(send.selector) {
            return None;
        }
        let (b, only) = match arguments.first() {
            Some(argument) => {
                let (numbers, only) = Numbers::of(argument, &world.basics);
                (Some(numbers), only)
            }
            None => (None, true),
        };
        let outcome = match (&send.target, b) {
            (Target::Operator(name), Some(b)) => numbers::operator(&world.basics, name, a, b),
            _ => numbers::message(&world.basics, &send.text, a, b),
        }?;
        let mut answer = outcome.answer;
        if outcome.raises || answer.may_be(OTHER) {
            answer.add(&world.failed);
        }
        if !only {
            answer.add(&self.with_other(send, receiver, arguments));
        }
        Some(answer)
    }

    /// What a number answers that meets something else: whoever can adapt to numbers does.
    fn with_other(&mut self, send: &Send, receiver: &Known, arguments: &[Known]) -> Known {
        if matches!(send.text.as_str(), "=" | "~=") {
            self.world.tell_outside(receiver, arguments);
            return Known::kinds(BOOLEAN).join(&self.world.failed);
        }
        let Some(argument) = arguments.first() else { return Known::none() };
        let rest = self.no_numbers(argument);
        let mut answer = self.world.failed.clone();
        if matches!(send.text.as_str(), "max:" | "min:") {
            answer.add(argument);
            answer.add(receiver);
        }
        let module = self.world.module;
        let adapts: Vec<_> = ADAPTING.iter().filter_map(|text| module.symbols.number(text)).collect();
        // What plain objects do is to ask for `adaptToNumber:andSend:`.
        let adapted = |world: &super::world::World<'_>, class: u32, side: bool| {
            adapts.iter().any(|selector| match world.found(class, side, *selector) {
                Found::Nothing => false,
                Found::Unit(_) => true,
                Found::Library(defined, _) => module.classes.get(defined).name != "Object",
            })
        };
        for (class, part) in self.world.basics.parts(&rest) {
            if adapted(self.world, class, false) {
                answer.add(&self.world.tell_outside(&part, &[]));
            }
        }
        for atom in super::atoms::atoms(&rest) {
            let class = match atom {
                super::atoms::Atom::Instance(class) => Some((class, false)),
                super::atoms::Atom::Class(class) => Some((class, true)),
                super::atoms::Atom::Block(_) => Some((self.world.basics.block, false)),
                _ => None,
            };
            if class.is_none_or(|(class, side)| adapted(self.world, class, side)) {
                answer.add(&self.world.tell_outside(&atom.known(), &[]));
            }
        }
        answer
    }
}

fn inlined(test: &str, receiver: &Known, argument: Option<&Known>) -> Known {
    match test {
        "isNil" => is_nil(receiver),
        "notNil" => negated(&is_nil(receiver)),
        IS_FLOAT | IS_UNBOXED => {
            let (yes, no) = of_form(test, receiver);
            let answers = [(yes, TRUE), (no, FALSE)].into_iter().filter(|(known, _)| !known.is_none());
            Known::kinds(answers.fold(0, |kinds, (_, kind)| kinds | kind))
        }
        _ => {
            let same = argument.map_or_else(|| Known::kinds(BOOLEAN), |argument| identical(receiver, argument));
            if test == "~~" { negated(&same) } else { same }
        }
    }
}

/// What passes the test for a form that a version takes, and what does not.
pub fn of_form(test: &str, known: &Known) -> (Known, Known) {
    if test == IS_FLOAT {
        return (known.among(FLOAT), known.without(FLOAT));
    }
    if known.counts() {
        return (known.clone(), Known::none());
    }
    let boxed = !known.unboxed();
    (known.among(SMALL).between(UNBOXED.0, UNBOXED.1), if boxed { known.clone() } else { known.without(SMALL) })
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
    let one = a.kinds == b.kinds && a.kinds & !(NIL | TRUE | FALSE) == 0 && a.kinds.count_ones() == 1;
    Known::kinds(if one { TRUE } else { BOOLEAN })
}
