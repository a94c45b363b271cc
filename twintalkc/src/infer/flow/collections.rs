//! Collections by the place that makes them: what is stored in them and read from them.

use super::atoms::{Atom, Family, atoms};
use super::dispatch::Message;
use super::nodes::{NodeId, UnitId};
use super::world::World;
use crate::known::{Known, NIL, OTHER, SMALL};
use std::collections::HashMap;

/// A collection made somewhere in the text.
#[derive(Debug)]
pub struct Collection {
    /// The elements; the values of a dictionary.
    pub elements: NodeId,
    /// The keys of a dictionary, the block of a sorted collection.
    pub keys: NodeId,
    pub exposed: bool,
}

/// Collections by the unit that makes them, where in the text, and their kind.
pub type Made = HashMap<(UnitId, usize, Family), usize>;

/// The bounds of a collection's size.
pub fn size() -> Known {
    Known::integers(0, i64::from(u32::MAX))
}

impl World<'_> {
    /// The collection that a place makes, filled with something.
    pub fn make_collection(&mut self, family: Family, place: usize, filled: &Known) -> Known {
        if !self.is_tracked(family) {
            self.expose(filled);
            return Known::instance(self.basics.family(family));
        }
        let site = self.site(family, place);
        self.store_element(site, filled);
        Atom::Collection(family, site).known()
    }

    fn site(&mut self, family: Family, place: usize) -> usize {
        let key = (self.current, place, family);
        if let Some(site) = self.made.get(&key) {
            return *site;
        }
        let (elements, keys) = (self.nodes.make(), self.nodes.make());
        self.collections.push(Collection { elements, keys, exposed: false });
        self.made.insert(key, self.collections.len() - 1);
        self.collections.len() - 1
    }

    /// A sorted collection, with its block.
    pub fn make_sorted(&mut self, place: usize, filled: &Known, block: &Known) -> Known {
        let made = self.make_collection(Family::Sorted, place, filled);
        for atom in atoms(&made) {
            if let Atom::Collection(_, site) = atom {
                self.store_key(site, block);
                self.call_value(block, &[filled.clone(), filled.clone()]);
            } else {
                self.expose(block);
            }
        }
        made
    }

    /// An array filled with something.
    pub fn make_array(&mut self, place: usize, filled: &Known) -> Known {
        self.make_collection(Family::Array, place, filled)
    }

    /// An array of so many nils.
    pub fn make_empty_array(&mut self, place: usize, size: &Known) -> Known {
        let empty = size.range == (0, 0) && size.only(SMALL);
        self.make_array(place, &if empty { Known::none() } else { Known::kinds(NIL) })
    }

    /// Whether nothing but messages reaches what collections of a kind hold: no method of the program is one of their class,
    /// or of one it inherits slots from.
    fn is_tracked(&self, family: Family) -> bool {
        let classes = &self.module.classes;
        let own = |class| self.by_class.contains_key(&(class, false)) && !classes.get(class).slots.is_empty();
        !classes.chain(self.basics.family(family)).any(own)
    }

    pub fn elements(&mut self, site: usize) -> Known {
        self.read(self.collections[site].elements)
    }

    pub fn keys(&mut self, site: usize) -> Known {
        self.read(self.collections[site].keys)
    }

    pub fn store_element(&mut self, site: usize, value: &Known) {
        self.write(self.collections[site].elements, value);
    }

    pub fn store_key(&mut self, site: usize, value: &Known) {
        self.write(self.collections[site].keys, value);
    }

    /// The elements of collections that are added to another, which exposes what is not told apart by its place.
    pub fn elements_of(&mut self, collections: &Known) -> Known {
        let mut elements = Known::none();
        for atom in atoms(collections) {
            elements.add(&match atom {
                Atom::Collection(_, site) => self.elements(site),
                _ => {
                    self.expose(&atom.known());
                    Known::open()
                }
            });
        }
        if collections.only(OTHER) { elements } else { Known::open() }
    }

    /// What a collection asks to find something among what it holds: a hash of each, and whether two are equal.
    pub fn look_for(&mut self, place: usize, held: &Known, sought: &Known) {
        let all = held.join(sought);
        let module = self.module;
        for (text, arguments) in [("hash", &[][..]), ("=", &[all.clone()][..])] {
            if let Some(selector) = module.symbols.number(text) {
                self.dispatch(Message { selector, text, place }, &all, arguments);
            }
        }
    }

    /// Code outside has a collection: it reads what is in it and stores anything.
    pub fn expose_collection(&mut self, site: usize) {
        if std::mem::replace(&mut self.collections[site].exposed, true) {
            return;
        }
        for node in [self.collections[site].elements, self.collections[site].keys] {
            self.expose_node(node);
            self.write(node, &Known::open());
        }
    }
}
