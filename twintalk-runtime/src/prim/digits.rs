//! The bytes and bits of integers, and large integers that are filled byte by byte.

use num_bigint::BigInt;
use num_traits::{Signed, Zero};

use super::{Try, index, length, write};
use crate::object::Kind;
use crate::turn::Turn;
use crate::value::Value;

/// `lowBit`: the position of the lowest set bit, from 1; 0 for 0.
pub fn integer_low_bit(this: Value, t: &mut Turn) -> Try {
    if let Some(integer) = t.as_i64(this) {
        return Ok(Some(Value::int(if integer == 0 { 0 } else { i64::from(integer.trailing_zeros()) + 1 })));
    }
    Ok(t.big(this).map(|integer| Value::int(integer.trailing_zeros().map_or(0, |zeros| zeros as i64 + 1))))
}

/// `highBitOfMagnitude`
pub fn integer_high_bit_of_magnitude(this: Value, t: &mut Turn) -> Try {
    Ok(t.big(this).map(|integer| Value::int(integer.bits() as i64)))
}

/// The bytes an integer shows: those of its magnitude, the least significant first. An integer made by `new:` shows as many as it has.
fn bytes(value: Value, t: &Turn) -> Option<Vec<u8>> {
    if t.kind_of(value) == Some(Kind::LargeInt) {
        return t.bytes(value);
    }
    t.big(value).map(|integer| integer.magnitude().to_bytes_le())
}

/// `byteAt:`: 0 beyond the last one.
pub fn integer_byte_at(this: Value, place: Value, t: &mut Turn) -> Try {
    let (Some(bytes), Some(place)) = (bytes(this, t), t.as_i64(place)) else { return Ok(None) };
    match usize::try_from(place) {
        Ok(place) if place > 0 => Ok(Some(Value::int(bytes.get(place - 1).copied().unwrap_or(0).into()))),
        _ => Ok(None),
    }
}

/// `bytesCount`
pub fn integer_bytes_count(this: Value, t: &mut Turn) -> Try {
    Ok(bytes(this, t).map(|bytes| length(bytes.len())))
}

/// `LargePositiveInteger new: size`: zeros, to be filled by `byteAt:put:`.
pub fn large_integer_new(this: Value, size: Value, t: &mut Turn) -> Try {
    let (Some(class), Some(size)) = (this.as_class(), size.as_small().and_then(|size| usize::try_from(size).ok())) else {
        return Ok(None);
    };
    t.allocate(Kind::LargeInt, class, size).map(Some)
}

/// `byteAt:put:`
pub fn large_integer_byte_at_put(this: Value, place: Value, byte: Value, t: &mut Turn) -> Try {
    let Some(header) = t.header(this).filter(|header| header.kind() == Kind::LargeInt) else { return Ok(None) };
    let new = byte.as_small().and_then(|byte| u8::try_from(byte).ok());
    let (Some(index), Some(new)) = (index(place, header.length()), new) else { return Ok(None) };
    write::bytes(this, index, &[new], t)?;
    Ok(Some(byte))
}

/// `normalize`: the integer in the form that arithmetic gives it.
pub fn integer_normalize(this: Value, t: &mut Turn) -> Try {
    Ok(t.big(this).map(|integer| t.big_integer(&integer)))
}

/// `digitsOfBase: base`, read from a string: none where a character is no digit.
pub fn string_read_integer(this: Value, base: Value, t: &mut Turn) -> Try {
    let base = base.as_small().and_then(|base| u32::try_from(base).ok()).filter(|base| (2..=36).contains(base));
    let (Some(base), Some(text)) = (base, t.text(this)) else { return Ok(None) };
    if text.is_empty() || !text.chars().all(|c| c.is_digit(base)) {
        return Ok(None);
    }
    match BigInt::parse_bytes(text.as_bytes(), base) {
        Some(integer) => super::number::big(&integer, t),
        None => Ok(None),
    }
}

/// `raisedTo: exponent modulo: modulus`, the exponent not negative, the modulus not zero.
pub fn integer_raised_modulo(this: Value, exponent: Value, modulus: Value, t: &mut Turn) -> Try {
    let (Some(base), Some(exponent), Some(modulus)) = (t.big(this), t.big(exponent), t.big(modulus)) else { return Ok(None) };
    if exponent.is_negative() || modulus.is_zero() {
        return Ok(None);
    }
    Ok(Some(t.big_integer(&base.modpow(&exponent, &modulus))))
}

/// `isProbablyPrime`: Miller and Rabin's test with the first 25 primes.
pub fn integer_is_probably_prime(this: Value, t: &mut Turn) -> Try {
    const WITNESSES: [u32; 25] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97];
    let Some(integer) = t.big(this) else { return Ok(None) };
    let (one, two) = (BigInt::from(1), BigInt::from(2));
    if integer < two {
        return Ok(Some(Value::boolean(false)));
    }
    let less = &integer - &one;
    let shift = less.trailing_zeros().unwrap_or(0);
    let odd = &less >> shift;
    let probably = WITNESSES.iter().all(|witness| {
        let witness = BigInt::from(*witness);
        if witness == integer {
            return true;
        }
        let mut power = witness.modpow(&odd, &integer);
        power == one
            || (0..shift).any(|_| {
                let found = power == less;
                power = power.modpow(&two, &integer);
                found
            })
    });
    Ok(Some(Value::boolean(probably)))
}
