//! Names that classes and slots had in earlier versions of the program: `<formerly: #Old>`, `<slot: #new formerly: #old>`.

use std::collections::HashMap;
use std::sync::Arc;

use crate::program::Program;

/// The former names a program tells.
#[derive(Debug, Default)]
pub(super) struct Former {
    classes: HashMap<&'static str, u32>,
    slots: HashMap<(u32, &'static str), Vec<&'static str>>,
}

impl Former {
    /// Those of a program.
    pub fn of(program: &'static Program) -> Self {
        let mut former = Self::default();
        for told in program.formerly {
            match told.slot {
                None => {
                    former.classes.insert(told.name, told.class);
                }
                Some(slot) => former.slots.entry((told.class, slot)).or_default().push(told.name),
            }
        }
        former
    }

    /// The class that had a name.
    pub fn class(&self, name: &str) -> Option<u32> {
        self.classes.get(name).copied()
    }

    /// For each slot of a class the one of an earlier version that it was: of its name, else of one it had.
    pub fn places(&self, class: u32, slots: &[Arc<str>], old: &[Arc<str>]) -> Vec<Option<usize>> {
        let find = |name: &str| old.iter().position(|slot| **slot == *name);
        let place = |slot: &Arc<str>| {
            let names = self.slots.get(&(class, &**slot)).into_iter().flatten();
            find(slot).or_else(|| names.filter(|name| !slots.iter().any(|slot| &**slot == **name)).find_map(|name| find(name)))
        };
        slots.iter().map(place).collect()
    }
}
