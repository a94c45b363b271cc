//! A journal of random lives on a disk that fails, and what its index must say.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::event::{EventKind, NewEvent, Previous};
use crate::index::hash::{Key, WEAK};
use crate::index::{Config, Directory, Index, Opened};
use crate::journal::faulty::{Disk, Random};
use crate::journal::{self, Batch, Durability, Journal, Position, Reader, SegmentLog};
use crate::kinds;
use crate::snapshot::NewSnapshot;
use crate::tables::{Symbol, Tables};

/// Segments of about eight events.
pub fn config() -> journal::Config {
    journal::Config { durability: Durability::Os, segment_bytes: 1024, ..journal::Config::default() }
}

/// A key under which hashes have twice so many bits; 0 for a good one.
pub fn key(bits: u8) -> Key {
    let mut key = [bits; 16];
    if bits > 0 {
        key[..15].copy_from_slice(&WEAK);
    }
    Key(key)
}

/// A record of a twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    pub position: Position,
    pub sequence: u64,
    /// Whether its twin lives after it.
    pub lives: bool,
    pub schema: u32,
    pub time: i64,
    pub is_event: bool,
}

/// All that was written.
#[derive(Clone, Default)]
pub struct Model {
    pub twins: BTreeMap<String, Vec<Written>>,
    pub kept: Vec<(Position, u8)>,
    tables: Tables,
    time: i64,
}

impl Model {
    /// Does something to a twin that can be done to it.
    pub fn act(&mut self, log: &dyn Journal, random: &mut Random, twins: usize) {
        let mut batch = Batch::new();
        if random.below(40) == 0 {
            self.tables.symbols.intern(Symbol(format!("symbol-{}", self.kept.len())), &mut batch);
            self.kept.push((log.commit(&batch).unwrap(), kinds::SYMBOL));
            return;
        }
        let number = random.below(twins);
        let id = format!("{}-{number}", ["pump", "äöü", "p"][number % 3]);
        self.time += random.below(3) as i64;
        let last = self.twins.get(&id).and_then(|records| records.last().copied());
        let previous = Previous::At(last.map_or(Position::NONE, |last| last.position));
        let sequence = last.map_or(0, |last| last.sequence);
        let mut written = Written {
            position: Position::NONE,
            sequence: sequence + 1,
            lives: true,
            schema: (number % 2) as u32,
            time: self.time,
            is_event: true,
        };
        let lives = last.is_some_and(|last| last.lives);
        let kind = match random.below(12) {
            _ if !lives => [EventKind::Created, EventKind::Cloned, EventKind::Derived][random.below(3)],
            0 => EventKind::Deleted,
            1 | 2 => {
                (written.is_event, written.sequence) = (false, sequence);
                let snapshot = NewSnapshot { id: &id, sequence, time: self.time, ..NewSnapshot::default() };
                snapshot.append_to(&mut batch, previous).unwrap();
                EventKind::Message
            }
            _ => EventKind::Message,
        };
        written.lives = kind != EventKind::Deleted;
        if written.is_event {
            let event =
                NewEvent { kind, id: &id, sequence: written.sequence, time: self.time, schema: written.schema, ..NewEvent::default() };
            event.append_to(&mut batch, previous).unwrap();
        }
        written.position = log.commit(&batch).unwrap();
        self.twins.entry(id).or_default().push(written);
    }

    /// What is wrong with what an index says of all below `covered`.
    pub fn check(&self, directory: &Directory, reader: &Reader, random: &mut Random) {
        let covered = directory.covered();
        let mut living = Vec::new();
        let mut by_schema: BTreeMap<u32, i64> = BTreeMap::new();
        let mut time = None;
        for (id, records) in &self.twins {
            let below: Vec<&Written> = records.iter().filter(|record| record.position < covered).collect();
            assert_eq!(directory.find(reader, id).unwrap().map(|found| found.0), below.last().map(|last| last.position), "{id}");
            time = time.max(below.iter().map(|record| record.time).max());
            if let Some(last) = below.last() {
                *by_schema.entry(last.schema).or_default() += i64::from(last.lives);
                if last.lives {
                    living.push((id.clone(), last.schema));
                }
            }
            self.check_history(directory, reader, id, random);
        }
        assert_eq!(directory.find(reader, "nobody").unwrap(), None);
        assert_eq!((directory.twins(), directory.time()), (living.len() as u64, time));
        assert_eq!(directory.living(), &by_schema);
        let kept = self.kept.iter().filter(|(position, _)| *position < covered);
        assert_eq!(kept.count(), directory.kept().len());
        self.check_names(directory, &living, random);
    }

    fn check_names(&self, directory: &Directory, living: &[(String, u32)], random: &mut Random) {
        let ids: Vec<&String> = self.twins.keys().collect();
        let between = format!("pump-{}", random.below(100));
        let some = ids.get(random.below(ids.len())).map(|id| id.as_str());
        for after in [None, some, Some("\u{1}"), Some("~~~"), Some(between.as_str())] {
            let names = directory.names(after, false).unwrap().map(|name| name.unwrap());
            let found: Vec<(String, u32)> = names.map(|name| (name.id, name.schema)).collect();
            let expected = living.iter().filter(|(id, _)| after.is_none_or(|after| id.as_str() > after));
            assert_eq!(found, expected.cloned().collect::<Vec<_>>(), "after {after:?}");
        }
        let all = directory.names(None, true).unwrap().map(|name| name.unwrap());
        for name in all {
            let record = self.twins[&name.id].iter().find(|record| record.position == name.position).unwrap();
            assert_eq!((record.lives, record.schema), (!name.ended, name.schema));
        }
    }

    fn check_history(&self, directory: &Directory, reader: &Reader, id: &str, random: &mut Random) {
        let records = &self.twins[id];
        let last = random.below(records.len());
        let down_to = random.below(records[last].sequence as usize + 2) as u64;
        let mut found = Vec::new();
        for stretch in directory.history(reader, id, records[last].position, down_to) {
            let stretch = stretch.unwrap();
            let mut positions: Vec<Position> = stretch.positions(0).map(Result::unwrap).collect();
            let sequences: Vec<u64> = positions
                .iter()
                .map(|position| records.iter().find(|record| record.position == *position).expect("a record of another twin").sequence)
                .collect();
            assert_eq!(stretch.oldest(), sequences[0]);
            let from = random.below(records.len() + 2) as u64;
            let expected = sequences.iter().position(|&sequence| sequence >= from).unwrap_or(sequences.len());
            assert_eq!(stretch.first_from(from).unwrap(), expected);
            positions.append(&mut found);
            found = positions;
        }
        let first = records.iter().position(|record| record.position == found[0]).unwrap();
        let expected: Vec<Position> = records[first..=last].iter().map(|record| record.position).collect();
        assert_eq!(found, expected);
        assert!(first == 0 || records[first].sequence < down_to, "{id} ends too early");
        let (sequence, time) = (random.below(records.len() + 2) as u64, records[random.below(records.len())].time);
        let until = |fits: &dyn Fn(&&Written) -> bool| records[..=last].iter().rfind(fits).map(|record| record.position);
        let at = records[last].position;
        let found = directory.by_sequence(reader, id, at, sequence).unwrap();
        assert_eq!(found, until(&|record| record.sequence <= sequence), "{id} at {sequence}");
        let found = directory.by_time(reader, id, at, time).unwrap();
        assert_eq!(found, until(&|record| record.time <= time), "{id} at time {time}");
    }
}

/// Opens a journal.
pub fn journal(disk: &Disk) -> SegmentLog {
    SegmentLog::open_in(Arc::new(disk.clone()), &config()).unwrap().0
}

/// Opens an index.
pub fn open(disk: &Disk, reader: &Reader, bits: u8) -> Result<(Index, Opened), crate::index::Error> {
    Index::open(Arc::new(disk.clone()), reader, &Config { key: Some(key(bits)) })
}

/// A closed journal of so many records.
pub fn written(seed: u64, records: usize, twins: usize) -> (Disk, Model) {
    let disk = Disk::default();
    let mut random = Random(seed);
    let mut model = Model::default();
    let log = journal(&disk);
    for _ in 0..records {
        model.act(&log, &mut random, twins);
    }
    log.close().unwrap();
    drop(log);
    (disk.after_exit(), model)
}
