//! OrderedCollections: its slots are array, firstIndex and lastIndex.
//!
//! What adds and removes applies to instances of exactly that class; its subclasses may say what adding means.

use super::Try;
use crate::library::class;
use crate::object::Header;
use crate::turn::Turn;
use crate::value::{NIL, Value};

const ARRAY: usize = 0;
const FIRST: usize = 1;
const LAST: usize = 2;

#[derive(Clone, Copy)]
struct Slots {
    array: Value,
    first: i64,
    last: i64,
}

#[inline]
fn slots(this: Value, t: &Turn) -> Option<Slots> {
    let (_, &[array, first, last, ..]) = t.object(this)? else { return None };
    Some(Slots { array: Value::from_bits(array), first: Value::from_bits(first).as_small()?, last: Value::from_bits(last).as_small()? })
}

/// The slots of an instance of exactly OrderedCollection.
#[inline]
fn own(this: Value, t: &Turn) -> Option<Slots> {
    slots(this, t).filter(|_| t.has_class(this, class::ORDERED_COLLECTION))
}

impl Slots {
    #[inline]
    fn place(self, index: Value) -> Option<i64> {
        let index = index.as_small()?;
        (index >= 1 && index <= self.last - self.first + 1).then(|| self.first + index - 1)
    }
}

/// `at:`
#[inline]
pub fn ordered_at(this: Value, place: Value, t: &mut Turn) -> Try {
    let found = slots(this, t).and_then(|slots| t.element(slots.array, slots.place(place)?));
    Ok(found)
}

/// `at:put:`
#[inline]
pub fn ordered_at_put(this: Value, place: Value, value: Value, t: &mut Turn) -> Try {
    let Some(slots) = slots(this, t) else { return Ok(None) };
    let Some(place) = slots.place(place) else { return Ok(None) };
    Ok(t.set_element(slots.array, place, value).then_some(value))
}

/// `first`
#[inline]
pub fn ordered_first(this: Value, t: &mut Turn) -> Try {
    Ok(slots(this, t).filter(|slots| slots.first <= slots.last).and_then(|slots| t.element(slots.array, slots.first)))
}

/// `last`
#[inline]
pub fn ordered_last(this: Value, t: &mut Turn) -> Try {
    Ok(slots(this, t).filter(|slots| slots.first <= slots.last).and_then(|slots| t.element(slots.array, slots.last)))
}

/// `add:` and `addLast:`
#[inline]
pub fn ordered_add(this: Value, value: Value, t: &mut Turn) -> Try {
    let Some(slots) = own(this, t) else { return Ok(None) };
    if !t.set_element(slots.array, slots.last + 1, value) {
        return add_with_room(this, value, slots, t);
    }
    t.set_slot(this, LAST, Value::int(slots.last + 1))?;
    Ok(Some(value))
}

/// Doubles the array where it is full and what was removed at the front leaves too little room to move to.
#[inline(never)]
fn add_with_room(this: Value, value: Value, slots: Slots, t: &mut Turn) -> Try {
    let length = t.header(slots.array).map_or(0, Header::length);
    let size = slots.last - slots.first + 1;
    let movable = slots.first > 4 && slots.first > size;
    if !t.has_class(slots.array, class::ARRAY) || usize::try_from(slots.last) != Ok(length) || movable {
        return Ok(None);
    }
    let array = t.grow(slots.array, (length * 2).max(4))?;
    t.set_slot(this, ARRAY, array)?;
    t.set_slot(array, length, value)?;
    t.set_slot(this, LAST, Value::int(slots.last + 1))?;
    Ok(Some(value))
}

/// `removeFirst`
#[inline]
pub fn ordered_remove_first(this: Value, t: &mut Turn) -> Try {
    let Some(slots) = own(this, t).filter(|slots| slots.first < slots.last) else { return Ok(None) };
    let Some(value) = t.element(slots.array, slots.first) else { return Ok(None) };
    if !t.set_element(slots.array, slots.first, NIL) {
        return Ok(None);
    }
    t.set_slot(this, FIRST, Value::int(slots.first + 1))?;
    Ok(Some(value))
}

/// `removeLast`
#[inline]
pub fn ordered_remove_last(this: Value, t: &mut Turn) -> Try {
    let Some(slots) = own(this, t).filter(|slots| slots.first <= slots.last) else { return Ok(None) };
    let Some(value) = t.element(slots.array, slots.last) else { return Ok(None) };
    if !t.set_element(slots.array, slots.last, NIL) {
        return Ok(None);
    }
    t.set_slot(this, LAST, Value::int(slots.last - 1))?;
    Ok(Some(value))
}
