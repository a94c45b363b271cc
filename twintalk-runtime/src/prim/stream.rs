//! Writing on streams. A WriteStream has the slots collection, position and readLimit.

use super::text::Chars;
use super::{Try, write};
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

/// A character of one byte put into a string that has room for it.
#[inline]
fn put_at_once(this: Value, value: Value, t: &mut Turn) -> Option<()> {
    let byte = u8::try_from(u32::from(value.as_character()?)).ok()?;
    let (_, &[collection, position, ..]) = t.object(this)? else { return None };
    let (collection, position) = (Value::from_bits(collection), Value::from_bits(position).as_small()?);
    let next = Value::small(position + 1)?;
    if !this.is_in(Place::Scratch) || !t.has_class(collection, class::BYTE_STRING) || !t.set_byte(collection, usize::try_from(position).ok()?, byte) {
        return None;
    }
    t.set_slot(this, POSITION, next).ok()
}

/// `nextPut:` where the collection can hold the object.
pub fn stream_next_put(this: Value, value: Value, t: &mut Turn) -> Try {
    if put_at_once(this, value, t).is_some() {
        return Ok(Some(value));
    }
    let Some((collection, position)) = room(this, 1, t)? else { return Ok(None) };
    let Some(header) = t.header(collection) else { return Ok(None) };
    if header.class() == class::ARRAY {
        t.set_slot(collection, position, value)?;
    } else if is_string(header.class()) {
        let Some(code) = value.as_character() else { return Ok(None) };
        if !write::codes(collection, position, &[code.into()], t)? {
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
    if let Some(count) = super::string::narrow(all, t) {
        let Some((collection, position)) = room(this, count, t)? else { return Ok(None) };
        let header = t.header(collection);
        let takes = header.is_some_and(|header| is_string(header.class()) && header.kind() == Kind::Bytes);
        if takes && collection.is_in(Place::Scratch) {
            t.copy_units::<u8>(all, 0..count, collection, position);
            return advance(this, position + count, t, all).map(Some);
        }
    }
    if let Some(codes) = Chars::of(all, t).map(|chars| match chars {
        Chars::Narrow(bytes) => Ok(bytes.to_vec()),
        Chars::Wide(codes) => Err(codes.into_owned()),
    }) {
        let count = codes.as_ref().map_or_else(Vec::len, Vec::len);
        let Some((collection, position)) = room(this, count, t)? else { return Ok(None) };
        if t.header(collection).is_none_or(|header| !is_string(header.class())) {
            return Ok(None);
        }
        match (t.kind_of(collection), codes) {
            (Some(Kind::Bytes), Ok(bytes)) => write::bytes(collection, position, &bytes, t)?,
            (_, codes) => {
                let codes = codes.map_or_else(|codes| codes, |bytes| bytes.into_iter().map(u32::from).collect());
                if !write::codes(collection, position, &codes, t)? {
                    return Ok(None);
                }
            }
        }
        return advance(this, position + count, t, all).map(Some);
    }
    let Some((header, body)) = t.object(all) else { return Ok(None) };
    if header.class() != class::ARRAY {
        return Ok(None);
    }
    let values: Vec<Value> = body.iter().map(|word| Value::from_bits(*word)).collect();
    let Some((collection, position)) = room(this, values.len(), t)? else { return Ok(None) };
    if t.header(collection).is_none_or(|header| header.class() != class::ARRAY) {
        return Ok(None);
    }
    for (i, value) in values.iter().enumerate() {
        t.set_slot(collection, position + i, *value)?;
    }
    advance(this, position + values.len(), t, all).map(Some)
}
