//! What code outside the program's own may have, and do with it: it sends whatever selector it names, with anything.

use super::atoms::{Atom, atoms};
use super::basics::METACLASS;
use super::nodes::{NodeId, UnitId};
use super::world::{Found, World};
use crate::ir::{ClassNumber, Symbol};
use crate::known::Known;
use std::collections::{BTreeSet, HashMap};

/// What has been exposed.
#[derive(Debug, Default)]
pub struct Exposed {
    /// Classes of instances, and classes themselves with the bit of a metaclass.
    pub classes: BTreeSet<ClassNumber>,
    world: bool,
    /// Who sends a selector to objects that may be any that are exposed.
    pub senders: HashMap<Symbol, BTreeSet<UnitId>>,
}

impl World<'_> {
    /// Code outside has a value.
    pub fn expose(&mut self, known: &Known) {
        for atom in atoms(known) {
            match atom {
                Atom::Open => {}
                Atom::World => self.expose_world(),
                Atom::Block(site) => self.expose_block(site),
                Atom::Collection(_, site) => self.expose_collection(site),
                Atom::Instance(class) => self.expose_class(class, false),
                Atom::Class(class) => self.expose_class(class, true),
            }
        }
    }

    /// Code outside has whatever a node ever holds.
    pub fn expose_node(&mut self, node: NodeId) {
        if self.nodes.expose(node) {
            let known = self.nodes.get(node);
            self.expose(&known);
        }
    }

    /// Everything of the program, all at once.
    pub fn expose_world(&mut self) {
        if std::mem::replace(&mut self.exposed.world, true) {
            return;
        }
        for class in self.module.classes.library as ClassNumber..self.module.classes.all.len() as ClassNumber {
            self.expose_class(class, false);
            self.expose_class(class, true);
        }
    }

    fn expose_class(&mut self, class: ClassNumber, class_side: bool) {
        let mark = if class_side { class | METACLASS } else { class };
        if self.module.classes.is_library(class) || !self.exposed.classes.insert(mark) {
            return;
        }
        let module = self.module;
        let this = if class_side { Atom::Class(class) } else { Atom::Instance(class) }.known();
        for selector in self.understood_of_program(class, class_side) {
            if let Found::Unit(unit) = self.found(class, class_side, selector)
                && module.reached.outside(selector)
            {
                self.call_from_outside(unit, &this);
            }
            for unit in self.exposed.senders.get(&selector).cloned().unwrap_or_default() {
                self.enqueue(unit);
            }
        }
        if class_side {
            // Whoever has a class makes instances of it, which begin with nil.
            self.begin_with_nil(class, &[]);
            self.expose_class(class, false);
        } else if !self.is_plain(class) {
            // The library's collections and the like make more of their own kind.
            self.expose_class(class, true);
        }
        if !class_side {
            self.expose_slots(class);
        }
    }

    /// Whether the library knows of a class no more than that its instances are objects.
    fn is_plain(&self, class: ClassNumber) -> bool {
        let name = &self.module.classes.get(self.module.classes.library_ancestor(class)).name;
        matches!(name.as_str(), "Object" | "ProtoObject" | "Twin")
    }

    /// The selectors for which a class runs a method of the program.
    fn understood_of_program(&self, class: ClassNumber, class_side: bool) -> BTreeSet<Symbol> {
        let module = self.module;
        let of = |class: ClassNumber, side: bool| {
            let own = self.by_class.get(&(class, side));
            own.into_iter().flatten().copied()
        };
        let mut all: BTreeSet<Symbol> = module.classes.chain(class).flat_map(|class| of(class, class_side)).collect();
        if class_side && let Some(meta) = module.classes.library_number("Class") {
            all.extend(module.classes.chain(meta).flat_map(|class| of(class, false)));
        }
        all
    }

    /// What the library itself has is there from the start: what the program adds to its classes may be sent.
    pub fn expose_library(&mut self) {
        for unit in 0..self.units.len() {
            let (Some(class), Some(selector)) = (self.units[unit].class, self.units[unit].selector) else { continue };
            let told = self.module.reached.outside(selector) && !self.module.understood.is_hidden(selector);
            if self.module.classes.is_library(class) && told {
                let this = self.any_of(class, self.units[unit].class_side);
                self.call_from_outside(unit, &this);
            }
        }
    }

    /// Any receiver of a method that a class defines.
    pub fn any_of(&self, class: ClassNumber, class_side: bool) -> Known {
        if class_side {
            return Known::instance(crate::known::OPEN);
        }
        let cone = self.basics.cone(class);
        let library = self.module.classes.library as ClassNumber;
        match &cone.classes {
            Some(classes) if classes.iter().all(|class| *class < library) => cone,
            Some(classes) => {
                let mut known = Known { classes: Some(classes.iter().copied().filter(|class| *class < library).collect()), ..cone.clone() };
                known.add(&Known::instance(crate::known::OPEN));
                known
            }
            None => cone.without(crate::known::OTHER).join(&Known::instance(crate::known::OPEN)),
        }
    }
}
