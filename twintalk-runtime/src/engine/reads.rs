//! What a shard answers without running anything.

use super::api::{Refusal, TwinState};
use super::head::Residence;
use super::job::{Address, Found, Recorded};
use super::project::Projection;
use super::shard::Shard;
use super::turns::lost;
use crate::data::Data;
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
        self.flush();
        let number = self.number(address.hash, &address.id)?;
        let number = number.ok_or_else(|| Refusal::NoSuchTwin { id: address.id.clone() })?;
        self.recorded_at(number, self.class_of(number))
    }
}
