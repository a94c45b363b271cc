//! Turns: what messages and deletions do to twins, and their records.

use std::hint::black_box;

use super::api::{Envelope, Refusal, Sent};
use super::cadence;
use super::head::{Last, Residence};
use super::job::{Address, Numbered, Reply, Results};
use super::names;
use super::shard::{Needs, ROUND_BYTES, Shard};
use super::slab::Ended;
use super::state::is_whole;
use super::world::{Class, Known, World};
use crate::answer::Answer;
use crate::data::Data;
use crate::event::{EventKind, NewEvent, Previous};
use crate::failure::{Failure, FailureKind};
use crate::turn::Turn;
use crate::value::{NIL, SELF, Value};

/// The most arguments an event can hold.
const MOST_ARGUMENTS: usize = 255;

/// So many messages are looked up at a time.
pub(super) const WINDOW: usize = 64;

/// So many arguments need no memory of their own.
const FEW: usize = 8;

impl Shard {
    /// Runs messages in order.
    pub fn messages(&mut self, messages: Vec<Numbered>, is_inside: bool, reply: Reply<Results<Sent>>) {
        let world = std::sync::Arc::clone(&self.world);
        let mut needs = Needs::NOTHING;
        let mut results = Vec::with_capacity(messages.len());
        let mut numbers = Vec::with_capacity(messages.len());
        for window in messages.chunks(WINDOW) {
            self.look_up(window, &mut numbers);
        }
        for (Numbered { index, envelope, hash }, number) in messages.into_iter().zip(numbers) {
            let number = match number.map_or_else(|| self.number(hash, &envelope.twin), |number| Ok(Some(number))) {
                Ok(Some(number)) => number,
                unknown => {
                    let refusal = unknown.err().unwrap_or(Refusal::NoSuchTwin { id: envelope.twin });
                    results.push((index, Err(refusal)));
                    continue;
                }
            };
            let before = self.is_read_only;
            let result = self.message(number, &envelope, is_inside, &world);
            if self.is_read_only != before {
                // The journal has failed, and the registry was read again: the numbers mean nothing any more.
                let refusal = self.check_writable().err().unwrap_or_else(|| lost(&envelope.twin));
                return self.deliver(Needs::NOTHING, Err(refusal), reply);
            }
            needs = needs.and(self.registry.head(number).last());
            results.push((index, result));
            if let Err(refusal) = self.flush_full(&mut needs, &envelope.twin) {
                return self.deliver(Needs::NOTHING, Err(refusal), reply);
            }
        }
        self.deliver(needs, Ok(results), reply);
    }

    /// Appends the batch once it is as large as a round's may be.
    pub fn flush_full(&mut self, needs: &mut Needs, id: &str) -> Result<(), Refusal> {
        if self.batch.len() >= ROUND_BYTES {
            let Some(base) = self.flush() else {
                return Err(self.check_writable().err().unwrap_or_else(|| lost(id)));
            };
            needs.settle(base);
        }
        Ok(())
    }

    /// Finds the twins of messages, and looks at their rows: memory that is far away arrives for several at
    /// a time, instead of one after the other as their turns need it. So each step is done for all of them before the next,
    /// and depends on nothing that has yet to arrive.
    fn look_up(&mut self, messages: &[Numbered], numbers: &mut Vec<Option<u32>>) {
        let first = numbers.len();
        numbers.extend(messages.iter().map(|message| self.registry.candidate(message.hash)));
        let window = &mut numbers[first..];
        for &candidate in window.iter().flatten() {
            black_box(self.registry.head(candidate).residence());
        }
        for (number, message) in window.iter_mut().zip(messages) {
            *number = number.and_then(|number| self.registry.confirm(number, message.hash, &message.envelope.twin));
        }
        self.expect(messages, window);
        let found = window.iter().flatten();
        let rows = found.filter_map(|&number| match self.registry.head(number).residence() {
            Residence::Row(row) => Some(row),
            _ => None,
        });
        for row in rows {
            if let Some((_, slab, local)) = self.slabs.at(row) {
                black_box(slab.word(local, 0));
            }
        }
    }

    /// Asks for what will be read of twins that have no row.
    fn expect(&self, messages: &[Numbered], numbers: &[Option<u32>]) {
        let head = |number: &Option<u32>| number.map(|number| self.registry.head(number));
        if numbers.iter().all(|number| head(number).is_some_and(|head| matches!(head.residence(), Residence::Row(_)))) {
            return;
        }
        let (directory, reader) = (self.world.directory(), self.world.journal.reader());
        for (number, message) in numbers.iter().zip(messages) {
            match (head(number), &directory) {
                (None, Some(directory)) => directory.expect(&message.envelope.twin),
                (Some(head), _) if matches!(head.residence(), Residence::Asleep(_)) => {
                    if let Last::At(last) = head.last() {
                        reader.expect(last);
                    }
                }
                _ => {}
            }
        }
    }

    /// Runs a message as a turn of a twin.
    fn message(&mut self, number: u32, envelope: &Envelope, is_inside: bool, world: &World) -> Result<Sent, Refusal> {
        self.check_writable()?;
        if envelope.arguments.len() > MOST_ARGUMENTS {
            return Err(Refusal::TooLarge { what: "the number of arguments".to_owned(), limit: MOST_ARGUMENTS as u64 });
        }
        let row = self.resident(number)?;
        let Some((class, slab, local)) = self.slabs.at(row) else {
            return Err(lost(&envelope.twin));
        };
        let class = world.class(class);
        let Some(known) = &class.known else {
            return Err(lost(&envelope.twin));
        };
        let text = envelope.selector.as_str();
        let selector = match known.external.get(text) {
            Some(&selector) => Some(selector),
            None if is_inside => world.frozen.symbol_number(text),
            None => None,
        };
        let Some(selector) = selector else {
            return Err(self.not_external(class, known, envelope));
        };
        self.registry.head_mut(number).touch();
        self.turn.set_twin_id(&envelope.twin);
        let before = slab.core(local).memory();
        let mut answer = Data::Nil;
        let outcome = slab.run(local, &mut self.turn, &mut |t| {
            let value = send(selector, &envelope.arguments, t)?;
            answer = t.export_or_raise(value)?;
            Ok(value)
        });
        self.heaps = self.heaps + slab.core(local).memory() - before;
        self.tally.messages += 1;
        self.take_transcript();
        if let Err(ended) = outcome {
            self.tally.failures += 1;
            let failure = self.failed(ended, Some(number), row);
            return Err(raised(&envelope.twin, &class.name, &envelope.selector, failure));
        }
        if !self.turn.changes().is_empty() {
            self.arguments.set(&envelope.arguments, &world.canon);
            let disk = world.canon.symbols.to_disk(selector).unwrap_or(0);
            self.changed(number, row, disk, world)?;
        }
        let sequence = self.registry.head(number).sequence();
        Ok(Sent { answer, sequence })
    }

    /// Why a message that is not for outside is refused.
    fn not_external(&self, class: &Class, known: &Known, envelope: &Envelope) -> Refusal {
        let number = self.world.frozen.symbol_number(&envelope.selector);
        if number.is_some_and(|number| self.understands(known.number, number)) {
            return Refusal::NotExternal { twin: envelope.twin.clone(), class: class.name.clone(), selector: envelope.selector.clone() };
        }
        let failure = Box::new(Failure {
            class: "MessageNotUnderstood".to_owned(),
            message: format!("{}>>{}", class.name, envelope.selector),
            selector: Some(envelope.selector.clone()),
            receiver: Some(class.name.clone()),
            ..Failure::default()
        });
        raised(&envelope.twin, &class.name, &envelope.selector, failure)
    }

    /// Whether the instances of a class have a method.
    fn understands(&self, class: u32, selector: u32) -> bool {
        let info = |number| self.world.frozen.class(number);
        let superclasses = std::iter::successors(info(class), |class| class.superclass.and_then(info));
        let mut classes = superclasses.take(names::DEEPEST);
        classes.any(|class| class.selectors.contains(&selector))
    }

    /// Ends a twin's life.
    pub fn delete(&mut self, address: &Address) -> Result<u64, Refusal> {
        self.check_writable()?;
        let number = self.find(address)?;
        let class = self.class_of(number);
        self.arguments.set(&[], &self.world.canon);
        self.outward.clear();
        let selector = self.world.disk_symbol("delete");
        let sequence = self.record(number, EventKind::Deleted, selector, 0)?;
        if let Residence::Row(row) = self.registry.head(number).residence() {
            self.discard(row);
        }
        let head = self.registry.head_mut(number);
        head.reside(Residence::Deleted(class));
        self.world.counters.twins.sub(1);
        self.unmigrated.forget(&address.id);
        Ok(sequence)
    }

    /// The failure of a turn that ended so. A row that was lost is read from the journal when it is needed
    /// again; what comes first is a new turn.
    pub fn failed(&mut self, ended: Ended, number: Option<u32>, row: u32) -> Box<Failure> {
        match ended {
            Ended::Failed(failure) => failure,
            Ended::Lost => {
                self.renew_turn();
                if number.is_some() {
                    self.flush();
                }
                if let Some(number) = number.filter(|_| !self.is_read_only) {
                    let class = self.class_of(number);
                    self.discard(row);
                    self.registry.head_mut(number).reside(Residence::Asleep(class));
                }
                Box::new(Failure {
                    class: "Panic".to_owned(),
                    message: "an internal error, which is a defect of the runtime".to_owned(),
                    kind: FailureKind::Panic,
                    ..Failure::default()
                })
            }
        }
    }

    /// Records what the turn that has just run changed.
    fn changed(&mut self, number: u32, row: u32, selector: u32, world: &World) -> Result<(), Refusal> {
        let changes = self.turn.changes();
        let sent = changes.sent.len() as u32;
        let (mut should_compact, mut heap, mut every) = (false, 0, None);
        if let Some((class, slab, local)) = self.slabs.at(row) {
            self.outward.changes(changes, slab, local, &world.canon);
            should_compact = slab.core(local).should_compact();
            heap = slab.core(local).memory();
            every = world.class(class).known.as_ref().and_then(|known| known.snapshot_every);
        }
        let sequence = self.record(number, EventKind::Message, selector, sent)?;
        if should_compact {
            if let Some((_, slab, local)) = self.slabs.at(row) {
                let before = slab.core(local).memory();
                slab.compact(local);
                self.heaps = self.heaps + slab.core(local).memory() - before;
            }
            self.snapshot(number);
        } else if cadence::is_due(sequence, every, world.options.snapshot_every, heap) {
            self.snapshot(number);
        }
        Ok(())
    }

    /// Adds an event to the batch; answers its sequence.
    pub fn record(&mut self, number: u32, kind: EventKind, selector: u32, sent: u32) -> Result<u64, Refusal> {
        let class = self.class_of(number);
        let head = self.registry.head(number);
        let sequence = head.sequence() + 1;
        let mut event = NewEvent {
            kind,
            id: &self.registry.id(number),
            sequence,
            time: self.clock.now(),
            schema: self.world.class(class).schema,
            selector,
            sent,
            arguments: &self.arguments.words,
            argument_heap: &self.arguments.heap,
            ..NewEvent::default()
        };
        self.outward.fill(&mut event);
        let appended = event.append_to(&mut self.batch, previous(head.last()));
        let relative = appended.map_err(|error| Refusal::Unavailable { why: error.to_string() })?;
        self.recorded(number, sequence, relative, is_whole(kind));
        self.tally.events += 1;
        Ok(sequence)
    }

    /// Notes a record of the batch.
    pub fn recorded(&mut self, number: u32, sequence: u64, relative: u64, saved: bool) {
        let head = self.registry.head_mut(number);
        head.set_near(!saved && head.is_saved());
        head.set_saved(saved);
        if head.record(sequence, Last::InBatch(relative)) {
            self.touched.push(number);
        }
    }

    /// Refuses while the journal takes nothing, or should not.
    pub fn check_writable(&self) -> Result<(), Refusal> {
        if let Some(why) = self.read_only() {
            return Err(Refusal::Unavailable { why });
        }
        if self.is_disk_full { Err(self.world.disk.refusal()) } else { Ok(()) }
    }
}

/// The link to a twin's record before this one.
pub(super) fn previous(last: Last) -> Previous {
    match last {
        Last::At(position) => Previous::At(position),
        Last::InBatch(relative) => Previous::InBatch(relative),
    }
}

/// Sends a message whose arguments come from outside to the running twin.
fn send(selector: u32, arguments: &[Data], t: &mut Turn) -> Answer {
    if let [argument] = arguments {
        let value = t.import(argument)?;
        return t.send(selector, SELF, &[value]);
    }
    t.frame(arguments.len(), |root, t| {
        for (index, argument) in arguments.iter().enumerate() {
            let value = t.import(argument)?;
            t.set_root(root + index, value);
        }
        let mut few = [NIL; FEW];
        if let Some(values) = few.get_mut(..arguments.len()) {
            for (index, value) in values.iter_mut().enumerate() {
                *value = t.root(root + index);
            }
            return t.send(selector, SELF, values);
        }
        let values: Vec<Value> = (0..arguments.len()).map(|index| t.root(root + index)).collect();
        t.send(selector, SELF, &values)
    })
}

/// The refusal of a message that ended in an error.
pub(super) fn raised(twin: &str, class: &str, selector: &str, failure: Box<Failure>) -> Refusal {
    let declared = failure.message.split_once(" is declared ");
    let slot = declared.filter(|_| failure.class == "TypeError");
    Refusal::Raised {
        twin: twin.to_owned(),
        class: class.to_owned(),
        selector: selector.to_owned(),
        slot: slot.map(|(slot, _)| slot.to_owned()),
        failure,
    }
}

/// A row that should be there is not, which is a defect.
pub(super) fn lost(id: &str) -> Refusal {
    Refusal::Unavailable { why: format!("the state of `{id}` has been lost in memory; a restart reads it from the journal") }
}
