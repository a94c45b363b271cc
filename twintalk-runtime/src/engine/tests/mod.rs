//! Tests of the engine as a whole, through its handle.

mod compaction;
mod crash;
mod damage;
mod delta;
mod faults;
mod feed;
mod fleet;
mod gate;
mod history;
mod index;
mod life;
mod measure;
mod model;
mod provisioning;
mod steps;
mod upgrade;

use std::sync::Arc;

use super::api::{Moment, Options, Refusal, TwinState};
use super::change::{Change, SequenceChange};
use super::twins::Twins;
use crate::data::Data;
use crate::index::Work;
use crate::journal::{Config, Journal, MemoryLog};
use crate::program::Program;

/// A log in memory, which outlives those that are opened over it.
fn log() -> Arc<dyn Journal> {
    Arc::new(MemoryLog::new(&Config { segment_bytes: 1 << 16, ..Config::default() }))
}

/// Opens the twins of a log.
#[track_caller]
fn open(program: &'static Program, options: &Options, log: &Arc<dyn Journal>) -> Twins {
    Twins::open_journal(program, options, Arc::new(Shared(Arc::clone(log))), None).unwrap()
}

/// A log that stays open when the engine closes it.
struct Shared(Arc<dyn Journal>);

impl Journal for Shared {
    fn append(
        &self,
        batch: &crate::journal::Batch,
        completion: crate::journal::Completion,
    ) -> Result<crate::journal::Position, crate::journal::Error> {
        self.0.append(batch, completion)
    }

    fn durable(&self) -> crate::journal::Position {
        self.0.durable()
    }

    fn reader(&self) -> crate::journal::Reader {
        self.0.reader()
    }

    fn commits(&self) -> u64 {
        self.0.commits()
    }

    fn space(&self) -> std::io::Result<Option<crate::journal::Space>> {
        self.0.space()
    }

    fn close(&self) -> Result<(), crate::journal::Error> {
        Ok(())
    }
}

/// Does one piece of work on the index, if there is one. That it may fail changes nothing.
fn index(twins: &Twins) {
    let world = twins.world();
    if let Some(lookup) = &world.index {
        let _ = lookup.index.step(&world.journal.reader(), &Work::new());
    }
}

/// Compacts all that is sealed. That it may fail changes nothing.
fn compact(twins: &Twins) {
    if let Some(compaction) = &twins.world().compaction {
        let _ = compaction.run_always(i64::MAX, &Work::new());
    }
}

/// What a slot of a twin holds.
#[track_caller]
fn slot(twins: &Twins, id: &str, name: &str) -> Data {
    let state = twins.read_blocking(id, Moment::Now).unwrap();
    let found = state.state.into_iter().find(|(slot, _)| slot == name);
    found.unwrap_or_else(|| panic!("{id} has no slot {name}")).1
}

#[track_caller]
fn send(twins: &Twins, id: &str, selector: &str, arguments: &[Data]) -> (Data, u64) {
    let sent = twins.send_blocking(id, selector, arguments.to_vec()).unwrap();
    (sent.answer, sent.sequence)
}

#[track_caller]
fn refused(twins: &Twins, id: &str, selector: &str, arguments: &[Data]) -> Refusal {
    twins.send_blocking(id, selector, arguments.to_vec()).unwrap_err()
}

fn changes(slots: &[(&str, Change)]) -> Vec<(Arc<str>, Change)> {
    slots.iter().map(|(name, change)| (Arc::from(*name), change.clone())).collect()
}

fn int(integer: i64) -> Data {
    Data::Integer(integer)
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

fn array(elements: &[Data]) -> Data {
    Data::Array(elements.to_vec())
}
