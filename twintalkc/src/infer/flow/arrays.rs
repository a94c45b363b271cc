//! Arrays by the place that makes them: what is stored in them and read from them.

use super::atoms::Atom;
use super::nodes::{NodeId, UnitId};
use super::world::World;
use crate::known::{Known, NIL};
use std::collections::HashMap;

/// An array made somewhere in the text.
#[derive(Debug)]
pub struct Array {
    pub elements: NodeId,
    pub exposed: bool,
}

/// Arrays by the unit that makes them and where in the text.
pub type Made = HashMap<(UnitId, usize), usize>;

/// The bounds of an array's size.
pub fn size() -> Known {
    Known::integers(0, i64::from(u32::MAX))
}

impl World<'_> {
    /// The array that a place makes, filled with something.
    pub fn make_array(&mut self, place: usize, filled: &Known) -> Known {
        let key = (self.current, place);
        let site = match self.made.get(&key) {
            Some(site) => *site,
            None => {
                let elements = self.nodes.make();
                self.arrays.push(Array { elements, exposed: false });
                self.made.insert(key, self.arrays.len() - 1);
                self.arrays.len() - 1
            }
        };
        self.write(self.arrays[site].elements, filled);
        Atom::Array(site).known()
    }

    /// An array of so many nils.
    pub fn make_empty_array(&mut self, place: usize, size: &Known) -> Known {
        let empty = size.range == (0, 0) && size.only(crate::known::SMALL);
        self.make_array(place, &if empty { Known::none() } else { Known::kinds(NIL) })
    }

    pub fn elements(&mut self, array: usize) -> Known {
        self.read(self.arrays[array].elements)
    }

    pub fn store_element(&mut self, array: usize, value: &Known) {
        self.write(self.arrays[array].elements, value);
    }

    /// Code outside has an array: it reads what is in it and stores anything.
    pub fn expose_array(&mut self, array: usize) {
        if !std::mem::replace(&mut self.arrays[array].exposed, true) {
            let elements = self.arrays[array].elements;
            self.expose_node(elements);
            self.write(elements, &Known::open());
        }
    }
}
