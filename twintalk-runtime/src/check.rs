//! Checks of declared types that are not a field's own.

use crate::answer::{Answer, Raised};
use crate::library::class;
use crate::turn::Turn;
use crate::value::Value;

/// A declared type.
#[derive(Debug)]
pub struct Declared {
    /// The classes it admits, with their subclasses.
    pub classes: &'static [u32],
    /// Whether it admits nil.
    pub nil: bool,
    /// As written.
    pub text: &'static str,
}

/// A value of a declared type, converted where the type converts, or an error that names the variable.
#[inline]
pub fn check(value: Value, declared: &Declared, name: &str, t: &mut Turn) -> Answer {
    let plainly = match declared.classes {
        [class::FLOAT] => value.is_float(),
        [class::INTEGER | class::SMALL_INTEGER] => value.is_small(),
        [class::BOOLEAN] => value.as_bool().is_some(),
        _ => false,
    };
    if plainly { Ok(value) } else { check_class(value, declared, name, t) }
}

#[inline(never)]
fn check_class(value: Value, declared: &Declared, name: &str, t: &mut Turn) -> Answer {
    let fits = (declared.nil && value.is_nil()) || declared.classes.iter().any(|class| t.is_kind_of(value, *class));
    if fits { Ok(value) } else { convert(value, declared, name, t) }
}

/// `Float` takes any real number.
#[cold]
fn convert(value: Value, declared: &Declared, name: &str, t: &mut Turn) -> Answer {
    if declared.classes.contains(&class::FLOAT)
        && let Some(real) = t.real(value)
    {
        return Ok(Value::float(real));
    }
    Err(wrong_type(value, name, declared.text, t))
}

/// Raises the error that names slot, expected type and value.
#[cold]
#[inline(never)]
pub fn wrong_type(value: Value, slot: &str, declared: &str, t: &mut Turn) -> Raised {
    let message = format!("{slot} is declared {declared} and cannot hold {}", t.describe(value));
    t.raise(class::TYPE_ERROR, &message)
}
