//! Twins without a program that runs them: states from the journal, named by the data directory's tables.

use std::sync::Arc;

use super::chain;
use super::former::Former;
use super::host::machine_time;
use super::names::Names;
use super::project::{Projection, Unreadable};
use crate::bytes::Malformed;
use crate::data::Data;
use crate::event::{Event, EventKind, NewEvent, Previous};
use crate::index::{Error, Index, Life, Work};
use crate::journal::{Batch, Journal, Position, Reader};
use crate::program::Program;
use crate::tables::{Symbol, Tables};

pub(crate) use super::renumber::Numbers;
pub(crate) use super::state::State;

/// A data directory's tables, and the names in them.
pub(crate) struct Offline {
    tables: Tables,
    names: Names,
}

impl Offline {
    /// The tables do not tell what a class inherits; a program does, for the classes it has.
    pub fn new(tables: Tables, program: Option<&'static Program>) -> Self {
        let (known, former) = match program {
            Some(program) => (Names::of_program(program), Former::of(program)),
            None => Default::default(),
        };
        let names = Names::of_disk(&tables, &known, &former);
        Self { tables, names }
    }

    /// The latest state of a twin whose last record is at a position; else what is wrong with its records.
    pub fn state(&self, reader: &Reader, last: Position) -> Result<State, String> {
        chain::latest(reader, last, &self.tables.schemas).map(|(state, _)| state).map_err(|broken| broken.to_string())
    }

    /// The name of a schema's class.
    pub fn class(&self, schema: u32) -> &str {
        self.names.class(schema).map_or("?", |form| &form.name)
    }

    /// The text of a symbol.
    pub fn symbol(&self, number: u32) -> &str {
        self.names.symbol(number).unwrap_or("?")
    }

    /// The names of a schema's slots.
    pub fn slots(&self, schema: u32) -> &[Arc<str>] {
        self.names.class(schema).map_or(&[], |form| &form.slots)
    }

    /// One slot of a state; else why it cannot be shown, and whether that is because it is damaged.
    pub fn slot(&self, state: &State, id: &str, index: usize) -> Result<Data, (&'static str, bool)> {
        if let Some(integer) = state.integer(index, self.slots(state.schema).len()) {
            return Ok(Data::Integer(integer));
        }
        let word = state.slots.get(index).copied().ok_or(Unreadable::Damaged);
        word.and_then(|word| Projection::new(&self.names, &state.heap, id).data(word)).map_err(|unreadable| match unreadable {
            Unreadable::Cycle => ("it contains itself or is nested too deeply to be shown", false),
            Unreadable::Large => ("it is too large to be shown", false),
            Unreadable::Damaged => ("it is damaged", true),
        })
    }

    /// The arguments of an event; those that cannot be shown are left out as nil.
    pub fn arguments(&self, event: &Event<'_>) -> Vec<Data> {
        let heap = event.argument_heap.native();
        let mut projection = Projection::new(&self.names, &heap, event.id);
        event.arguments.iter().map(|word| projection.data(word).unwrap_or(Data::Nil)).collect()
    }
}

/// Whether a twin may have an id; else why not.
pub(crate) fn check_id(id: &str) -> Result<(), String> {
    super::twins::check_id(id).map_err(|refusal| refusal.to_string())
}

/// Where the deletion of a twin is, which is deleted if it lives; nothing if there is no such twin. The index must cover all of the
/// log, and does so afterwards.
pub(crate) fn delete(journal: &dyn Journal, index: &Index, tables: &mut Tables, id: &str) -> Result<Option<Position>, Error> {
    let reader = journal.reader();
    let Some((last, twin)) = index.find(&reader, id)? else {
        // Its name may have been left.
        index.unname(id, journal.durable(), &Work::new())?;
        return Ok(None);
    };
    if twin.life == Life::Ends {
        return Ok(Some(last));
    }
    let mut batch = Batch::new();
    let selector = tables.symbols.intern(Symbol("delete".to_owned()), &mut batch);
    let (sequence, schema, time) = (twin.sequence + 1, twin.schema, machine_time());
    let event = NewEvent { kind: EventKind::Deleted, id, sequence, time, schema, selector, ..NewEvent::default() };
    let appended = event.append_to(&mut batch, Previous::At(last));
    let relative = appended.map_err(|_| Error::Malformed(last, Malformed("its twin cannot be deleted")))?;
    let base = journal.commit(&batch)?;
    journal.roll()?;
    index.catch_up(&journal.reader(), &Work::new())?;
    Ok(Some(Position(base.0 + relative)))
}
