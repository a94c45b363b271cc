//! Reading the journal: every table of the engine is a fold of its records.

use std::collections::HashSet;

use super::chain::Broken;
use super::head::{Last, Residence};
use super::provision::Provisioned;
use super::registry::{self, Hasher, Registry};
use super::shard::{Share, shard_of};
use super::world::World;
use crate::event::{Event, EventKind};
use crate::journal::{Damage, Error, Position, Reader, Record};
use crate::kinds;
use crate::snapshot::Snapshot;
use crate::tables::Tables;

/// What a journal says, all twins asleep. As long as the classes are not known, a twin's class is the
/// number of its schema.
#[derive(Default)]
pub(super) struct Folded {
    pub registries: Vec<Registry>,
    pub tables: Tables,
    pub provisioned: Provisioned,
    /// The schemas of all twins.
    pub schemas: HashSet<u16>,
    /// The time of the latest record.
    pub time: i64,
    /// How many twins live.
    pub twins: u64,
    /// What could not be read; the twins it belongs to cannot be either.
    pub damages: Vec<Damage>,
    shares: usize,
    only: Option<usize>,
}

/// Reads a whole journal into registries of so many shards.
pub(super) fn fold(reader: &Reader, hasher: &Hasher, shares: usize) -> Result<Folded, Broken> {
    let mut folded = Folded { registries: (0..shares).map(|_| Registry::new(hasher.clone())).collect(), shares, ..Folded::default() };
    folded.read(reader, hasher)?;
    Ok(folded)
}

/// Reads the registry of one shard again.
pub(super) fn shard(world: &World, share: Share) -> Result<Registry, Broken> {
    let mut folded =
        Folded { registries: vec![Registry::new(world.hasher.clone())], shares: share.count, only: Some(share.index), ..Folded::default() };
    folded.read(&world.journal.reader(), &world.hasher)?;
    let mut registry = folded.registries.swap_remove(0);
    classify(&mut registry, world);
    Ok(registry)
}

impl Folded {
    fn read(&mut self, reader: &Reader, hasher: &Hasher) -> Result<(), Broken> {
        for record in reader.records(Position::NONE) {
            match record {
                Ok(record) => self.record(&record, hasher).map_err(|error| Broken::Malformed(record.position, error))?,
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
            kinds::SNAPSHOT => {
                let snapshot = Snapshot::read(record.payload)?;
                let hash = registry::hash(hasher, snapshot.id.as_bytes());
                if let Some(registry) = self.registry(hash)
                    && let Some(number) = registry.find(hash, snapshot.id)
                {
                    let head = registry.head_mut(number);
                    head.record(snapshot.sequence, Last::At(record.position));
                    head.set_saved(true);
                }
            }
            kinds::PROVISION => self.provisioned.read(record.payload)?,
            _ => {
                self.tables.apply(record)?;
            }
        }
        Ok(())
    }

    fn registry(&mut self, hash: u64) -> Option<&mut Registry> {
        let shard = shard_of(hash, self.shares);
        match self.only {
            None => self.registries.get_mut(shard),
            Some(only) => self.registries.first_mut().filter(|_| only == shard),
        }
    }

    fn event(&mut self, event: &Event<'_>, position: Position, hasher: &Hasher) {
        let hash = registry::hash(hasher, event.id.as_bytes());
        let schema = event.schema as u16;
        let Some(registry) = self.registry(hash) else {
            return;
        };
        let (number, is_new) = match registry.find(hash, event.id) {
            Some(number) => (number, false),
            None => (registry.add(hash, event.id, Residence::Asleep(schema)), true),
        };
        let head = registry.head_mut(number);
        let lived = !is_new && !matches!(head.residence(), Residence::Deleted(_));
        let lives = event.kind != EventKind::Deleted;
        head.reside(if lives { Residence::Asleep(schema) } else { Residence::Deleted(schema) });
        head.record(event.sequence, Last::At(position));
        head.set_saved(false);
        self.schemas.insert(schema);
        self.twins = self.twins + u64::from(lives) - u64::from(lived);
    }
}

/// Replaces the schemas of twins by their classes.
pub(super) fn classify(registry: &mut Registry, world: &World) {
    let schemas = &world.canon.tables.schemas;
    let classes: Vec<u16> = (0..schemas.len() as u32)
        .map(|number| world.class_of(number).unwrap_or(0))
        .collect();
    let class = |schema: u16| classes.get(usize::from(schema)).copied().unwrap_or(0);
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
