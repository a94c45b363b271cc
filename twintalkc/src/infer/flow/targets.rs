//! Who answers a send, by what its receiver may be: one method, a few, or whoever it turns out to be.

use super::atoms::{Atom, atoms};
use super::basics::METACLASS;
use super::world::{Found, World};
use crate::ir::{Case, ClassNumber, Send, Symbol, Target};
use crate::known::Known;

/// More methods than these are found by dispatch.
const FEW: usize = 4;
/// A receiver of any class is asked for the methods of so many classes first, where nearly nobody else understands.
const GUESSES: usize = 2;
/// A method that more classes than these run is found by dispatch.
const MAX_RECEIVERS: usize = 12;

/// Decides the target of a send whose receiver is known.
pub fn decide(world: &World<'_>, send: &mut Send, receiver: &Known, arguments: &[Known]) {
    let direct = is_direct(world, send, receiver);
    if let Some(found) = target(world, send, receiver) {
        send.target = found;
    }
    let version = |class, class_side, selector| match world.found(class, class_side, selector) {
        Found::Unit(unit) => world.version(unit, arguments).1,
        _ => None,
    };
    match &mut send.target {
        Target::Method { class, class_side } => send.selector = version(*class, *class_side, send.selector).unwrap_or(send.selector),
        Target::Few { cases, .. } if direct => {
            for case in cases {
                case.selector = version(case.class, case.class_side, send.selector).unwrap_or(send.selector);
            }
        }
        _ => {}
    }
}

/// Whether the methods that a message reaches are called directly, so that versions of them may be meant.
pub fn is_direct(world: &World<'_>, send: &Send, receiver: &Known) -> bool {
    let decided = match &send.target {
        Target::Few { cases, .. } => are_cases(world, send, cases, receiver),
        Target::Method { .. } => true,
        _ => target(world, send, receiver).is_some(),
    };
    !world.versions.is_empty() && !is_guess(receiver) && decided
}

/// Whether the methods of the program that a receiver may run are among those that were decided upon.
fn are_cases(world: &World<'_>, send: &Send, cases: &[Case], receiver: &Known) -> bool {
    let named = |of: ClassNumber| cases.iter().any(|case| case.receivers.contains(&of));
    receivers(world, receiver).0.into_iter().all(|of| named(of) || method(world, of & !METACLASS, of & METACLASS != 0, send).is_none())
}

/// Whether all that a receiver may be runs the method of one class for a selector.
pub fn runs(world: &World<'_>, selector: Symbol, method: (ClassNumber, bool), receiver: &Known) -> bool {
    let module = world.module;
    let lookup = |of: ClassNumber| module.understood.lookup(&module.classes, of & !METACLASS, of & METACLASS != 0, selector);
    let (receivers, open) = receivers(world, receiver);
    !open && receivers.into_iter().all(|of| lookup(of) == Some(method))
}

/// Whether nobody knows of what class a receiver is.
fn is_guess(receiver: &Known) -> bool {
    atoms(receiver).any(|atom| matches!(atom, Atom::Open | Atom::World))
}

/// The target of a send whose receiver is known, where that is news.
fn target(world: &World<'_>, send: &Send, receiver: &Known) -> Option<Target> {
    if !world.closed || receiver.is_none() || !matches!(send.target, Target::Dispatch | Target::Operator(_)) {
        return None;
    }
    let (receivers, open) = receivers(world, receiver);
    if open { guessed(world, send) } else { found(world, send, &receivers) }
}

/// The classes that a receiver may be of, and whether it may be of any other.
fn receivers(world: &World<'_>, receiver: &Known) -> (Vec<ClassNumber>, bool) {
    let mut receivers: Vec<ClassNumber> = world.basics.classes(receiver);
    let mut open = false;
    for atom in atoms(receiver) {
        match atom {
            Atom::Open | Atom::World => open = true,
            Atom::Block(_) => receivers.push(world.basics.block),
            Atom::Collection(family, _) => receivers.push(world.basics.family(family)),
            Atom::Instance(class) => receivers.push(class),
            Atom::Class(class) => receivers.push(class | METACLASS),
        }
    }
    receivers.sort_unstable();
    receivers.dedup();
    (receivers, open)
}

/// The methods that receivers of some classes run.
fn found(world: &World<'_>, send: &Send, receivers: &[ClassNumber]) -> Option<Target> {
    let mut cases: Vec<Case> = Vec::new();
    let mut complete = true;
    for receiver in receivers {
        let (class, side) = (receiver & !METACLASS, receiver & METACLASS != 0);
        // The runtime is fast with its own kinds of objects.
        if matches!(send.target, Target::Operator(_)) && world.module.classes.is_library(class) && !side {
            if *receiver == world.basics.nil {
                complete = false;
                continue;
            }
            return None;
        }
        match method(world, class, side, send) {
            Some(found) => add(&mut cases, found, *receiver, send.selector),
            None => complete = false,
        }
    }
    let few = !cases.is_empty() && cases.len() <= FEW && cases.iter().all(|case| case.receivers.len() <= MAX_RECEIVERS);
    match &cases[..] {
        [one] if complete => Some(Target::Method { class: one.class, class_side: one.class_side }),
        _ => few.then_some(Target::Few { cases, complete }),
    }
}

/// The methods of the program that a receiver of any class may well run.
fn guessed(world: &World<'_>, send: &Send) -> Option<Target> {
    if !matches!(send.target, Target::Dispatch) {
        return None;
    }
    let (module, library) = (world.module, world.module.classes.library as ClassNumber);
    let mut cases: Vec<Case> = Vec::new();
    let mut implementors = 0;
    for side in [false, true] {
        for (class, implementor) in module.understood.implementors(send.selector, side) {
            implementors += 1;
            if implementor.library || class < library || implementors > GUESSES {
                return None;
            }
            for heir in (class..module.classes.all.len() as ClassNumber).filter(|heir| module.classes.inherits(*heir, class)) {
                if let Some(found) = method(world, heir, side, send).filter(|(found, _)| *found == class) {
                    add(&mut cases, found, if side { heir | METACLASS } else { heir }, send.selector);
                }
            }
        }
    }
    let few = !cases.is_empty() && cases.iter().all(|case| case.receivers.len() <= MAX_RECEIVERS);
    few.then_some(Target::Few { cases, complete: false })
}

/// The class that defines the method which instances of a class (or the class itself) run, unless it has none that is compiled.
fn method(world: &World<'_>, class: ClassNumber, side: bool, send: &Send) -> Option<(ClassNumber, bool)> {
    let understood = &world.module.understood;
    match world.found(class, side, send.selector) {
        Found::Nothing => None,
        _ => understood.lookup(&world.module.classes, class, side, send.selector),
    }
}

fn add(cases: &mut Vec<Case>, (class, class_side): (ClassNumber, bool), receiver: ClassNumber, selector: Symbol) {
    match cases.iter_mut().find(|case| (case.class, case.class_side) == (class, class_side)) {
        Some(case) => case.receivers.push(receiver),
        None => cases.push(Case { receivers: vec![receiver], selector, class, class_side }),
    }
}
