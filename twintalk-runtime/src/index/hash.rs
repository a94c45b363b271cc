//! The hash that stands for an id.
//!
//! It is keyed: each data directory draws a key of its own, so that nobody can choose ids that collide. With
//! 88 bits the chance that any two of a billion twins share a hash is 2 in 10⁹; where it happens all the
//! same, records are told apart by their ids (see [`directory`](super::directory)).

use std::fmt;

use siphasher::sip128::SipHasher13;

/// How many bits a hash has.
pub const BITS: u32 = 88;

/// The key under which a data directory hashes ids.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key(pub [u8; 16]);

/// The hash of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdHash(pub(super) u128);

/// A key that starts with this leaves as many bits of a hash at each end as its last byte says.
#[cfg(test)]
pub(super) const WEAK: [u8; 15] = *b"few bits for it";

impl Key {
    /// A key that nobody can guess.
    pub fn random() -> std::io::Result<Self> {
        let mut key = [0; 16];
        getrandom::fill(&mut key).map_err(|error| std::io::Error::other(error.to_string()))?;
        Ok(Self(key))
    }

    /// The hash of an id: SipHash-1-3 of 128 bits, the upper 88 of them.
    #[inline]
    pub fn hash(&self, id: &str) -> IdHash {
        let hash = SipHasher13::new_with_key(&self.0).hash(id.as_bytes());
        let hash = (u128::from(hash.h2) << 64 | u128::from(hash.h1)) >> (128 - BITS);
        #[cfg(test)]
        if self.0[..15] == WEAK {
            let few = (1 << self.0[15]) - 1;
            return IdHash(hash & (few | few << (BITS - u32::from(self.0[15]))));
        }
        IdHash(hash)
    }

    /// What tells files that were written under another key.
    pub(super) fn check(&self) -> u64 {
        SipHasher13::new_with_key(&self.0).hash(&[]).h1
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depends_on_key_and_id_and_stays_what_it_was() {
        let (a, b) = (Key([1; 16]), Key([2; 16]));
        assert_eq!(a.hash("pump-7"), a.hash("pump-7"));
        assert_ne!(a.hash("pump-7"), a.hash("pump-8"));
        assert_ne!(a.hash("pump-7"), b.hash("pump-7"));
        assert_ne!(a.check(), b.check());
        // It is on disk: it must not change with the crate's version.
        assert_eq!(a.hash("pump-7").0, PINNED);
        assert_eq!(a.hash("pump-7").0 >> BITS, 0);
    }

    /// What an implementation of the published algorithm answers.
    const PINNED: u128 = 0x00f4_bed1_c5b9_843a_d9b4_61d8;
}
