//! Whether the records of a log go together: each twin's chain, and the tables.
//!
//! A twin's first event begins it; each event after it has the next sequence, and each record the position of the one
//! before. Where that one lies in damaged bytes, the damage is known to be the twin's. Compaction leaves gaps: a base, or an
//! event that begins or ends a life, may stand behind what is not kept.

use super::finding::Finding;
use super::roster::Roster;
use crate::bytes::Malformed;
use crate::event::{Event, EventKind};
use crate::journal::look::Look;
use crate::journal::{Damage, Error, Position, Record};
use crate::kinds;
use crate::snapshot::Snapshot;
use crate::tables::Tables;

/// What was read so far, and what was wrong with it.
pub struct Chains<'a> {
    look: &'a Look,
    pub roster: Roster,
    pub tables: Tables,
    pub findings: Vec<Finding>,
    pub records: u64,
    pub events: u64,
    pub snapshots: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Event(EventKind),
    Snapshot,
    Base,
}

impl What {
    fn begins(self) -> bool {
        matches!(self, Self::Event(EventKind::Created | EventKind::Cloned | EventKind::Derived))
    }

    /// Whether nothing before it has to be kept.
    fn stands_alone(self) -> bool {
        self.begins() || matches!(self, Self::Base | Self::Event(EventKind::Deleted))
    }
}

/// What a record says of its place in a chain.
struct Link<'a> {
    id: &'a str,
    position: Position,
    previous: Position,
    sequence: u64,
    schema: u32,
    what: What,
}

impl<'a> Chains<'a> {
    /// Nothing was read yet.
    pub fn new(look: &'a Look) -> Self {
        let findings = look.damages.iter().map(|damage| Finding::damage(damage, None)).collect();
        Self { look, roster: Roster::default(), tables: Tables::default(), findings, records: 0, events: 0, snapshots: 0 }
    }

    /// Takes in bytes that are damaged; if it is certain which record they were, that is taken in afterwards.
    pub fn damaged(&mut self, damage: &Damage, record: Option<&Record<'_>>) {
        let twin = record.and_then(|record| match record.kind {
            kinds::EVENT => Event::read(record.payload).ok().map(|event| event.id.to_owned()),
            kinds::SNAPSHOT | kinds::BASE => Snapshot::read(record.payload).ok().map(|snapshot| snapshot.id.to_owned()),
            _ => None,
        });
        self.findings.push(Finding::damage(damage, twin));
    }

    /// Takes in a record.
    pub fn record(&mut self, record: &Record<'_>) {
        self.records += 1;
        if let Err(malformed) = self.read(record) {
            self.wrong(record.position, malformed.to_string(), None);
        }
    }

    fn read(&mut self, record: &Record<'_>) -> Result<(), Malformed> {
        match record.kind {
            kinds::EVENT => {
                let event = Event::read(record.payload)?;
                self.events += 1;
                let Event { id, previous, sequence, schema, kind, selector, .. } = event;
                let is_known = self.tables.symbols.get(selector).is_some();
                self.link(&Link { id, position: record.position, previous, sequence, schema, what: What::Event(kind) });
                if !is_known {
                    self.wrong(record.position, format!("its selector has number {selector}, which no table has"), Some(id));
                }
                self.roster.event(&event, record.position);
            }
            kinds::SNAPSHOT | kinds::BASE => {
                let snapshot = Snapshot::read(record.payload)?;
                self.snapshots += 1;
                let Snapshot { id, previous, sequence, schema, .. } = snapshot;
                let what = if record.kind == kinds::BASE { What::Base } else { What::Snapshot };
                self.link(&Link { id, position: record.position, previous, sequence, schema, what });
                match what {
                    What::Base => self.roster.base(&snapshot, record.position),
                    _ => self.roster.snapshot(&snapshot, record.position),
                }
            }
            _ => {
                self.tables.apply(record)?;
            }
        }
        Ok(())
    }

    fn link(&mut self, link: &Link<'_>) {
        let id = Some(link.id);
        if self.tables.schemas.get(link.schema).is_none() {
            self.wrong(link.position, format!("its schema has number {}, which no table has", link.schema), id);
        }
        let head = self.roster.find(link.id).map(|number| *self.roster.head(number));
        let last = head.map_or(Position::NONE, |head| head.last);
        if link.previous != last && self.is_gap(link, head.map(|head| head.sequence)) {
            return;
        }
        if link.previous != last {
            if !self.is_explained(link) {
                let what = format!("its twin's record before should be at {last}, and it says at {}", link.previous);
                self.wrong(link.position, what, id);
            }
            return;
        }
        let begins = link.what.begins();
        let what = match (head, link.what) {
            (None, What::Base) => "a base of a twin that has no events".to_owned(),
            (None, What::Snapshot) => "a snapshot of a twin that has no events".to_owned(),
            (None, What::Event(_)) if begins && link.sequence > 0 => return,
            (None, What::Event(_)) => format!("the first event of a twin, of number {}, does not begin it", link.sequence),
            // It stands for the event after that one, or for a snapshot.
            (Some(head), What::Base) if head.lives && head.sequence.checked_add(1) == Some(link.sequence) => return,
            (Some(head), What::Snapshot | What::Base) if head.sequence == link.sequence => return,
            (Some(head), What::Snapshot | What::Base) => {
                format!("a snapshot of event {}, where event {} was the last", link.sequence, head.sequence)
            }
            (Some(head), What::Event(_)) if head.sequence.checked_add(1) != Some(link.sequence) => {
                format!("event {} follows event {}", link.sequence, head.sequence)
            }
            (Some(head), What::Event(_)) if head.lives == begins => {
                if begins {
                    "a twin that lives begins again".to_owned()
                } else {
                    "an event of a twin that was deleted".to_owned()
                }
            }
            (Some(_), What::Event(_)) => return,
        };
        self.wrong(link.position, what, id);
    }

    /// Whether the record before is not kept, and need not be.
    fn is_gap(&self, link: &Link<'_>, sequence: Option<u64>) -> bool {
        let is_later = sequence.is_none_or(|sequence| sequence < link.sequence || link.what == What::Base && sequence == link.sequence);
        let is_kept = || !matches!(self.look.reader.read(link.previous), Err(Error::NotKept(_)));
        link.what.stands_alone() && is_later && link.previous != Position::NONE && !is_kept()
    }

    /// Whether the record before lies in bytes that are known to be damaged, which are the twin's then.
    fn is_explained(&mut self, link: &Link<'_>) -> bool {
        let lies_in = |finding: &&mut Finding| {
            let start = finding.position.0;
            (start..start.saturating_add(finding.bytes)).contains(&link.previous.0)
        };
        match self.findings.iter_mut().find(lies_in) {
            Some(finding) => {
                finding.twin.get_or_insert_with(|| link.id.to_owned());
                true
            }
            None => false,
        }
    }

    /// Notes a record that means what cannot be.
    pub fn wrong(&mut self, position: Position, what: String, twin: Option<&str>) {
        self.findings.push(Finding::record(self.look, position, what, twin));
    }
}
