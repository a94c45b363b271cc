//! What events changed, found while they are applied one after the other.
//!
//! ```text
//! event ─▶ words written ─▶ objects (map) ─▶ slots that lead to them (marks) ─▶ what became of each (walk)
//!                                                                                 sequence: by places
//! ```
//!
//! One state is kept, which the events are applied to, and of the state before only the words that an event overwrites. So an event
//! costs what it wrote, however large the collections are that it wrote into; that the heap is walked over once, when the
//! first such event is read, is part of reading the state.

mod map;
mod marks;
mod sequence;
mod walk;
pub(super) mod work;

use std::sync::Arc;

use super::change::Change;
use super::names::Names;
use super::project::{Projection, Unreadable};
use super::state::{State, begins, is_whole};
use crate::bytes::Malformed;
use crate::data::Data;
use crate::event::Event;
use crate::tables::{Schema, Table};
use map::Map;
use marks::Marks;
use walk::Walk;

/// What all events of one twin are read with.
pub(super) struct Deltas<'a> {
    names: &'a Names,
    schemas: &'a Table<Schema>,
    id: &'a str,
    /// Of the heap of the state after the event before.
    map: Option<Map>,
    /// The slots before the event; this memory and the next is used again for each.
    slots: Vec<u64>,
    is_written: Vec<bool>,
}

/// What a turn changed, by slot.
type Changes = Vec<(Arc<str>, Change)>;

impl<'a> Deltas<'a> {
    /// Of the twin of an id.
    pub fn new(names: &'a Names, schemas: &'a Table<Schema>, id: &'a str) -> Self {
        Self { names, schemas, id, map: None, slots: Vec::new(), is_written: Vec::new() }
    }

    /// To be told when the state was replaced, or an event was applied otherwise.
    pub fn forget(&mut self) {
        self.map = None;
    }

    /// Applies the next event to the state, and answers what it changed. At the start of a life slots that are nil are left out, and after a
    /// migration those that are as they were.
    pub fn apply(&mut self, state: &mut State, event: &Event<'_>) -> Result<Changes, Malformed> {
        if is_whole(event.kind) {
            self.forget();
            let before = std::mem::take(state);
            state.sequence = before.sequence;
            state.apply(event, self.schemas)?;
            let before = Some(before).filter(|_| !begins(event.kind));
            return Ok(self.whole(state, before.as_ref()));
        }
        if event.schema != state.schema {
            state.follow(event.schema, self.schemas)?;
        }
        self.slots.clone_from(&state.slots);
        work::count(self.slots.len());
        let length = state.heap.len();
        let written = event.writes().map(|(at, _)| at).filter(|&at| (at as usize) < length);
        let mut before: Vec<(u32, u64)> = written.map(|at| (at, state.heap[at as usize])).collect();
        before.sort_unstable();
        before.dedup();
        if self.map.is_none() && !before.is_empty() {
            self.map = Map::of(&state.heap);
        }
        state.apply(event, self.schemas)?;
        let written = before.iter().map(|&(at, _)| at);
        if self.map.as_mut().is_some_and(|map| map.grow(&state.heap, written).is_none()) {
            self.forget();
        }
        Ok(self.changes(state, event, &before))
    }

    /// The slots that an event wrote, and those that lead to objects it wrote into.
    fn changes(&mut self, state: &State, event: &Event<'_>, before: &[(u32, u64)]) -> Changes {
        let Some(form) = self.names.class(state.schema) else { return Vec::new() };
        let count = form.slots.len();
        self.is_written.clear();
        self.is_written.resize(count, false);
        for (index, _) in event.changed_slots() {
            // The upper half of an integer stands as many slots further on.
            if let Some(is_written) = self.is_written.get_mut(if index < count { index } else { index - count }) {
                *is_written = true;
            }
        }
        let marks = match &self.map {
            Some(map) if !before.is_empty() => Marks::of(map, &state.heap, before),
            _ => Marks::default(),
        };
        let mut walk = Walk::new(self.names, &state.heap, before, &marks, self.id);
        // Most events write into no object.
        let mut changes = Vec::with_capacity(event.slots.len());
        changes.extend(form.slots.iter().zip(&self.is_written).enumerate().filter_map(|(index, (name, &is_written))| {
            let word = state.slots.get(index).copied().unwrap_or_default();
            let is_same = self.slots.get(index) == Some(&word);
            let change = match map::target(word) {
                // The objects cannot be told apart: what may have changed is shown as it is.
                Some(_) if self.map.is_none() && !before.is_empty() => Some(Change::Value(self.value(state, index, count))),
                Some(object) if is_same => walk.object(object),
                _ => is_written.then(|| Change::Value(self.value(state, index, count))),
            };
            Some((Arc::clone(name), change?))
        }));
        changes
    }

    /// The slots that are not what those of their names were, or not nil.
    fn whole(&self, state: &State, before: Option<&State>) -> Changes {
        let Some(form) = self.names.class(state.schema) else { return Vec::new() };
        let old = before.and_then(|before| Some((before, &self.names.class(before.schema)?.slots)));
        let was = |name: &Arc<str>| {
            let (before, slots) = old?;
            let index = slots.iter().position(|slot| slot == name)?;
            Some(self.value(before, index, slots.len()))
        };
        let slots = form.slots.iter().enumerate().map(|(index, name)| (name, self.value(state, index, form.slots.len())));
        let changed = slots.filter(|(name, data)| *data != was(name).unwrap_or(Data::Nil));
        changed.map(|(name, data)| (Arc::clone(name), Change::Value(data))).collect()
    }

    /// What a slot holds.
    fn value(&self, state: &State, index: usize, count: usize) -> Data {
        if let Some(integer) = state.integer(index, count) {
            return Data::Integer(integer);
        }
        let word = state.slots.get(index).ok_or(Unreadable::Damaged);
        readable(word.and_then(|&word| Projection::new(self.names, &state.heap, self.id).data(word)))
    }
}

/// A value, or what stands for one that cannot be shown, so that the rest of a history can.
pub(super) fn readable(data: Result<Data, Unreadable>) -> Data {
    data.unwrap_or_else(|_| Data::Object { class: "Unreadable".to_owned(), slots: Vec::new() })
}
