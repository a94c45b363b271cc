//! What a shard answers without running anything.

use std::collections::BinaryHeap;

use super::api::{Refusal, TwinState};
use super::head::Residence;
use super::job::{Address, Found, Recorded, Reply};
use super::project::Projection;
use super::shard::{Needs, Shard};
use super::turns::lost;
use crate::data::Data;
use crate::journal::Position;
use crate::row::Word;

impl Shard {
    /// The state of a living twin if it is resident, else where it is.
    pub fn found(&mut self, number: u32) -> Result<Found, Refusal> {
        let head = *self.registry.head(number);
        let Residence::Row(row) = head.residence() else {
            let class = self.class_of(number);
            return self.recorded_at(number, class).map(Found::Asleep);
        };
        let id = &*self.registry.id_of(&head);
        let Some((class, slab, local)) = self.slabs.at(row) else {
            return Err(lost(id));
        };
        let class = self.world.class(class);
        let slots = class.known.as_ref().map_or(&[][..], |known| known.info.slots);
        let words: Vec<Word> = (0..slab.slots()).map(|slot| slab.word(local, slot)).collect();
        let heap = slab.core(local).words();
        let mut projection = Projection::new(&self.world.names, heap, id);
        let mut state = Vec::with_capacity(words.len());
        for (slot, word) in slots.iter().zip(words) {
            let data = match word {
                Word::Int64(integer) => Data::Integer(integer),
                Word::Value(value) => projection.data(value.bits()).map_err(|unreadable| unreadable.refusal(slot.name))?,
            };
            state.push((slot.name.to_owned(), data));
        }
        Ok(Found::Resident(TwinState { id: id.to_owned(), class: class.name.clone(), sequence: head.sequence(), state }))
    }

    /// Where the last record of a twin is. The answer is only right once that record is in the journal, so
    /// what is in the batch is appended first.
    pub fn locate(&mut self, address: &Address) -> Result<Recorded, Refusal> {
        let find = |shard: &Self| {
            let found = shard.registry.find(address.hash, &address.id);
            found.ok_or_else(|| Refusal::NoSuchTwin { id: address.id.clone() })
        };
        self.flush();
        let number = find(self)?;
        self.recorded_at(number, self.class_of(number))
    }

    /// Answers the living twins with the lowest ids after one.
    pub fn list(&mut self, class: Option<u16>, after: Option<&str>, limit: usize, reply: Reply<Vec<(String, Found)>>) {
        let mut lowest: BinaryHeap<(String, u32)> = BinaryHeap::new();
        for (number, head) in self.registry.heads() {
            if matches!(head.residence(), Residence::Deleted(_)) || class.is_some_and(|class| self.class_of(number) != class) {
                continue;
            }
            let id = self.registry.id_of(head);
            if after.is_some_and(|after| *id <= *after) {
                continue;
            }
            if lowest.len() < limit {
                lowest.push((id.to_owned(), number));
            } else if lowest.peek().is_some_and(|highest| *id < *highest.0) {
                lowest.pop();
                lowest.push((id.to_owned(), number));
            }
        }
        let lowest = lowest.into_sorted_vec();
        let mut needs = Needs { at: Position::NONE, in_batch: None };
        let found = lowest.into_iter().map(|(id, number)| {
            needs = needs.and(self.registry.head(number).last());
            self.found(number).map(|found| (id, found))
        });
        let found = found.collect();
        self.deliver(needs, found, reply);
    }
}
