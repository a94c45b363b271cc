//! Rows come and go: loading from the journal, snapshots, dropping.

use std::sync::Arc;

use super::api::Refusal;
use super::chain::{self, Broken};
use super::head::{Last, Residence};
use super::inward::{Inward, inward};
use super::job::{Address, Portrait, Recorded};
use super::shard::Shard;
use super::slabs::Slabs;
use super::turns::{lost, previous};
use super::world::{Class, World};
use crate::snapshot::NewSnapshot;

impl Shard {
    /// The row of a living twin, loaded if need be.
    #[inline]
    pub fn resident(&mut self, number: u32) -> Result<u32, Refusal> {
        match self.registry.head(number).residence() {
            Residence::Row(row) => Ok(row),
            Residence::Asleep(class) => self.load(number, class),
            Residence::Deleted(_) => Err(Refusal::Deleted { id: self.registry.id(number).to_string() }),
            Residence::Vacant(_) => Err(lost("a twin")),
        }
    }

    #[cold]
    fn load(&mut self, number: u32, class: u16) -> Result<u32, Refusal> {
        let world = Arc::clone(&self.world);
        let id = self.registry.id(number).to_string();
        if let Some(refusal) = self.unmigrated.why(&id) {
            return Err(refusal);
        }
        let recorded = self.recorded_at(number, class)?;
        let state = match restore(&world, recorded, &id) {
            Ok(state) => state,
            Err(refusal) => {
                self.quarantine(number);
                return Err(refusal);
            }
        };
        if state.schema != world.class(class).schema {
            return self.migrate(number, class, &id, state);
        }
        let row = self.slabs.add(class).ok_or_else(|| lost(&id))?;
        let Some((_, slab, local)) = self.slabs.at(row) else {
            return Err(lost(&id));
        };
        let loaded = slab.load(local, &state.slots, state.heap, state.epoch);
        self.heaps += slab.core(local).memory();
        if let Err(slot) = loaded {
            self.discard(row);
            self.quarantine(number);
            return Err(unfit(&world, class, slot, &id));
        }
        let head = self.registry.head_mut(number);
        head.reside(Residence::Row(row));
        head.set_near(state.behind == 1);
        world.counters.loads.add(1);
        if state.moved && !self.is_read_only {
            self.snapshot(number);
        }
        Ok(row)
    }

    /// Notes that a twin cannot be loaded.
    pub fn quarantine(&mut self, number: u32) {
        let head = self.registry.head_mut(number);
        if !head.is_quarantined() {
            head.quarantine();
            self.world.counters.quarantined.add(1);
        }
    }

    /// Where the last record of a twin without a row is; such a record is durable.
    pub fn recorded_at(&self, number: u32, class: u16) -> Result<Recorded, Refusal> {
        match self.registry.head(number).last() {
            Last::At(last) => Ok(Recorded { last, class }),
            Last::InBatch(_) => Err(lost(&self.registry.id(number))),
        }
    }

    /// The class of a twin.
    pub fn class_of(&self, number: u32) -> u16 {
        match self.registry.head(number).residence() {
            Residence::Row(row) => self.slabs.class(row).unwrap_or(0),
            Residence::Asleep(class) | Residence::Deleted(class) => class,
            Residence::Vacant(_) => 0,
        }
    }

    /// Writes the state of a resident twin into the batch.
    pub fn snapshot(&mut self, number: u32) {
        let head = *self.registry.head(number);
        let Residence::Row(row) = head.residence() else {
            return;
        };
        let world = Arc::clone(&self.world);
        let Some((class, slab, local)) = self.slabs.at(row) else {
            return;
        };
        self.outward.state(slab, local, &world.canon);
        let count = slab.slots() as usize;
        let snapshot = NewSnapshot {
            id: &self.registry.id_of(&head),
            schema: world.class(class).schema,
            epoch: self.outward.epoch,
            sequence: head.sequence(),
            // The event was at this time or before; for finding a past state that is enough.
            time: self.clock.now(),
            slots: &[],
            heap: &[],
        };
        let (slots, heap) = self.outward.whole(count);
        let snapshot = NewSnapshot { slots, heap, ..snapshot };
        // One that is too large is left out: the events tell the same.
        if let Ok(relative) = snapshot.append_to(&mut self.batch, previous(head.last())) {
            self.recorded(number, head.sequence(), relative, true);
            world.counters.snapshots.add(1);
        }
    }

    /// Frees a row.
    pub fn discard(&mut self, row: u32) {
        if let Some((_, slab, local)) = self.slabs.at(row) {
            self.heaps -= slab.core(local).memory();
        }
        self.slabs.remove(row);
    }

    /// The state of a living twin, copied.
    pub fn portrait(&mut self, address: &Address) -> Result<Portrait, Refusal> {
        let number = self.find(address)?;
        let origin = address.id.clone();
        let row = match self.registry.head(number).residence() {
            Residence::Row(row) => row,
            _ => {
                let class = self.class_of(number);
                let recorded = self.recorded_at(number, class)?;
                let state = restore(&self.world, recorded, &origin)?;
                if state.schema == self.world.class(class).schema {
                    return Ok(Portrait { origin, class, slots: state.slots, heap: state.heap });
                }
                self.resident(number)?
            }
        };
        let Some((class, slab, local)) = self.slabs.at(row) else {
            return Err(lost(&origin));
        };
        let slots = (0..slab.slots()).map(|slot| slab.word(local, slot));
        Ok(Portrait { origin, class, slots: slots.collect(), heap: slab.core(local).words().to_vec() })
    }

    /// Forgets everything that is not durable.
    pub fn drop_all(&mut self) {
        match super::recover::shard(&self.world, self.share) {
            Ok((registry, covered)) => {
                self.registry = registry;
                self.evicted = self.evicted.max(covered);
            }
            // What cannot be read again is known as far as it was: records that are not there, or not what they
            // were, keep their twins from being answered for.
            Err(broken) => {
                super::provision::tell(&broken.to_string());
                for number in 0..self.registry.len() {
                    if let Residence::Row(_) = self.registry.head(number).residence() {
                        let class = self.class_of(number);
                        self.registry.head_mut(number).reside(Residence::Asleep(class));
                    }
                }
            }
        }
        self.slabs = Slabs::new(self.world.slabs());
        self.heaps = 0;
        self.hand = 0;
        self.leaving_bytes = 0;
    }
}

/// The state of a twin from the journal, in words of the program and with the slots of its last record.
pub(super) fn restore(world: &World, recorded: Recorded, id: &str) -> Result<Inward, Refusal> {
    let unavailable = |why: String| Refusal::Unavailable { why: format!("`{id}` is quarantined: {why}") };
    let Class { name, known, schema } = world.class(recorded.class);
    if known.is_none() {
        return Err(gone(id, name));
    }
    let reader = world.journal.reader();
    let state = chain::latest(&reader, recorded.last, &world.canon.tables.schemas);
    let (state, behind) = state.map_err(|broken: Broken| unavailable(broken.to_string()))?;
    let mut state = inward(state, &world.canon).map_err(unavailable)?;
    state.behind = behind;
    // What an earlier form of the class held is for its migration to judge.
    if state.schema == *schema
        && let Some(class) = state.slots.iter().find_map(|word| state.gone(*word))
    {
        return Err(gone(id, class));
    }
    Ok(state)
}

/// The refusal of a twin of a class, or that holds an object of one, which the program does not have.
pub(super) fn gone(id: &str, class: &str) -> Refusal {
    let way_out = format!("bring it back, or say `<formerly: #{class}>` in the class that it has become");
    Refusal::Unavailable { why: format!("`{id}` is quarantined: the program has no class {class} any more; {way_out}") }
}

/// The refusal of a twin whose slot holds what its declared type no longer admits.
fn unfit(world: &World, class: u16, slot: u32, id: &str) -> Refusal {
    let class = world.class(class);
    let slots = class.known.as_ref().map_or(&[][..], |known| known.info.slots);
    let slot = slots.get(slot as usize);
    let name = slot.map_or("?", |slot| slot.name);
    let declared = slot.and_then(|slot| slot.declared).unwrap_or("?");
    Refusal::Unavailable { why: format!("`{id}` is quarantined: its slot `{name}` is declared {declared} and holds another value") }
}
