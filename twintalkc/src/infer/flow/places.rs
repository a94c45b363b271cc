//! Slots, class variables and class-side slots: each is a node that holds whatever is stored in it anywhere.

use super::atoms::{Atom, atoms};
use super::nodes::NodeId;
use super::world::World;
use crate::ir::ClassNumber;
use crate::known::{Known, NIL, OTHER};
use std::collections::HashMap;

/// A variable of the whole program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A slot, by the class that declares it and its index.
    Slot(ClassNumber, usize),
    /// A class-side slot, by the first class that has it and its index.
    ClassSlot(ClassNumber, usize),
    ClassVariable(usize),
}

#[derive(Debug, Default)]
pub struct Places {
    nodes: HashMap<Place, NodeId>,
}

impl World<'_> {
    fn place(&mut self, place: Place) -> NodeId {
        if let Some(node) = self.places.nodes.get(&place) {
            return *node;
        }
        let node = self.nodes.make();
        self.places.nodes.insert(place, node);
        if !matches!(place, Place::Slot(..)) {
            self.write(node, &Known::kinds(NIL));
        }
        if self.reflects.reads {
            self.nodes.expose(node);
        }
        node
    }

    /// A slot that a method of a class names, if only the program can store in it.
    pub fn slot(&self, class: ClassNumber, at: usize) -> Option<Place> {
        let classes = &self.module.classes;
        let declaring = classes.chain(class).find(|class| classes.get(*class).inherited <= at)?;
        let own = self.closed && !self.reflects.writes && !classes.is_library(declaring);
        own.then_some(Place::Slot(declaring, at))
    }

    pub fn class_slot(&self, class: ClassNumber, at: usize) -> Option<Place> {
        let classes = &self.module.classes;
        let first = classes.chain(class).filter(|class| at < classes.get(*class).class_slots.len()).last()?;
        (self.closed && !self.reflects.writes && !classes.is_library(first)).then_some(Place::ClassSlot(first, at))
    }

    pub fn class_variable(&self, at: usize) -> Option<Place> {
        let own = self.closed && !self.reflects.writes && at >= self.module.classes.library_state;
        own.then_some(Place::ClassVariable(at))
    }

    pub fn load(&mut self, place: Option<Place>) -> Known {
        match place {
            Some(place) => {
                let node = self.place(place);
                self.read(node)
            }
            None => Known::open(),
        }
    }

    pub fn store(&mut self, place: Option<Place>, value: &Known) {
        match place {
            Some(place) => {
                let node = self.place(place);
                self.write(node, value);
            }
            None => self.expose(value),
        }
    }

    /// What a slot of some objects holds, by its index.
    pub fn load_of(&mut self, objects: &Known, at: usize) -> Known {
        let mut loaded = Known::none();
        for place in self.slots_of(objects, at) {
            loaded.add(&self.load(place));
        }
        loaded
    }

    pub fn store_of(&mut self, objects: &Known, at: usize, value: &Known) {
        for place in self.slots_of(objects, at) {
            self.store(place, value);
        }
    }

    /// The slots of some objects: of what may be of any class, that index in every class.
    fn slots_of(&self, objects: &Known, at: usize) -> Vec<Option<Place>> {
        let classes = &self.module.classes;
        let mut found = Vec::new();
        for atom in atoms(objects) {
            match atom {
                Atom::Instance(class) => found.push(self.slot(class, at)),
                Atom::Open | Atom::World => {
                    let all = (classes.library as ClassNumber..classes.all.len() as ClassNumber)
                        .filter(|class| at < classes.get(*class).slots.len());
                    found.extend(all.map(|class| self.slot(class, at)));
                    found.push(None);
                }
                _ => {}
            }
        }
        found.dedup();
        found
    }

    /// An instance begins with nil in its slots, but for those that are stored before anybody reads them.
    pub fn begin_with_nil(&mut self, class: ClassNumber, stored: &[usize]) {
        for at in 0..self.module.classes.get(class).slots.len() {
            if !stored.contains(&at)
                && let Some(place) = self.slot(class, at)
            {
                self.store(Some(place), &Known::kinds(NIL));
            }
        }
    }

    /// Code outside that has an instance may look into it, where anything can.
    pub fn expose_slots(&mut self, class: ClassNumber) {
        if !self.reflects.reads {
            return;
        }
        for at in 0..self.module.classes.get(class).slots.len() {
            if let Some(place) = self.slot(class, at) {
                let node = self.place(place);
                self.expose_node(node);
            }
        }
    }

    /// What `self class` is.
    pub fn class_of(&self, known: &Known) -> Known {
        let mut answer = Known::none();
        for class in self.basics.classes(known) {
            answer.add(&Atom::Class(class).known());
        }
        for atom in atoms(&known.among(OTHER)) {
            answer.add(&match atom {
                Atom::Instance(class) => Atom::Class(class).known(),
                Atom::Block(_) => Atom::Class(self.basics.block).known(),
                Atom::Collection(family, _) => Atom::Class(self.basics.family(family)).known(),
                Atom::World => Atom::World.known().join(&Known::open()),
                Atom::Open | Atom::Class(_) => Known::open(),
            });
        }
        answer
    }
}
