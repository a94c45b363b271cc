//! Writing into the bytes and characters of objects. In the heap only the words that change are logged.

use crate::answer::Raised;
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::{Place, Value};

/// Writes units of one size, from an index on; the caller knows that the object has room for them.
fn units<T: bytemuck::Pod>(object: Value, start: usize, units: &[T], t: &mut Turn) -> Result<(), Raised> {
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
pub(super) fn bytes(object: Value, start: usize, new: &[u8], t: &mut Turn) -> Result<(), Raised> {
    match new {
        [byte] if t.set_byte(object, start, *byte) => Ok(()),
        _ => units(object, start, new, t),
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
