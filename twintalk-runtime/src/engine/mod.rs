//! The engine: a fleet of twins behind one handle.
//!
//! ```text
//!  Twins ── jobs ──▶ shard ── turns ──▶ rows
//!    ▲                 │ events
//!    │                 ▼
//!    └── answers ── outbox ◀── durable ── journal
//! ```
//!
//! - handle: `api` plain types, `twins` async calls, `describe`, `blocking`, `job` what goes to a shard
//! - shard: `shard` the loop, `turns`, `creation`, `reads`, `load`, `migrate`, `cadence`, `passivate`, `outbox` the gate of what leaves
//! - memory: `registry` from ids to twins (`id`, `head`), `lookup` of those it does not hold, `list` of all, `slabs` and `slab`
//!   their rows
//! - disk: `disk` whether there is room, `canon` its numbering, `outward` and `arguments` to it, `inward` from it, `chain` a twin's records,
//!   `beginning` where they begin, `state` events applied, `names` and `project` to data, `former` names of classes and slots, `delta` to changes,
//!   `view` and `history` for readers, `feed` and `bell` for those who listen
//! - age: `compaction`
//! - start: `open`, `recover`, `report`, `rehearse`, `provision`, `world` what all share

pub mod api;
mod arguments;
mod beginning;
mod bell;
mod blocking;
mod budget;
mod cadence;
mod canon;
mod chain;
mod change;
pub(crate) mod compaction;
mod counters;
mod creation;
mod declared;
mod delta;
mod describe;
mod disk;
mod feed;
mod former;
mod head;
mod history;
mod host;
mod id;
mod inward;
mod job;
mod list;
mod load;
mod lookup;
mod migrate;
mod names;
#[cfg(feature = "server")]
pub(crate) mod offline;
mod open;
mod outbox;
mod outward;
mod passivate;
mod project;
mod provision;
mod reads;
mod recover;
mod registry;
mod rehearse;
#[cfg(feature = "server")]
mod renumber;
mod report;
mod shard;
mod slab;
mod slabs;
mod state;
mod straight;
mod turns;
mod twins;
mod view;
mod world;

#[cfg(test)]
mod tests;

pub use api::*;
pub use change::{Change, DictionaryChange, SequenceChange, SetChange};
pub use feed::{FeedEvent, FeedPage, FeedPosition};
pub use rehearse::{Rehearsal, rehearse};
pub use slab::{Ended, Outcome, TwinClass, slab};
pub use twins::Twins;
