//! Integers beyond 48 bits, and what counts as a real number.

use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;

use crate::library::class;
use crate::object::{Header, Kind, pack_bytes, unpack_bytes};
use crate::space::Space;
use crate::turn::Turn;
use crate::value::{Place, Value};

/// Pharo's `SmallInteger maxVal`: 61 bits, whatever needs a box here.
pub const MAX_VAL: i64 = (1 << 60) - 1;
/// Pharo's `SmallInteger minVal`.
pub const MIN_VAL: i64 = -(1 << 60);

/// An integer of any size, in canonical form: immediate, boxed, or large.
pub(crate) fn build(value: &BigInt, place: Place, space: &mut Space) -> Value {
    let offset = match value.to_i64() {
        Some(value) if (MIN_VAL..=MAX_VAL).contains(&value) => {
            if let Some(small) = Value::small(value) {
                return small;
            }
            space.push(Header::new(Kind::Int64, class::SMALL_INTEGER, 1), &[value as u64])
        }
        _ => {
            let (sign, bytes) = value.to_bytes_le();
            let class = if sign == Sign::Minus { class::LARGE_NEGATIVE_INTEGER } else { class::LARGE_POSITIVE_INTEGER };
            let words: Vec<u64> = pack_bytes(&bytes).collect();
            space.push(Header::new(Kind::LargeInt, class, bytes.len() as u32), &words)
        }
    };
    Value::reference(place, offset)
}

/// The integer an object holds.
pub(crate) fn read(header: Header, body: &[u64]) -> Option<BigInt> {
    match header.kind() {
        Kind::Int64 => body.first().map(|word| BigInt::from(*word as i64)),
        Kind::LargeInt => {
            let sign = if header.class() == class::LARGE_NEGATIVE_INTEGER { Sign::Minus } else { Sign::Plus };
            Some(BigInt::from_bytes_le(sign, &unpack_bytes(body, header.length())))
        }
        _ => None,
    }
}

impl Turn {
    /// Any integer of 64 bits.
    #[inline]
    pub fn integer(&mut self, value: i64) -> Value {
        match Value::small(value) {
            Some(small) => small,
            None => self.boxed_integer(value),
        }
    }

    #[cold]
    #[inline(never)]
    fn boxed_integer(&mut self, value: i64) -> Value {
        if (MIN_VAL..=MAX_VAL).contains(&value) {
            return self.new_object(Header::new(Kind::Int64, class::SMALL_INTEGER, 1), &[value as u64]);
        }
        self.big_integer(&value.into())
    }

    /// An integer of any size.
    pub fn big_integer(&mut self, value: &BigInt) -> Value {
        let result = build(value, Place::Scratch, &mut self.spaces[Place::Scratch as usize]);
        self.note_allocation();
        result
    }

    /// The integer a value is, of any size.
    pub fn big(&self, value: Value) -> Option<BigInt> {
        match value.as_small() {
            Some(small) => Some(small.into()),
            None => {
                let (header, body) = self.object(value)?;
                read(header, body)
            }
        }
    }

    /// The integer a value is, if it fits 64 bits.
    #[inline]
    pub fn as_i64(&self, value: Value) -> Option<i64> {
        match value.as_small() {
            Some(small) => Some(small),
            None => self.boxed_i64(value),
        }
    }

    fn boxed_i64(&self, value: Value) -> Option<i64> {
        let (header, body) = self.object(value)?;
        match header.kind() {
            Kind::Int64 => body.first().map(|word| *word as i64),
            Kind::LargeInt => read(header, body)?.to_i64(),
            _ => None,
        }
    }

    /// The nearest float of a real number: an integer, a fraction, a scaled decimal or a float.
    pub fn real(&self, value: Value) -> Option<f64> {
        if let Some(float) = value.as_float() {
            return Some(float);
        }
        if let Some(small) = value.as_small() {
            return Some(small as f64);
        }
        if let Some(big) = self.big(value) {
            return big.to_f64();
        }
        if self.is_kind_of(value, class::FRACTION) {
            // Scaled decimals are fractions too.
            return Some(self.named_slot_real(value, "numerator")? / self.named_slot_real(value, "denominator")?);
        }
        None
    }

    fn named_slot_real(&self, value: Value, name: &str) -> Option<f64> {
        let info = self.class_info(self.class_of(value))?;
        let index = info.slots.iter().position(|slot| slot.name == name)?;
        self.real(self.slot(value, index))
    }
}
