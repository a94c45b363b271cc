//! The state of a twin in the words of the disk: what snapshots hold and events change.

use crate::bytes::Malformed;
use crate::event::{Event, EventKind};
use crate::snapshot::Snapshot;
use crate::tables::{Schema, SlotSchema, Table};
use crate::value::NIL;

/// A twin as the disk knows it, at one of its events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct State {
    /// The number of the schema the slots follow.
    pub schema: u32,
    /// The address epoch of the heap.
    pub epoch: u32,
    /// The last event in it.
    pub sequence: u64,
    /// When that was, in nanoseconds since 1970.
    pub time: i64,
    /// The slots. If one of them is an integer of more than 48 bits, there are twice as many: the upper
    /// halves follow, see [`lower_half`].
    pub slots: Vec<u64>,
    /// The heap.
    pub heap: Vec<u64>,
}

/// No value has this tag: the word holds the low 48 bits of an integer.
const HALF: u64 = 8;

/// The word on the disk for a 64-bit slot whose integer has more than 48 bits.
pub(super) fn lower_half(integer: i64) -> u64 {
    HALF << 48 | integer as u64 & ((1 << 48) - 1)
}

/// The word that goes with it, as many slots further on as the class has.
pub(super) fn upper_half(integer: i64) -> u64 {
    integer as u64 >> 48
}

impl State {
    /// The 64-bit integer of a slot that is stored in two halves; `count` is how many slots the class has.
    pub fn integer(&self, slot: usize, count: usize) -> Option<i64> {
        let low = *self.slots.get(slot)?;
        let high = *self.slots.get(slot + count)?;
        (low >> 48 == HALF).then_some((high << 48 | low & ((1 << 48) - 1)) as i64)
    }

    /// Starts from a snapshot.
    pub fn of_snapshot(snapshot: &Snapshot<'_>) -> Self {
        Self {
            schema: snapshot.schema,
            epoch: snapshot.epoch,
            sequence: snapshot.sequence,
            time: snapshot.time,
            slots: snapshot.slots.native().into_owned(),
            heap: snapshot.heap.native().into_owned(),
        }
    }

    /// Puts what the next event says where it says.
    pub fn apply(&mut self, event: &Event<'_>, schemas: &Table<Schema>) -> Result<(), Malformed> {
        if is_whole(event.kind) {
            *self = Self { sequence: self.sequence, ..Self::default() };
            self.schema = event.schema;
            let schema = schemas.get(event.schema).ok_or(NO_SCHEMA)?;
            self.slots.resize(schema.slots.len(), NIL.bits());
        } else if event.schema != self.schema {
            self.follow(event.schema, schemas)?;
        }
        self.apply_heap(event)?;
        let slots = self.slots.len();
        for (index, word) in event.changed_slots() {
            if index >= slots && self.slots.len() == slots {
                // The upper halves of integers.
                self.slots.resize(2 * slots, 0);
            }
            *self.slots.get_mut(index).ok_or(Malformed("an event writes a slot the class does not have"))? = word;
        }
        self.sequence = event.sequence;
        self.time = event.time;
        Ok(())
    }

    fn apply_heap(&mut self, event: &Event<'_>) -> Result<(), Malformed> {
        const OUTSIDE: Malformed = Malformed("an event writes outside of the heap");
        if event.epoch != 0 || is_whole(event.kind) {
            if !is_whole(event.kind) && event.epoch != self.epoch {
                return Err(Malformed("an event is of another address epoch"));
            }
            self.epoch = event.epoch;
        }
        let appended = event.appended.native();
        let mut rest = &*appended;
        let base = self.heap.len();
        for copied in event.copies() {
            let (from, to) = (copied.from as usize, copied.to as usize);
            let plain = to.checked_sub(self.heap.len());
            let (before, after) = plain.and_then(|plain| rest.split_at_checked(plain)).ok_or(OUTSIDE)?;
            self.heap.extend_from_slice(before);
            rest = after;
            let end = from + copied.length as usize;
            if end > base {
                return Err(OUTSIDE);
            }
            self.heap.extend_from_within(from..end);
        }
        self.heap.extend_from_slice(rest);
        for (address, word) in event.writes() {
            *self.heap.get_mut(address as usize).ok_or(OUTSIDE)? = word;
        }
        Ok(())
    }

    /// Brings the slots to another schema, by name: new slots are nil, removed ones are left out.
    pub fn follow(&mut self, schema: u32, schemas: &Table<Schema>) -> Result<(), Malformed> {
        let old = schemas.get(self.schema).ok_or(NO_SCHEMA)?;
        let new = schemas.get(schema).ok_or(NO_SCHEMA)?;
        let places = new.slots.iter().map(|slot| {
            let same = |other: &SlotSchema| other.name == slot.name;
            old.slots.iter().position(same)
        });
        let places: Vec<Option<usize>> = places.collect();
        self.rearrange(&places, old.slots.len());
        self.schema = schema;
        Ok(())
    }

    /// Puts in each place the slot that is told, or nil; `count` is how many slots there were.
    pub fn rearrange(&mut self, places: &[Option<usize>], count: usize) {
        let word = |index: usize| self.slots.get(index).copied();
        let lower = places.iter().map(|place| place.and_then(word).unwrap_or(NIL.bits()));
        let upper = places.iter().map(|place| place.and_then(|index| word(index + count)).unwrap_or(0));
        let has_upper = self.slots.len() > count;
        self.slots = lower.chain(upper.take_while(|_| has_upper)).collect();
    }
}

pub(super) const NO_SCHEMA: Malformed = Malformed("a schema is not in the table");

/// Whether an event holds the whole state, not what differs from the one before.
pub(super) fn is_whole(kind: EventKind) -> bool {
    begins(kind) || kind == EventKind::Migrated
}

/// Whether an event stands at the start of a life.
pub(super) fn begins(kind: EventKind) -> bool {
    matches!(kind, EventKind::Created | EventKind::Cloned | EventKind::Derived)
}
