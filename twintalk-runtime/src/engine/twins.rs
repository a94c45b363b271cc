//! The handle: finds the shard of a twin, hands jobs over and waits for the answers.

use std::future::Future;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::{mpsc, oneshot};

use super::api::{Envelope, Event, Moment, NewTwin, Refusal, Sent, TwinState};
use super::host::machine_time;
use super::job::{Address, Creation, Found, Job, Numbered, Recorded, Reply, Results};
use super::lookup::Lookup;
use super::registry;
use super::shard::shard_of;
use super::world::World;
use super::{history, view};
use crate::data::Data;
use crate::event::MAX_ID;

/// How many jobs wait for a shard before those who have more must wait themselves.
pub(super) const QUEUE: usize = 256;

/// After so many derived ids that were taken some are skipped, each time more.
const SOON: u32 = 8;

/// A fleet of twins. Clones refer to the same one; it ends when the last one is dropped, or with
/// [`close`](Self::close).
#[derive(Clone)]
pub struct Twins(Arc<Inner>);

struct Inner {
    world: Arc<World>,
    shards: Vec<mpsc::Sender<Job>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    derived: AtomicU64,
    is_closing: AtomicBool,
}

impl std::fmt::Debug for Twins {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Twins").field("shards", &self.0.shards.len()).finish_non_exhaustive()
    }
}

impl Twins {
    /// A handle to running shards; `known` is how many twins there ever were at the start, at least.
    pub(super) fn new(world: Arc<World>, shards: Vec<mpsc::Sender<Job>>, threads: Vec<JoinHandle<()>>, known: u64) -> Self {
        Self(Arc::new(Inner {
            world,
            shards,
            threads: Mutex::new(threads),
            derived: AtomicU64::new(known),
            is_closing: AtomicBool::new(false),
        }))
    }

    pub(super) fn world(&self) -> &Arc<World> {
        &self.0.world
    }

    pub(super) fn shards(&self) -> &[mpsc::Sender<Job>] {
        &self.0.shards
    }

    fn hash(&self, id: &str) -> u64 {
        registry::hash(&self.0.world.hasher, id.as_bytes())
    }

    pub(super) fn address(&self, id: &str) -> Address {
        Address { hash: self.hash(id), id: id.to_owned() }
    }

    /// An id that is likely to be free; where `taken` ones in a row were not, those in between are skipped.
    pub(super) fn derive_id(&self, stem: &str, taken: u32) -> String {
        let step = 1 << taken.saturating_sub(SOON).min(32);
        let number = self.0.derived.fetch_add(step, Ordering::Relaxed) + step;
        let mut end = stem.len().min(MAX_ID - 24);
        while !stem.is_char_boundary(end) {
            end -= 1;
        }
        format!("{}-{number}", &stem[..end])
    }

    pub(super) async fn ask<T>(&self, hash: u64, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        let shard = shard_of(hash, self.0.shards.len());
        self.0.shards[shard].send(job(reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Makes a twin of a class; slots in `state` are set after `initialize`. Answers its sequence.
    pub async fn create(&self, id: &str, class: &str, state: Vec<(String, Data)>) -> Result<u64, Refusal> {
        check_id(id)?;
        let class = self.class_named(class)?;
        let address = self.address(id);
        let hash = address.hash;
        self.ask(hash, |reply| Job::Create { address, class, state, reply }).await
    }

    /// Makes twins, several at a time, which costs far less than one by one. Answers their sequences, or why one was not
    /// made, in the order they were asked for.
    ///
    /// ```
    /// # use twintalk_runtime::engine::{NewTwin, Options};
    /// # use twintalk_runtime::{Twins, twin};
    /// twin! { r#"
    ///     Twin subclass: #Pump
    ///         instanceVariables: 'pressure <Float>'
    /// "# }
    /// let twins = Twins::open(&PROGRAM, &Options { shards: 1, ..Options::default() })?;
    /// let pump = |number| NewTwin { id: format!("pump-{number}"), class: "Pump".to_owned(), state: Vec::new() };
    /// twins.reserve_blocking("Pump", 1000)?;
    /// let made = twins.create_batch_blocking((0..1000).map(pump).collect());
    /// assert!(made.iter().all(|made| *made == Ok(1)));
    /// # twins.close_blocking();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn create_batch(&self, twins: Vec<NewTwin>) -> Vec<Result<u64, Refusal>> {
        let shards = self.0.shards.len();
        let mut shares: Vec<Vec<Creation>> = (0..shards).map(|_| Vec::new()).collect();
        let mut results: Vec<Option<Result<u64, Refusal>>> = twins.iter().map(|_| None).collect();
        // Most are of one class.
        let mut last: Option<(String, u16)> = None;
        for (index, NewTwin { id, class: name, state }) in twins.into_iter().enumerate() {
            let known = last.as_ref().filter(|(last, _)| *last == name).map(|(_, class)| *class);
            let class = check_id(&id).and_then(|()| known.map_or_else(|| self.class_named(&name), Ok));
            match class {
                Ok(class) => {
                    let address = Address { hash: self.hash(&id), id };
                    let shard = shard_of(address.hash, shards);
                    shares[shard].push(Creation { index: index as u32, address, class, state });
                    if known.is_none() {
                        last = Some((name, class));
                    }
                }
                Err(refusal) => results[index] = Some(Err(refusal)),
            }
        }
        let mut answers = Vec::new();
        for (shard, creations) in self.0.shards.iter().zip(shares) {
            if creations.is_empty() {
                continue;
            }
            let indices = creations.iter().map(|creation| creation.index).collect();
            let (reply, answer) = oneshot::channel();
            // If the shard has gone, its end of the answer has gone with the job.
            let _ = shard.send(Job::CreateAll { creations, reply }).await;
            answers.push((answer, indices));
        }
        gather(results, answers).await
    }

    /// Makes room for so many more twins of a class, so that nothing has to grow while they are made.
    pub async fn reserve(&self, class: &str, twins: usize) -> Result<(), Refusal> {
        let class = self.class_named(class)?;
        // Ids spread evenly, but for a little.
        let each = twins.div_ceil(self.0.shards.len());
        let each = if self.0.shards.len() > 1 { each + each / 16 } else { each };
        for shard in &self.0.shards {
            let (reply, answer) = oneshot::channel();
            shard.send(Job::Reserve { class, twins: each, reply }).await.map_err(|_| closed())?;
            answer.await.map_err(|_| closed())??;
        }
        Ok(())
    }

    /// The state of a twin, now or at a moment of the past.
    pub async fn read(&self, id: &str, at: Moment) -> Result<TwinState, Refusal> {
        if at != Moment::Now {
            if let Moment::Sequence(sequence) = at
                && let Some(indexed) = self.indexed(id, sequence)
                && let Ok(state) = view::past(&self.0.world, indexed, id, at)
            {
                return Ok(state);
            }
            let recorded = self.locate(id).await?;
            return view::past(&self.0.world, recorded, id, at);
        }
        let address = self.address(id);
        let hash = address.hash;
        match self.ask(hash, |reply| Job::Read { address, reply }).await? {
            Found::Resident(state) => Ok(state),
            Found::Asleep(recorded) => view::latest(&self.0.world, recorded, id),
        }
    }

    pub(super) async fn locate(&self, id: &str) -> Result<Recorded, Refusal> {
        let address = self.address(id);
        let hash = address.hash;
        self.ask(hash, |reply| Job::Locate { address, reply }).await
    }

    /// A record of a twin that the index knows, if it is of this sequence or a later one: what is before it stays what it is, and
    /// no shard need be asked.
    fn indexed(&self, id: &str, sequence: u64) -> Option<Recorded> {
        let world = &self.0.world;
        let found = world.look_up(id).ok()?.filter(|found| found.sequence >= sequence)?;
        Some(Recorded { last: found.last, class: world.class_of(found.schema) })
    }

    /// Sends a message and waits until what it did is durable.
    pub async fn send(&self, id: &str, selector: &str, arguments: Vec<Data>) -> Result<Sent, Refusal> {
        let envelope = Envelope { twin: id.to_owned(), selector: selector.to_owned(), arguments };
        self.send_one(envelope, false).await
    }

    /// Sends a message that only the program itself may send.
    pub(super) async fn send_inside(&self, id: &str, selector: &str, arguments: Vec<Data>) -> Result<Sent, Refusal> {
        let envelope = Envelope { twin: id.to_owned(), selector: selector.to_owned(), arguments };
        self.send_one(envelope, true).await
    }

    async fn send_one(&self, envelope: Envelope, is_inside: bool) -> Result<Sent, Refusal> {
        let hash = self.hash(&envelope.twin);
        let message = Numbered { index: 0, hash, envelope };
        let results = self.ask(hash, |reply| Job::Send { messages: vec![message], is_inside, reply });
        let result = results.await?.pop();
        result.map_or_else(|| Err(closed()), |(_, result)| result)
    }

    /// Sends messages, those to one twin in order, and waits until what they did is durable. Answers the
    /// results in the order of the messages.
    pub async fn send_batch(&self, messages: Vec<Envelope>) -> Vec<Result<Sent, Refusal>> {
        self.enqueue(messages).await.await
    }

    /// Hands messages over, waiting while queues are full; the future it answers waits for the results.
    /// Messages that are handed over later are run later.
    pub async fn enqueue(&self, messages: Vec<Envelope>) -> impl Future<Output = Vec<Result<Sent, Refusal>>> + Send + use<> {
        let count = messages.len();
        let shards = self.0.shards.len();
        let mut shares: Vec<Vec<Numbered>> = (0..shards).map(|_| Vec::new()).collect();
        for (index, envelope) in (0..).zip(messages) {
            let hash = self.hash(&envelope.twin);
            shares[shard_of(hash, shards)].push(Numbered { index, hash, envelope });
        }
        let mut answers = Vec::new();
        for (shard, messages) in self.0.shards.iter().zip(shares) {
            if messages.is_empty() {
                continue;
            }
            let indices = messages.iter().map(|message| message.index).collect();
            let (reply, answer) = oneshot::channel();
            let job = Job::Send { messages, is_inside: false, reply };
            // If the shard has gone, its end of the answer has gone with the job.
            let _ = shard.send(job).await;
            answers.push((answer, indices));
        }
        gather((0..count).map(|_| None).collect(), answers)
    }

    /// Ends a twin's life; its history stays. Answers the sequence of that event.
    pub async fn delete(&self, id: &str) -> Result<u64, Refusal> {
        let address = self.address(id);
        let hash = address.hash;
        self.ask(hash, |reply| Job::Delete { address, reply }).await
    }

    /// Makes a twin in the state of another one, under an id that is given or derived. Answers its id and
    /// sequence.
    pub async fn clone_twin(&self, id: &str, new_id: Option<&str>) -> Result<(String, u64), Refusal> {
        if let Some(new_id) = new_id {
            check_id(new_id)?;
            return self.clone_as(id, new_id.to_owned()).await;
        }
        let mut taken = 0;
        loop {
            match self.clone_as(id, self.derive_id(id, taken)).await {
                Err(Refusal::Exists { .. }) => taken += 1,
                result => return result,
            }
        }
    }

    async fn clone_as(&self, id: &str, new_id: String) -> Result<(String, u64), Refusal> {
        let address = self.address(id);
        let hash = address.hash;
        let portrait = self.ask(hash, |reply| Job::Copy { address, reply }).await?;
        let address = self.address(&new_id);
        let hash = address.hash;
        let adopted = self.ask(hash, |reply| Job::Adopt { address, portrait: Box::new(portrait), reply });
        Ok((new_id, adopted.await?))
    }

    /// Up to `limit` of a twin's events after one, also of a twin that was deleted; after 0 those from the first that is kept.
    /// Refuses with [`PastNotKept`](Refusal::PastNotKept) where events after another one are not kept any more.
    pub async fn events(&self, id: &str, after: u64, limit: usize) -> Result<Vec<Event>, Refusal> {
        if let Some(indexed) = self.indexed(id, after.saturating_add(limit as u64))
            && let Ok(Some(events)) = history::part(&self.0.world, indexed, id, after, limit)
        {
            return Ok(events);
        }
        let recorded = self.locate(id).await?;
        history::events(&self.0.world, recorded, id, after, limit)
    }

    pub(super) fn class_named(&self, name: &str) -> Result<u16, Refusal> {
        let class = self.0.world.class_named(name);
        class.ok_or_else(|| Refusal::NoSuchClass { name: name.to_owned() })
    }

    /// Whether messages are taken.
    pub fn ready(&self) -> bool {
        let world = &self.0.world;
        let is_failed = world.counters.failed.get() != 0 || world.disk.is_full(&*world.journal, machine_time());
        !self.0.is_closing.load(Ordering::Relaxed) && !is_failed
    }

    /// What the engine counts, by name.
    pub fn metrics(&self) -> Vec<(&'static str, u64)> {
        let world = &self.0.world;
        let mut metrics = world.counters.all();
        metrics.push(("journal_commits_total", world.journal.commits()));
        metrics.extend(world.disk.metrics(&*world.journal, machine_time()));
        metrics.extend(world.index.iter().flat_map(Lookup::metrics));
        metrics.extend(world.compaction.iter().flat_map(|compaction| compaction.metrics()));
        metrics
    }

    /// Takes no more jobs, waits until all that were taken are durable, and closes the journal: the data directory may
    /// be opened again, whoever still has a handle.
    pub async fn close(&self) {
        self.0.is_closing.store(true, Ordering::Relaxed);
        for shard in &self.0.shards {
            // One that has gone needs not be told.
            let _ = shard.send(Job::Stop).await;
        }
        let threads = std::mem::take(&mut *self.lock());
        let (told, done) = oneshot::channel();
        let world = Arc::clone(&self.0.world);
        let end = move || {
            for thread in threads {
                // A thread that panicked has nothing more to do either.
                let _ = thread.join();
            }
            if let Some(index) = &world.index {
                index.stop();
            }
            if let Some(compaction) = &world.compaction {
                compaction.stop();
            }
            // What went wrong was told to those whose messages it concerned.
            let _ = world.journal.close();
            world.feed.bell.end();
            drop(world);
            let _ = told.send(());
        };
        if thread::Builder::new().name("close".to_owned()).spawn(end).is_ok() {
            // The sender cannot go without having sent.
            let _ = done.await;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.0.threads.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A share of a batch on its way: what will be answered, and the places it is about.
type Share<T> = (oneshot::Receiver<Result<Results<T>, Refusal>>, Vec<u32>);

/// Waits for the shares of a batch and puts what became of it in order. What is settled already stays as it is.
async fn gather<T>(mut results: Vec<Option<Result<T, Refusal>>>, shares: Vec<Share<T>>) -> Vec<Result<T, Refusal>> {
    for (answer, indices) in shares {
        match answer.await.unwrap_or_else(|_| Err(closed())) {
            Ok(share) => {
                for (index, result) in share {
                    results[index as usize] = Some(result);
                }
            }
            Err(refusal) => {
                for index in indices {
                    results[index as usize] = Some(Err(refusal.clone()));
                }
            }
        }
    }
    results.into_iter().map(|result| result.unwrap_or_else(|| Err(closed()))).collect()
}

/// An id is a text of 1 to 256 bytes without control characters, and not `.` or `..`.
pub(super) fn check_id(id: &str) -> Result<(), Refusal> {
    let what = if id.is_empty() {
        "an id cannot be empty".to_owned()
    } else if id.len() > MAX_ID {
        return Err(Refusal::TooLarge { what: "the id".to_owned(), limit: MAX_ID as u64 });
    } else if id == "." || id == ".." || id.chars().any(char::is_control) {
        format!("{id:?} cannot be an id")
    } else {
        return Ok(());
    };
    Err(Refusal::Malformed { what })
}

pub(super) fn closed() -> Refusal {
    Refusal::Unavailable { why: "the engine has been closed".to_owned() }
}
