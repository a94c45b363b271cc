//! Twins whose class has changed since their last record: before the next message their slots are filled by name, and
//! `migrateFrom:` runs where the class has one.
//!
//! | the class | what is recorded | its sequence |
//! |---|---|---|
//! | has no `migrateFrom:` | a snapshot | stays |
//! | has one | an event of its own, which holds the whole state | counts |
//!
//! Either is of the new schema, so that no later version has to know how this one understood the one before.

use std::collections::HashMap;
use std::sync::Arc;

use super::api::Refusal;
use super::head::Residence;
use super::inward::Inward;
use super::provision::tell;
use super::shard::Shard;
use super::turns::lost;
use super::world::{Class, Known, World};
use crate::answer::Answer;
use crate::backtrace::{is_own, title};
use crate::event::EventKind;
use crate::failure::Failure;
use crate::library::{class, selector};
use crate::row::Word;
use crate::turn::Turn;
use crate::value::{SELF, Value};

/// The selector of the method that makes an old state a new one.
pub(super) const MIGRATE: &str = "migrateFrom:";

/// So many failed migrations of a shard are remembered; further twins are tried again with each message.
const REMEMBERED: usize = 4096;

/// Twins that could not be brought to their class as it is now, and what those are told who ask them. They are tried
/// again by the next program.
#[derive(Default)]
pub(super) struct Unmigrated {
    refusals: HashMap<String, Refusal>,
    is_quiet: bool,
}

impl Unmigrated {
    /// Why a twin was not brought to its class as it is now.
    pub fn why(&self, id: &str) -> Option<Refusal> {
        self.refusals.get(id).cloned()
    }

    /// Forgets a twin.
    pub fn forget(&mut self, id: &str) {
        self.refusals.remove(id);
    }

    /// Tells nothing to whoever runs the server.
    pub fn keep_quiet(&mut self) {
        self.is_quiet = true;
    }

    /// Remembers it; the first one is told to whoever runs the server, with the place of the error.
    fn note(&mut self, id: &str, refusal: &Refusal, failure: &Failure) {
        if !self.is_quiet {
            self.is_quiet = true;
            let at = failure.trace.iter().find(|frame| is_own(frame));
            let at = at.map_or_else(String::new, |frame| format!(" [{frame}]"));
            tell(&format!("{refusal}{at}; of further twins only those are told who ask them"));
        }
        if self.refusals.len() < REMEMBERED {
            self.refusals.insert(id.to_owned(), refusal.clone());
        }
    }
}

impl Shard {
    /// The row of a twin whose last record is of an earlier form of its class. A failure leaves no trace but in memory.
    pub fn migrate(&mut self, number: u32, class: u16, id: &str, mut old: Inward) -> Result<u32, Refusal> {
        self.check_writable()?;
        let world = Arc::clone(&self.world);
        let Class { known: Some(known), .. } = world.class(class) else {
            return Err(lost(id));
        };
        let row = self.slabs.add(class).ok_or_else(|| lost(id))?;
        let Some((_, slab, local)) = self.slabs.at(row) else {
            return Err(lost(id));
        };
        // No slots yet, so nothing can be unfit; the heap holds what removed slots refer to as well.
        let gone: Vec<Option<String>> = old.slots.iter().map(|word| old.gone(*word).map(str::to_owned)).collect();
        let unset = slab.load(local, &[], std::mem::take(&mut old.heap), old.epoch);
        debug_assert!(unset.is_ok());
        let mut unfit = None;
        self.turn.set_twin_id(id);
        let outcome = slab.run(local, &mut self.turn, &mut |t| {
            unfit = fill(&world, known, &old, &gone, t);
            match known.migrate {
                Some(selector) => {
                    let state = dictionary(&world, &old, t)?;
                    t.send(selector, SELF, &[state])
                }
                None if unfit.is_some() => Err(t.raise(class::TYPE_ERROR, "a slot does not fit")),
                None => Ok(SELF),
            }
        });
        self.heaps += slab.core(local).memory();
        self.take_transcript();
        if let Err(ended) = outcome {
            let failure = self.failed(ended, None, row);
            self.discard(row);
            self.quarantine(number);
            let refusal = match unfit.filter(|_| known.migrate.is_none()) {
                Some(unfit) => refused(id, &unfit),
                None => unmigrated(id, known.info.name, &failure),
            };
            self.unmigrated.note(id, &refusal, &failure);
            return Err(refusal);
        }
        let sent = self.turn.changes().sent.len() as u32;
        self.settle_in(number, row, known.migrate.is_some().then_some(sent), &world)?;
        Ok(row)
    }

    /// Enters a twin in its new form: a snapshot of it, or the event of its migration, which sent so many messages.
    fn settle_in(&mut self, number: u32, row: u32, migrated: Option<u32>, world: &World) -> Result<(), Refusal> {
        if let Some((_, slab, local)) = self.slabs.at(row) {
            // What only the old slots referred to is left behind.
            let before = slab.core(local).memory();
            if before > 0 {
                slab.compact(local);
                self.heaps = self.heaps + slab.core(local).memory() - before;
            }
            self.outward.state(slab, local, &world.canon);
        }
        self.registry.head_mut(number).reside(Residence::Row(row));
        match migrated {
            Some(sent) => {
                self.arguments.set(&[], &world.canon);
                self.record(number, EventKind::Migrated, world.disk_symbol(MIGRATE), sent)?;
            }
            None => self.snapshot(number),
        }
        Ok(())
    }
}

/// Fills the slots of the running twin with what they held, as far as their types admit it; answers what is wrong with the
/// first that does not fit.
fn fill(world: &World, known: &Known, old: &Inward, gone: &[Option<String>], t: &mut Turn) -> Option<String> {
    let places = world.canon.places(known.number, old.schema).unwrap_or_default();
    let mut unfit = None;
    for ((index, slot), place) in (0..).zip(known.info.slots).zip(places) {
        let Some((&word, gone)) = place.and_then(|place| old.slots.get(place).zip(gone.get(place))) else { continue };
        let why = match (gone, admitted(word, slot.declared, t)) {
            (Some(class), _) => format!("holds an object of {class}, a class that the program does not have any more"),
            (None, Some(word)) => {
                put(index, word, t);
                continue;
            }
            (None, None) => {
                let value = value_of(word, t);
                format!("holds {}, and is declared {} now", t.describe(value), slot.declared.unwrap_or("?"))
            }
        };
        unfit.get_or_insert_with(|| format!("its slot `{}` {why}; {}", slot.name, way_out(known.info.name)));
    }
    unfit
}

fn way_out(class: &str) -> String {
    format!("define `{class}>>migrateFrom: oldState`, which is given the old slots in a Dictionary, or declare what it holds")
}

/// Stores a word in a slot of the running twin, as an ordinary store does.
fn put(index: u32, word: Word, t: &mut Turn) {
    if let Some(old) = t.current.get(index) {
        t.current.put(index, word);
        t.undo.slot(index, old);
        t.undo.note_reference(matches!(word, Word::Value(value) if value.is_reference()));
    }
}

/// The content that a slot of a declared type has for one of another type, if the type admits it. Nil is in every slot that
/// was never stored to.
fn admitted(word: Word, declared: Option<&str>, t: &mut Turn) -> Option<Word> {
    if word == Word::NIL {
        return Some(word);
    }
    let Some(declared) = declared else { return Some(Word::Value(value_of(word, t))) };
    match (declared, word) {
        ("Int64", Word::Int64(_)) => return Some(word),
        ("Int64", Word::Value(value)) => {
            let integer = value.as_small().or_else(|| i64::try_from(t.big(value)?).ok());
            return integer.map(Word::Int64);
        }
        _ => {}
    }
    let value = value_of(word, t);
    let names = || declared.split(" | ");
    let fits = |name| match name {
        "nil" | "UndefinedObject" => value.is_nil(),
        "Int64" => t.is_kind_of(value, class::INTEGER),
        name => t.frozen().class_number(name).is_some_and(|class| t.is_kind_of(value, class)),
    };
    if names().any(fits) {
        return Some(Word::Value(value));
    }
    // `Float` takes any real number.
    let real = names().any(|name| name == "Float").then(|| t.real(value)).flatten();
    real.map(|real| Word::Value(Value::float(real)))
}

fn value_of(word: Word, t: &mut Turn) -> Value {
    match word {
        Word::Value(value) => value,
        Word::Int64(integer) => t.integer(integer),
    }
}

/// What the slots held, by their names then: the argument of `migrateFrom:`. Objects are those of the twin, not copies.
fn dictionary(world: &World, old: &Inward, t: &mut Turn) -> Answer {
    let names = world.canon.names.class(old.schema).map_or(&[][..], |form| &form.slots);
    t.frame(1, |root, t| {
        let made = t.send(selector::NEW, Value::class(class::DICTIONARY), &[])?;
        t.set_root(root, made);
        for (name, &word) in names.iter().zip(&old.slots) {
            let value = value_of(word, t);
            let key = t.symbol(name);
            t.send(selector::AT_PUT, t.root(root), &[key, value])?;
        }
        Ok(t.root(root))
    })
}

/// The refusal of a twin that cannot be what its class is now.
fn refused(id: &str, why: &str) -> Refusal {
    Refusal::Unavailable { why: format!("`{id}` is quarantined: {why}") }
}

fn unmigrated(id: &str, class: &str, failure: &Failure) -> Refusal {
    let error = title(failure);
    let why = format!("`{class}>>migrateFrom:` failed: {error}; the twin is as it was, and the next start tries again");
    refused(id, &why)
}
