//! The collections that `collect:` and `select:` answer, filled by an enumeration in place.

use super::Cursor;
use crate::answer::{Answer, Raised};
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::Value;

/// An Array with room for a result of every element to come.
#[inline]
pub fn gather(_collection: Value, cursor: &mut Cursor, t: &mut Turn) -> Answer {
    cursor.filled = 0;
    t.allocate(Kind::Values, class::ARRAY, usize::try_from(cursor.left()).unwrap_or(0))
}

/// Adds a result; no more come than there were elements.
#[inline]
pub fn put(results: Value, result: Value, cursor: &mut Cursor, t: &mut Turn) -> Result<(), Raised> {
    let at = cursor.filled as usize;
    cursor.filled += 1;
    t.set_slot(results, at, result)
}

/// The results as the library's method answers them: those of an Array or Interval in an Array, of an OrderedCollection in one.
#[inline]
pub fn gathered(collection: Value, results: Value, cursor: &Cursor, t: &mut Turn) -> Answer {
    gathered_up(collection, results, cursor.filled as usize, t) // a cursor that nobody refers to is a few registers
}

#[inline(never)]
fn gathered_up(collection: Value, results: Value, count: usize, t: &mut Turn) -> Answer {
    if matches!(t.class_of(collection), class::ORDERED_COLLECTION | class::SORTED_COLLECTION) {
        let answer = t.instantiate(class::ORDERED_COLLECTION, 0)?;
        for (slot, value) in [results, Value::int(1), Value::int(count as i64)].into_iter().enumerate() {
            t.set_slot(answer, slot, value)?;
        }
        return Ok(answer);
    }
    match t.object(results) {
        Some((header, body)) if header.length() > count => {
            let values: Vec<Value> = body.iter().take(count).map(|word| Value::from_bits(*word)).collect();
            Ok(t.new_values(Kind::Values, class::ARRAY, &values))
        }
        _ => Ok(results),
    }
}
