//! What a declared type says of the values that passed its check.

use super::basics::Basics;
use crate::ir::{DeclaredType, Representation};
use crate::known::{FLOAT, Known, NIL, OTHER};

/// What a variable of a declared type holds: `Float` makes floats of all numbers.
pub fn known(basics: &Basics, declared: &DeclaredType) -> Known {
    let mut known = Known::none();
    for class in &declared.classes {
        known.add(&basics.cone(*class));
    }
    if declared.nil {
        known.add(&Known::kinds(NIL));
    }
    known
}

/// What passes the check of a declared type of a value that is known.
pub fn checked(basics: &Basics, declared: &DeclaredType, value: &Known) -> Known {
    let admitted = known(basics, declared);
    let converts = admitted.may_be(FLOAT) && !value.only(FLOAT | NIL);
    let mut passed = value.among(admitted.kinds);
    if passed.may_be(OTHER) && !admitted.is_open() {
        // Of what may be any object only those of the declared classes pass.
        let open = passed.is_open() || passed.others().contains(&super::atoms::WORLD);
        let kept: Vec<_> = match open {
            true => admitted.others().to_vec(),
            false => passed.others().iter().copied().filter(|class| admitted.others().contains(class)).collect(),
        };
        passed = passed.without(OTHER).join(&Known::instances(kept));
    }
    if converts {
        passed.add(&Known::kinds(FLOAT));
    }
    passed
}

/// What a slot of a twin reads as: what its struct can hold, whoever has stored it.
pub fn twin_slot(basics: &Basics, declared: Option<&DeclaredType>) -> Known {
    match declared {
        Some(declared) if declared.representation != Representation::Value => known(basics, declared).join(&Known::kinds(NIL)),
        _ => Known::open(),
    }
}
