//! Twins, as far as the host of the turn has them. Where there is no host of twins these fail, and the library's own
//! registry serves: in a program twins are ordinary objects.

use super::Try;
use crate::answer::Raised;
use crate::blocks;
use crate::failure::Failure;
use crate::library::class;
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

/// Whether the host's twins are meant and may be touched: by the top level, not inside a turn.
fn at_top_level(hosted: bool, t: &mut Turn) -> Result<bool, Raised> {
    if hosted && t.has_twin() {
        return Err(t.raise(class::ERROR, "twins are made, cloned and asked at the top level, not inside a turn"));
    }
    Ok(hosted)
}

fn answer(made: Result<String, Failure>, t: &mut Turn) -> Try {
    match made {
        Ok(id) => Ok(Some(t.twin_reference(&id))),
        Err(failure) => Err(raise(&failure, t)),
    }
}

/// A failure of another turn as an error of this one.
fn raise(failure: &Failure, t: &mut Turn) -> Raised {
    let class = t.frozen().class_number(&failure.class).filter(|class| t.inherits(*class, class::ERROR));
    t.raise(class.unwrap_or(class::ERROR), &failure.message)
}

fn create(this: Value, id: Option<&str>, t: &mut Turn) -> Try {
    let hosted = is_hosted(this, t);
    match this.as_class() {
        Some(number) if at_top_level(hosted, t)? => {
            let made = t.host().create(number, id);
            answer(made, t)
        }
        _ => Ok(None),
    }
}

/// `new`
pub fn twin_new(this: Value, t: &mut Turn) -> Try {
    create(this, None, t)
}

/// `new: id`
pub fn twin_new_id(this: Value, id: Value, t: &mut Turn) -> Try {
    match t.text(id) {
        Some(id) => create(this, Some(&id), t),
        None => Ok(None),
    }
}

/// The twin of an id, if it is one of the class.
fn find(this: Value, id: Value, t: &mut Turn) -> Option<Value> {
    let (class, id) = (this.as_class()?, t.text(id)?);
    let found = t.host().class_of(&id)?;
    t.inherits(found, class).then(|| t.twin_reference(&id))
}

/// `at: id`
pub fn twin_at(this: Value, id: Value, t: &mut Turn) -> Try {
    if !is_hosted(this, t) {
        return Ok(None);
    }
    Ok(find(this, id, t))
}

/// `at: id ifAbsent:`
pub fn twin_at_if_absent(this: Value, id: Value, absent: Value, t: &mut Turn) -> Try {
    if !is_hosted(this, t) {
        return Ok(None);
    }
    match find(this, id, t) {
        Some(found) => Ok(Some(found)),
        None => blocks::call(absent, &[], t).map(Some),
    }
}

fn copy(this: Value, id: Option<&str>, t: &mut Turn) -> Try {
    let original = reference_id(this, t);
    match original {
        Some(original) if at_top_level(true, t)? => {
            let made = t.host().clone_twin(&original, id);
            answer(made, t)
        }
        _ => Ok(None),
    }
}

/// `clone`
pub fn twin_clone(this: Value, t: &mut Turn) -> Try {
    copy(this, None, t)
}

/// `clone: id`
pub fn twin_clone_id(this: Value, id: Value, t: &mut Turn) -> Try {
    match t.text(id) {
        Some(id) => copy(this, Some(&id), t),
        None => Ok(None),
    }
}

/// `doesNotUnderstand:` of a reference: at the top level a message to a twin is sent and waited for.
pub fn twin_reference_send(this: Value, message: Value, t: &mut Turn) -> Try {
    let (Some(id), Some(selector)) = (reference_id(this, t), t.text(t.slot(message, 0))) else { return Ok(None) };
    if !at_top_level(true, t)? {
        return Ok(None);
    }
    let list = t.slot(message, 1);
    let count = t.header(list).map_or(0, |header| header.length());
    let mut arguments = Vec::new();
    for at in 0..count {
        arguments.push(t.export_or_raise(t.slot(list, at))?);
    }
    match t.host().send(&id, &selector, arguments) {
        Ok(data) => t.import(&data).map(Some),
        Err(failure) => Err(raise(&failure, t)),
    }
}
