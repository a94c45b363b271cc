//! Snapshots: the state of a twin at one of its events, read where it lies.
//!
//! ```text
//!  0          8
//!  ├ previous ┼ rkyv archive of the state, its root at the end ┤
//! ```
//!
//! Like an event, a snapshot starts with the position of the twin's record before it, so loading walks
//! back from the newest record to the first snapshot it meets. The words are canonical: those of the
//! data directory's [tables](crate::tables), not of the program that wrote them.
//!
//! A *base* has the same form. It stands where another record of the twin was, and is where its history begins: what is at
//! `previous` is not kept any more, or counts no more.

use rend::u64_le;
use rkyv::rancor::Failure;
use rkyv::ser::{Positional, Writer};
use rkyv::with::InlineAsBox;
use rkyv::{Archive, Serialize};

use crate::bytes::{Cursor, Malformed, Words};
use crate::event::{Previous, TooLarge};
use crate::journal::{Batch, Position, RecordWriter};
use crate::kinds;

/// The state of a twin, to be written.
#[derive(Clone, Copy, Debug, Default, Archive, Serialize)]
pub struct NewSnapshot<'a> {
    /// The twin.
    #[rkyv(with = InlineAsBox)]
    pub id: &'a str,
    /// The number of the schema that the slots follow.
    pub schema: u32,
    /// The address epoch of the heap.
    pub epoch: u32,
    /// The number of the last event in it.
    pub sequence: u64,
    /// When that event was, in nanoseconds since 1970.
    pub time: i64,
    /// All slots.
    #[rkyv(with = InlineAsBox)]
    pub slots: &'a [u64],
    /// The heap.
    #[rkyv(with = InlineAsBox)]
    pub heap: &'a [u64],
}

impl NewSnapshot<'_> {
    /// The payload of a record of it, behind one at a position.
    pub fn payload(&self, previous: Position) -> Result<Vec<u8>, TooLarge> {
        let archive = rkyv::to_bytes::<Failure>(self).map_err(|_| TooLarge("a state beyond 2 GiB"))?;
        Ok([&previous.0.to_le_bytes()[..], &archive].concat())
    }

    /// Adds the snapshot to a batch; answers its relative position.
    pub fn append_to(&self, batch: &mut Batch, previous: Previous) -> Result<u64, TooLarge> {
        let mut record = batch.record(kinds::SNAPSHOT);
        previous.put(&mut record);
        let archiver = Archiver { record: &mut record, position: 0 };
        let archived = rkyv::api::high::to_bytes_in::<_, Failure>(self, archiver);
        archived.map_err(|_| TooLarge("a state beyond 2 GiB"))?;
        Ok(record.finish())
    }
}

/// Lets rkyv write behind `previous`, which leaves the archive as aligned as the payload is.
struct Archiver<'a, 'b> {
    record: &'a mut RecordWriter<'b>,
    position: usize,
}

impl Positional for Archiver<'_, '_> {
    fn pos(&self) -> usize {
        self.position
    }
}

impl<E> Writer<E> for Archiver<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> Result<(), E> {
        self.record.put(bytes);
        self.position += bytes.len();
        Ok(())
    }
}

/// The state of a twin where it lies in the journal. The archive was checked; its words were not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot<'a> {
    /// The twin.
    pub id: &'a str,
    /// The position of the twin's record before this one.
    pub previous: Position,
    /// The number of the schema that the slots follow.
    pub schema: u32,
    /// The address epoch of the heap.
    pub epoch: u32,
    /// The number of the last event in it.
    pub sequence: u64,
    /// When that event was, in nanoseconds since 1970.
    pub time: i64,
    /// All slots.
    pub slots: Words<'a>,
    /// The heap.
    pub heap: Words<'a>,
}

impl<'a> Snapshot<'a> {
    /// The snapshot in a record's payload, which must be aligned to 8 bytes as records of the journal are.
    pub fn read(payload: &'a [u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload);
        let previous = Position(cursor.u64()?);
        let archive = rkyv::access::<ArchivedNewSnapshot<'static>, Failure>(cursor.rest())
            .map_err(|_| Malformed("a snapshot's archive is not valid"))?;
        Ok(Self {
            id: &archive.id,
            previous,
            schema: archive.schema.to_native(),
            epoch: archive.epoch.to_native(),
            sequence: archive.sequence.to_native(),
            time: archive.time.to_native(),
            slots: words(&archive.slots),
            heap: words(&archive.heap),
        })
    }
}

fn words(words: &[u64_le]) -> Words<'_> {
    Words::new(bytemuck::cast_slice(words))
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;
    use crate::journal::{Config, Journal, MemoryLog};
    use crate::testing::fixed;

    /// Writes a snapshot into a log and hands its payload to `check`.
    fn with_payload(snapshot: &NewSnapshot<'_>, previous: Previous, check: impl FnOnce(&[u8])) {
        let mut batch = Batch::new();
        batch.push(9, &[1; 13]);
        let relative = snapshot.append_to(&mut batch, previous).unwrap();
        let log = MemoryLog::new(&Config { segment_bytes: 1 << 12, ..Config::default() });
        let base = log.commit(&batch).unwrap();
        let reader = log.reader();
        let record = reader.read(Position(base.0 + relative)).unwrap();
        assert_eq!(record.kind, kinds::SNAPSHOT);
        check(record.payload);
    }

    proptest! {
        #![proptest_config(fixed(256))]

        #[test]
        fn round_trip(
            id in "[a-zäß😀/-]{1,40}", numbers: (u32, u32, u64, i64),
            slots in vec(any::<u64>(), 0..70), heap in vec(any::<u64>(), 0..200), previous: u64,
        ) {
            let (schema, epoch, sequence, time) = numbers;
            let new = NewSnapshot { id: &id, schema, epoch, sequence, time, slots: &slots, heap: &heap };
            with_payload(&new, Previous::At(Position(previous)), |payload| {
                let read = Snapshot::read(payload).unwrap();
                assert_eq!((read.id, read.previous), (&*id, Position(previous)));
                assert_eq!((read.schema, read.epoch, read.sequence, read.time), numbers);
                assert_eq!((&*read.slots.native(), &*read.heap.native()), (&*slots, &*heap));
                // Read where they lie.
                assert!(payload.as_ptr_range().contains(&read.heap.native().as_ptr().cast()) || heap.is_empty());
            });
        }

        #[test]
        fn damaged_bytes_never_panic(
            slots in vec(any::<u64>(), 0..5), changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            cut: prop::sample::Index,
        ) {
            let new = NewSnapshot { id: "boiler-7", slots: &slots, heap: &[1, 2, 3], ..NewSnapshot::default() };
            with_payload(&new, Previous::At(Position::NONE), |payload| {
                // Words keep the copy as aligned as a record is.
                let mut copy = vec![0_u64; payload.len().div_ceil(8)];
                let bytes: &mut [u8] = &mut bytemuck::cast_slice_mut(&mut copy)[..payload.len()];
                bytes.copy_from_slice(payload);
                let _ = Snapshot::read(&bytes[..cut.index(bytes.len())]);
                for (at, value) in changes {
                    bytes[at.index(payload.len())] = value;
                    if let Ok(read) = Snapshot::read(bytes) {
                        std::hint::black_box((read.id.chars().count(), read.slots.iter().fold(0, |all, word| all ^ word)));
                    }
                }
            });
        }
    }

    #[test]
    fn links_within_a_batch() {
        let new = NewSnapshot { id: "a", ..NewSnapshot::default() };
        with_payload(&new, Previous::InBatch(0), |payload| {
            assert_eq!(Snapshot::read(payload).unwrap().previous, Position(40));
        });
    }
}
