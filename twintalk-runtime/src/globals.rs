//! The variables of a server's top level, which later statements see; a name that was not assigned is a twin's.

use crate::answer::Answer;
use crate::library::class;
use crate::turn::Turn;
use crate::value::Value;

impl Turn {
    /// What was assigned to a top-level variable, else the twin of that name.
    pub(crate) fn global(&mut self, name: &str) -> Answer {
        if let Some((_, value)) = self.globals.iter().find(|(known, _)| *known == name) {
            return Ok(*value);
        }
        match self.host.class_of(name) {
            Some(_) => Ok(self.twin_reference(name)),
            None => {
                self.raise_about(class::ERROR, Value::NIL, &format!("`{name}` has no value: it was not assigned, and no twin is named so"))
            }
        }
    }

    /// Assigns a top-level variable.
    pub(crate) fn set_global(&mut self, name: &'static str, value: Value) {
        match self.globals.iter_mut().find(|(known, _)| *known == name) {
            Some((_, held)) => *held = value,
            None => self.globals.push((name, value)),
        }
    }
}
