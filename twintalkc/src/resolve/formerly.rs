//! Former names: what earlier versions of a program called a class or a slot, as data of theirs still does.
//!
//! `<formerly: #Pump>` is said of a class, `<slot: #pressure formerly: #press>` of one of its slots: behind the definition, in the
//! brackets of the class, or, in every format, in a method of the class side.

use super::classes::Classes;
use crate::ast::{self, Literal, Pragma};
use crate::diagnostics::Diagnostics;
use crate::ir::ClassNumber;
use crate::messages::Message;
use crate::nearest::nearest;
use std::collections::HashMap;

/// A name that a class, or one of its slots, had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formerly {
    pub class: ClassNumber,
    pub slot: Option<String>,
    pub name: String,
}

const OF_CLASS: &str = "formerly:";
const OF_SLOT: &str = "slot:formerly:";

/// The former names that a program tells; those of slots hold for subclasses too.
pub fn formerly(classes: &Classes, units: &[ast::Unit], diagnostics: &mut Diagnostics) -> Vec<Formerly> {
    let of_classes = units.iter().flat_map(|unit| &unit.classes).map(|class| (&class.name, &class.pragmas));
    let methods = units.iter().flat_map(|unit| &unit.methods).filter(|method| method.class_side);
    let all = of_classes.chain(methods.map(|method| (&method.class, &method.body.pragmas)));
    let mut found = Found { classes, diagnostics, claims: HashMap::new(), told: Vec::new() };
    for (class, pragmas) in all {
        let number = classes.number(&class.text).filter(|number| !classes.is_library(*number));
        for pragma in pragmas.iter().filter(|pragma| matches!(pragma.selector.text.as_str(), OF_CLASS | OF_SLOT)) {
            if let Some(number) = number {
                found.pragma(number, pragma);
            }
        }
    }
    found.told
}

struct Found<'a> {
    classes: &'a Classes,
    diagnostics: &'a mut Diagnostics,
    /// Which class, or which slot of one, has claimed a name.
    claims: HashMap<(Option<ClassNumber>, String), crate::source::Span>,
    told: Vec<Formerly>,
}

impl Found<'_> {
    fn pragma(&mut self, class: ClassNumber, pragma: &Pragma) {
        match pragma.arguments.as_slice() {
            [Literal::Symbol(name)] => self.class(class, name, pragma),
            [Literal::Symbol(slot), Literal::Symbol(name)] => self.slot(class, slot, name, pragma),
            _ => self.diagnostics.add(pragma.span, Message::WrongFormerly),
        }
    }

    fn class(&mut self, class: ClassNumber, name: &str, pragma: &Pragma) {
        if self.classes.number(name).is_some() {
            let (name, why) = (name.to_owned(), "a class of this program has it");
            return self.diagnostics.add(pragma.span, Message::FormerName { name, why });
        }
        if self.claim(None, name, pragma) {
            self.told.push(Formerly { class, slot: None, name: name.to_owned() });
        }
    }

    fn slot(&mut self, class: ClassNumber, slot: &str, name: &str, pragma: &Pragma) {
        let slots = &self.classes.get(class).slots;
        let is_slot = |name: &str| slots.iter().any(|slot| slot.name == name);
        if !is_slot(slot) {
            let nearest = nearest(slot, slots.iter().map(|slot| slot.name.as_str()));
            let (class, name) = (self.classes.get(class).name.clone(), slot.to_owned());
            return self.diagnostics.add(pragma.span, Message::UnknownSlot { class, name, nearest });
        }
        if is_slot(name) {
            let (name, why) = (name.to_owned(), "a slot of this class has it");
            return self.diagnostics.add(pragma.span, Message::FormerName { name, why });
        }
        if !self.claim(Some(class), name, pragma) {
            return;
        }
        let all = self.classes.all.len() as ClassNumber;
        for heir in (0..all).filter(|heir| self.classes.inherits(*heir, class)) {
            self.told.push(Formerly { class: heir, slot: Some(slot.to_owned()), name: name.to_owned() });
        }
    }

    /// Whether nobody else had a name.
    fn claim(&mut self, class: Option<ClassNumber>, name: &str, pragma: &Pragma) -> bool {
        let first = self.claims.insert((class, name.to_owned()), pragma.span);
        if let Some(first) = first {
            let message = Message::FormerName { name: name.to_owned(), why: "it cannot have become two" };
            self.diagnostics.add_related(pragma.span, message, first, "told first here");
        }
        first.is_none()
    }
}
