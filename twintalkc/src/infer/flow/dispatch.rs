//! Messages to what a receiver may be: every method that may run is called, and what the library does is modelled or feared.

use super::atoms::{Atom, atoms};
use super::basics::METACLASS;
use super::world::{Found, World};
use crate::ir::{ClassNumber, Symbol};
use crate::known::{Known, OTHER};

/// A message as it is sent.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    pub selector: Symbol,
    pub text: &'a str,
    /// Where in the text.
    pub place: usize,
}

/// Messages that make an instance of whatever class receives them.
pub const MAKING: &[&str] = &["new", "basicNew", "new:", "basicNew:"];

impl World<'_> {
    /// What a message may answer.
    pub fn dispatch(&mut self, message: Message<'_>, receiver: &Known, arguments: &[Known]) -> Known {
        let mut answer = Known::none();
        for (class, part) in self.basics.parts(receiver) {
            answer.add(&self.tell_class(message, class, false, &part, arguments));
        }
        for atom in atoms(&receiver.among(OTHER)) {
            let part = atom.known();
            answer.add(&match atom {
                Atom::Open => self.tell_open(message, arguments),
                Atom::World => self.tell_world(message, arguments),
                Atom::Block(site) => match self.block_message(message, site, arguments) {
                    Some(answer) => answer,
                    None => self.tell_class(message, self.basics.block, false, &part, arguments),
                },
                Atom::Collection(family, site) => match self.collection_message(message, family, site, arguments) {
                    Some(answer) => answer,
                    None => self.tell_class(message, self.basics.family(family), false, &part, arguments),
                },
                Atom::Instance(class) => self.tell_class(message, class, false, &part, arguments),
                Atom::Class(class) => self.tell_class(message, class, true, &part, arguments),
            });
        }
        answer
    }

    fn tell_class(&mut self, message: Message<'_>, class: ClassNumber, class_side: bool, part: &Known, arguments: &[Known]) -> Known {
        match self.found(class, class_side, message.selector) {
            Found::Unit(unit) => self.call_directly(unit, part, arguments),
            Found::Library(defined, _) => self.tell_library(message, defined, part, arguments),
            Found::Nothing => self.fail(part, arguments),
        }
    }

    /// A method of the library that is known by its class.
    pub fn tell_library(&mut self, message: Message<'_>, defined: ClassNumber, part: &Known, arguments: &[Known]) -> Known {
        match self.model(message, defined, part, arguments) {
            Some(answer) => answer,
            None => {
                self.tell_outside(part, arguments);
                self.answer_of_library(message.text).join(&self.failed)
            }
        }
    }

    /// Code outside has the receiver and the arguments, and answers anything.
    pub fn tell_outside(&mut self, receiver: &Known, arguments: &[Known]) -> Known {
        self.expose(receiver);
        arguments.iter().for_each(|argument| self.expose(argument));
        Known::open()
    }

    /// Nobody understands: only handlers that ask for them see the receiver and the arguments.
    pub fn fail(&mut self, receiver: &Known, arguments: &[Known]) -> Known {
        if self.reflects.inspects || !self.failed.is_none() {
            self.tell_outside(receiver, arguments);
        }
        self.failed.clone()
    }

    /// To whatever code outside the program's own may have.
    fn tell_open(&mut self, message: Message<'_>, arguments: &[Known]) -> Known {
        let module = self.module;
        self.exposed.senders.entry(message.selector).or_default().insert(self.current);
        let mut answer = self.failed.clone();
        let mut library = false;
        for side in [false, true] {
            for (class, implementor) in module.understood.implementors(message.selector, side) {
                if implementor.library {
                    library = true;
                    continue;
                }
                let Some(unit) = self.index.get(&(class, side, message.selector)).copied() else { continue };
                let this = if module.classes.is_library(class) {
                    self.any_of(class, side)
                } else {
                    self.exposed_of(class, side, message.selector)
                };
                answer.add(&self.call(unit, &this, arguments));
            }
        }
        if library {
            arguments.iter().for_each(|argument| self.expose(argument));
            answer.add(&self.answer_of_library(message.text));
            if module.reached.finds_classes && MAKING.contains(&message.text) {
                answer.add(&self.make_any());
            }
        }
        answer
    }

    /// Instances that code outside may have of the classes that run a method of this class.
    fn exposed_of(&self, class: ClassNumber, side: bool, selector: Symbol) -> Known {
        let module = self.module;
        let classes = &module.classes;
        let mark = if side { METACLASS } else { 0 };
        let runs = |heir: ClassNumber| {
            classes.inherits(heir, class)
                && module.understood.lookup(classes, heir, side, selector).is_some_and(|(found, _)| found == class)
        };
        if side && module.reached.finds_classes {
            let all = (classes.library as ClassNumber..classes.all.len() as ClassNumber).filter(|heir| runs(*heir));
            return Known::instances(all.map(|heir| heir | mark).collect());
        }
        let exposed = self.exposed.classes.iter().filter(|heir| **heir & METACLASS == mark && runs(**heir & !METACLASS));
        Known::instances(exposed.copied().collect())
    }

    /// To any object of the program's classes, or any of those.
    fn tell_world(&mut self, message: Message<'_>, arguments: &[Known]) -> Known {
        let module = self.module;
        let mut answer = self.failed.clone();
        let mut library = false;
        for side in [false, true] {
            for (class, implementor) in module.understood.implementors(message.selector, side) {
                if implementor.library {
                    library |= side || self.has_heirs(class);
                    continue;
                }
                let Some(unit) = self.index.get(&(class, side, message.selector)).copied() else { continue };
                let cone = self.basics.cone(class);
                let own = !side && !cone.is_open() && !module.classes.is_library(class);
                let this = if own { cone } else { Atom::World.known() };
                answer.add(&self.call(unit, &this, arguments));
            }
        }
        if library {
            let object = module.classes.library_number("Object").unwrap_or_default();
            if MAKING.contains(&message.text) {
                answer.add(&self.make_any());
            }
            answer.add(&self.tell_library(message, object, &Atom::World.known(), arguments));
        }
        answer
    }

    /// Whether a class of the program inherits from a class of the library, or is an instance of it.
    fn has_heirs(&self, class: ClassNumber) -> bool {
        let classes = &self.module.classes;
        let name = &classes.get(class).name;
        matches!(name.as_str(), "Object" | "ProtoObject" | "Behavior" | "Class" | "ClassDescription")
            || (classes.library as ClassNumber..classes.all.len() as ClassNumber).any(|heir| classes.inherits(heir, class))
    }

    /// An instance of a class of the program that nobody knows.
    fn make_any(&mut self) -> Known {
        if !std::mem::replace(&mut self.makes_any, true) {
            let classes = &self.module.classes;
            for class in classes.library as ClassNumber..classes.all.len() as ClassNumber {
                self.make(class);
            }
            let made = std::mem::take(&mut self.fresh);
            self.settle(&made);
        }
        Atom::World.known()
    }

    /// An instance of a class as `Behavior>>new` makes it.
    pub fn make(&mut self, class: ClassNumber) -> Known {
        let known = self.basics.instance(class);
        let Some(initialize) = self.module.symbols.number("initialize") else { return known };
        let unit = match self.found(class, false, initialize) {
            Found::Unit(unit) => Some(unit),
            _ => None,
        };
        if let Some(unit) = unit {
            self.call(unit, &known, &[]);
        }
        self.fresh(class, unit);
        known
    }
}
