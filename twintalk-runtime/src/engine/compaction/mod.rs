//! Compaction: what is older than it must be kept is left out, and each twin goes on from a base.
//!
//! ```text
//!  segments   ├ compacted ┼ compacted ┼──── sealed ────┼── sealed ──┼ being written
//!  records      B       B     B    D    e e s e e   e e  e  e s e     e e …
//!                                    horizon of a class ┘
//! ```
//!
//! - `retention`: how long classes keep events, at least
//! - `horizon`: where in the log that is
//! - `run`: segments are replaced by what is kept of them
//! - `erase`: all records of one twin are left out
//! - `policy`: when, by whom, and what is told of it
//!
//! Nothing is written at the end of the log, positions never change, and whoever runs turns does not notice.

mod erase;
mod horizon;
mod policy;
mod retention;
mod run;

pub(crate) use horizon::Horizons;
pub(super) use policy::Compaction;
pub(crate) use retention::Retention;
pub(super) use retention::ask;
#[cfg(feature = "server")]
pub(crate) use retention::retention_of;
pub(crate) use run::{Outcome, Place};

/// The time, in nanoseconds since 1970.
#[cfg(feature = "server")]
pub(crate) fn now() -> i64 {
    super::host::machine_time()
}
