//! What every object answers: identity, copies, slots by number, messages by name.

use std::collections::HashMap;

use super::{Try, index};
use crate::dispatch::is_symbol;
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::{Place, Value};

/// `==`
pub fn object_same(this: Value, other: Value, t: &mut Turn) -> Try {
    Ok(Some(Value::boolean(crate::dispatch::same(this, other, t))))
}

/// `class`
pub fn object_class(this: Value, t: &mut Turn) -> Try {
    let wide = this.as_symbol().and_then(|number| t.frozen().symbol_text(number)).is_some_and(|text| text.chars().any(|c| c > '\u{FF}'));
    Ok(Some(Value::class(if wide { class::WIDE_SYMBOL } else { t.class_of(this) })))
}

/// `isKindOf:`
pub fn object_is_kind_of(this: Value, class: Value, t: &mut Turn) -> Try {
    let Some(ancestor) = class.as_class() else { return Ok(Some(Value::boolean(false))) };
    let own = Value::class(t.class_of(this));
    Ok(Some(Value::boolean(own == class || super::class::inherits(own, Value::class(ancestor), t))))
}

/// `respondsTo:`
pub fn object_responds_to(this: Value, selector: Value, t: &mut Turn) -> Try {
    let own = t.class_of(this);
    Ok(Some(Value::boolean(super::class::selector(selector, t).is_some_and(|s| super::class::understands(own, s, t)))))
}

/// `perform:withArguments:` of a message that the program knows.
pub fn object_perform(this: Value, selector: Value, arguments: Value, t: &mut Turn) -> Try {
    let Some(text) = t.text(selector) else { return Ok(None) };
    let Some(number) = super::class::selector(selector, t) else { return Ok(None) };
    let Some((header, body)) = t.object(arguments).filter(|(header, _)| header.class() == class::ARRAY) else {
        return Ok(None);
    };
    if header.length() != arity(&text) {
        return Ok(None);
    }
    let arguments: Vec<Value> = body.iter().map(|word| Value::from_bits(*word)).collect();
    t.send(number, this, &arguments).map(Some)
}

/// `perform:withArguments:inSuperclass:`: the method of a superclass where it is the one that runs anyway, and where the
/// library has it; what a class of the program overrides can be reached by `super` only.
pub fn object_perform_in_superclass(this: Value, selector: Value, arguments: Value, ancestor: Value, t: &mut Turn) -> Try {
    let (Some(number), Some(ancestor)) = (super::class::selector(selector, t), ancestor.as_class()) else { return Ok(None) };
    let Some((header, body)) = t.object(arguments).filter(|(header, _)| header.class() == class::ARRAY) else {
        return Ok(None);
    };
    let own = t.class_of(this);
    if t.text(selector).is_none_or(|text| header.length() != arity(&text)) || !t.inherits(own, ancestor) {
        return Ok(None);
    }
    let arguments: Vec<Value> = body.iter().map(|word| Value::from_bits(*word)).collect();
    let Some(found) = super::class::implementor(ancestor, number, t) else { return Ok(None) };
    if super::class::implementor(own, number, t) == Some(found) {
        return t.send(number, this, &arguments).map(Some);
    }
    if t.is_open(found) {
        return Ok(None);
    }
    crate::library::dispatch(number, found, this, &arguments, t).map(Some)
}

/// How many arguments a message of this selector has.
fn arity(selector: &str) -> usize {
    if selector.starts_with(|first: char| first.is_alphabetic() || first == '_') { selector.matches(':').count() } else { 1 }
}

/// `instVarAt:`
pub fn object_inst_var_at(this: Value, place: Value, t: &mut Turn) -> Try {
    let Some(header) = t.header(this).filter(|header| header.kind() == Kind::Values) else { return Ok(None) };
    Ok(index(place, header.length()).map(|index| t.slot(this, index)))
}

/// `instVarAt:put:`
pub fn object_inst_var_at_put(this: Value, place: Value, value: Value, t: &mut Turn) -> Try {
    let Some(header) = t.header(this).filter(|header| header.kind() == Kind::Values) else { return Ok(None) };
    let Some(index) = index(place, header.length()) else { return Ok(None) };
    t.set_slot(this, index, value)?;
    Ok(Some(value))
}

/// Whether a copy of the object would be another object: numbers, symbols and blocks are what they are.
fn is_copied(value: Value, t: &Turn) -> bool {
    t.header(value).is_some_and(|header| {
        matches!(header.kind(), Kind::Values | Kind::Bytes | Kind::Wide | Kind::Widened) && !is_symbol(header.class())
    })
}

/// A copy of the body, whose values are shared.
fn duplicate(value: Value, t: &mut Turn) -> Try {
    let value = t.widened(value);
    let Some((header, body)) = t.object(value) else { return Ok(Some(value)) };
    let body = body.to_vec();
    let copy = t.allocate(header.kind(), header.class(), header.length())?;
    t.body_mut(copy)?.copy_from_slice(&body);
    t.note_grown(value, copy, body.len());
    Ok(Some(copy))
}

/// `shallowCopy`
pub fn object_shallow_copy(this: Value, t: &mut Turn) -> Try {
    if is_copied(this, t) { duplicate(this, t) } else { Ok(Some(this)) }
}

/// `deepCopy`: everything reachable from here, but for other twins.
pub fn object_deep_copy(this: Value, t: &mut Turn) -> Try {
    if !is_copied(this, t) {
        return Ok(Some(this));
    }
    let mut copies = HashMap::new();
    let mut pending = Vec::new();
    let root = copy_once(this, &mut copies, &mut pending, t)?;
    while let Some(copy) = pending.pop() {
        let Some((header, body)) = t.object(copy) else { continue };
        if header.kind() != Kind::Values {
            continue;
        }
        let values: Vec<Value> = body.iter().map(|word| Value::from_bits(*word)).collect();
        for (index, value) in values.into_iter().enumerate() {
            if is_copied(value, t) && (value == this || !t.is_kind_of(value, class::TWIN)) {
                let part = copy_once(value, &mut copies, &mut pending, t)?;
                t.set_slot(copy, index, part)?;
            }
        }
    }
    Ok(Some(root))
}

fn copy_once(value: Value, copies: &mut HashMap<Value, Value>, pending: &mut Vec<Value>, t: &mut Turn) -> crate::answer::Answer {
    if let Some(copy) = copies.get(&value) {
        return Ok(*copy);
    }
    let copy = duplicate(value, t)?.unwrap_or(value);
    copies.insert(value, copy);
    pending.push(copy);
    Ok(copy)
}

/// `isImmediateObject`
pub fn object_is_immediate(this: Value, t: &mut Turn) -> Try {
    let small = t.class_of(this) == class::SMALL_INTEGER;
    Ok(Some(Value::boolean(small || this.as_float().is_some() || this.as_character().is_some())))
}

/// `isReadOnlyObject`
pub fn object_is_read_only(this: Value, _t: &mut Turn) -> Try {
    let frozen = !this.is_reference() || this.is_in(Place::Frozen);
    Ok(Some(Value::boolean(frozen && this.as_class().is_none() && !this.is_self())))
}

/// Whether a slot or an element is the other object.
pub fn object_refers_to(this: Value, other: Value, t: &mut Turn) -> Try {
    let Some((header, body)) = t.object(this).filter(|(header, _)| header.kind() == Kind::Values) else { return Ok(None) };
    let found = body[..header.length()].iter().any(|word| crate::dispatch::same(Value::from_bits(*word), other, t));
    Ok(Some(Value::boolean(found)))
}
