//! What the registry knows of each twin, resident or not, in 28 bytes.

use super::id::Id;
use crate::journal::Position;

/// Where a twin's state is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Residence {
    /// In a row of the slabs.
    Row(u32),
    /// In the journal only; its class.
    Asleep(u16),
    /// Its life has ended; its class. Its history stays.
    Deleted(u16),
    /// Nowhere: the entry is no twin's. The number of the next such entry, or its own.
    Vacant(u32),
}

/// The position of a twin's last record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// In the journal.
    At(Position),
    /// In the batch being filled, at this relative position.
    InBatch(u64),
}

const KIND: u8 = 0b11;
const ROW: u8 = 0;
const ASLEEP: u8 = 1;
const DELETED: u8 = 2;
const VACANT: u8 = 3;
const IN_BATCH: u8 = 1 << 2;
const RECENT: u8 = 1 << 3;
const BROKEN: u8 = 1 << 4;
const SAVED: u8 = 1 << 5;
const LEAVING: u8 = 1 << 6;
const NEAR: u8 = 1 << 7;

/// A twin's entry.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub id: Id,
    /// The row, or the class of a twin that has none.
    place: u32,
    /// In units of 8 bytes.
    position: [u8; 6],
    sequence: [u8; 5],
    flags: u8,
}

impl Head {
    /// An entry of a twin without a record.
    pub fn new(id: Id, residence: Residence) -> Self {
        let mut head = Self { id, place: 0, position: [0; 6], sequence: [0; 5], flags: 0 };
        head.reside(residence);
        head
    }

    /// Where its state is.
    #[inline]
    pub fn residence(&self) -> Residence {
        match self.flags & KIND {
            ROW => Residence::Row(self.place),
            ASLEEP => Residence::Asleep(self.place as u16),
            DELETED => Residence::Deleted(self.place as u16),
            _ => Residence::Vacant(self.place),
        }
    }

    /// Notes where its state is.
    pub fn reside(&mut self, residence: Residence) {
        let (kind, place) = match residence {
            Residence::Row(row) => (ROW, row),
            Residence::Asleep(class) => (ASLEEP, class.into()),
            Residence::Deleted(class) => (DELETED, class.into()),
            Residence::Vacant(next) => (VACANT, next),
        };
        self.flags = self.flags & !KIND | kind;
        self.place = place;
    }

    /// How many events it has.
    #[inline]
    pub fn sequence(&self) -> u64 {
        let [a, b, c, d, e] = self.sequence;
        u64::from_le_bytes([a, b, c, d, e, 0, 0, 0])
    }

    /// Its last record.
    #[inline]
    pub fn last(&self) -> Last {
        let [a, b, c, d, e, f] = self.position;
        let position = u64::from_le_bytes([a, b, c, d, e, f, 0, 0]) << 3;
        if self.flags & IN_BATCH == 0 { Last::At(Position(position)) } else { Last::InBatch(position) }
    }

    /// Notes its last record; answers whether it is its first one in this batch.
    #[inline]
    pub fn record(&mut self, sequence: u64, last: Last) -> bool {
        let bytes = sequence.to_le_bytes();
        self.sequence.copy_from_slice(&bytes[..5]);
        let was_in_batch = self.flags & IN_BATCH != 0;
        let position = match last {
            Last::At(position) => {
                self.flags &= !IN_BATCH;
                position.0
            }
            Last::InBatch(relative) => {
                self.flags |= IN_BATCH;
                relative
            }
        };
        self.position.copy_from_slice(&(position >> 3).to_le_bytes()[..6]);
        !was_in_batch
    }

    /// The batch its last record is in was appended at `base`.
    pub fn appended(&mut self, base: Position) {
        if let Last::InBatch(relative) = self.last() {
            self.record(self.sequence(), Last::At(Position(base.0 + relative)));
        }
    }

    /// It was used.
    #[inline]
    pub fn touch(&mut self) {
        self.flags |= RECENT;
    }

    /// Whether it was used since this was asked last.
    pub fn take_recent(&mut self) -> bool {
        let recent = self.flags & RECENT != 0;
        self.flags &= !RECENT;
        recent
    }

    /// Whether it was used since [`take_recent`](Self::take_recent) was asked last.
    pub fn is_recent(&self) -> bool {
        self.flags & RECENT != 0
    }

    /// Its last record holds, or does not hold, its whole state, as a snapshot does.
    pub fn set_saved(&mut self, saved: bool) {
        self.flags = self.flags & !SAVED | if saved { SAVED } else { 0 };
    }

    /// Whether its last record holds its whole state.
    pub fn is_saved(&self) -> bool {
        self.flags & SAVED != 0
    }

    /// Its last record is, or is not, the only one behind one that holds its whole state.
    pub fn set_near(&mut self, near: bool) {
        self.flags = self.flags & !NEAR | if near { NEAR } else { 0 };
    }

    /// Whether its last record is the only one behind one that holds its whole state.
    pub fn is_near(&self) -> bool {
        self.flags & NEAR != 0
    }

    /// It leaves memory once its last record is durable, or does not.
    pub fn set_leaving(&mut self, leaving: bool) {
        self.flags = self.flags & !LEAVING | if leaving { LEAVING } else { 0 };
    }

    /// Whether it leaves memory once its last record is durable.
    pub fn is_leaving(&self) -> bool {
        self.flags & LEAVING != 0
    }

    /// Its state cannot be loaded.
    pub fn quarantine(&mut self) {
        self.flags |= BROKEN;
    }

    /// Whether its state could not be loaded.
    pub fn is_quarantined(&self) -> bool {
        self.flags & BROKEN != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_small_and_holds_what_it_is_told() {
        assert_eq!(size_of::<Head>(), 28);
        let mut head = Head::new(Id::pack("pump").unwrap(), Residence::Row(u32::MAX));
        assert!(head.record((1 << 40) - 1, Last::InBatch(64)));
        assert!(!head.record((1 << 40) - 1, Last::InBatch(96)));
        assert_eq!(head.last(), Last::InBatch(96));
        head.appended(Position(1 << 50));
        assert_eq!(head.last(), Last::At(Position((1 << 50) + 96)));
        assert_eq!(head.sequence(), (1 << 40) - 1);
        assert_eq!(head.residence(), Residence::Row(u32::MAX));
        head.touch();
        head.reside(Residence::Deleted(7));
        assert_eq!(head.residence(), Residence::Deleted(7));
        assert!(head.take_recent() && !head.take_recent());
    }
}
