//! Free functions for generated code: cells, arrays, slots of objects, class-side state.

use crate::answer::{Answer, Raised};
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::{NIL, Value};

/// The number of a value's class.
#[inline(always)]
pub fn class_of(value: Value, t: &Turn) -> u32 {
    t.class_of(value)
}

/// Any integer of 64 bits.
#[inline]
pub fn integer(value: i64, t: &mut Turn) -> Value {
    t.integer(value)
}

/// A new instance of a class with `indexed` indexed values.
#[inline]
pub fn instantiate(class: u32, indexed: usize, t: &mut Turn) -> Answer {
    t.instantiate(class, indexed)
}

/// A new instance of a class without indexed values, which has so many slots; all are nil.
#[inline(always)]
pub fn new_instance(class: u32, slots: usize, t: &mut Turn) -> Value {
    t.new_instance(class, slots)
}

/// Whether a value is an object of exactly one class. Of the classes of immediate values there are none.
#[inline(always)]
pub fn has_class(value: Value, class: u32, t: &Turn) -> bool {
    t.has_class(value, class)
}

/// Writes a slot of an object; raises if it is read-only.
#[inline(always)]
pub fn set_slot(object: Value, index: usize, value: Value, t: &mut Turn) -> Result<(), Raised> {
    t.set_slot(object, index, value)
}

/// The first words of an object's body.
#[inline(always)]
pub fn first_words<const N: usize>(object: Value, t: &Turn) -> &[u64; N] {
    t.first_words(object)
}

/// Writes some of the first `N` slots of an object; raises if it is read-only.
#[inline(always)]
pub fn set_slots<const N: usize, const COUNT: usize>(
    object: Value,
    slots: [(usize, Value); COUNT],
    t: &mut Turn,
) -> Result<(), Raised> {
    t.set_slots::<N, COUNT>(object, slots)
}

/// A variable shared with blocks.
#[inline(always)]
pub fn cell(value: Value, t: &mut Turn) -> Value {
    t.new_values(Kind::Cell, class::CELL, &[value])
}

/// The content of a cell.
#[inline]
pub fn cell_get(cell: Value, t: &Turn) -> Value {
    t.field(cell, 0)
}

/// Changes the content of a cell. A cell is never read-only.
#[inline]
pub fn cell_set(cell: Value, value: Value, t: &mut Turn) -> Result<(), Raised> {
    t.set_slot(cell, 0, value)
}

/// `{ a. b }`
#[inline(always)]
pub fn array(elements: &[Value], t: &mut Turn) -> Answer {
    Ok(t.new_values(Kind::Values, class::ARRAY, elements))
}

/// A class variable.
#[inline]
pub fn class_variable(number: u32, t: &Turn) -> Value {
    t.class_state.get(number as usize).copied().unwrap_or(NIL)
}

/// Assigns a class variable; raises where class-side state is frozen.
#[inline]
pub fn set_class_variable(number: u32, value: Value, t: &mut Turn) -> Result<(), Raised> {
    if !t.class_state_open {
        return Err(frozen(t));
    }
    if let Some(variable) = t.class_state.get_mut(number as usize) {
        *variable = value;
    }
    Ok(())
}

#[cold]
#[inline(never)]
fn frozen(t: &mut Turn) -> Raised {
    t.raise(class::MODIFICATION_FORBIDDEN, "class-side state is shared by all twins and cannot be changed in a turn")
}

#[inline]
fn class_slot_number(class: Value, index: u32, t: &Turn) -> u32 {
    let base = class.as_class().and_then(|class| t.class_info(class)).map_or(u32::MAX / 2, |info| info.class_slots);
    base + index
}

/// A slot of a class itself.
#[inline]
pub fn class_slot(class: Value, index: u32, t: &Turn) -> Value {
    class_variable(class_slot_number(class, index, t), t)
}

/// Assigns a slot of a class itself; raises where class-side state is frozen.
#[inline]
pub fn set_class_slot(class: Value, index: u32, value: Value, t: &mut Turn) -> Result<(), Raised> {
    set_class_variable(class_slot_number(class, index, t), value, t)
}
