//! Who may receive a message, and which methods such receivers run.

use crate::ir::{ClassNumber, Symbol};
use crate::known::{FALSE, FLOAT, Known, NIL, OTHER, SMALL, TRUE};
use crate::resolve::Module;

/// The bit of a metaclass in a class number.
const METACLASS: ClassNumber = 0x1_0000;
/// More methods than this go by their selector.
const FEW: usize = 12;

/// The instances of a class (or the class itself), and those of its heirs unless `exact`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cone {
    pub class: ClassNumber,
    pub class_side: bool,
    pub exact: bool,
}

/// A method, and the receivers that run it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    pub class: ClassNumber,
    pub class_side: bool,
    pub this: Cone,
}

/// The classes a value may be of, each with no heir; none where it may be anything.
pub fn classes(module: &Module, known: &Known) -> Option<Vec<Cone>> {
    let basic = [(NIL, "UndefinedObject"), (TRUE, "True"), (FALSE, "False"), (SMALL, "SmallInteger"), (FLOAT, "Float")];
    // What never has a value, as far as is known, is not relied upon.
    if known.kinds == 0 {
        return None;
    }
    let mut found = Vec::new();
    for (_, name) in basic.iter().filter(|(kind, _)| known.may_be(*kind)) {
        found.push(Cone { class: module.classes.library_number(name)?, class_side: false, exact: true });
    }
    if known.may_be(OTHER) {
        found.extend(known.classes.as_ref()?.iter().copied().map(exactly));
    }
    Some(found)
}

/// The methods that receivers of a cone run for a selector; none where there are too many.
pub fn methods(module: &Module, this: Cone, selector: Symbol) -> Option<Vec<Run>> {
    let (understood, classes) = (&module.understood, &module.classes);
    let nearest = understood.lookup(classes, this.class, this.class_side, selector);
    let mut found: Vec<Run> = nearest.map(|(class, class_side)| Run { class, class_side, this }).into_iter().collect();
    if this.exact {
        return Some(found);
    }
    // A class is an instance of `Class`, so what `Object` understands classes may override on their class side.
    if !this.class_side && classes.library_number("Class").is_none_or(|class| classes.inherits(class, this.class)) {
        return None;
    }
    let heirs = understood.implementors(selector, this.class_side).map(|(class, _)| class);
    for class in heirs.filter(|class| *class != this.class && classes.inherits(*class, this.class)) {
        let heir = Cone { class, ..this };
        found.push(Run { class, class_side: this.class_side, this: heir });
    }
    (found.len() <= FEW).then_some(found)
}

/// The instances of a class given by its number, which may be that of a metaclass.
pub fn exactly(class: ClassNumber) -> Cone {
    Cone { class: class & !METACLASS, class_side: class & METACLASS != 0, exact: true }
}
