//! Arrays and byte arrays, and what every indexed object answers.

use super::text::{Chars, Narrow, is_text};
use super::{Try, index, length, range, write};
use crate::dispatch::is_string;
use crate::known::Known;
use crate::library::class;
use crate::object::{Header, Kind};
use crate::program::Layout;
use crate::turn::Turn;
use crate::value::{Place, Value};

/// How many of an object's values are slots, before the indexed ones.
fn fixed(header: Header, t: &Turn) -> Option<usize> {
    if header.class() == class::ARRAY {
        return Some(0);
    }
    let info = t.class_info(header.class())?;
    (header.kind() == Kind::Values && info.kind == Layout::Indexed).then_some(info.slots.len())
}

/// `at:` of anything indexed.
pub fn object_at(this: Value, place: Value, t: &mut Turn) -> Try {
    let Some(header) = t.header(this) else { return super::string_at(this, place, t) };
    match header.kind() {
        Kind::Values => {
            let Some(fixed) = fixed(header, t) else { return Ok(None) };
            Ok(index(place, header.length() - fixed).map(|index| t.slot(this, fixed + index)))
        }
        Kind::Bytes if !is_text(header, t) => {
            let Some((_, body)) = t.object(this) else { return Ok(None) };
            let byte = index(place, header.length()).and_then(|index| bytemuck::cast_slice::<u64, u8>(body).get(index));
            Ok(byte.map(|byte| Value::int((*byte).into())))
        }
        _ => super::string_at(this, place, t),
    }
}

/// `at:put:` of anything indexed.
pub fn object_at_put(this: Value, place: Value, value: Value, t: &mut Turn) -> Try {
    let Some(header) = t.header(this) else { return Ok(None) };
    match header.kind() {
        Kind::Values => {
            let Some(fixed) = fixed(header, t) else { return Ok(None) };
            let Some(index) = index(place, header.length() - fixed) else { return Ok(None) };
            t.set_slot(this, fixed + index, value)?;
            Ok(Some(value))
        }
        Kind::Bytes if !is_text(header, t) => {
            let byte = value.as_small().and_then(|value| u8::try_from(value).ok());
            let (Some(index), Some(byte)) = (index(place, header.length()), byte) else { return Ok(None) };
            write::bytes(this, index, &[byte], t)?;
            Ok(Some(value))
        }
        _ => super::string_at_put(this, place, value, t),
    }
}

/// `basicSize`
pub fn object_basic_size(this: Value, t: &mut Turn) -> Try {
    let Some(header) = t.header(this) else { return super::string_size(this, t) };
    Ok(match header.kind() {
        Kind::Values => fixed(header, t).map(|fixed| length(header.length() - fixed)),
        Kind::Bytes | Kind::Wide => Some(length(header.length())),
        Kind::Widened => return super::string_size(this, t),
        _ => None,
    })
}

/// An element of an array, string, byte array or OrderedCollection, by its index from 1, where it is read as it stands.
pub(crate) fn element(this: Value, place: i64, t: &Turn) -> Option<Value> {
    let (header, body) = t.object(this)?;
    if t.program.extends_library && !t.frozen.known(header.class()).has(Known::INDEXED) {
        return None;
    }
    let at = usize::try_from(place).ok()?.checked_sub(1)?;
    match header.class() {
        class::ORDERED_COLLECTION => super::ordered::element(this, at, t),
        class::ARRAY => body.get(at).map(|word| Value::from_bits(*word)),
        _ if at >= header.length() => None,
        class::BYTE_STRING => bytemuck::cast_slice::<u64, u8>(body).get(at).map(|byte| Value::character(char::from(*byte))),
        class::WIDE_STRING if header.kind() == Kind::Wide => {
            bytemuck::cast_slice::<u64, u32>(body).get(at).and_then(|code| char::from_u32(*code)).map(Value::character)
        }
        class::BYTE_ARRAY => bytemuck::cast_slice::<u64, u8>(body).get(at).map(|byte| Value::int((*byte).into())),
        _ => None,
    }
}

/// A character of a string of bytes, by its index from 1, where it is read as it stands.
#[inline]
pub(crate) fn character_at(this: Value, place: i64, t: &Turn) -> Option<Value> {
    let words = t.words_of(this);
    let header = Header(*words.get(this.offset())?);
    let at = (place as usize).wrapping_sub(1);
    if header.class() != class::BYTE_STRING || header.kind() != Kind::Bytes || at >= header.length() {
        return None;
    }
    if t.program.extends_library && !t.frozen.known(class::BYTE_STRING).has(Known::INDEXED) {
        return None;
    }
    let word = *words.get(this.offset() + 1 + at / 8)?;
    Some(Value::character(char::from((word >> (at % 8 * 8)) as u8)))
}

/// `Array>>at:`
#[inline]
pub fn array_at(this: Value, place: Value, t: &mut Turn) -> Try {
    match t.header(this) {
        Some(header) if header.class() == class::ARRAY => Ok(index(place, header.length()).map(|index| t.slot(this, index))),
        _ => object_at(this, place, t),
    }
}

/// `Array>>at:put:`
#[inline]
pub fn array_at_put(this: Value, place: Value, value: Value, t: &mut Turn) -> Try {
    match t.header(this) {
        Some(header) if header.class() == class::ARRAY => {
            let Some(index) = index(place, header.length()) else { return Ok(None) };
            t.set_slot(this, index, value)?;
            Ok(Some(value))
        }
        _ => object_at_put(this, place, value, t),
    }
}

/// `Array>>size`
pub fn array_size(this: Value, t: &mut Turn) -> Try {
    object_basic_size(this, t)
}

/// `atAllPut:` of an array.
pub fn array_fill(this: Value, value: Value, t: &mut Turn) -> Try {
    let Some(header) = t.header(this).filter(|header| header.class() == class::ARRAY) else { return Ok(None) };
    if this.is_in(Place::Scratch) {
        t.body_mut(this)?.fill(value.bits());
        return Ok(Some(this));
    }
    for index in 0..header.length() {
        t.set_slot(this, index, value)?;
    }
    Ok(Some(this))
}

/// A longer copy.
pub fn array_grow(this: Value, size: Value, t: &mut Turn) -> Try {
    let this = t.widened(this);
    let (Some(header), Some(size)) = (t.header(this), size.as_small()) else { return Ok(None) };
    match (usize::try_from(size), header.kind()) {
        (Ok(size), Kind::Values | Kind::Bytes | Kind::Wide) if u32::try_from(size).is_ok() => {
            let fixed = if header.kind() == Kind::Values { fixed(header, t).unwrap_or(0) } else { 0 };
            t.grow(this, fixed + size).map(Some)
        }
        _ => Ok(None),
    }
}

/// The length of a plain array.
fn count(value: Value, t: &Turn) -> Option<usize> {
    t.header(value).filter(|header| header.class() == class::ARRAY).map(|header| header.length())
}

fn byte_array(value: Value, t: &Turn) -> Option<Vec<u8>> {
    t.header(value).filter(|header| header.class() == class::BYTE_ARRAY).and_then(|_| t.bytes(value))
}

/// `replaceFrom:to:with:startingAt:` between collections of one kind.
pub fn array_replace(this: Value, from: Value, to: Value, source: Value, first: Value, t: &mut Turn) -> Try {
    let target = t.widened(this);
    let Some(header) = t.header(target) else { return Ok(None) };
    let Some(target) = range(from, to, header.length()) else { return Ok(None) };
    let Some(first) = first.as_small().and_then(|first| usize::try_from(first).ok()?.checked_sub(1)) else {
        return Ok(None);
    };
    let part = first..first + target.len();
    if target.is_empty() {
        return Ok(Some(this));
    }
    match header.kind() {
        Kind::Values if header.class() == class::ARRAY => {
            if count(source, t).is_none_or(|count| part.end > count) {
                return Ok(None);
            }
            write::values(this, target.start, source, part.start, part.len(), t)?;
        }
        Kind::Bytes if header.class() == class::BYTE_ARRAY => {
            if t.header(source).is_none_or(|header| header.class() != class::BYTE_ARRAY || part.end > header.length()) {
                return Ok(None);
            }
            write::narrow(this, target.start, Narrow::Object(source), part.start, part.len(), t)?;
        }
        Kind::Bytes if is_string(header.class()) && Narrow::of(source, t).is_some_and(|(_, count)| part.end <= count) => {
            let Some((bytes, _)) = Narrow::of(source, t) else { return Ok(None) };
            write::narrow(this, target.start, bytes, part.start, part.len(), t)?;
        }
        Kind::Bytes | Kind::Wide if is_string(header.class()) => {
            let Some(codes) = Chars::of(source, t).filter(|chars| part.end <= chars.len()).map(|chars| chars.part(part)) else {
                return Ok(None);
            };
            if !write::codes(this, target.start, &codes, t)? {
                return Ok(None);
            }
        }
        _ => return Ok(None),
    }
    Ok(Some(this))
}

/// `copyFrom:to:`
pub fn array_copy_range(this: Value, from: Value, to: Value, t: &mut Turn) -> Try {
    let Some(header) = t.header(this) else { return super::string::copy_range(this, from, to, t) };
    if header.class() == class::ARRAY {
        let Some(range) = range(from, to, header.length()) else { return Ok(None) };
        let copy = t.allocate(Kind::Values, class::ARRAY, range.len())?;
        write::values(copy, 0, this, range.start, range.len(), t)?;
        return Ok(Some(copy));
    }
    if header.class() == class::BYTE_ARRAY {
        let Some(range) = range(from, to, header.length()) else { return Ok(None) };
        let copy = t.allocate(Kind::Bytes, class::BYTE_ARRAY, range.len())?;
        write::narrow(copy, 0, Narrow::Object(this), range.start, range.len(), t)?;
        return Ok(Some(copy));
    }
    super::string::copy_range(this, from, to, t)
}

/// `,` of two arrays or two byte arrays.
pub fn array_concat(this: Value, other: Value, t: &mut Turn) -> Try {
    if let (Some(a), Some(b)) = (count(this, t), count(other, t)) {
        let joined = t.allocate(Kind::Values, class::ARRAY, a + b)?;
        write::values(joined, 0, this, 0, a, t)?;
        write::values(joined, a, other, 0, b, t)?;
        return Ok(Some(joined));
    }
    if let (Some(mut a), Some(b)) = (byte_array(this, t), byte_array(other, t)) {
        a.extend(b);
        return Ok(Some(t.new_bytes(Kind::Bytes, class::BYTE_ARRAY, &a)));
    }
    Ok(None)
}

/// `=` of byte arrays.
pub fn bytes_equal(this: Value, other: Value, t: &mut Turn) -> Try {
    let same_class = t.header(this).map(Header::class) == t.header(other).map(Header::class);
    Ok(Some(Value::boolean(same_class && t.bytes(this) == t.bytes(other))))
}
