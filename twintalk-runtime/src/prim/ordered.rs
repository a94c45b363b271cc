//! OrderedCollections: the slots are array, firstIndex and lastIndex; the elements stand in array from first to last.
//!
//! All errors are left to the Smalltalk beneath.

use super::Try;
use crate::answer::Raised;
use crate::known::Known;
use crate::library::class;
use crate::turn::Turn;
use crate::value::{NIL, Value};

const ARRAY: usize = 0;
const FIRST: usize = 1;
const LAST: usize = 2;

/// What the slots tell.
struct Run {
    array: Value,
    room: usize,
    first: usize,
    last: usize,
}

impl Run {
    /// None where the slots do not hold what they should, or another class has a say.
    #[inline]
    fn of(collection: Value, known: Known, t: &Turn) -> Option<Self> {
        let (header, body) = t.object(collection)?;
        let [array, first, last]: [u64; 3] = body.get(..3)?.try_into().ok()?;
        let count = |word| usize::try_from(Value::from_bits(word).as_small()?).ok();
        let (array, first, last) = (Value::from_bits(array), count(first)?, count(last)?);
        let inner = t.header(array).filter(|header| header.class() == class::ARRAY)?;
        let sound = first >= 1 && last + 1 >= first && last <= inner.length();
        let open = header.class() != class::ORDERED_COLLECTION || t.program.extends_library;
        (sound && (!open || t.frozen.known(header.class()).has(known))).then(|| Self { array, room: inner.length(), first, last })
    }

    /// Where the element of an index stands in the array, from 0.
    #[inline]
    fn place(&self, index: Value) -> Option<usize> {
        let index = usize::try_from(index.as_small()?).ok()?;
        let place = self.first + index - 1;
        (index >= 1 && place <= self.last).then(|| place - 1)
    }

    /// The first element's place in the array, from 0.
    #[inline]
    fn start(&self) -> Option<usize> {
        (self.first <= self.last).then(|| self.first - 1)
    }
}

/// The element of an index from 0.
pub(super) fn element(this: Value, at: usize, t: &Turn) -> Option<Value> {
    let run = Run::of(this, Known::ORDERED, t)?;
    let place = run.first + at;
    (place <= run.last).then(|| t.slot(run.array, place - 1))
}

/// `at:`
#[inline]
pub fn ordered_at(this: Value, index: Value, t: &mut Turn) -> Try {
    let Some(run) = Run::of(this, Known::ORDERED, t) else { return Ok(None) };
    Ok(run.place(index).map(|place| t.slot(run.array, place)))
}

/// `at:put:`
pub fn ordered_at_put(this: Value, index: Value, value: Value, t: &mut Turn) -> Try {
    let Some(run) = Run::of(this, Known::ORDERED, t) else { return Ok(None) };
    let Some(place) = run.place(index) else { return Ok(None) };
    t.set_slot(run.array, place, value)?;
    Ok(Some(value))
}

/// `first`
pub fn ordered_first(this: Value, t: &mut Turn) -> Try {
    let Some(run) = Run::of(this, Known::ORDERED, t) else { return Ok(None) };
    Ok(run.start().map(|place| t.slot(run.array, place)))
}

/// `last`
pub fn ordered_last(this: Value, t: &mut Turn) -> Try {
    let Some(run) = Run::of(this, Known::ORDERED, t) else { return Ok(None) };
    Ok(run.start().map(|_| t.slot(run.array, run.last - 1)))
}

/// `add:`
#[inline]
pub fn ordered_add(this: Value, value: Value, t: &mut Turn) -> Try {
    append(this, value, Known::ADDS_LAST, t)
}

/// `addLast:`
pub fn ordered_add_last(this: Value, value: Value, t: &mut Turn) -> Try {
    append(this, value, Known::ORDERED, t)
}

#[inline]
fn append(this: Value, value: Value, known: Known, t: &mut Turn) -> Try {
    let Some(mut run) = Run::of(this, known, t) else { return Ok(None) };
    if run.last == run.room {
        run = run.with_room(this, t)?;
    }
    t.set_slot(this, LAST, Value::int(run.last as i64 + 1))?;
    t.set_slot(run.array, run.last, value)?;
    Ok(Some(value))
}

impl Run {
    /// `makeRoomAtLast`: the elements move to the front where half of the room there is free, else the array is doubled.
    #[cold]
    #[inline(never)]
    fn with_room(self, this: Value, t: &mut Turn) -> Result<Self, Raised> {
        let size = self.last + 1 - self.first;
        if self.first <= 4 || self.first <= size {
            let array = t.grow(self.array, (self.room * 2).max(4))?;
            t.set_slot(this, ARRAY, array)?;
            return Ok(Self { array, room: (self.room * 2).max(4), ..self });
        }
        for at in 0..size {
            let element = t.slot(self.array, self.first - 1 + at);
            t.set_slot(self.array, at, element)?;
        }
        for at in self.first - 1..self.last {
            t.set_slot(self.array, at, NIL)?;
        }
        t.set_slot(this, FIRST, Value::int(1))?;
        t.set_slot(this, LAST, Value::int(size as i64))?;
        Ok(Self { first: 1, last: size, ..self })
    }
}

/// `addFirst:` where there is room.
pub fn ordered_add_first(this: Value, value: Value, t: &mut Turn) -> Try {
    let Some(run) = Run::of(this, Known::ORDERED, t).filter(|run| run.first > 1) else { return Ok(None) };
    t.set_slot(this, FIRST, Value::int(run.first as i64 - 1))?;
    t.set_slot(run.array, run.first - 2, value)?;
    Ok(Some(value))
}

/// `removeFirst`
pub fn ordered_remove_first(this: Value, t: &mut Turn) -> Try {
    let Some(run) = Run::of(this, Known::ORDERED, t) else { return Ok(None) };
    let Some(place) = run.start() else { return Ok(None) };
    let value = t.slot(run.array, place);
    t.set_slot(run.array, place, NIL)?;
    // An empty one begins anew.
    let (first, last) = if run.first == run.last { (1, 0) } else { (run.first as i64 + 1, run.last as i64) };
    t.set_slot(this, FIRST, Value::int(first))?;
    if last == 0 {
        t.set_slot(this, LAST, Value::int(last))?;
    }
    Ok(Some(value))
}

/// `removeLast`
pub fn ordered_remove_last(this: Value, t: &mut Turn) -> Try {
    let Some(run) = Run::of(this, Known::ORDERED, t) else { return Ok(None) };
    if run.start().is_none() {
        return Ok(None);
    }
    let value = t.slot(run.array, run.last - 1);
    t.set_slot(run.array, run.last - 1, NIL)?;
    t.set_slot(this, LAST, Value::int(run.last as i64 - 1))?;
    Ok(Some(value))
}
