//! The history of a twin: its events, with what they changed in readable form.

use super::api::{Event, Moment, Refusal};
use super::beginning::Beginning;
use super::chain::{Broken, Chain, Link, Replay, step};
use super::delta::{Deltas, readable};
use super::job::Recorded;
use super::project::Projection;
use super::view::broken;
use super::world::World;
use crate::data::Data;
use crate::event;
use crate::index::Ahead;
use crate::journal::Position;

/// Up to `limit` events after one, in order; after 0 those from the first that is kept.
pub(super) fn events(world: &World, recorded: Recorded, id: &str, after: u64, limit: usize) -> Result<Vec<Event>, Refusal> {
    if let Some(events) = part(world, recorded, id, after, limit)? {
        return Ok(events);
    }
    let reader = world.journal.reader();
    let beginning = Beginning::of(world, &reader, id, recorded).map_err(|error| broken(id, &error))?;
    if after > 0 && beginning.is_cut {
        return Err(Refusal::PastNotKept { id: id.to_owned(), first: beginning.event });
    }
    let after = beginning.event.saturating_sub(1).max(after);
    Ok(part(world, recorded, id, after, limit)?.unwrap_or_default())
}

/// Up to `limit` events after one; nothing if the one that follows it is not there, though later ones are or were.
pub(super) fn part(world: &World, recorded: Recorded, id: &str, after: u64, limit: usize) -> Result<Option<Vec<Event>>, Refusal> {
    let until = Moment::Sequence(after.saturating_add(limit as u64));
    let reader = &world.journal.reader();
    let directory = world.directory();
    let start = world.by(directory.as_deref(), reader, id, recorded.last, until);
    if start == Position::NONE {
        return Ok(None);
    }
    let chain = || Chain::ahead(reader, start, directory.as_deref().map(|directory| Ahead::new(directory, reader, id)));
    let broken = |error| broken(id, &error);
    let schemas = &world.canon.tables.schemas;
    let replay = match Replay::alone(chain(), until, after, schemas).map_err(broken)? {
        Some(replay) => replay,
        None => Replay::up_to(chain(), until, after).map_err(broken)?,
    };
    let Replay { mut state, links, reached } = replay;
    let mut deltas = Deltas::new(&world.canon.names, schemas, id);
    let mut listed = Vec::with_capacity(limit.min(links.len()));
    for (position, link) in links {
        let event = match link {
            Link::Event(event) if event.sequence > after && listed.len() < limit => event,
            _ => {
                step(&mut state, position, &link, schemas).map_err(broken)?;
                deltas.forget();
                continue;
            }
        };
        let changes = deltas.apply(&mut state, &event);
        listed.push(Event {
            sequence: event.sequence,
            time: event.time,
            selector: world.canon.names.shared_symbol(event.selector),
            arguments: arguments(world, &event, id),
            changes: changes.map_err(|error| broken(Broken::Malformed(position, error)))?,
            sent: Vec::new(),
        });
    }
    let is_next = |first: &Event| first.sequence <= after.saturating_add(1);
    let is_gapless = reached <= after || listed.first().is_some_and(is_next);
    Ok(is_gapless.then_some(listed))
}

fn arguments(world: &World, event: &event::Event<'_>, id: &str) -> Vec<Data> {
    let heap = event.argument_heap.native();
    let mut projection = Projection::new(&world.canon.names, &heap, id);
    event.arguments.iter().map(|word| readable(projection.data(word))).collect()
}
