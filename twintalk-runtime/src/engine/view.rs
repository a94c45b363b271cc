//! States read from the journal, by whoever asks: no shard is kept from its turns for it, and no row is made.

use super::api::{Moment, Refusal, TwinState};
use super::beginning::Beginning;
use super::chain::{Broken, Chain, Replay};
use super::job::Recorded;
use super::project::{Projection, Unreadable};
use super::state::State;
use super::world::World;
use crate::data::Data;
use crate::event::EventKind;
use crate::index::Ahead;

/// The latest state of a twin that is asleep.
pub(super) fn latest(world: &World, recorded: Recorded, id: &str) -> Result<TwinState, Refusal> {
    let class = world.class(recorded.class);
    if class.known.is_none() {
        return Err(super::load::gone(id, &class.name));
    }
    shown(world, recorded, id)
}

/// The latest state of a twin, also of a class that the program no longer has.
pub(super) fn shown(world: &World, recorded: Recorded, id: &str) -> Result<TwinState, Refusal> {
    let schemas = &world.canon.tables.schemas;
    let reader = world.journal.reader();
    let state = super::chain::latest(&reader, recorded.last, schemas);
    let (mut state, _) = state.map_err(|error| broken(id, &error))?;
    let class = world.class(recorded.class);
    let brought = match &class.known {
        Some(known) => world.canon.bring(&mut state, known.number),
        None if state.schema != class.schema => state.follow(class.schema, schemas),
        None => Ok(()),
    };
    brought.map_err(|error| broken(id, &error))?;
    view(world, &state, id)
}

/// The state of a twin at a moment, with the slots its class had then.
pub(super) fn past(world: &World, recorded: Recorded, id: &str, moment: Moment) -> Result<TwinState, Refusal> {
    let reader = world.journal.reader();
    let directory = world.directory();
    let start = world.by(directory.as_deref(), &reader, id, recorded.last, moment);
    let chain = Chain::ahead(&reader, start, directory.as_deref().map(|directory| Ahead::new(directory, &reader, id)));
    let replay = Replay::up_to(chain, moment, u64::MAX);
    let replay = replay.map_err(|error| broken(id, &error))?;
    if let Some(event) = replay.last_event()
        && event.kind == EventKind::Deleted
    {
        return Err(Refusal::Deleted { id: id.to_owned() });
    }
    let state = replay.finish(&world.canon.tables.schemas);
    let state = state.map_err(|error: Broken| broken(id, &error))?;
    if state.sequence == 0 {
        let beginning = Beginning::of(world, &reader, id, recorded).map_err(|error| broken(id, &error))?;
        return Err(beginning.refusal(id));
    }
    view(world, &state, id)
}

/// A state as data.
fn view(world: &World, state: &State, id: &str) -> Result<TwinState, Refusal> {
    let form = world.canon.names.class(state.schema);
    let form = form.ok_or_else(|| broken(id, &"its schema is not in the table"))?;
    let slots = form.slots.iter().enumerate().map(|(index, name)| {
        let data = slot(world, state, id, index).map_err(|unreadable| unreadable.refusal(name))?;
        Ok((name.to_string(), data))
    });
    Ok(TwinState { id: id.to_owned(), class: form.name.clone(), sequence: state.sequence, state: slots.collect::<Result<_, Refusal>>()? })
}

/// One slot of a state as data.
pub(super) fn slot(world: &World, state: &State, id: &str, index: usize) -> Result<Data, Unreadable> {
    let names = &world.canon.names;
    let count = names.class(state.schema).map_or(0, |form| form.slots.len());
    if let Some(integer) = state.integer(index, count) {
        return Ok(Data::Integer(integer));
    }
    let word = state.slots.get(index).ok_or(Unreadable::Damaged)?;
    Projection::new(names, &state.heap, id).data(*word)
}

/// The refusal of a twin whose records cannot be used.
pub(super) fn broken(id: &str, why: &dyn std::fmt::Display) -> Refusal {
    Refusal::Unavailable { why: format!("`{id}` is quarantined: {why}") }
}
