//! A shard: one thread that owns a share of the twins and runs their turns, one after the other.
//!
//! ```text
//!  jobs ──▶ round: turns run on applied state, their events go into one batch
//!           end of the round: the batch is appended, answers go into the outbox
//!  outbox ──▶ answers leave once the journal says that what they depend on is durable
//! ```
//!
//! No turn takes a lock, and none waits for the disk: the next round runs while the batch is synced.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::error::TryRecvError;

use super::api::Refusal;
use super::arguments::Arguments;
use super::head::Last;
use super::host::{Clock, ShardHost};
use super::job::{Address, Job, Reply};
use super::migrate::Unmigrated;
use super::outbox::{Delivery, Outbox};
use super::outward::Outward;
use super::registry::Registry;
use super::slabs::Slabs;
use super::world::World;
use crate::journal::{Batch, Position};
use crate::turn::Turn;

/// A round ends when its batch has so many bytes.
pub(super) const ROUND_BYTES: usize = 512 << 10;

/// A round ends when it has so many answers.
const ROUND_JOBS: usize = 1024;

/// So often a thread looks for what it waits for before it sleeps: about two microseconds.
pub(super) const PATIENCE: u32 = 100;

/// What an answer waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Needs {
    /// A record in the journal.
    pub at: Position,
    /// A record of the batch being filled.
    pub in_batch: Option<u64>,
}

impl Needs {
    /// Nothing.
    pub const NOTHING: Self = Self { at: Position::NONE, in_batch: None };

    /// The batch was appended.
    pub fn settle(&mut self, base: Position) {
        if let Some(relative) = self.in_batch.take() {
            self.at = self.at.max(Position(base.0 + relative));
        }
    }

    /// Both this and another.
    pub fn and(self, last: Last) -> Self {
        match last {
            Last::At(position) => Self { at: self.at.max(position), ..self },
            Last::InBatch(relative) => Self { in_batch: self.in_batch.max(Some(relative)), ..self },
        }
    }
}

/// Which of how many shards one is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share {
    pub index: usize,
    pub count: usize,
}

/// The shard of the twin of an id with this hash. The registries use the other bits.
#[inline]
pub(super) fn shard_of(hash: u64, count: usize) -> usize {
    (((hash >> 16 & 0xFFFF_FFFF) * count as u64) >> 32) as usize
}

/// What a shard counts for itself, so that shards do not contend for the counters.
#[derive(Default)]
pub(super) struct Tally {
    pub messages: u64,
    pub failures: u64,
    pub events: u64,
}

/// A shard's twins and what it needs to run them.
pub(super) struct Shard {
    pub world: Arc<World>,
    pub registry: Registry,
    pub slabs: Slabs,
    pub turn: Turn,
    pub clock: Clock,
    pub batch: Batch,
    pub outward: Outward,
    pub arguments: Arguments,
    /// Twins with a record in the batch.
    pub touched: Vec<u32>,
    /// Twins that leave memory once their last record is durable.
    pub leaving: VecDeque<u32>,
    /// What they will free.
    pub leaving_bytes: usize,
    /// Bytes of all heaps.
    pub heaps: usize,
    /// Where the search for twins to passivate goes on.
    pub hand: u32,
    /// The registry has let go of twins whose last records are below; the index knows them.
    pub evicted: Position,
    /// Whether the journal takes nothing more.
    pub is_read_only: bool,
    /// Whether the disk has too little room.
    pub is_disk_full: bool,
    parcels: Vec<(Needs, Delivery)>,
    transcript: String,
    outbox: Arc<Outbox>,
    counted: (u64, u64, u64),
    /// What was done since the counters were told.
    pub tally: Tally,
    /// Twins whose migration failed.
    pub unmigrated: Unmigrated,
    /// Where the last batch is.
    appended: Position,
    /// Which of how many shards this is.
    pub share: Share,
}

impl Shard {
    /// A shard over the twins of a registry, none of them resident.
    pub fn new(world: Arc<World>, share: Share, registry: Registry, clock: Clock) -> Self {
        let turn = turn(&world, &clock);
        let outbox = Arc::new(Outbox::new(world.journal.durable()));
        Self {
            registry,
            slabs: Slabs::new(world.slabs()),
            turn,
            clock,
            batch: Batch::new(),
            outward: Outward::default(),
            arguments: Arguments::default(),
            touched: Vec::new(),
            leaving: VecDeque::new(),
            leaving_bytes: 0,
            heaps: 0,
            hand: 0,
            evicted: Position::NONE,
            is_read_only: false,
            is_disk_full: false,
            parcels: Vec::new(),
            transcript: String::new(),
            outbox,
            counted: (0, 0, 0),
            tally: Tally::default(),
            unmigrated: Unmigrated::default(),
            appended: Position::NONE,
            share,
            world,
        }
    }

    /// Replaces the turn after a defect.
    pub fn renew_turn(&mut self) {
        self.turn = turn(&self.world, &self.clock);
    }

    /// Works until it is told to stop or nobody is left to tell it anything.
    pub fn run(mut self, mut jobs: Receiver<Job>) {
        self.count();
        while let Some(job) = next(&mut jobs) {
            self.clock.advance();
            // Whoever was told of a failure finds what is durable.
            self.notice_failure();
            self.is_disk_full = self.world.disk.is_full(&*self.world.journal, self.clock.now());
            let mut goes_on = self.work(job);
            while goes_on && self.batch.len() < ROUND_BYTES && self.parcels.len() < ROUND_JOBS {
                let Ok(job) = jobs.try_recv() else { break };
                goes_on = self.work(job);
            }
            self.end_round();
            if !goes_on {
                break;
            }
        }
        jobs.close();
    }

    /// Does a job; answers whether more may follow.
    fn work(&mut self, job: Job) -> bool {
        match job {
            Job::Send { messages, is_inside, reply } => self.messages(messages, is_inside, reply),
            Job::Create { address, class, state, reply } => {
                let result = self.create(&address, class, &state).map(|(_, sequence)| sequence);
                self.answer(&address, result, reply);
            }
            Job::CreateAll { creations, reply } => self.creations(creations, reply),
            Job::Read { address, reply } => {
                let result = self.find(&address);
                let result = result.and_then(|number| self.found(number));
                self.answer(&address, result, reply);
            }
            Job::Locate { address, reply } => {
                let result = self.locate(&address);
                self.answer(&address, result, reply);
            }
            Job::Delete { address, reply } => {
                let result = self.delete(&address);
                self.answer(&address, result, reply);
            }
            Job::Copy { address, reply } => {
                let result = self.portrait(&address);
                self.deliver(Needs::NOTHING, result, reply);
            }
            Job::Adopt { address, portrait, reply } => {
                let result = self.adopt(&address, *portrait);
                self.answer(&address, result, reply);
            }
            Job::List { range, reply } => self.list(*range, reply),
            Job::Reserve { class, twins, reply } => {
                self.registry.reserve(twins);
                self.slabs.reserve(class, twins);
                // Who asked may have gone.
                let _ = reply.send(Ok(()));
            }
            Job::Forget { address, until, reply } => {
                self.forget(&address, until);
                // Who asked may have gone.
                let _ = reply.send(Ok(()));
            }
            Job::Rehearse { address, reply } => self.rehearse(&address, reply),
            Job::Stop => return false,
        }
        true
    }

    /// Sends an answer about one twin: it waits for the twin's last record, and so does a refusal, which
    /// may tell of it as well.
    fn answer<T: Send + 'static>(&mut self, address: &Address, result: Result<T, Refusal>, reply: Reply<T>) {
        let number = self.registry.find(address.hash, &address.id);
        let needs = number.map_or(Needs::NOTHING, |number| self.needs(number));
        self.deliver(needs, result, reply);
    }

    /// What an answer about a twin waits for.
    pub fn needs(&self, number: u32) -> Needs {
        Needs::NOTHING.and(self.registry.head(number).last())
    }

    /// What an answer about all twins waits for.
    fn everything(&self) -> Needs {
        Needs { at: self.appended, in_batch: (!self.batch.is_empty()).then_some(0) }
    }

    /// Sends an answer when the round has ended and what it needs is durable.
    pub fn deliver<T: Send + 'static>(&mut self, needs: Needs, result: Result<T, Refusal>, reply: Reply<T>) {
        let deliver = move |durable: Result<(), Refusal>| {
            // Nobody waits any more: fine.
            let _ = reply.send(durable.and(result));
        };
        self.parcels.push((needs, Box::new(deliver)));
    }

    /// Keeps what a turn wrote on the transcript until its event is durable.
    pub fn take_transcript(&mut self) {
        let text = &self.turn.changes().transcript;
        if !text.is_empty() {
            self.transcript.push_str(text);
        }
    }

    /// Appends the round's records and hands its answers to the outbox.
    fn end_round(&mut self) {
        self.passivate();
        if !self.transcript.is_empty() {
            let text = std::mem::take(&mut self.transcript);
            let show = move |durable: Result<(), Refusal>| {
                if durable.is_ok() {
                    super::host::show(&text);
                }
            };
            self.parcels.push((self.everything(), Box::new(show)));
        }
        self.flush();
        self.outbox.send_all(self.parcels.drain(..).map(|(needs, delivery)| (needs.at, delivery)));
        self.notice_failure();
        self.count();
    }

    /// Falls back to what is durable if the journal has failed meanwhile.
    fn notice_failure(&mut self) {
        if !self.is_read_only
            && let Some(why) = self.outbox.failed()
        {
            self.fall_back(&why);
        }
    }

    /// Appends the batch; answers where, and nothing if there was none or the journal takes no more.
    pub fn flush(&mut self) -> Option<Position> {
        if self.batch.is_empty() {
            return None;
        }
        match self.append() {
            Ok(base) => Some(base),
            Err(why) => {
                self.fall_back(&why);
                None
            }
        }
    }

    fn append(&mut self) -> Result<Position, String> {
        let outbox = Arc::clone(&self.outbox);
        let bell = Arc::clone(&self.world.feed.bell);
        let completion = Box::new(move |result| bell.told(outbox.settle(result)));
        let appended = self.world.journal.append(&self.batch, completion);
        let base = appended.map_err(|error| error.to_string())?;
        self.batch.clear();
        for number in self.touched.drain(..) {
            self.registry.head_mut(number).appended(base);
        }
        for (needs, _) in &mut self.parcels {
            needs.settle(base);
        }
        self.appended = base;
        Ok(base)
    }

    /// Why the journal takes nothing more, if that is so.
    pub fn read_only(&self) -> Option<String> {
        self.is_read_only.then(|| self.outbox.failed()).flatten()
    }

    /// How far the journal is durable.
    pub fn durable(&self) -> Position {
        self.outbox.durable()
    }

    /// The journal takes nothing more. What is not durable never happened: all rows are dropped, the
    /// registry is read from the journal again, and what was waiting is refused.
    fn fall_back(&mut self, why: &str) {
        self.outbox.fail(why);
        self.world.counters.failed.add(1);
        self.is_read_only = true;
        self.batch.clear();
        self.touched.clear();
        self.leaving.clear();
        self.transcript.clear();
        let refuse = || Refusal::Unavailable { why: why.to_owned() };
        for (needs, delivery) in self.parcels.drain(..) {
            match needs.in_batch {
                None => self.outbox.send(needs.at, delivery),
                Some(_) => delivery(Err(refuse())),
            }
        }
        self.drop_all();
    }

    /// Tells the counters what has changed since it last did.
    fn count(&mut self) {
        let counters = &self.world.counters;
        let resident = self.slabs.len() as u64;
        let memory = self.memory() as u64;
        counters.resident.add(resident.wrapping_sub(self.counted.0));
        counters.memory.add(memory.wrapping_sub(self.counted.1));
        let entries = self.registry.twins() as u64;
        counters.entries.add(entries.wrapping_sub(self.counted.2));
        self.counted = (resident, memory, entries);
        let tally = std::mem::take(&mut self.tally);
        counters.messages.add(tally.messages);
        counters.failures.add(tally.failures);
        counters.events.add(tally.events);
    }
}

/// Waits for a job. For as long as putting this thread to sleep and waking it would take, it looks whether one comes:
/// who asks one thing after the other asks again at once.
fn next(jobs: &mut Receiver<Job>) -> Option<Job> {
    for _ in 0..PATIENCE {
        match jobs.try_recv() {
            Ok(job) => return Some(job),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => std::hint::spin_loop(),
        }
    }
    jobs.blocking_recv()
}

/// A turn for the twins of a shard.
fn turn(world: &World, clock: &Clock) -> Turn {
    let host = Box::new(ShardHost(clock.clone()));
    Turn::new(world.frozen.clone(), host, world.options.limits)
}
