//! Reading the journal: every table of the engine is a fold of its records. What the index covers was folded already:
//! only the records behind it are read.

use std::collections::HashSet;

use super::chain::Broken;
use super::head::{Last, Residence};
use super::lookup::Sleeper;
use super::provision::Provisioned;
use super::registry::{self, Hasher, Registry};
use super::shard::{Share, shard_of};
use super::state::{begins, is_whole};
use super::world::World;
use crate::event::{Event, EventKind};
use crate::index::{Directory, Life, TwinRecord};
use crate::journal::{Damage, Error, Position, Reader, Record};
use crate::kinds;
use crate::snapshot::Snapshot;
use crate::tables::Tables;

/// What a journal says, and the twins of its tail, all asleep. As long as the classes are not known, a twin's class
/// is the number of its schema.
#[derive(Default)]
pub(super) struct Folded {
    pub registries: Vec<Registry>,
    pub tables: Tables,
    pub provisioned: Provisioned,
    /// The schemas of all twins.
    pub schemas: HashSet<u32>,
    /// The time of the latest record.
    pub time: i64,
    /// How many more twins began than ended.
    living: i64,
    /// Whether records may lead to places that are not kept.
    may_miss: bool,
    /// How many twins there are that the registries do not hold, at least.
    elsewhere: u64,
    /// What could not be read; the twins it belongs to cannot be either.
    pub damages: Vec<Damage>,
    shares: usize,
    only: Option<usize>,
}

/// Reads what the index does not cover into registries of so many shards.
pub(super) fn fold(reader: &Reader, directory: Option<&Directory>, hasher: &Hasher, shares: usize) -> Result<Folded, Broken> {
    let mut folded = Folded { registries: (0..shares).map(|_| Registry::new(hasher.clone())).collect(), shares, ..Folded::default() };
    if let Some(directory) = directory {
        folded.known(directory, hasher)?;
    }
    folded.read(reader, directory, hasher)?;
    Ok(folded)
}

/// Reads the registry of one shard again: the twins with records from the position on that is answered too.
pub(super) fn shard(world: &World, share: Share) -> Result<(Registry, Position), Broken> {
    let mut folded =
        Folded { registries: vec![Registry::new(world.hasher.clone())], shares: share.count, only: Some(share.index), ..Folded::default() };
    let directory = world.index.as_ref().map(|lookup| lookup.directory());
    folded.read(&world.journal.reader(), directory.as_deref(), &world.hasher)?;
    let mut registry = folded.registries.swap_remove(0);
    classify(&mut registry, &world.by_schema);
    Ok((registry, directory.map_or(Position::NONE, |directory| directory.covered())))
}

impl Folded {
    /// How many twins live.
    pub fn twins(&self) -> u64 {
        self.living.max(0) as u64
    }

    /// How many twins there ever were, at least.
    pub fn ever(&self) -> u64 {
        self.elsewhere + self.registries.iter().map(|registry| u64::from(registry.len())).sum::<u64>()
    }

    /// Takes in what the index folded.
    fn known(&mut self, directory: &Directory, hasher: &Hasher) -> Result<(), Broken> {
        self.schemas.extend(directory.living().keys());
        self.time = directory.time().unwrap_or(0);
        self.living = directory.twins() as i64;
        self.elsewhere = directory.began();
        for kept in directory.kept() {
            let record = Record { position: Position::NONE, kind: kept.kind, payload: &kept.payload };
            self.record(&record, hasher).map_err(|error| Broken::Malformed(record.position, error))?;
        }
        Ok(())
    }

    fn read(&mut self, reader: &Reader, directory: Option<&Directory>, hasher: &Hasher) -> Result<(), Broken> {
        let from = directory.map_or(Position::NONE, Directory::covered);
        self.may_miss = reader.sealed().any(|(base, _)| reader.compacted(base).is_some());
        for record in reader.records(from) {
            match record {
                Ok(record) => {
                    self.living += self.hidden(&record, reader, directory, hasher);
                    self.record(&record, hasher).map_err(|error| Broken::Malformed(record.position, error))?;
                }
                Err(Error::Damaged(damage)) => self.damaged(reader, damage, hasher)?,
                Err(error) => return Err(Broken::Journal(error)),
            }
        }
        Ok(())
    }

    /// Takes in a damaged record if it is certain what it was. As a twin's last record it stays unreadable, and
    /// so does the twin; what it added to a table is as good as read. Otherwise nobody knows which twins are
    /// what they seem to be, and the journal is refused.
    fn damaged(&mut self, reader: &Reader, damage: Damage, hasher: &Hasher) -> Result<(), Broken> {
        if damage.hides_records {
            let Some(repaired) = reader.repaired(&damage) else { return Err(Broken::Journal(Error::Damaged(damage))) };
            let record = Record { position: damage.position, kind: repaired.kind, payload: repaired.payload() };
            self.record(&record, hasher).map_err(|error| Broken::Malformed(record.position, error))?;
        }
        self.damages.push(damage);
        Ok(())
    }

    fn record(&mut self, record: &Record<'_>, hasher: &Hasher) -> Result<(), crate::Malformed> {
        match record.kind {
            kinds::EVENT => {
                let event = Event::read(record.payload)?;
                self.time = self.time.max(event.time);
                self.event(&event, record.position, hasher);
            }
            kinds::SNAPSHOT | kinds::BASE => {
                let snapshot = Snapshot::read(record.payload)?;
                let Snapshot { id, sequence, schema, time, .. } = snapshot;
                self.time = self.time.max(time);
                self.schemas.insert(schema);
                self.twin(id, &Sleeper { last: record.position, sequence, schema, lives: true, is_saved: true }, hasher);
            }
            // A shard that reads its twins again has everything else.
            _ if self.only.is_some() => {}
            kinds::PROVISION => self.provisioned.read(record.payload)?,
            _ => {
                self.tables.apply(record)?;
            }
        }
        Ok(())
    }

    /// How many more twins live by a record than it says, since what it follows is not kept: a life that begins with a base
    /// counts, and one whose beginning counts no more does not end.
    fn hidden(&mut self, record: &Record<'_>, reader: &Reader, directory: Option<&Directory>, hasher: &Hasher) -> i64 {
        if !self.may_miss || self.only.is_some() {
            return 0;
        }
        let Ok(Some(twin)) = TwinRecord::of(record) else { return 0 };
        let is_open = match twin.life {
            Life::Goes => false,
            Life::Base => true,
            Life::Begins | Life::Ends => twin.previous != Position::NONE && matches!(reader.read(twin.previous), Err(Error::NotKept(_))),
        };
        if !is_open {
            return 0;
        }
        let hash = registry::hash(hasher, twin.id.as_bytes());
        let known = self.registry(hash).and_then(|registry| {
            registry.find(hash, twin.id).map(|number| matches!(registry.head(number).residence(), Residence::Asleep(_)))
        });
        let lived = known.unwrap_or_else(|| {
            let last = directory.and_then(|directory| directory.find(reader, twin.id).ok().flatten());
            last.is_some_and(|(_, last)| last.life.lives())
        });
        match twin.life {
            Life::Base => i64::from(!lived),
            Life::Begins => -i64::from(lived),
            Life::Ends => i64::from(!lived),
            Life::Goes => 0,
        }
    }

    fn registry(&mut self, hash: u64) -> Option<&mut Registry> {
        let shard = shard_of(hash, self.shares);
        match self.only {
            None => self.registries.get_mut(shard),
            Some(only) => self.registries.first_mut().filter(|_| only == shard),
        }
    }

    fn event(&mut self, event: &Event<'_>, position: Position, hasher: &Hasher) {
        let Event { id, sequence, schema, kind, .. } = *event;
        let lives = kind != EventKind::Deleted;
        self.twin(id, &Sleeper { last: position, sequence, schema, lives, is_saved: is_whole(kind) }, hasher);
        self.schemas.insert(schema);
        self.living += i64::from(begins(kind)) - i64::from(!lives);
    }

    /// Notes a twin's last record.
    fn twin(&mut self, id: &str, twin: &Sleeper, hasher: &Hasher) {
        let hash = registry::hash(hasher, id.as_bytes());
        let Some(registry) = self.registry(hash) else {
            return;
        };
        let residence = twin.residence(twin.schema as u16);
        let number = registry.find(hash, id).unwrap_or_else(|| registry.add(hash, id, residence));
        let head = registry.head_mut(number);
        head.reside(residence);
        head.record(twin.sequence, Last::At(twin.last));
        head.set_saved(twin.is_saved);
    }
}

/// Replaces the schemas of twins by their classes.
pub(super) fn classify(registry: &mut Registry, by_schema: &[u16]) {
    let class = |schema: u16| by_schema.get(usize::from(schema)).copied().unwrap_or(0);
    for number in 0..registry.len() {
        let head = registry.head_mut(number);
        let residence = match head.residence() {
            Residence::Asleep(schema) => Residence::Asleep(class(schema)),
            Residence::Deleted(schema) => Residence::Deleted(class(schema)),
            row => row,
        };
        head.reside(residence);
    }
}
