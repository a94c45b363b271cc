//! The filter of a table: whether a hash may be in it, by one look at one line of memory.
//!
//! It is a Bloom filter in lines of 64 bytes, ten bits a twin: a hash has one line, and six of its 480 bits. Lines follow
//! the order of hashes, so they are written as the entries are. Of a hundred hashes that are not in a table, about one may be.

use super::shape::{CHECK, FILTER, FILTERED};
use crate::index::hash::BITS;

/// How many bits of a line a hash sets.
const PROBES: u32 = 6;

/// How many bits a line has, its check not counted.
const LINE_BITS: u64 = (FILTER as u64 - CHECK as u64) * 8;

/// How many lines twins take.
pub fn lines(twins: u64) -> u32 {
    twins.div_ceil(FILTERED).clamp(1, u32::MAX.into()) as u32
}

/// Which of the lines is a hash's.
#[inline]
pub fn line_of(hash: u128, lines: u32) -> u32 {
    (((hash >> (BITS - 32)) as u64 * u64::from(lines)) >> 32) as u32
}

/// The bits of a hash in its line, each as a byte and a bit of it.
#[inline]
pub fn bits_of(hash: u128) -> impl Iterator<Item = (usize, u8)> {
    let low = hash as u64;
    (0..PROBES).map(move |probe| {
        let bit = (((low >> (10 * probe)) & 1023) * LINE_BITS) >> 10;
        ((bit / 8) as usize, 1 << (bit % 8))
    })
}

/// The check of a line, which starts otherwise than that of a group of buckets of the same number.
#[inline]
pub fn check(salt: u32, line: u32, bits: &[u8]) -> u32 {
    crc32c::crc32c_append(salt ^ !line, bits)
}
