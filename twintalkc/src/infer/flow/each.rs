//! Enumerations in place: what the runtime's cursors hand to the loop.

use super::arrays;
use super::atoms::{Atom, atoms};
use super::env::Env;
use super::walk::Walker;
use crate::ir::{Each, Step};
use crate::known::{BOOLEAN, FALSE, Known, NIL, OTHER};

impl Walker<'_, '_> {
    /// What a step of an enumeration answers.
    pub fn each(&mut self, each: &mut Each) -> Known {
        let operands: Vec<Known> = each.operands.iter_mut().map(|operand| self.expression(operand)).collect();
        if !self.env.live {
            return Known::none();
        }
        match each.step {
            Step::Next => {
                let collection = operands.first().cloned().unwrap_or_else(Known::open);
                let element = self.elements_of(&collection);
                if element.is_none() {
                    return Known::kinds(FALSE);
                }
                let key = if self.only_arrays(&collection) { arrays::size() } else { Known::open() };
                for (local, known) in [(each.element, element), (each.key, key)] {
                    let Some(local) = local else { continue };
                    // The runtime hands over values, whatever they are.
                    self.see(local, &Known::kinds(NIL));
                    self.set(local, &known);
                }
                Known::kinds(BOOLEAN)
            }
            Step::Of(_) | Step::Begin(_) | Step::Any | Step::SameSize(_) => Known::kinds(BOOLEAN),
            // These look for equal things, or keep what they are given.
            _ => {
                operands.iter().for_each(|operand| self.world.expose(operand));
                if each.step.is_test() { Known::kinds(BOOLEAN) } else { Known::open() }
            }
        }
    }

    fn only_arrays(&self, collection: &Known) -> bool {
        collection.without(NIL).only(OTHER) && atoms(collection).all(|atom| matches!(atom, Atom::Array(_)))
    }

    /// What goes through an enumeration of a collection: of others than our own arrays nobody knows.
    fn elements_of(&mut self, collection: &Known) -> Known {
        let mut elements = Known::none();
        for atom in atoms(collection) {
            elements.add(&match atom {
                Atom::Array(array) => self.world.elements(array),
                _ => Known::open(),
            });
        }
        elements
    }

    /// Where a value is of one of some classes, and where it is not.
    pub fn of_classes(&self, each: &Each, value: &Known) -> Option<(Env, Env)> {
        let Step::Of(classes) = &each.step else { return None };
        let local = self.subject(each.operands.first()?)?;
        let (mut yes, mut no) = (self.env.clone(), self.env.clone());
        let unsure = |atom: &Atom| matches!(atom, Atom::Open | Atom::World);
        let basics = &self.world.basics;
        let is_of = |atom: &Atom| match atom {
            Atom::Instance(class) => classes.contains(class),
            Atom::Array(_) => classes.contains(&basics.array),
            Atom::Block(_) => classes.contains(&basics.block),
            _ => false,
        };
        let (mut passed, mut rest) = (Known::none(), Known::none());
        for (class, part) in basics.parts(value) {
            if classes.contains(&class) {
                passed.add(&part)
            } else {
                rest.add(&part)
            };
        }
        for atom in atoms(value) {
            if is_of(&atom) {
                passed.add(&atom.known());
            } else {
                rest.add(&atom.known());
                if unsure(&atom) {
                    passed.add(&Known::instances(classes.clone()));
                }
            }
        }
        yes.restrict(local, passed);
        no.restrict(local, rest);
        Some((yes, no))
    }
}
