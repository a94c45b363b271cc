//! Twins, as far as the host of the turn has them. Where there is no host of twins these fail, and the library's own
//! registry serves: in a program twins are ordinary objects.

use super::Try;
use crate::turn::Turn;
use crate::value::Value;

/// `id`
pub fn twin_id(this: Value, t: &mut Turn) -> Try {
    let id = if this.is_self() { Some(t.twin_id().to_owned()) } else { reference_id(this, t) };
    match id {
        Some(id) => super::string(&id, t),
        None => Ok(None),
    }
}

fn reference_id(this: Value, t: &Turn) -> Option<String> {
    let is_reference = t.kind_of(this) == Some(crate::object::Kind::TwinRef);
    t.bytes(this).filter(|_| is_reference).and_then(|id| String::from_utf8(id).ok())
}

/// Whether a class is a twin class whose twins the engine keeps, rather than ordinary objects.
fn is_hosted(class: Value, t: &Turn) -> bool {
    let is_twin = class.as_class().and_then(|number| t.class_info(number)).is_some_and(|info| info.is_twin);
    is_twin && !t.program().twins.is_empty()
}

/// Creates a twin through the host, which only the top level may.
fn create(class: Value, id: Option<&str>, t: &mut Turn) -> Try {
    let Some(number) = class.as_class().filter(|_| is_hosted(class, t) && !t.has_twin()) else { return Ok(None) };
    match t.host().create(number, id) {
        Ok(id) => Ok(Some(t.twin_reference(&id))),
        Err(failure) => Err(t.raise(crate::library::class::ERROR, &failure.message)),
    }
}

/// `new`
pub fn twin_new(this: Value, t: &mut Turn) -> Try {
    create(this, None, t)
}

/// `new: id`
pub fn twin_new_id(this: Value, id: Value, t: &mut Turn) -> Try {
    let Some(id) = t.text(id) else { return Ok(None) };
    create(this, Some(&id), t)
}

/// The twin of an id, if the host has it.
fn find(class: Value, id: Value, t: &mut Turn) -> Option<Value> {
    let id = t.text(id).filter(|_| is_hosted(class, t))?;
    let found = t.host().class_of(&id)?;
    t.inherits(found, class.as_class()?).then(|| t.twin_reference(&id))
}

/// `at: id`
pub fn twin_at(this: Value, id: Value, t: &mut Turn) -> Try {
    Ok(find(this, id, t))
}

/// `at: id ifAbsent:`
pub fn twin_at_if_absent(this: Value, id: Value, _absent: Value, t: &mut Turn) -> Try {
    Ok(find(this, id, t))
}

fn copy(this: Value, id: Option<&str>, t: &mut Turn) -> Try {
    let Some(original) = reference_id(this, t).filter(|_| !t.has_twin()) else { return Ok(None) };
    match t.host().clone_twin(&original, id) {
        Ok(id) => Ok(Some(t.twin_reference(&id))),
        Err(failure) => Err(t.raise(crate::library::class::ERROR, &failure.message)),
    }
}

/// `clone`
pub fn twin_clone(this: Value, t: &mut Turn) -> Try {
    copy(this, None, t)
}

/// `clone: id`
pub fn twin_clone_id(this: Value, id: Value, t: &mut Turn) -> Try {
    let Some(id) = t.text(id) else { return Ok(None) };
    copy(this, Some(&id), t)
}
