//! How long events are kept, at least.
//!
//! A class says it itself: class-side `retention` answers a Duration, asked once when the program starts. For the others the
//! server's option says it; without one it is for ever.

use std::sync::Arc;
use std::time::Duration;

use super::super::api::{OpenError, Options};
use super::super::declared;
use super::super::world::Class;
#[cfg(feature = "server")]
use super::super::{canon::Canon, open, registry::Hasher, world};
use crate::data::Data;
use crate::frozen::Frozen;
use crate::turn::Turn;
use crate::value::Value;
#[cfg(feature = "server")]
use crate::{journal::Batch, program::Program, tables::Tables};

/// What a class side answers.
const SELECTOR: &str = "retention";

/// The class of that, whose first slot is a number of nanoseconds.
const DURATION: &str = "Duration";

/// How long the events of classes are kept; nothing is for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Retention {
    default: Option<Duration>,
    by_schema: Vec<Option<Duration>>,
}

impl Retention {
    /// The same for all classes.
    #[cfg(feature = "server")]
    pub fn same(default: Option<Duration>) -> Self {
        Self { default, by_schema: Vec::new() }
    }

    /// What the classes say, each told by the number of a schema.
    pub(in super::super) fn of(classes: &[Class], by_schema: &[u16], default: Option<Duration>) -> Self {
        let of = |class: &u16| classes.get(usize::from(*class)).and_then(|class| class.known.as_ref()?.retention).or(default);
        Self { default, by_schema: by_schema.iter().map(of).collect() }
    }

    /// How long events with a schema are kept.
    pub fn schema(&self, schema: u32) -> Option<Duration> {
        self.by_schema.get(schema as usize).copied().unwrap_or(self.default)
    }

    /// All lengths of time in use, the longest first.
    pub fn lengths(&self) -> Vec<Duration> {
        let mut lengths: Vec<Duration> = self.by_schema.iter().copied().chain([self.default]).flatten().collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        lengths.dedup();
        lengths
    }
}

/// Asks the twin classes of the program.
pub(in super::super) fn ask(classes: &mut [Class], frozen: &Arc<Frozen>, options: &Options) -> Result<(), OpenError> {
    let wanted = "a Duration, such as 30 days";
    declared::ask(classes, frozen, options, SELECTOR, wanted, duration, |known, length| known.retention = length)
}

/// What a program says of the classes in a data directory's tables.
#[cfg(feature = "server")]
pub(crate) fn retention_of(program: &'static Program, tables: &Tables, default: Option<Duration>) -> Result<Retention, String> {
    // Numbers for what the tables do not have yet are never used.
    let canon = Canon::new(tables.clone(), program, &[], &mut Batch::new());
    let options = Options::default();
    let mut classes = world::classes(program, &canon, &Hasher::default());
    let frozen = open::frozen(program, &options).map_err(|error| error.to_string())?;
    ask(&mut classes, &frozen, &options).map_err(|error| error.to_string())?;
    Ok(Retention::of(&classes, &world::by_schema(&classes, &canon), default))
}

/// A Duration that is not negative.
fn duration(value: Value, t: &mut Turn) -> Option<Duration> {
    let class = t.class_of(value);
    if t.class_info(class).is_none_or(|info| info.name != DURATION) {
        return None;
    }
    let nanoseconds = t.slot(value, 0);
    match t.export_or_raise(nanoseconds) {
        Ok(Data::Integer(nanoseconds)) => u64::try_from(nanoseconds).ok().map(Duration::from_nanos),
        _ => None,
    }
}
