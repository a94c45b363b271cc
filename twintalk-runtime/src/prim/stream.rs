//! Streams over strings, arrays and byte arrays. They have the slots collection, position and readLimit.

use super::text::{Chars, Narrow};
use super::{Try, array, write};
use crate::answer::{Answer, Raised};
use crate::dispatch::is_string;
use crate::library::class;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::{Place, Value};

const COLLECTION: usize = 0;
const POSITION: usize = 1;

/// The collection with room for `count` more elements, and the position.
fn room(this: Value, count: usize, t: &mut Turn) -> Result<Option<(Value, usize)>, Raised> {
    let Some((_, &[collection, position, ..])) = t.object(this) else { return Ok(None) };
    let (collection, position) = (t.widened(Value::from_bits(collection)), Value::from_bits(position));
    let (Some(header), Some(position)) = (t.header(collection), position.as_small()) else { return Ok(None) };
    let Ok(position) = usize::try_from(position) else { return Ok(None) };
    if !(is_string(header.class()) || [class::ARRAY, class::BYTE_ARRAY].contains(&header.class())) || position > header.length() {
        return Ok(None);
    }
    let needed = position + count;
    // Literals are never written: the stream takes a copy.
    if needed <= header.length() && !collection.is_in(Place::Frozen) {
        return Ok(Some((collection, position)));
    }
    let grown = t.grow(collection, needed.max(header.length() * 2).max(16))?;
    t.set_slot(this, COLLECTION, grown)?;
    Ok(Some((grown, position)))
}

fn advance(this: Value, position: usize, t: &mut Turn, answer: Value) -> Answer {
    t.set_slot(this, POSITION, Value::int(position as i64))?;
    Ok(answer)
}

/// `nextPut:` where the collection can hold the object.
pub fn stream_next_put(this: Value, value: Value, t: &mut Turn) -> Try {
    let Some((collection, position)) = room(this, 1, t)? else { return Ok(None) };
    let Some(header) = t.header(collection) else { return Ok(None) };
    if header.class() == class::ARRAY {
        t.set_slot(collection, position, value)?;
    } else if is_string(header.class()) {
        let Some(code) = value.as_character() else { return Ok(None) };
        if !write::code(collection, position, code.into(), t)? {
            return Ok(None);
        }
    } else {
        let Some(byte) = value.as_small().and_then(|value| u8::try_from(value).ok()) else { return Ok(None) };
        write::bytes(collection, position, &[byte], t)?;
    }
    advance(this, position + 1, t, value).map(Some)
}

/// `nextPutAll:` of a string on a string, an array on an array.
pub fn stream_next_put_all(this: Value, all: Value, t: &mut Turn) -> Try {
    if let Some((bytes, count)) = Narrow::of(all, t) {
        let Some((collection, position)) = room(this, count, t)? else { return Ok(None) };
        match t.header(collection) {
            Some(header) if is_string(header.class()) && header.kind() == Kind::Bytes => {
                write::narrow(collection, position, bytes, 0, count, t)?;
                return advance(this, position + count, t, all).map(Some);
            }
            _ => {}
        }
    }
    if let Some(codes) = Chars::of(all, t).map(|chars| chars.part(0..chars.len())) {
        let Some((collection, position)) = room(this, codes.len(), t)? else { return Ok(None) };
        if t.header(collection).is_none_or(|header| !is_string(header.class())) || !write::codes(collection, position, &codes, t)? {
            return Ok(None);
        }
        return advance(this, position + codes.len(), t, all).map(Some);
    }
    let Some(count) = t.header(all).filter(|header| header.class() == class::ARRAY).map(|header| header.length()) else {
        return Ok(None);
    };
    let Some((collection, position)) = room(this, count, t)? else { return Ok(None) };
    if t.header(collection).is_none_or(|header| header.class() != class::ARRAY) {
        return Ok(None);
    }
    write::values(collection, position, all, 0, count, t)?;
    advance(this, position + count, t, all).map(Some)
}

/// The next element, where there is one that can be read without a message, and the position before it.
fn next(this: Value, t: &Turn) -> Option<(Value, i64)> {
    let (_, &[collection, position, limit, ..]) = t.object(this)? else { return None };
    let (position, limit) = (Value::from_bits(position).as_small()?, Value::from_bits(limit).as_small()?);
    if position >= limit {
        return None;
    }
    Some((array::element(Value::from_bits(collection), position + 1, t)?, position))
}

/// `next`
pub fn stream_next(this: Value, t: &mut Turn) -> Try {
    let Some((element, position)) = next(this, t) else { return Ok(None) };
    t.set_slot(this, POSITION, Value::int(position + 1))?;
    Ok(Some(element))
}

/// `peek`
pub fn stream_peek(this: Value, t: &mut Turn) -> Try {
    Ok(next(this, t).map(|(element, _)| element))
}
