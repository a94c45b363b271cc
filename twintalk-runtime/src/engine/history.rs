//! The history of a twin: its events, with what they changed in readable form.

use super::api::{Event, Moment, Refusal};
use super::chain::{Link, Replay, step};
use super::job::Recorded;
use super::names::Form;
use super::project::Projection;
use super::state::{State, begins};
use super::view::{broken, slot};
use super::world::World;
use crate::data::Data;
use crate::event::{self, EventKind};
use crate::value::Value;

/// Up to `limit` events after one, in order.
pub(super) fn events(world: &World, recorded: Recorded, id: &str, after: u64, limit: usize) -> Result<Vec<Event>, Refusal> {
    let until = Moment::Sequence(after.saturating_add(limit as u64));
    let reader = world.journal.reader();
    let start = world.by(&reader, id, recorded.last, until);
    let broken = |error| broken(id, &error);
    let schemas = &world.canon.tables.schemas;
    let replay = match Replay::alone(&reader, start, until, after, schemas).map_err(broken)? {
        Some(replay) => replay,
        None => Replay::up_to(&reader, start, until, after).map_err(broken)?,
    };
    let Replay { mut state, links } = replay;
    let mut readable = Vec::new();
    for (position, link) in links {
        // What lies in the heap may have changed under slots that were not written.
        let before = match &link {
            Link::Event(event) if event.sequence > after && (changes_heap(event) || event.kind == EventKind::Migrated) => {
                Some(state.clone())
            }
            _ => None,
        };
        step(&mut state, position, &link, schemas).map_err(broken)?;
        let Link::Event(event) = link else { continue };
        if event.sequence > after && readable.len() < limit {
            readable.push(Event {
                sequence: event.sequence,
                time: event.time,
                selector: selector(world, &event),
                arguments: arguments(world, &event, id),
                changes: changes(world, &event, before.as_ref(), &state, id),
                sent: Vec::new(),
            });
        }
    }
    Ok(readable)
}

fn changes_heap(event: &event::Event<'_>) -> bool {
    event.writes().len() > 0 && !begins(event.kind)
}

fn selector(world: &World, event: &event::Event<'_>) -> String {
    let text = world.canon.names.symbol(event.selector);
    text.unwrap_or_default().to_owned()
}

fn arguments(world: &World, event: &event::Event<'_>, id: &str) -> Vec<Data> {
    let heap = event.argument_heap.native();
    let mut projection = Projection::new(&world.canon.names, &heap, id);
    let words = event.arguments.iter();
    words.map(|word| projection.data(word).unwrap_or_else(|_| unreadable())).collect()
}

/// The slots an event wrote, and those whose objects it wrote into, with their new values. At the start of a
/// life those that are nil are left out.
fn changes(world: &World, event: &event::Event<'_>, before: Option<&State>, state: &State, id: &str) -> Vec<(String, Data)> {
    let Some(form) = world.canon.names.class(state.schema) else {
        return Vec::new();
    };
    if event.kind == EventKind::Migrated {
        return migrated(world, form, before, state, id);
    }
    let written: Vec<usize> = event.changed_slots().map(|(index, _)| index).collect();
    let mut changes = Vec::new();
    for (index, name) in form.slots.iter().enumerate() {
        let is_written = written.contains(&index);
        let word = state.slots.get(index).copied().unwrap_or_default();
        let before = before.filter(|_| !is_written && Value::from_bits(word).is_reference());
        if !is_written && before.is_none() {
            continue;
        }
        let data = slot(world, state, id, index).unwrap_or_else(|_| unreadable());
        if let Some(before) = before
            && slot(world, before, id, index).is_ok_and(|old| old == data)
        {
            continue;
        }
        if begins(event.kind) && data == Data::Nil {
            continue;
        }
        changes.push((name.clone(), data));
    }
    changes
}

/// The slots that are not what those of their names were.
fn migrated(world: &World, form: &Form, before: Option<&State>, state: &State, id: &str) -> Vec<(String, Data)> {
    let old = before.and_then(|before| Some((before, world.canon.names.class(before.schema)?)));
    let was = |name: &str| {
        let (before, form) = old?;
        let index = form.slots.iter().position(|slot| slot == name)?;
        slot(world, before, id, index).ok()
    };
    let slots = form.slots.iter().enumerate().filter_map(|(index, name)| {
        let data = slot(world, state, id, index).unwrap_or_else(|_| unreadable());
        (data != was(name).unwrap_or(Data::Nil)).then(|| (name.clone(), data))
    });
    slots.collect()
}

/// What stands for a value that cannot be shown, so that the rest of a history can.
fn unreadable() -> Data {
    Data::Object { class: "Unreadable".to_owned(), slots: Vec::new() }
}
