//! What is left after a power failure.

pub(super) const SECTOR: usize = 512;

/// What of the writes since the last sync is there after a power failure.
pub enum Survival<'a> {
    /// Nothing.
    Nothing,
    /// Everything.
    Everything,
    /// Any sectors, some of them torn, and any part of the names.
    Random(&'a mut Random),
    /// One sector, and the names.
    Only(usize),
    /// All sectors but one, and the names.
    AllBut(usize),
}

impl Survival<'_> {
    /// How many bytes of a sector survive; `number` is its number among all that were not synced.
    pub(super) fn kept(&mut self, number: usize) -> usize {
        let all = match self {
            Self::Nothing => false,
            Self::Everything => true,
            Self::Only(only) => number == *only,
            Self::AllBut(lost) => number != *lost,
            Self::Random(random) => {
                return match random.below(4) {
                    0 => 0,
                    1 => random.below(SECTOR),
                    _ => SECTOR,
                };
            }
        };
        if all { SECTOR } else { 0 }
    }
}

/// A small deterministic source of choices.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % bound.max(1) as u64) as usize
    }
}
