//! What a damaged record said, where that can be known.
//!
//! Two checksums lie over every record: 24 bits of its own and 32 of its frame. A CRC tells for each byte of the
//! frame which change of it, if any, would explain that the checksum does not fit; if the record's own check
//! then fits too, that was the damage: larger damage to a record of a hundred bytes passes for it once in some
//! 10¹² times. What is found is for telling whose record it was; the file is left as it is.

use super::batch::{OWN, RECORD_HEADER, is_whole, kind_of};
use super::error::Damage;
use super::frame::{FrameHeader, HEADER};
use super::reader::Reader;

/// A record that was damaged, as it was before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// What the writer said it is.
    pub kind: u8,
    words: Vec<u64>,
    length: usize,
}

impl Repaired {
    /// What the writer put in, aligned as in the log.
    pub fn payload(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.length]
    }

    /// The record that these bytes are, if they are one.
    fn of(bytes: &[u8], position: u64) -> Option<Self> {
        let (header, padded) = bytes.split_first_chunk::<RECORD_HEADER>()?;
        let word = u64::from_le_bytes(*header);
        let length = word as u32 as usize;
        let is_record = kind_of(word) & OWN == 0 && length.next_multiple_of(8) == padded.len();
        if !is_record || !is_whole(word, position, padded) {
            return None;
        }
        let words = padded.as_chunks().0.iter().map(|&word| u64::from_ne_bytes(word)).collect();
        Some(Self { kind: kind_of(word), words, length })
    }
}

impl Reader {
    /// The one record that was in damaged bytes, if a change of one byte explains the damage.
    pub fn repaired(&self, damage: &Damage) -> Option<Repaired> {
        let (segment, offset) = self.find(damage.position).ok()?;
        let bytes = segment.region.bytes();
        let start = damage.frame? as usize;
        let header = FrameHeader::decode_any_epoch(bytes.get(start..)?, segment.base + start as u64)?;
        let records = bytes.get(start + HEADER..start + header.length())?;
        let from = offset.checked_sub(start + HEADER)?;
        let damaged = records.get(from..from + damage.bytes as usize)?;
        let mut copy = damaged.to_vec();
        explanations(records, header.body).find_map(|(at, change)| {
            let at = at.checked_sub(from)?;
            *copy.get_mut(at)? ^= change;
            let repaired = Repaired::of(&copy, damage.position.0);
            copy[at] ^= change;
            repaired
        })
    }
}

/// The changes of one byte after which these bytes have a checksum: which byte, and which of its bits.
fn explanations(bytes: &[u8], checksum: u32) -> impl Iterator<Item = (usize, u8)> {
    // How the checksum's register, after each byte, differs from what it would be without the change.
    let mut difference = crc32c::crc32c(bytes) ^ checksum;
    (0..bytes.len()).rev().filter_map(move |at| {
        let byte = BYTE_OF[(difference >> 24) as usize];
        let is_here = difference != 0 && STEP[byte as usize] == difference;
        difference = (difference ^ STEP[byte as usize]) << 8 | u32::from(byte);
        is_here.then_some((at, byte))
    })
}

/// What a byte adds to the register of CRC-32C.
static STEP: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut register = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            register = if register & 1 == 0 { register >> 1 } else { register >> 1 ^ 0x82f6_3b78 };
            bit += 1;
        }
        table[byte] = register;
        byte += 1;
    }
    table
};

/// The byte whose step has this highest byte: no two have the same.
static BYTE_OF: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        table[(STEP[byte] >> 24) as usize] = byte as u8;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_is_found() {
        let whole: Vec<u8> = (0..10_000_u32).map(|n| ((n * n) >> 3) as u8).collect();
        let checksum = crc32c::crc32c(&whole);
        assert_eq!(explanations(&whole, checksum).count(), 0);
        for (at, change) in [(0, 1), (1, 0xff), (4999, 0x80), (9999, 7)] {
            let mut damaged = whole.clone();
            damaged[at] ^= change;
            assert_eq!(explanations(&damaged, checksum).collect::<Vec<_>>(), [(at, change)]);
        }
    }
}
