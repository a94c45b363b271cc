//! Classes: making instances, and what can be asked about a class.

use super::{Try, string};
use crate::library::class;
use crate::object::Kind;
use crate::program::{ClassInfo, Layout};
use crate::state;
use crate::turn::Turn;
use crate::value::{METACLASS, NIL, Value};

/// The class itself and whether its class side is meant.
fn side(value: Value) -> Option<(u32, bool)> {
    value.as_class().map(|number| (number & !METACLASS, number & METACLASS != 0))
}

fn info(value: Value, t: &Turn) -> Option<(&'static ClassInfo, bool)> {
    let (number, meta) = side(value)?;
    Some((t.class_info(number)?, meta))
}

fn superclass(value: Value, t: &Turn) -> Option<Value> {
    let (info, meta) = info(value, t)?;
    Some(match (info.superclass, meta) {
        (Some(superclass), false) => Value::class(superclass),
        (Some(superclass), true) => Value::class(superclass | METACLASS),
        // The class side of the root inherits what all classes answer.
        (None, true) => Value::class(class::CLASS),
        (None, false) => NIL,
    })
}

/// A class and its superclasses.
fn chain(value: Value, t: &Turn) -> impl Iterator<Item = Value> {
    std::iter::successors(Some(value), |each| superclass(*each, t).filter(|superclass| !superclass.is_nil()))
}

/// Whether a class is below another one.
pub(super) fn inherits(value: Value, ancestor: Value, t: &Turn) -> bool {
    chain(value, t).skip(1).any(|each| each == ancestor)
}

/// The number of a selector that the program knows.
pub(super) fn selector(value: Value, t: &Turn) -> Option<u32> {
    value.as_symbol().or_else(|| t.frozen().symbol_number(&t.text(value)?))
}

/// Whether instances of a class understand a message.
pub(super) fn understands(class: u32, selector: u32, t: &Turn) -> bool {
    implementor(class, selector, t).is_some()
}

/// The nearest class that defines the message for instances of a class.
pub(super) fn implementor(class: u32, selector: u32, t: &Turn) -> Option<u32> {
    let defines = |each: &Value| {
        info(*each, t).is_some_and(|(info, meta)| if meta { info.class_selectors } else { info.selectors }.contains(&selector))
    };
    chain(Value::class(class), t).find(defines)?.as_class()
}

/// `basicNew`
#[inline]
pub fn class_basic_new(this: Value, t: &mut Turn) -> Try {
    match this.as_class().and_then(|class| Some((class, t.frozen.shapes.get(class as usize)?))) {
        Some((class, shape)) if shape.layout == Layout::Fixed => Ok(Some(t.new_instance(class, shape.slots as usize))),
        _ => instantiate(this, 0, t),
    }
}

/// `basicNew: size`
pub fn class_basic_new_size(this: Value, size: Value, t: &mut Turn) -> Try {
    let size = size.as_small().and_then(|size| u32::try_from(size).ok());
    match (size, info(this, t)) {
        (Some(size), Some((info, _))) if size == 0 || info.kind != Layout::Fixed => instantiate(this, size as usize, t),
        _ => Ok(None),
    }
}

fn instantiate(this: Value, size: usize, t: &mut Turn) -> Try {
    match (side(this), info(this, t)) {
        (Some((number, false)), Some((info, _))) if !matches!(info.kind, Layout::Immediate | Layout::LargeInt) => {
            t.instantiate(number, size).map(Some)
        }
        _ => Ok(None),
    }
}

/// `name`
pub fn class_name(this: Value, t: &mut Turn) -> Try {
    match info(this, t) {
        Some((info, false)) => Ok(Some(t.symbol(info.name))),
        Some((info, true)) => string(&format!("{} class", info.name), t),
        None => Ok(None),
    }
}

/// `superclass`
pub fn class_superclass(this: Value, t: &mut Turn) -> Try {
    Ok(superclass(this, t))
}

/// The class whose class side this may be.
pub fn class_instance_side(this: Value, _t: &mut Turn) -> Try {
    Ok(side(this).map(|(number, _)| Value::class(number)))
}

/// `inheritsFrom:`
pub fn class_inherits_from(this: Value, other: Value, t: &mut Turn) -> Try {
    Ok(Some(Value::boolean(inherits(this, other, t))))
}

/// `subclasses`
pub fn class_subclasses(this: Value, t: &mut Turn) -> Try {
    let Some((number, meta)) = side(this) else { return Ok(None) };
    let bit = if meta { METACLASS } else { 0 };
    let all = (0..METACLASS).map_while(|each| t.class_info(each).map(|info| (each, info)));
    let found: Vec<Value> = all.filter(|(_, info)| info.superclass == Some(number)).map(|(each, _)| Value::class(each | bit)).collect();
    Ok(Some(t.new_values(Kind::Values, class::ARRAY, &found)))
}

/// `allInstVarNames`
pub fn class_all_inst_var_names(this: Value, t: &mut Turn) -> Try {
    let names: Vec<&str> = match info(this, t) {
        Some((info, false)) => info.slots.iter().map(|slot| slot.name).collect(),
        Some((info, true)) => info.class_slot_names.to_vec(),
        None => return Ok(None),
    };
    let names: Vec<Value> = names.into_iter().map(|name| t.symbol(name)).collect();
    Ok(Some(t.new_values(Kind::Values, class::ARRAY, &names)))
}

/// `classVarNames`, of both sides.
pub fn class_variable_names(this: Value, t: &mut Turn) -> Try {
    let Some((info, _)) = info(this, t) else { return Ok(None) };
    let names: Vec<Value> = info.class_variables.iter().map(|(name, _)| t.symbol(name)).collect();
    Ok(Some(t.new_values(Kind::Values, class::ARRAY, &names)))
}

/// Where the class-side state holds the class variable of a place among the names.
fn class_variable(this: Value, place: Value, t: &Turn) -> Option<u32> {
    let (info, _) = info(this, t)?;
    let place = super::index(place, info.class_variables.len())?;
    Some(info.class_variables[place].1)
}

/// What a class variable holds, by its place among the names.
pub fn class_variable_at(this: Value, place: Value, t: &mut Turn) -> Try {
    Ok(class_variable(this, place, t).map(|at| state::class_variable(at, t)))
}

/// Assigns a class variable, by its place among the names.
pub fn class_variable_at_put(this: Value, place: Value, value: Value, t: &mut Turn) -> Try {
    let Some(at) = class_variable(this, place, t) else { return Ok(None) };
    state::set_class_variable(at, value, t)?;
    Ok(Some(value))
}

/// `selectors`
pub fn class_selectors(this: Value, t: &mut Turn) -> Try {
    let Some((info, meta)) = info(this, t) else { return Ok(None) };
    let selectors = if meta { info.class_selectors } else { info.selectors };
    let selectors: Vec<Value> = selectors.iter().map(|number| Value::symbol(*number)).collect();
    Ok(Some(t.new_values(Kind::Values, class::ARRAY, &selectors)))
}

/// `canUnderstand:`
pub fn class_can_understand(this: Value, symbol: Value, t: &mut Turn) -> Try {
    let Some(number) = this.as_class() else { return Ok(None) };
    Ok(Some(Value::boolean(selector(symbol, t).is_some_and(|selector| understands(number, selector, t)))))
}

/// `comment`
pub fn class_comment(this: Value, t: &mut Turn) -> Try {
    match info(this, t) {
        Some((info, _)) => string(info.comment, t),
        None => Ok(None),
    }
}

/// `packageName`
pub fn class_package(this: Value, t: &mut Turn) -> Try {
    match info(this, t) {
        Some((info, _)) => string(info.package, t),
        None => Ok(None),
    }
}

/// `isBytes`
pub fn class_is_bytes(this: Value, t: &mut Turn) -> Try {
    Ok(info(this, t).map(|(info, meta)| Value::boolean(!meta && matches!(info.kind, Layout::Bytes | Layout::Wide | Layout::LargeInt))))
}

/// `isVariable`
pub fn class_is_variable(this: Value, t: &mut Turn) -> Try {
    Ok(info(this, t).map(|(info, meta)| Value::boolean(!meta && matches!(info.kind, Layout::Indexed | Layout::Bytes | Layout::Wide))))
}
