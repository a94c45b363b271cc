//! The twins of a log by id: the last record of each. Of a twin 37 bytes and the id.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::bytes::Malformed;
use crate::event::{Event, EventKind};
use crate::journal::{Position, Record};
use crate::kinds;
use crate::snapshot::Snapshot;

/// What is known of a twin.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// Where its last record is.
    pub last: Position,
    /// The number of its last event.
    pub sequence: u64,
    /// The schema of its last record.
    pub schema: u32,
    /// Whether it was not deleted.
    pub lives: bool,
    length: u16,
    at: u64,
}

/// Twins by id.
#[derive(Default)]
pub struct Roster {
    ids: String,
    heads: Vec<Head>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

fn text<'a>(ids: &'a str, head: &Head) -> &'a str {
    let at = head.at as usize;
    ids.get(at..at + usize::from(head.length)).unwrap_or_default()
}

impl Roster {
    /// The number of the twin with an id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let is = |&number: &u32| self.id(number) == id;
        self.table.find(self.hasher.hash_one(id), is).copied()
    }

    /// The number of the twin with an id, which may be new: then its head says nothing yet.
    pub fn enter(&mut self, id: &str) -> u32 {
        if let Some(number) = self.find(id) {
            return number;
        }
        let number = self.heads.len() as u32;
        let head = Head { last: Position::NONE, sequence: 0, schema: 0, lives: false, length: id.len() as u16, at: self.ids.len() as u64 };
        self.ids.push_str(id);
        self.heads.push(head);
        let Self { ids, heads, table, hasher } = self;
        table.insert_unique(hasher.hash_one(id), number, |&number| hasher.hash_one(text(ids, &heads[number as usize])));
        number
    }

    /// A twin's head.
    pub fn head(&self, number: u32) -> &Head {
        &self.heads[number as usize]
    }

    /// A twin's head, to change it.
    pub fn head_mut(&mut self, number: u32) -> &mut Head {
        &mut self.heads[number as usize]
    }

    /// A twin's id.
    pub fn id(&self, number: u32) -> &str {
        text(&self.ids, self.head(number))
    }

    /// All twins, deleted ones included.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The living twins in order of their ids.
    pub fn living(&self) -> Vec<u32> {
        let mut living: Vec<u32> = (0..).zip(&self.heads).filter(|(_, head)| head.lives).map(|(number, _)| number).collect();
        living.sort_unstable_by_key(|&number| self.id(number));
        living
    }

    /// Takes in a record, if it is one of a twin.
    pub fn apply(&mut self, record: &Record<'_>) -> Result<(), Malformed> {
        match record.kind {
            kinds::EVENT => self.event(&Event::read(record.payload)?, record.position),
            kinds::SNAPSHOT => self.snapshot(&Snapshot::read(record.payload)?, record.position),
            kinds::BASE => self.base(&Snapshot::read(record.payload)?, record.position),
            _ => {}
        }
        Ok(())
    }

    /// Takes in an event.
    pub fn event(&mut self, event: &Event<'_>, position: Position) {
        let number = self.enter(event.id);
        let head = self.head_mut(number);
        (head.last, head.sequence, head.schema) = (position, event.sequence, event.schema);
        head.lives = event.kind != EventKind::Deleted;
    }

    /// Takes in a base: a twin that lives.
    pub fn base(&mut self, base: &Snapshot<'_>, position: Position) {
        let number = self.enter(base.id);
        self.head_mut(number).lives = true;
        self.snapshot(base, position);
    }

    /// Takes in a snapshot.
    pub fn snapshot(&mut self, snapshot: &Snapshot<'_>, position: Position) {
        if let Some(number) = self.find(snapshot.id) {
            let head = self.head_mut(number);
            (head.last, head.sequence, head.schema) = (position, snapshot.sequence, snapshot.schema);
        }
    }
}
