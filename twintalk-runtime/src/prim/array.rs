//! Arrays and byte arrays, and what every indexed object answers.

use super::text::{Chars, is_text};
use super::{Try, index, length, range, write};
use crate::dispatch::is_string;
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
            let bytes: &[u8] = bytemuck::cast_slice(body);
            Ok(index(place, header.length()).and_then(|index| bytes.get(index)).map(|byte| Value::int((*byte).into())))
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

/// The elements of a plain array, copied.
fn elements(value: Value, t: &Turn) -> Option<Vec<Value>> {
    let (header, body) = t.object(value)?;
    (header.class() == class::ARRAY).then(|| body.iter().map(|word| Value::from_bits(*word)).collect())
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
            if t.header(source).is_none_or(|source| source.class() != class::ARRAY || part.end > source.length()) {
                return Ok(None);
            }
            if this.is_in(Place::Scratch) {
                t.copy_units::<u64>(source, part, this, target.start);
                return Ok(Some(this));
            }
            let Some(values) = elements(source, t).and_then(|all| all.get(part).map(<[Value]>::to_vec)) else {
                return Ok(None);
            };
            for (index, value) in target.zip(values) {
                t.set_slot(this, index, value)?;
            }
        }
        Kind::Bytes if header.class() == class::BYTE_ARRAY => {
            let Some(bytes) = byte_array(source, t) else { return Ok(None) };
            let Some(part) = bytes.get(part) else { return Ok(None) };
            write::bytes(this, target.start, part, t)?;
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
        t.copy_units::<u64>(this, range, copy, 0);
        return Ok(Some(copy));
    }
    if let Some(bytes) = byte_array(this, t) {
        let Some(range) = range(from, to, bytes.len()) else { return Ok(None) };
        return Ok(Some(t.new_bytes(Kind::Bytes, class::BYTE_ARRAY, bytes.get(range).unwrap_or_default())));
    }
    super::string::copy_range(this, from, to, t)
}

/// `,` of two arrays or two byte arrays.
pub fn array_concat(this: Value, other: Value, t: &mut Turn) -> Try {
    if t.has_class(this, class::ARRAY) && t.has_class(other, class::ARRAY) {
        let [a, b] = [this, other].map(|array| t.header(array).map_or(0, Header::length));
        let joined = t.allocate(Kind::Values, class::ARRAY, a + b)?;
        t.copy_units::<u64>(this, 0..a, joined, 0);
        t.copy_units::<u64>(other, 0..b, joined, a);
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
