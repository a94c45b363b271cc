//! Floats as bits, in numbers and in bytes.

use super::{Try, index, write};
use crate::library::class;
use crate::turn::Turn;
use crate::value::Value;

/// The nearest float of 32 bits.
pub fn float_single(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_float().map(|float| Value::float(f64::from(float as f32))))
}

/// The bits of the nearest float of 32 bits.
pub fn float_single_bits(this: Value, _t: &mut Turn) -> Try {
    Ok(this.as_float().map(|float| Value::int(i64::from((float as f32).to_bits()))))
}

/// `floatAt:bigEndian:`
pub fn bytes_float_at(this: Value, place: Value, big: Value, t: &mut Turn) -> Try {
    let Some(bytes) = part::<4>(this, place, t) else { return Ok(None) };
    let float = if big.as_bool() == Some(true) { f32::from_be_bytes(bytes) } else { f32::from_le_bytes(bytes) };
    Ok(Some(Value::any_float(float.into())))
}

/// `doubleAt:bigEndian:`
pub fn bytes_double_at(this: Value, place: Value, big: Value, t: &mut Turn) -> Try {
    let Some(bytes) = part::<8>(this, place, t) else { return Ok(None) };
    let float = if big.as_bool() == Some(true) { f64::from_be_bytes(bytes) } else { f64::from_le_bytes(bytes) };
    Ok(Some(Value::any_float(float)))
}

/// `floatAt:put:bigEndian:`
pub fn bytes_float_at_put(this: Value, place: Value, value: Value, big: Value, t: &mut Turn) -> Try {
    let Some(float) = value.as_float() else { return Ok(None) };
    let bytes = if big.as_bool() == Some(true) { (float as f32).to_be_bytes() } else { (float as f32).to_le_bytes() };
    put(this, place, &bytes, value, t)
}

/// `doubleAt:put:bigEndian:`
pub fn bytes_double_at_put(this: Value, place: Value, value: Value, big: Value, t: &mut Turn) -> Try {
    let Some(float) = value.as_float() else { return Ok(None) };
    let bytes = if big.as_bool() == Some(true) { float.to_be_bytes() } else { float.to_le_bytes() };
    put(this, place, &bytes, value, t)
}

/// So many bytes of a byte array from a place on, if it has them.
fn part<const N: usize>(this: Value, place: Value, t: &Turn) -> Option<[u8; N]> {
    let bytes = t.header(this).filter(|header| header.class() == class::BYTE_ARRAY).and_then(|_| t.bytes(this))?;
    let start = index(place, bytes.len())?;
    bytes.get(start..start + N)?.try_into().ok()
}

fn put(this: Value, place: Value, bytes: &[u8], value: Value, t: &mut Turn) -> Try {
    let length = t.header(this).filter(|header| header.class() == class::BYTE_ARRAY).map_or(0, |header| header.length());
    let Some(start) = index(place, (length + 1).saturating_sub(bytes.len())) else { return Ok(None) };
    write::bytes(this, start, bytes, t)?;
    Ok(Some(value))
}
