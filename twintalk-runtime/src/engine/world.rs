//! What all shards share and nobody changes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::api::Options;
use super::canon::Canon;
use super::compaction::Compaction;
use super::counters::Counters;
use super::disk::Disk;
use super::feed::Feed;
use super::lookup::Lookup;
use super::migrate::MIGRATE;
use super::names::{self, Names};
use super::registry::Hasher;
use super::slab::TwinClass;
use crate::frozen::Frozen;
use crate::journal::Journal;
use crate::program::{ClassInfo, Program};

/// A program, its data directory, and how the two fit.
pub(super) struct World {
    pub program: &'static Program,
    pub frozen: Arc<Frozen>,
    /// What the program's numbers mean.
    pub names: Names,
    pub canon: Canon,
    pub classes: Vec<Class>,
    pub journal: Arc<dyn Journal>,
    /// Where the records of twins are; a journal in memory has none.
    pub index: Option<Lookup>,
    /// Leaves out what is old; without an index nothing is.
    pub compaction: Option<Arc<Compaction>>,
    /// For each schema the number of its class among `classes`.
    pub by_schema: Vec<u16>,
    pub hasher: Hasher,
    pub options: Options,
    pub counters: Counters,
    pub feed: Feed,
    pub disk: Disk,
}

/// A twin class, of the program or only of the disk.
pub(super) struct Class {
    pub name: String,
    /// The disk's number of its schema, or of the last one it had.
    pub schema: u32,
    /// What the program knows of it.
    pub known: Option<Known>,
}

/// A twin class of the program.
pub(super) struct Known {
    pub number: u32,
    pub info: &'static ClassInfo,
    /// What may be sent from outside.
    pub external: HashMap<&'static str, u32, Hasher>,
    /// The selector of `migrateFrom:`, if the class has it.
    pub migrate: Option<u32>,
    /// After how many events its twins are written as a whole, if the class says so.
    pub snapshot_every: Option<u64>,
    /// How long their events are kept, if the class says so.
    pub retention: Option<Duration>,
}

/// Selectors of events that no message caused, beside the program's.
pub(super) const EXTRA_SYMBOLS: [&str; 3] = ["new", "clone", "delete"];

impl World {
    /// The class of a name.
    pub fn class_named(&self, name: &str) -> Option<u16> {
        let index = self.classes.iter().position(|class| class.name == name);
        index.map(|index| index as u16)
    }

    /// The class of a schema.
    pub fn class_of(&self, schema: u32) -> u16 {
        self.by_schema.get(schema as usize).copied().unwrap_or(0)
    }

    /// Empty slabs for all twin classes.
    pub fn slabs(&self) -> Vec<Option<Box<dyn TwinClass>>> {
        let slabs = self.program.twins.iter().map(|twin| Some((twin.slab)()));
        let unknown = std::iter::repeat_with(|| None);
        slabs.chain(unknown).take(self.classes.len()).collect()
    }

    /// A twin class by its number among the twin classes.
    pub fn class(&self, index: u16) -> &Class {
        &self.classes[usize::from(index)]
    }

    /// The disk's number of a symbol it has.
    pub fn disk_symbol(&self, text: &str) -> u32 {
        self.canon.tables.symbols.number(text).unwrap_or(0)
    }
}

/// For each schema of the disk the number of its class, which may have another name now.
pub(super) fn by_schema(classes: &[Class], canon: &Canon) -> Vec<u16> {
    let schemas = (0..).map_while(|number| Some((number, canon.tables.schemas.get(number)?)));
    let class = schemas.map(|(number, schema)| {
        let known = canon.class(number);
        let is = |class: &Class| class.known.as_ref().is_some_and(|class| Some(class.number) == known);
        let found = classes.iter().position(is).or_else(|| classes.iter().position(|class| class.name == schema.class));
        found.unwrap_or(0) as u16
    });
    class.collect()
}

/// The program's twin classes in the order of its table. Those that only the disk knows come after them.
pub(super) fn classes(program: &'static Program, canon: &Canon, hasher: &Hasher) -> Vec<Class> {
    let infos: Vec<&'static ClassInfo> = names::classes(program).collect();
    let symbols: Vec<&'static str> = names::symbols(program).collect();
    let migrate = symbols.iter().position(|symbol| *symbol == MIGRATE).map(|number| number as u32);
    let twin_class = |number: u32| infos.get(number as usize).copied().filter(|info| info.is_twin);
    let known = program.twins.iter().filter_map(|twin| {
        let info = *infos.get(twin.class as usize)?;
        let mut classes = std::iter::successors(Some(info), |info| info.superclass.and_then(twin_class)).take(names::DEEPEST);
        let migrate = migrate.filter(|migrate| classes.any(|info| info.selectors.contains(migrate)));
        let mut external = HashMap::with_hasher(hasher.clone());
        for &selector in info.external {
            if let Some(&text) = symbols.get(selector as usize) {
                external.insert(text, selector);
            }
        }
        Some(Class {
            name: info.name.to_owned(),
            schema: canon.schema(twin.class)?,
            known: Some(Known { number: twin.class, info, external, migrate, snapshot_every: None, retention: None }),
        })
    });
    known.collect()
}
