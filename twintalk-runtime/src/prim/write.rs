//! Writing into the bytes, characters and values of objects. In the heap only the words that change are logged.

use super::text::Narrow;
use crate::answer::Raised;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::{Place, Value};

/// Writes units of one size, from an index on; the caller knows that the object has room for them.
#[inline]
pub(super) fn units<T: bytemuck::Pod>(object: Value, start: usize, units: &[T], t: &mut Turn) -> Result<(), Raised> {
    if units.is_empty() {
        return Ok(());
    }
    if object.is_in(Place::Scratch) {
        let body = bytemuck::cast_slice_mut::<u64, T>(t.body_mut(object)?);
        if let Some(target) = body.get_mut(start..start + units.len()) {
            target.copy_from_slice(units);
        }
        return Ok(());
    }
    logged(object, start, units, t)
}

#[inline(never)]
fn logged<T: bytemuck::Pod>(object: Value, start: usize, units: &[T], t: &mut Turn) -> Result<(), Raised> {
    let per_word = 8 / size_of::<T>();
    let (first, last) = (start / per_word, (start + units.len() - 1) / per_word);
    let Some((_, body)) = t.object(object) else { return Ok(()) };
    let mut words = body.get(first..=last).map(<[u64]>::to_vec).unwrap_or_default();
    let offset = start - first * per_word;
    if let Some(target) = bytemuck::cast_slice_mut::<u64, T>(&mut words).get_mut(offset..offset + units.len()) {
        target.copy_from_slice(units);
    }
    for (i, word) in words.into_iter().enumerate() {
        t.set_raw_word(object, first + i, word)?;
    }
    Ok(())
}

/// Writes bytes.
#[inline]
pub(super) fn bytes(object: Value, start: usize, new: &[u8], t: &mut Turn) -> Result<(), Raised> {
    match new {
        [byte] if t.set_byte(object, start, *byte) => Ok(()),
        _ => units(object, start, new, t),
    }
}

/// Writes bytes of a string or byte array into another object of bytes; the caller knows that both have them.
pub(super) fn narrow(object: Value, start: usize, new: Narrow, from: usize, count: usize, t: &mut Turn) -> Result<(), Raised> {
    match new {
        Narrow::Text(text) => bytes(object, start, text.get(from..from + count).unwrap_or_default(), t),
        Narrow::Object(source) if object.is_in(Place::Scratch) => {
            copy::<u8>(source, from, object, start, count, t);
            Ok(())
        }
        Narrow::Object(source) => {
            let new = t.object(source).and_then(|(_, body)| bytemuck::cast_slice(body).get(from..from + count).map(<[u8]>::to_vec));
            bytes(object, start, &new.unwrap_or_default(), t)
        }
    }
}

/// Writes values of one array into another, or into itself; the caller knows that both have them.
pub(super) fn values(object: Value, start: usize, source: Value, from: usize, count: usize, t: &mut Turn) -> Result<(), Raised> {
    if object.is_in(Place::Scratch) {
        copy::<u64>(source, from, object, start, count, t);
        return Ok(());
    }
    let new = t.object(source).and_then(|(_, body)| body.get(from..from + count).map(<[u64]>::to_vec));
    for (i, word) in new.unwrap_or_default().into_iter().enumerate() {
        t.set_word(object, start + i, word)?;
    }
    Ok(())
}

/// Copies units of a body into one in scratch, where nothing is logged.
fn copy<T: bytemuck::Pod>(source: Value, from: usize, target: Value, to: usize, count: usize, t: &mut Turn) {
    let per_word = 8 / size_of::<T>();
    let (from, to) = ((source.offset() + 1) * per_word + from, (target.offset() + 1) * per_word + to);
    let [heap, scratch, frozen] = &mut t.spaces;
    let scratch = bytemuck::cast_slice_mut::<u64, T>(&mut scratch.words);
    let other = if source.is_in(Place::Heap) { heap } else { frozen };
    if source.is_in(Place::Scratch) {
        if from.max(to) + count <= scratch.len() {
            scratch.copy_within(from..from + count, to);
        }
    } else if let Some(new) = bytemuck::cast_slice::<u64, T>(&other.words).get(from..from + count)
        && let Some(target) = scratch.get_mut(to..to + count)
    {
        target.copy_from_slice(new);
    }
}

/// Writes a character into a string, which is widened where that asks for it; `false` where it is no string.
#[inline]
pub(super) fn code(object: Value, at: usize, new: u32, t: &mut Turn) -> Result<bool, Raised> {
    match (t.kind_of(object), u8::try_from(new)) {
        (Some(Kind::Bytes), Ok(byte)) => bytes(object, at, &[byte], t).map(|()| true),
        _ => codes(object, at, &[new], t),
    }
}

/// Writes characters into a string, which is widened where they ask for it; `false` where it is no string.
pub(super) fn codes(object: Value, start: usize, new: &[u32], t: &mut Turn) -> Result<bool, Raised> {
    let object = t.widened(object);
    match t.kind_of(object) {
        Some(Kind::Wide) => units(object, start, new, t).map(|()| true),
        Some(Kind::Bytes) => {
            if let &[code] = new
                && let Ok(byte) = u8::try_from(code)
            {
                return bytes(object, start, &[byte], t).map(|()| true);
            }
            let narrow: Option<Vec<u8>> = new.iter().map(|code| u8::try_from(*code).ok()).collect();
            match narrow {
                Some(narrow) => bytes(object, start, &narrow, t)?,
                None => {
                    let wide = t.widen(object)?;
                    units(wide, start, new, t)?;
                }
            }
            Ok(true)
        }
        _ => Ok(false),
    }
}
