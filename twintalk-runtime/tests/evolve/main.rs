//! New code over old data: several versions of one program, one after the other, over one data directory.

mod classes;
mod migration;
mod rehearsal;
mod slots;
mod snapshots;
mod versions;

use std::path::Path;
use std::sync::Arc;

use twintalk_runtime::engine::{Change, Durability, Event, Moment, OpenError, Options, Refusal, TwinState};
use twintalk_runtime::{Data, Program, Twins};

fn directory() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory for the data")
}

fn options(data: &Path) -> Options {
    Options { data: Some(data.to_owned()), durability: Durability::Os, shards: 1, memory: 1 << 30, ..Options::default() }
}

/// A program that is running over a data directory.
struct Running(Twins);

impl Running {
    #[track_caller]
    fn over(program: &'static Program, data: &Path) -> Self {
        Self::try_over(program, data).expect("it opens")
    }

    fn try_over(program: &'static Program, data: &Path) -> Result<Self, OpenError> {
        Twins::open(program, &options(data)).map(Self)
    }

    #[track_caller]
    fn make(&self, id: &str, class: &str) {
        self.0.create_blocking(id, class, Vec::new()).expect("a new twin");
    }

    /// Sends a message; answers the twin's sequence.
    #[track_caller]
    fn send(&self, id: &str, selector: &str, arguments: &[Data]) -> u64 {
        self.0.send_blocking(id, selector, arguments.to_vec()).expect("an answer").sequence
    }

    #[track_caller]
    fn ask(&self, id: &str, selector: &str) -> Data {
        self.0.send_blocking(id, selector, Vec::new()).expect("an answer").answer
    }

    /// The text of a refusal, which must name all of these.
    #[track_caller]
    fn refused(&self, id: &str, selector: &str, names: &[&str]) -> String {
        let refusal = self.0.send_blocking(id, selector, Vec::new()).expect_err("a refusal");
        assert!(matches!(refusal, Refusal::Unavailable { .. }), "{refusal:?}");
        let text = refusal.to_string();
        for name in names {
            assert!(text.contains(name), "{name} in: {text}");
        }
        text
    }

    #[track_caller]
    fn at(&self, id: &str, moment: Moment) -> TwinState {
        self.0.read_blocking(id, moment).expect("a state")
    }

    /// The slots as they are now.
    #[track_caller]
    fn now(&self, id: &str) -> Vec<(String, Data)> {
        self.at(id, Moment::Now).state
    }

    /// The slots as they were after an event.
    #[track_caller]
    fn after(&self, id: &str, sequence: u64) -> Vec<(String, Data)> {
        self.at(id, Moment::Sequence(sequence)).state
    }

    #[track_caller]
    fn events(&self, id: &str) -> Vec<Event> {
        self.0.events_blocking(id, 0, 1000).expect("a history")
    }

    fn metric(&self, name: &str) -> u64 {
        self.0.metrics().into_iter().find(|metric| metric.0 == name).expect("a metric").1
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.close_blocking();
    }
}

fn int(integer: i64) -> Data {
    Data::Integer(integer)
}

fn text(text: &str) -> Data {
    Data::String(text.to_owned())
}

/// Slots with their contents.
fn slots<const N: usize>(slots: [(&str, Data); N]) -> Vec<(String, Data)> {
    slots.map(|(name, data)| (name.to_owned(), data)).to_vec()
}

/// Slots with their new contents.
fn changes<const N: usize>(slots: [(&str, Data); N]) -> Vec<(Arc<str>, Change)> {
    slots.map(|(name, data)| (name.into(), Change::Value(data))).to_vec()
}
