//! Twins, as far as the host of the turn has them. Where it has none, the library's own registry serves.

use super::Try;
use crate::answer::Raised;
use crate::failure::Failure;
use crate::library::class;
use crate::{blocks, transfer};
use crate::turn::Turn;
use crate::value::Value;

/// `id`
pub fn twin_id(this: Value, t: &mut Turn) -> Try {
    if !this.is_self() {
        return Ok(None);
    }
    let id = t.twin_id().to_owned();
    super::string(&id, t)
}

/// Where twins are made and found: the top level of a host that has them.
fn at_top_level(t: &mut Turn) -> Result<bool, Raised> {
    if !t.host().has_twins() {
        return Ok(false);
    }
    if t.has_twin() {
        return Err(t.raise(class::ERROR, "twins are made, found and cloned at the top level, not inside a turn"));
    }
    Ok(true)
}

fn answer(result: Result<String, Failure>, t: &mut Turn) -> Try {
    match result {
        Ok(id) => Ok(Some(t.twin_reference(&id))),
        Err(failure) => Err(raise(&failure, t)),
    }
}

/// A failure of another turn as an error of this one.
fn raise(failure: &Failure, t: &mut Turn) -> Raised {
    let class = t.frozen().class_number(&failure.class).filter(|class| t.inherits(*class, class::ERROR));
    t.raise(class.unwrap_or(class::ERROR), &failure.message)
}

/// `Twin class>>new`
pub fn twin_new(this: Value, t: &mut Turn) -> Try {
    let Some(class) = this.as_class() else { return Ok(None) };
    if !at_top_level(t)? {
        return Ok(None);
    }
    let made = t.host().create(class, None);
    answer(made, t)
}

/// `Twin class>>new:`
pub fn twin_new_id(this: Value, id: Value, t: &mut Turn) -> Try {
    let (Some(class), Some(id)) = (this.as_class(), t.text(id)) else { return Ok(None) };
    if !at_top_level(t)? {
        return Ok(None);
    }
    let made = t.host().create(class, Some(&id));
    answer(made, t)
}

/// The twin of an id, if it is one of the class.
fn find(this: Value, id: Value, t: &mut Turn) -> Option<Value> {
    let (class, id) = (this.as_class()?, t.text(id)?);
    let found = t.host().class_of(&id)?;
    t.inherits(found, class).then(|| t.twin_reference(&id))
}

/// `Twin class>>at:`
pub fn twin_at(this: Value, id: Value, t: &mut Turn) -> Try {
    if !t.host().has_twins() {
        return Ok(None);
    }
    Ok(find(this, id, t))
}

/// `Twin class>>at:ifAbsent:`
pub fn twin_at_if_absent(this: Value, id: Value, absent: Value, t: &mut Turn) -> Try {
    if !t.host().has_twins() {
        return Ok(None);
    }
    match find(this, id, t) {
        Some(found) => Ok(Some(found)),
        None => blocks::call(absent, &[], t).map(Some),
    }
}

/// `TwinReference>>clone`
pub fn twin_clone(this: Value, t: &mut Turn) -> Try {
    clone_of(this, None, t)
}

/// `TwinReference>>clone:`
pub fn twin_clone_id(this: Value, id: Value, t: &mut Turn) -> Try {
    match t.text(id) {
        Some(id) => clone_of(this, Some(id), t),
        None => Ok(None),
    }
}

fn clone_of(this: Value, id: Option<String>, t: &mut Turn) -> Try {
    if !at_top_level(t)? {
        return Ok(None);
    }
    let Some(original) = t.bytes(this).and_then(|bytes| String::from_utf8(bytes).ok()) else { return Ok(None) };
    let made = t.host().clone_twin(&original, id.as_deref());
    answer(made, t)
}

/// `TwinReference>>doesNotUnderstand:`: at the top level a message to a twin is sent and waited for.
pub fn twin_reference_send(this: Value, message: Value, t: &mut Turn) -> Try {
    if !at_top_level(t)? {
        return Ok(None);
    }
    let id = t.bytes(this).and_then(|bytes| String::from_utf8(bytes).ok());
    let (Some(id), Some(selector)) = (id, t.text(t.slot(message, 0))) else { return Ok(None) };
    let list = t.slot(message, 1);
    let count = t.header(list).map_or(0, |header| header.length());
    let mut arguments = Vec::new();
    for at in 0..count {
        let argument = t.slot(list, at);
        arguments.push(transfer::export(argument, t)?);
    }
    match t.host().send(&id, &selector, arguments) {
        Ok(data) => transfer::import(&data, t).map(Some),
        Err(failure) => Err(raise(&failure, t)),
    }
}
