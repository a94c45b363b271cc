//! Events: what one turn did to one twin, as facts.
//!
//! Replaying an event puts words where it says; it runs no code of the twin. All fields are
//! little-endian, and every part starts at a multiple of 8 bytes, so that words are read in place:
//!
//! ```text
//!  0                8                16               24       28       32    33    34    35    36       40
//!  ├ previous      ┼ sequence       ┼ time           ┼ schema ┼ selec- ┼ kind┼parts┼argu-┼ id  ┼ sent   ┤
//!  │               │                │                │        │ tor    │     │     │ments│len−1│        │
//!  40 ├ id, padded ┼ arguments ×8 ┼ the parts whose bits are set, in this order ┤
//!
//!  bit 0  argument heap   ├ count          ┼ words ×8 ┤
//!  bit 1  slots           ├ mask           ┼ words ×8, one for each bit of the mask ┤
//!  bit 2  many slots      ├ count of masks ┼ masks ×8 ┼ words ×8 ┤ instead of bit 1
//!  bit 3  heap            ├ epoch ┼ writes ┼ copies ┼ appended ┤ four times 4 bytes, then
//!                         ├ addresses ×4, padded ┼ words ×8 ┼ (from, to, length) ×12, padded ┼ appended words ×8 ┤
//! ```
//!
//! - `previous` is the position of the twin's record before this one; it is a link while the
//!   event is in a [`Batch`].
//! - `schema` and `selector` are the numbers of the data directory's [tables](crate::tables), and
//!   so are all numbers inside words.
//! - Arguments are canonical words; those that are references point into the argument heap.
//! - The heap changes apply to the twin's heap after the event before, of the same address epoch, in
//!   this order: the heap grows, by the appended words and, where a copy says that it goes there, by
//!   copies of words that were there before; then words are written.
//!
//! A setter that changes two slots of a twin with a 12-byte id takes 88 bytes, 96 with the record's header.

use std::fmt;

use crate::bytes::{Cursor, Malformed, Words, padding};
use crate::journal::{Batch, Position, RecordWriter};
use crate::kinds;

/// The longest id of a twin in bytes.
pub const MAX_ID: usize = 256;

const HEADER: usize = 40;
const ARGUMENT_HEAP: u8 = 1;
const SLOTS: u8 = 1 << 1;
const MANY_SLOTS: u8 = 1 << 2;
const HEAP: u8 = 1 << 3;

/// What happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum EventKind {
    /// The twin began.
    Created = 1,
    /// It consumed a message.
    #[default]
    Message = 2,
    /// It consumed a message that failed, which changed nothing.
    Failed = 3,
    /// It ended.
    Deleted = 4,
    /// It began as a copy of another one.
    Cloned = 5,
    /// It began as a derivation of another one.
    Derived = 6,
    /// It was brought to a new schema.
    Migrated = 7,
}

impl EventKind {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Message => "message",
            Self::Failed => "failed",
            Self::Deleted => "deleted",
            Self::Cloned => "cloned",
            Self::Derived => "derived",
            Self::Migrated => "migrated",
        }
    }

    fn of(number: u8) -> Result<Self, Malformed> {
        use EventKind::*;
        [Created, Message, Failed, Deleted, Cloned, Derived, Migrated]
            .into_iter()
            .find(|&kind| kind as u8 == number)
            .ok_or(Malformed("an event of an unknown kind"))
    }
}

/// Where the twin's record before this one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Previous {
    /// There is none, or it is in the journal already.
    At(Position),
    /// It is in the same batch, at this relative position.
    InBatch(u64),
}

impl Previous {
    pub(crate) fn put(self, record: &mut RecordWriter<'_>) {
        match self {
            Self::At(position) => record.put_u64(position.0),
            Self::InBatch(relative) => record.put_link(relative),
        }
    }
}

/// Words of the heap that were copied within it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copied {
    /// The address of the first word.
    pub from: u32,
    /// Where it went.
    pub to: u32,
    /// How many words.
    pub length: u32,
}

/// An event to be written.
#[derive(Clone, Copy, Debug, Default)]
pub struct NewEvent<'a> {
    /// What happened.
    pub kind: EventKind,
    /// The twin.
    pub id: &'a str,
    /// The number of the event in the life of the twin.
    pub sequence: u64,
    /// When, in nanoseconds since 1970.
    pub time: i64,
    /// The number of the schema that the slots follow.
    pub schema: u32,
    /// The number of the message's selector.
    pub selector: u32,
    /// How many messages the turn sent.
    pub sent: u32,
    /// The message's arguments.
    pub arguments: &'a [u64],
    /// The objects the arguments refer to.
    pub argument_heap: &'a [u64],
    /// Which slots were written: bit n % 64 of word n / 64.
    pub slot_mask: &'a [u64],
    /// The new words of these slots, lowest first.
    pub slots: &'a [u64],
    /// The address epoch of the heap.
    pub epoch: u32,
    /// Words written into the heap: address and new word.
    pub writes: &'a [(u32, u64)],
    /// Words copied within the heap.
    pub copies: &'a [Copied],
    /// Words added to the end of the heap.
    pub appended: &'a [u64],
}

/// The event has more of something than its format can say; limits should have refused the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge(pub &'static str);

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an event cannot have {}", self.0)
    }
}

impl std::error::Error for TooLarge {}

impl NewEvent<'_> {
    /// Adds the event to a batch; answers its relative position.
    pub fn append_to(&self, batch: &mut Batch, previous: Previous) -> Result<u64, TooLarge> {
        let id_length = self.id.len().checked_sub(1).and_then(|length| u8::try_from(length).ok());
        let id_length = id_length.ok_or(TooLarge("an id of no or of more than 256 bytes"))?;
        let arguments = u8::try_from(self.arguments.len()).map_err(|_| TooLarge("more than 255 arguments"))?;
        let slots = match self.slot_mask {
            [] | [0] => 0,
            [_] => SLOTS,
            _ => MANY_SLOTS,
        };
        let has_heap = !(self.writes.is_empty() && self.copies.is_empty() && self.appended.is_empty());
        let parts = slots | if self.argument_heap.is_empty() { 0 } else { ARGUMENT_HEAP } | if has_heap { HEAP } else { 0 };

        let mut record = batch.record(kinds::EVENT);
        previous.put(&mut record);
        let mut header = [0; HEADER - 8];
        header[..8].copy_from_slice(&self.sequence.to_le_bytes());
        header[8..16].copy_from_slice(&self.time.to_le_bytes());
        header[16..20].copy_from_slice(&self.schema.to_le_bytes());
        header[20..24].copy_from_slice(&self.selector.to_le_bytes());
        header[24..28].copy_from_slice(&[self.kind as u8, parts, arguments, id_length]);
        header[28..].copy_from_slice(&self.sent.to_le_bytes());
        record.put(&header);
        record.put(self.id.as_bytes());
        pad(&mut record, self.id.len());
        put_words(&mut record, self.arguments);
        if parts & ARGUMENT_HEAP != 0 {
            record.put_u64(self.argument_heap.len() as u64);
            put_words(&mut record, self.argument_heap);
        }
        if slots != 0 {
            debug_assert_eq!(self.slots.len(), ones(self.slot_mask.iter().copied()));
            if slots == MANY_SLOTS {
                record.put_u64(self.slot_mask.len() as u64);
            }
            put_words(&mut record, self.slot_mask);
            put_words(&mut record, self.slots);
        }
        if has_heap {
            self.put_heap(&mut record)?;
        }
        Ok(record.finish())
    }

    fn put_heap(&self, record: &mut RecordWriter<'_>) -> Result<(), TooLarge> {
        let count = |length: usize| u32::try_from(length).map_err(|_| TooLarge("more than 2^32 changes"));
        record.put(&self.epoch.to_le_bytes());
        for length in [self.writes.len(), self.copies.len(), self.appended.len()] {
            record.put(&count(length)?.to_le_bytes());
        }
        for (address, _) in self.writes {
            record.put(&address.to_le_bytes());
        }
        pad(record, 4 * self.writes.len());
        for (_, word) in self.writes {
            record.put_u64(*word);
        }
        for copied in self.copies {
            for field in [copied.from, copied.to, copied.length] {
                record.put(&field.to_le_bytes());
            }
        }
        pad(record, 12 * self.copies.len());
        put_words(record, self.appended);
        Ok(())
    }
}

fn put_words(record: &mut RecordWriter<'_>, words: &[u64]) {
    for word in words {
        record.put_u64(*word);
    }
}

fn pad(record: &mut RecordWriter<'_>, length: usize) {
    record.put(&[0; 8][..padding(length)]);
}

fn ones(masks: impl Iterator<Item = u64>) -> usize {
    masks.map(|mask| mask.count_ones() as usize).sum()
}

/// An event where it lies in the journal. Its lengths were checked; its words were not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// What happened.
    pub kind: EventKind,
    /// The twin.
    pub id: &'a str,
    /// The position of the twin's record before this one.
    pub previous: Position,
    /// The number of the event in the life of the twin.
    pub sequence: u64,
    /// When, in nanoseconds since 1970.
    pub time: i64,
    /// The number of the schema that the slots follow.
    pub schema: u32,
    /// The number of the message's selector.
    pub selector: u32,
    /// How many messages the turn sent.
    pub sent: u32,
    /// The message's arguments.
    pub arguments: Words<'a>,
    /// The objects the arguments refer to.
    pub argument_heap: Words<'a>,
    /// Which slots were written: bit n % 64 of word n / 64.
    pub slot_mask: Words<'a>,
    /// The new words of these slots, lowest first.
    pub slots: Words<'a>,
    /// The address epoch of the heap; 0 if the heap did not change.
    pub epoch: u32,
    /// Words added to the end of the heap.
    pub appended: Words<'a>,
    write_addresses: &'a [[u8; 4]],
    write_words: Words<'a>,
    copies: &'a [[u8; 12]],
}

impl<'a> Event<'a> {
    /// The event in a record's payload.
    pub fn read(payload: &'a [u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload);
        let previous = Position(cursor.u64()?);
        let sequence = cursor.u64()?;
        let time = cursor.u64()? as i64;
        let schema = cursor.u32()?;
        let selector = cursor.u32()?;
        let &[kind, parts, arguments, id_length] = cursor.array()?;
        let sent = cursor.u32()?;
        let id_length = usize::from(id_length) + 1;
        let id = cursor.text(id_length)?;
        cursor.pad(id_length)?;
        let arguments = cursor.words(arguments.into())?;
        if parts & !(ARGUMENT_HEAP | SLOTS | MANY_SLOTS | HEAP) != 0 {
            return Err(Malformed("an event has a part that is not known"));
        }
        let argument_heap = if parts & ARGUMENT_HEAP != 0 { cursor.counted_words()? } else { Words::default() };
        let slot_mask = match parts & (SLOTS | MANY_SLOTS) {
            0 => Words::default(),
            SLOTS => cursor.words(1)?,
            MANY_SLOTS => cursor.counted_words()?,
            _ => return Err(Malformed("an event has its slots twice")),
        };
        let slots = cursor.words(ones(slot_mask.iter()))?;
        let mut event = Self {
            kind: EventKind::of(kind)?,
            id,
            previous,
            sequence,
            time,
            schema,
            selector,
            sent,
            arguments,
            argument_heap,
            slot_mask,
            slots,
            epoch: 0,
            appended: Words::default(),
            write_addresses: &[],
            write_words: Words::default(),
            copies: &[],
        };
        if parts & HEAP != 0 {
            event.read_heap(&mut cursor)?;
        }
        cursor.end()?;
        Ok(event)
    }

    fn read_heap(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Malformed> {
        self.epoch = cursor.u32()?;
        let writes = cursor.u32()? as usize;
        let copies = cursor.u32()? as usize;
        let appended = cursor.u32()? as usize;
        self.write_addresses = cursor.arrays(writes)?;
        cursor.pad(4 * writes)?;
        self.write_words = cursor.words(writes)?;
        self.copies = cursor.arrays(copies)?;
        cursor.pad(12 * copies)?;
        self.appended = cursor.words(appended)?;
        Ok(())
    }

    /// The slots that were written, lowest first, and their new words.
    pub fn changed_slots(self) -> impl Iterator<Item = (usize, u64)> + 'a {
        let numbers = self.slot_mask.iter().enumerate().flat_map(|(n, mut mask)| {
            std::iter::from_fn(move || {
                let bit = mask.trailing_zeros() as usize;
                mask &= mask.checked_sub(1)?;
                Some(64 * n + bit)
            })
        });
        numbers.zip(self.slots.iter())
    }

    /// Words written into the heap: address and new word.
    pub fn writes(self) -> impl ExactSizeIterator<Item = (u32, u64)> + 'a {
        self.write_addresses.iter().map(|&address| u32::from_le_bytes(address)).zip(self.write_words.iter())
    }

    /// Words copied within the heap.
    pub fn copies(self) -> impl ExactSizeIterator<Item = Copied> + 'a {
        self.copies.iter().map(|fields| {
            let mut fields = fields.as_chunks().0.iter().map(|&field| u32::from_le_bytes(field));
            let mut next = || fields.next().unwrap_or_default();
            Copied { from: next(), to: next(), length: next() }
        })
    }
}

#[cfg(test)]
mod tests;
