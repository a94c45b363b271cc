use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::journal::{Config, Journal, MemoryLog};
use crate::testing::fixed;

/// An event with memory of its own.
#[derive(Clone, Debug)]
struct Owned {
    kind: EventKind,
    id: String,
    numbers: (u64, i64, u32, u32, u32, u32),
    arguments: Vec<u64>,
    argument_heap: Vec<u64>,
    slot_mask: Vec<u64>,
    slots: Vec<u64>,
    writes: Vec<(u32, u64)>,
    copies: Vec<Copied>,
    appended: Vec<u64>,
}

impl Owned {
    fn borrow(&self) -> NewEvent<'_> {
        let (sequence, time, schema, selector, sent, epoch) = self.numbers;
        NewEvent {
            kind: self.kind,
            id: &self.id,
            sequence,
            time,
            schema,
            selector,
            sent,
            arguments: &self.arguments,
            argument_heap: &self.argument_heap,
            slot_mask: &self.slot_mask,
            slots: &self.slots,
            epoch,
            writes: &self.writes,
            copies: &self.copies,
            appended: &self.appended,
        }
    }
}

fn events() -> impl Strategy<Value = Owned> {
    let words = || vec(any::<u64>(), 0..6);
    let mask = prop_oneof![Just(Vec::new()), vec(1..u64::MAX, 1..4), vec(1..64_u64, 1..2)];
    let copied = any::<(u32, u32, u32)>().prop_map(|(from, to, length)| Copied { from, to, length });
    let heap = (vec(any::<(u32, u64)>(), 0..4), vec(copied, 0..4), words());
    let id = "[a-zö]{1,40}|[a-z]{256}";
    (1..8_u8, id, any::<(u64, i64, u32, u32, u32, u32)>(), words(), words(), mask, heap).prop_map(
        |(kind, id, numbers, arguments, argument_heap, slot_mask, (writes, copies, appended))| Owned {
            kind: EventKind::of(kind).unwrap(),
            id,
            numbers,
            arguments,
            argument_heap,
            slots: (0..ones(slot_mask.iter().copied()) as u64).collect(),
            slot_mask,
            writes,
            copies,
            appended,
        },
    )
}

fn payload(new: &NewEvent<'_>, previous: Previous) -> Vec<u8> {
    let mut batch = Batch::new();
    let relative = new.append_to(&mut batch, previous).unwrap();
    let log = MemoryLog::new(&Config { segment_bytes: 1 << 12, ..Config::default() });
    let base = log.commit(&batch).unwrap();
    let reader = log.reader();
    let record = reader.read(Position(base.0 + relative)).unwrap();
    assert_eq!(record.kind, kinds::EVENT);
    record.payload.to_vec()
}

proptest! {
    #![proptest_config(fixed(256))]

    #[test]
    fn round_trip(owned in events(), previous: u64) {
        let new = owned.borrow();
        let payload = payload(&new, Previous::At(Position(previous)));
        prop_assert_eq!(payload.len() % 8, 0);
        let event = Event::read(&payload).unwrap();
        prop_assert_eq!((event.kind, event.id, event.previous), (new.kind, new.id, Position(previous)));
        prop_assert_eq!((event.sequence, event.time), (new.sequence, new.time));
        prop_assert_eq!((event.schema, event.selector, event.sent), (new.schema, new.selector, new.sent));
        for (read, written) in [
            (event.arguments, new.arguments),
            (event.argument_heap, new.argument_heap),
            (event.slot_mask, new.slot_mask),
            (event.slots, new.slots),
            (event.appended, new.appended),
        ] {
            prop_assert_eq!(read.native(), written);
        }
        prop_assert_eq!(event.writes().collect::<Vec<_>>(), new.writes);
        prop_assert_eq!(event.copies().collect::<Vec<_>>(), new.copies);
        let has_heap = !(new.writes.is_empty() && new.copies.is_empty() && new.appended.is_empty());
        prop_assert_eq!(event.epoch, if has_heap { new.epoch } else { 0 });

        let expected = (0..64 * new.slot_mask.len()).filter(|slot| new.slot_mask[slot / 64] >> (slot % 64) & 1 != 0);
        prop_assert_eq!(event.changed_slots().collect::<Vec<_>>(), expected.zip(new.slots.iter().copied()).collect::<Vec<_>>());
    }

    #[test]
    fn damaged_bytes_never_panic(
        owned in events(), cut: prop::sample::Index,
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
    ) {
        let mut payload = payload(&owned.borrow(), Previous::At(Position::NONE));
        prop_assert!(Event::read(&payload[..cut.index(payload.len())]).is_err());
        for (at, value) in changes {
            let at = at.index(payload.len());
            payload[at] = value;
            if let Ok(event) = Event::read(&payload) {
                let sums = (event.writes().count(), event.copies().count(), event.changed_slots().count());
                std::hint::black_box(sums);
            }
        }
    }

    #[test]
    fn any_bytes_never_panic(payload in vec(any::<u8>(), 0..200)) {
        let _ = Event::read(&payload);
    }
}

/// `updateTelemetry: 31.5` to a twin of two changed slots; a change here is a new format.
#[test]
fn an_update_is_small() {
    let new = NewEvent {
        id: "boiler-00007",
        sequence: 5,
        time: 6,
        schema: 1,
        selector: 2,
        arguments: &[0x11],
        slot_mask: &[0b101],
        slots: &[0x21, 0x22],
        ..NewEvent::default()
    };
    let mut batch = Batch::new();
    new.append_to(&mut batch, Previous::At(Position(0x30))).unwrap();
    assert_eq!(batch.len(), 96);
    let expected: [&[u8]; 11] = [
        &[0x30, 0, 0, 0, 0, 0, 0, 0],
        &[5, 0, 0, 0, 0, 0, 0, 0],
        &[6, 0, 0, 0, 0, 0, 0, 0],
        &[1, 0, 0, 0, 2, 0, 0, 0],
        &[2, 2, 1, 11, 0, 0, 0, 0],
        b"boiler-0",
        b"0007\0\0\0\0",
        &[0x11, 0, 0, 0, 0, 0, 0, 0],
        &[0b101, 0, 0, 0, 0, 0, 0, 0],
        &[0x21, 0, 0, 0, 0, 0, 0, 0],
        &[0x22, 0, 0, 0, 0, 0, 0, 0],
    ];
    assert_eq!(payload(&new, Previous::At(Position(0x30))), expected.concat());
}

#[test]
fn events_of_one_batch_form_a_chain() {
    let mut batch = Batch::new();
    let mut previous = Previous::At(Position::NONE);
    for sequence in 1..=10 {
        let event = NewEvent { id: "pump", sequence, ..NewEvent::default() };
        previous = Previous::InBatch(event.append_to(&mut batch, previous).unwrap());
    }
    let Previous::InBatch(last) = previous else { unreachable!() };
    let log = MemoryLog::new(&Config { segment_bytes: 1 << 12, ..Config::default() });
    log.commit(&batch).unwrap();
    let mut position = Position(log.commit(&batch).unwrap().0 + last);
    let reader = log.reader();
    for sequence in (1..=10).rev() {
        let event = Event::read(reader.read(position).unwrap().payload).unwrap();
        assert_eq!(event.sequence, sequence);
        position = event.previous;
    }
    assert_eq!(position, Position::NONE);
}

#[test]
fn what_the_format_cannot_say_is_refused_and_leaves_no_trace() {
    let mut batch = Batch::new();
    let long = "x".repeat(MAX_ID + 1);
    for id in ["", &long] {
        let event = NewEvent { id, ..NewEvent::default() };
        assert!(event.append_to(&mut batch, Previous::At(Position::NONE)).is_err());
    }
    let event = NewEvent { id: "a", arguments: &[0; 256], ..NewEvent::default() };
    assert!(event.append_to(&mut batch, Previous::At(Position::NONE)).is_err());
    assert!(batch.is_empty());
}
