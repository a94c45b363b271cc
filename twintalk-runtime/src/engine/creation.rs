//! New twins: made by `initialize`, or of a copy of another one's state; their first records.

use std::hint::black_box;

use super::api::Refusal;
use super::head::Residence;
use super::job::{Address, Creation, Portrait, Reply, Results};
use super::shard::{Needs, Shard};
use super::turns::{WINDOW, lost, raised};
use super::world::{Class, Known};
use crate::data::Data;
use crate::event::EventKind;
use crate::library::selector;
use crate::value::SELF;

impl Shard {
    /// Makes twins in order.
    pub fn creations(&mut self, creations: Vec<Creation>, reply: Reply<Results<u64>>) {
        let mut needs = Needs::NOTHING;
        let mut results = Vec::with_capacity(creations.len());
        let mut creations = creations.into_iter();
        let mut foreseen = 0;
        while let Some(Creation { index, address, class, state }) = creations.next() {
            if foreseen == 0 {
                foreseen = WINDOW;
                self.foresee(&creations.as_slice()[..WINDOW.min(creations.len())]);
            }
            foreseen -= 1;
            let result = self.create(&address, class, &state);
            // A refusal may tell of a twin, whose last record it waits for.
            let number = result.as_ref().map_or_else(|_| self.registry.find(address.hash, &address.id), |(number, _)| Some(*number));
            if let Some(number) = number {
                needs = needs.and(self.registry.head(number).last());
            }
            results.push((index, result.map(|(_, sequence)| sequence)));
            if let Err(refusal) = self.flush_full(&mut needs, &address.id) {
                return self.deliver(Needs::NOTHING, Err(refusal), reply);
            }
        }
        self.deliver(needs, Ok(results), reply);
    }

    /// Asks for the memory that tells whether the ids of twins to be made are free.
    fn foresee(&self, creations: &[Creation]) {
        let directory = self.world.directory();
        for Creation { address, .. } in creations {
            black_box(self.registry.candidate(address.hash));
            if let Some(directory) = &directory {
                directory.expect(&address.id);
            }
        }
    }

    /// Makes a twin: `initialize`, then its slots are set as their accessors do it. Answers its number and sequence.
    pub fn create(&mut self, address: &Address, class: u16, state: &[(String, Data)]) -> Result<(u32, u64), Refusal> {
        let deleted = self.check_free(address)?;
        let world = std::sync::Arc::clone(&self.world);
        let Class { name, known: Some(known), .. } = world.class(class) else {
            let name = world.class(class).name.clone();
            return Err(Refusal::NoSuchClass { name });
        };
        let setters = setters(known, state)?;
        let row = self.slabs.add(class).ok_or_else(|| lost(&address.id))?;
        let Some((_, slab, local)) = self.slabs.at(row) else {
            return Err(lost(&address.id));
        };
        self.turn.set_twin_id(&address.id);
        let outcome = slab.run(local, &mut self.turn, &mut |t| {
            t.send(selector::INITIALIZE, SELF, &[])?;
            for (selector, data) in &setters {
                let value = t.import(data)?;
                t.send(*selector, SELF, &[value])?;
            }
            Ok(SELF)
        });
        self.heaps += slab.core(local).memory();
        self.take_transcript();
        if let Err(ended) = outcome {
            self.tally.failures += 1;
            let failure = self.failed(ended, None, row);
            self.discard(row);
            return Err(raised(&address.id, name, "initialize", failure));
        }
        let sent = self.turn.changes().sent.len() as u32;
        self.arguments.set(&[], &world.canon);
        self.begin(address, deleted, row, EventKind::Created, "new", sent)
    }

    /// Makes a twin of a copy of another one's state.
    pub fn adopt(&mut self, address: &Address, portrait: Portrait) -> Result<u64, Refusal> {
        let deleted = self.check_free(address)?;
        let row = self.slabs.add(portrait.class).ok_or_else(|| lost(&address.id))?;
        let Some((_, slab, local)) = self.slabs.at(row) else {
            return Err(lost(&address.id));
        };
        // The state comes from a row of the same class, so it fits.
        let loaded = slab.load(local, &portrait.slots, portrait.heap, 0);
        self.heaps += slab.core(local).memory();
        if loaded.is_err() {
            self.discard(row);
            return Err(lost(&address.id));
        }
        let world = std::sync::Arc::clone(&self.world);
        self.arguments.set(&[Data::Twin(portrait.origin)], &world.canon);
        let begun = self.begin(address, deleted, row, EventKind::Cloned, "clone", 0);
        begun.map(|(_, sequence)| sequence)
    }

    /// Enters a new twin that is in a row, with all of its state as its first event. The id may be that of a deleted one.
    fn begin(
        &mut self,
        address: &Address,
        deleted: Option<u32>,
        row: u32,
        kind: EventKind,
        selector: &str,
        sent: u32,
    ) -> Result<(u32, u64), Refusal> {
        let number = match deleted {
            Some(number) => {
                let head = self.registry.head_mut(number);
                head.reside(Residence::Row(row));
                number
            }
            None => self.registry.add(address.hash, &address.id, Residence::Row(row)),
        };
        self.registry.head_mut(number).touch();
        if let Some((_, slab, local)) = self.slabs.at(row) {
            self.outward.state(slab, local, &self.world.canon);
        }
        self.world.counters.twins.add(1);
        let selector = self.world.disk_symbol(selector);
        Ok((number, self.record(number, kind, selector, sent)?))
    }

    /// Whether a new twin may have an id; answers the number of the deleted one that had it.
    fn check_free(&mut self, address: &Address) -> Result<Option<u32>, Refusal> {
        self.check_writable()?;
        let number = self.number(address.hash, &address.id)?;
        let is_free = number.is_none_or(|number| matches!(self.registry.head(number).residence(), Residence::Deleted(_)));
        if is_free { Ok(number) } else { Err(Refusal::Exists { id: address.id.clone() }) }
    }
}

/// The setters of the slots a new twin is given, and what they are to be set to.
fn setters<'a>(known: &Known, state: &'a [(String, Data)]) -> Result<Vec<(u32, &'a Data)>, Refusal> {
    let setters = state.iter().map(|(slot, data)| match known.external.get(format!("{slot}:").as_str()) {
        Some(&selector) => Ok((selector, data)),
        None => Err(Refusal::Malformed { what: format!("{} has no slot `{slot}` that may be set", known.info.name) }),
    });
    setters.collect()
}
