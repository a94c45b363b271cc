//! What a program would make of a data directory: every twin is loaded, and migrated, as its next message would have it,
//! and nothing of it is kept.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;

use tokio::sync::oneshot;

use super::Twins;
use super::api::{OpenError, Options, Refusal};
use super::blocking::wait;
use super::job::{Address, Job, Reply};
use super::load::restore;
use super::open::open_error;
use super::shard::{Needs, Shard, shard_of};
use crate::journal::look::{Look, look};
use crate::journal::{Batch, Completion, Error, Journal, Position, Reader};
use crate::program::Program;

/// So many ids are fetched at a time.
const PAGE: usize = 1 << 16;

/// So many reasons are kept.
const REASONS: usize = 20;

/// What a program would make of the twins of a data directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rehearsal {
    /// How many twins live.
    pub twins: u64,
    /// How many of them `migrateFrom:` has to do with.
    pub migrated: u64,
    /// How many would be refused, until another program is started.
    pub refused: u64,
    /// Why, of the first 20.
    pub reasons: Vec<String>,
    /// Stored blocks that the program does not have, as `Pump>>run`, and how many twins hold one: it raises `BlockOutdated`
    /// when it is run.
    pub outdated: Vec<(String, u64)>,
}

impl fmt::Display for Rehearsal {
    /// A line for each finding, and one with the counts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for reason in &self.reasons {
            writeln!(f, "{reason}")?;
        }
        let more = self.refused.saturating_sub(self.reasons.len() as u64);
        if more > 0 {
            writeln!(f, "and {more} more")?;
        }
        for (block, holders) in &self.outdated {
            let why = "is not in the program, and raises BlockOutdated when it is run";
            writeln!(f, "{block}: a stored block of it {why} (twins that hold one: {holders})")?;
        }
        write!(f, "{} twins: {} to be migrated, {} refused", self.twins, self.migrated, self.refused)
    }
}

/// Tells what a program would make of the data directory of `options`. No record is added to it, top-level statements are
/// not run. A server may use the directory meanwhile: its twins are met as they were at the start.
///
/// # Errors
/// The directory is not there, or cannot be used at all.
pub fn rehearse(program: &'static Program, options: &Options) -> Result<Rehearsal, OpenError> {
    let path = options.data.clone().unwrap_or_default();
    if !path.is_dir() {
        return Err(OpenError::Inaccessible { path, why: io::ErrorKind::NotFound.into() });
    }
    let look = look(&path).map_err(open_error)?;
    if let Some(damage) = look.damages.first() {
        return Err(open_error(Error::Damaged(damage.clone())));
    }
    let (twins, _) = Twins::over(program, options, Arc::new(Unwritten(look)), None)?;
    let rehearsal = twins.rehearse_all();
    twins.close_blocking();
    rehearsal.map_err(|refusal| OpenError::Program { why: refusal.to_string() })
}

impl Twins {
    fn rehearse_all(&self) -> Result<Rehearsal, Refusal> {
        let mut found = Rehearsal::default();
        let mut outdated: BTreeMap<u32, u64> = BTreeMap::new();
        let shards = self.shards();
        let mut after: Option<String> = None;
        loop {
            let page = wait(self.living(None, after.as_deref(), PAGE))?;
            let Some((last, _)) = page.last() else { break };
            after = Some(last.clone());
            for (id, _) in page {
                let (reply, answer) = oneshot::channel();
                let address = self.address(&id);
                let shard = &shards[shard_of(address.hash, shards.len())];
                let met = wait(ask(shard, Job::Rehearse { address, reply }, answer));
                found.take(met, &mut outdated);
            }
        }
        let blocks = &self.world().canon.tables.blocks;
        let named = outdated.into_iter().filter_map(|(number, holders)| {
            let block = blocks.get(number)?;
            Some((format!("{}>>{}", block.class, block.selector), holders))
        });
        found.outdated = named.collect();
        Ok(found)
    }
}

impl Rehearsal {
    fn take(&mut self, met: Result<Rehearsed, Refusal>, outdated: &mut BTreeMap<u32, u64>) {
        self.twins += 1;
        match met {
            Ok(met) => {
                self.migrated += u64::from(met.is_migrated);
                for block in met.outdated {
                    *outdated.entry(block).or_default() += 1;
                }
            }
            Err(refusal) => {
                self.refused += 1;
                if self.reasons.len() < REASONS {
                    self.reasons.push(refusal.to_string());
                }
            }
        }
    }
}

/// What one twin would become.
#[derive(Debug)]
pub(super) struct Rehearsed {
    is_migrated: bool,
    /// The disk's numbers of blocks it holds that the program does not have.
    outdated: Vec<u32>,
}

impl Shard {
    /// Loads a twin as its next message would, and forgets about it.
    pub fn rehearse(&mut self, address: &Address, reply: Reply<Rehearsed>) {
        let result = self.try_out(address);
        self.deliver(Needs::NOTHING, result, reply);
    }

    fn try_out(&mut self, address: &Address) -> Result<Rehearsed, Refusal> {
        let number = self.find(address)?;
        let head = *self.registry.head(number);
        let recorded = self.recorded_at(number, self.class_of(number))?;
        let outdated = restore(&self.world, recorded, &address.id)?.outdated;
        self.unmigrated.keep_quiet();
        let row = self.resident(number);
        let is_migrated = self.registry.head(number).sequence() != head.sequence();
        if let Ok(row) = row {
            self.discard(row);
        }
        *self.registry.head_mut(number) = head;
        self.batch.clear();
        self.touched.clear();
        self.unmigrated.forget(&address.id);
        row.map(|_| Rehearsed { is_migrated, outdated })
    }
}

async fn ask<T>(shard: &tokio::sync::mpsc::Sender<Job>, job: Job, answer: oneshot::Receiver<Result<T, Refusal>>) -> Result<T, Refusal> {
    let gone = || Refusal::Unavailable { why: "the engine has been closed".to_owned() };
    shard.send(job).await.map_err(|_| gone())?;
    answer.await.map_err(|_| gone())?
}

/// A journal that is read and takes what it is given for done.
struct Unwritten(Look);

impl Journal for Unwritten {
    fn append(&self, _: &Batch, completion: Completion) -> Result<Position, Error> {
        let durable = self.durable();
        completion(Ok(durable));
        Ok(durable)
    }

    fn durable(&self) -> Position {
        self.0.end
    }

    fn reader(&self) -> Reader {
        self.0.reader.clone()
    }

    fn close(&self) -> Result<(), Error> {
        Ok(())
    }

    fn commits(&self) -> u64 {
        0
    }
}
