//! Variables as they are read and stored: locals, those that blocks share, and slots.

use super::declared;
use super::nodes::NodeId;
use super::places::Place;
use super::walk::Walker;
use super::world::World;
use crate::ir::{Kind, LocalId};
use crate::known::{Known, NIL};

impl<'m> Walker<'_, 'm> {
    /// The variable of the whole program that an expression reads or writes, or what it reads where that is declared.
    pub fn place(&self, kind: &Kind) -> Result<Option<Place>, Known> {
        let world = &*self.world;
        let Some(class) = self.owner.class else {
            return Ok(match kind {
                Kind::ClassVariable(at) | Kind::SetClassVariable(at, _) => world.class_variable(*at),
                _ => None,
            });
        };
        match kind {
            Kind::Slot(at) | Kind::SetSlot(at, _) if self.owner.twin => {
                Err(declared::twin_slot(&world.basics, world.module.classes.get(class).slots[*at].declared.as_ref()))
            }
            Kind::Slot(at) | Kind::SetSlot(at, _) => Ok(world.slot(class, *at)),
            Kind::ClassSlot(at) | Kind::SetClassSlot(at, _) => Ok(world.class_slot(class, *at)),
            Kind::ClassVariable(at) | Kind::SetClassVariable(at, _) => Ok(world.class_variable(*at)),
            _ => Ok(None),
        }
    }

    /// A variable that nothing has been stored in so far is not read yet.
    pub fn arrives(&mut self, load: impl FnOnce(&mut World<'m>) -> Known) -> Known {
        let known = load(self.world);
        if known.is_none() {
            self.env.kill();
        }
        known
    }

    /// Slots of `self`, or of the object in a local, copied to locals.
    pub fn take_slots(&mut self, object: Option<LocalId>, slots: &[(usize, LocalId)]) -> Known {
        let object = object.map(|local| self.read(local));
        for (at, local) in slots {
            let known = match &object {
                Some(object) => self.arrives(|world| world.load_of(object, *at)),
                None => {
                    let place = self.owner.class.and_then(|class| self.world.slot(class, *at));
                    self.arrives(|world| world.load(place))
                }
            };
            self.set(*local, &known);
        }
        Known::kinds(NIL)
    }

    /// Locals stored in slots of `self`.
    pub fn put_slots(&mut self, slots: &[(usize, LocalId)]) -> Known {
        for (at, local) in slots {
            let value = self.read(*local);
            let place = self.owner.class.and_then(|class| self.world.slot(class, *at));
            self.world.store(place, &value);
        }
        Known::kinds(NIL)
    }

    /// The node of a variable in a cell.
    pub fn cell(&mut self, local: LocalId) -> NodeId {
        let key = (self.frame.ordinal, local);
        if let Some(node) = self.world.units[self.owner.unit].cells.get(&key) {
            return *node;
        }
        let node = self.world.nodes.make();
        self.world.units[self.owner.unit].cells.insert(key, node);
        node
    }

    /// Whether a block may have changed a local since.
    pub fn is_shared(&self, local: LocalId) -> bool {
        self.frame.cells[local] && self.env.captured[local]
    }

    pub fn read(&mut self, local: LocalId) -> Known {
        let known = if self.is_shared(local) {
            let node = self.cell(local);
            self.arrives(|world| world.read(node))
        } else {
            self.env.locals[local].clone()
        };
        self.see(local, &known);
        known
    }

    pub fn see(&mut self, local: LocalId, known: &Known) {
        if self.record {
            self.frame.seen[local].add(known);
        }
    }

    /// Stores in a local; answers what the assignment is worth.
    pub fn set(&mut self, local: LocalId, value: &Known) -> Known {
        if value.is_none() {
            return Known::none();
        }
        let held = match &self.frame.declared[local] {
            Some(declared) if local >= self.frame.arguments => declared::checked(&self.world.basics, declared, value),
            _ => value.clone(),
        };
        self.see(local, &held);
        if self.is_shared(local) {
            let node = self.cell(local);
            self.world.write(node, &held);
        }
        self.env.locals[local] = held.clone();
        // An assignment as a value answers what was converted, or what was given: emit decides.
        held.join(value)
    }

    pub fn held(&self, local: LocalId) -> &Known {
        &self.env.locals[local]
    }
}
