//! Opening: what the index knows, and the journal's tail behind it, are folded into registries and tables; the program
//! is compared with the tables, and the shards start. No twin is loaded, and how many there are makes no difference.

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use tokio::sync::mpsc;

use super::Twins;
use super::api::{OpenError, Options};
use super::cadence;
use super::canon::Canon;
use super::compaction::{self, Compaction, Retention};
use super::counters::Counters;
use super::disk::Disk;
use super::feed::Feed;
use super::host::{Clock, ShardHost};
use super::lookup::Lookup;
use super::names::Names;
use super::provision::{self, Provisioned};
use super::recover::{self, Folded};
use super::registry::{Hasher, Registry};
use super::report;
use super::shard::{Shard, Share};
use super::twins::QUEUE;
use super::world::{self, Class, EXTRA_SYMBOLS, World};
use crate::frozen::Frozen;
use crate::index;
use crate::journal::files::{Directory, Files};
use crate::journal::{self, Batch, Config, Durability, Journal, MemoryLog, SegmentLog};
use crate::library;
use crate::program::Program;
use crate::turn::Turn;

/// Stack of a shard beyond what turns may use.
const STACK: usize = 1 << 20;

impl Twins {
    /// Opens the twins of a program, and provisions what its top-level statements say.
    pub fn open(program: &'static Program, options: &Options) -> Result<Self, OpenError> {
        let config = Config { durability: options.durability, ..Config::default() };
        let Some(data) = options.data.as_ref().filter(|_| options.durability != Durability::Memory) else {
            return Self::open_journal(program, options, Arc::new(MemoryLog::new(&config)), None);
        };
        let inaccessible = |why| OpenError::Inaccessible { path: data.clone(), why };
        let files: Arc<dyn Files> = Arc::new(Directory::open(data).map_err(inaccessible)?);
        let (journal, opened) = SegmentLog::open_in(Arc::clone(&files), &config).map_err(open_error)?;
        if opened.truncated_bytes > 0 {
            let (data, bytes) = (data.display(), opened.truncated_bytes);
            provision::tell(&format!("{data}: the last {bytes} bytes belonged to a commit that was never finished; they were cut"));
        }
        let index = Lookup::open(files, &journal.reader()).map_err(index_error)?;
        let twins = Self::open_journal(program, options, Arc::new(journal), Some(index))?;
        let world = twins.world();
        if let Some(lookup) = &world.index {
            let chore = world.compaction.clone().map(|compaction| -> Arc<dyn index::Chore> { compaction });
            lookup.start(&world.journal, chore);
        }
        Ok(twins)
    }

    /// Opens the twins that a journal tells of, and its index if it has one, and provisions.
    pub(super) fn open_journal(
        program: &'static Program,
        options: &Options,
        journal: Arc<dyn Journal>,
        index: Option<Lookup>,
    ) -> Result<Self, OpenError> {
        let (twins, provisioned) = Self::over(program, options, journal, index)?;
        provision::provision(&twins, &provisioned)?;
        Ok(twins)
    }

    /// Opens the twins that a journal tells of, and its index if it has one; answers the statements that were run as well.
    pub(super) fn over(
        program: &'static Program,
        options: &Options,
        journal: Arc<dyn Journal>,
        index: Option<Lookup>,
    ) -> Result<(Self, Provisioned), OpenError> {
        let mut options = options.clone();
        options.shards = options.shards.max(1);
        let hasher = Hasher::default();
        let unusable = |why: String| OpenError::Unusable { path: options.data.clone().unwrap_or_else(|| PathBuf::from("(memory)")), why };
        let directory = index.as_ref().map(Lookup::directory);
        let folded = recover::fold(&journal.reader(), directory.as_deref(), &hasher, options.shards);
        drop(directory);
        let mut folded = folded.map_err(|broken| unusable(broken.to_string()))?;
        for damage in &folded.damages {
            provision::tell(&damage.to_string());
        }
        let mut batch = Batch::new();
        let tables = std::mem::take(&mut folded.tables);
        let before = tables.schemas.len() as u32;
        let canon = Canon::new(tables, program, &EXTRA_SYMBOLS, &mut batch);
        if !batch.is_empty() {
            let committed = journal.commit(&batch);
            committed.map_err(|error| unusable(error.to_string()))?;
        }
        let mut classes = world::classes(program, &canon, &hasher);
        add_unknown(&mut classes, &folded, &canon);
        let by_schema = world::by_schema(&classes, &canon);
        report::changes(&classes, &canon, before).iter().for_each(|change| provision::tell(change));
        let frozen = frozen(program, &options)?;
        cadence::ask(&mut classes, &frozen, &options)?;
        compaction::ask(&mut classes, &frozen, &options)?;
        let compaction = index.as_ref().map(|lookup| {
            let retention = Retention::of(&classes, &by_schema, options.retain);
            Arc::new(Compaction::new(&journal, &lookup.index, &canon.tables.schemas, retention))
        });
        let world = Arc::new(World {
            program,
            frozen,
            names: Names::of_program(program),
            canon,
            classes,
            journal,
            index,
            compaction,
            by_schema,
            hasher,
            feed: Feed::new(&options),
            counters: Counters::default(),
            disk: Disk::new(options.min_free),
            options,
        });
        world.counters.twins.add(folded.twins());
        for registry in &mut folded.registries {
            recover::classify(registry, &world.by_schema);
        }
        let ever = folded.ever();
        let twins = start(&world, folded.registries, folded.time, ever)?;
        Ok((twins, folded.provisioned))
    }
}

/// Starts a thread for each shard.
fn start(world: &Arc<World>, registries: Vec<Registry>, time: i64, known: u64) -> Result<Twins, OpenError> {
    let count = registries.len();
    let mut shards = Vec::with_capacity(count);
    let mut threads = Vec::with_capacity(count);
    for (index, registry) in registries.into_iter().enumerate() {
        let (sender, jobs) = mpsc::channel(QUEUE);
        let world = Arc::clone(world);
        let stack = world.options.limits.stack + STACK;
        let share = Share { index, count };
        // A turn stays on its thread, so the shard is made there.
        let run = move || Shard::new(world, share, registry, Clock::at(time)).run(jobs);
        let thread = thread::Builder::new().name(format!("twins-{index}")).stack_size(stack).spawn(run);
        threads.push(thread.map_err(|error| OpenError::Program { why: format!("a thread cannot be started: {error}") })?);
        shards.push(sender);
    }
    Ok(Twins::new(Arc::clone(world), shards, threads, known))
}

/// Twin classes that the disk has twins of and the program does not have.
fn add_unknown(classes: &mut Vec<Class>, folded: &Folded, canon: &Canon) {
    for &schema in &folded.schemas {
        let Some(form) = canon.names.class(schema) else {
            continue;
        };
        let is = |class: &&mut Class| {
            class.name == form.name || class.known.as_ref().is_some_and(|known| canon.class(schema) == Some(known.number))
        };
        match classes.iter_mut().find(is) {
            Some(class) if class.known.is_some() => {}
            Some(class) => class.schema = class.schema.max(schema),
            None => classes.push(Class { name: form.name.clone(), schema, known: None }),
        }
    }
}

/// The program's literals, and its class-side state as class-side `initialize` methods leave it.
pub(super) fn frozen(program: &'static Program, options: &Options) -> Result<Arc<Frozen>, OpenError> {
    let clock = Clock::default();
    clock.advance();
    let host = Box::new(ShardHost(clock));
    let mut turn = Turn::new(Frozen::new(program), host, options.limits);
    turn.open_class_state(true);
    for initialize in library::INITIALIZERS.iter().chain(program.initializers) {
        turn.run(initialize).map_err(|failure| OpenError::Program { why: failure.to_string() })?;
    }
    Ok(turn.freeze())
}

/// Why an index cannot be opened.
pub(super) fn index_error(error: index::Error) -> OpenError {
    match error {
        index::Error::Journal(error) => open_error(error),
        error => OpenError::Program { why: error.to_string() },
    }
}

pub(super) fn open_error(error: journal::Error) -> OpenError {
    match error {
        journal::Error::Locked { path } => OpenError::Locked { path },
        journal::Error::Io { path, source, .. } => OpenError::Inaccessible { path, why: source },
        journal::Error::Damaged(journal::Damage { ref path, .. }) | journal::Error::NewerFormat { ref path, .. } => {
            OpenError::Unusable { path: path.clone(), why: error.to_string() }
        }
        error => OpenError::Program { why: error.to_string() },
    }
}
