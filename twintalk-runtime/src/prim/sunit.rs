//! What the test framework asks of the runtime.

use super::Try;
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::{METACLASS, Value};

/// How long the limit of a test's fuel is meant to last, in milliseconds.
const USUAL: i128 = 10_000;

/// From now on the turn may work for so many milliseconds; the fuel it was started with stands for ten seconds.
pub fn test_limit(this: Value, milliseconds: Value, t: &mut Turn) -> Try {
    let Some(milliseconds) = milliseconds.as_small() else { return Ok(None) };
    let fuel = i128::from(t.limits.fuel) * i128::from(milliseconds.max(0)) / USUAL;
    t.set_fuel(i64::try_from(fuel).unwrap_or(i64::MAX));
    Ok(Some(this))
}

/// The selectors of the methods with a pragma, in a class and its superclasses below `last`.
pub fn class_selectors_with_pragma(this: Value, pragma: Value, last: Value, t: &mut Turn) -> Try {
    let (Some(pragma), Some(mut number)) = (t.text(pragma), this.as_class()) else { return Ok(None) };
    let mut found = Vec::new();
    while let Some(info) = t.class_info(number).filter(|_| number & METACLASS == 0 && last.as_class() != Some(number)) {
        found.extend(info.pragmas.iter().filter(|(_, name)| *name == pragma).map(|(selector, _)| Value::symbol(*selector)));
        let Some(superclass) = info.superclass else { break };
        number = superclass;
    }
    Ok(Some(t.new_values(Kind::Values, class::ARRAY, &found)))
}
