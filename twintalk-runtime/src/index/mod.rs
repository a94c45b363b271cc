//! The index: where in the log the records of a twin are, without reading the log.
//!
//! It is a cache of the journal, in files beside the segments: what is missing or damaged is built again from
//! the journal, in the background and never by whoever runs turns.
//!
//! ```text
//!  journal     ├─ segment ─┼─ segment ─┼─ segment ─┼─ segment ─┼─ segment, being written
//!  index       ├── .index ─┼── .index ─┼── .index ─┼── .index ─┤   all records of twins, by hash of the id
//!  runs        ├────────────── .twins ─────────────┤               the last record of each twin
//!  names       ├───────────────────── .names ──────────────────┤   ids in order
//!  manifest    which of them count; tables, statements, counts ┤
//!                                                              └ covered: from here on the log is read
//! ```
//!
//! - [`Index`]: opens the files, answers a [`Directory`], does one [`Step`] at a time
//! - [`Directory`]: what is known at a moment: [`find`](Directory::find), [`history`](Directory::history), [`names`](Directory::names)
//! - [`Indexer`]: the thread that does the steps
//! - [`table`], [`names`], [`manifest`]: the files, byte by byte; [`plan`]: what is done when
//!
//! What is read is checked: each part of a file has a checksum that is looked at whenever the part is read. What does
//! not fit is an error, never an answer.

mod ages;
mod ahead;
pub mod directory;
mod erase;
mod error;
mod file;
pub mod hash;
pub mod history;
mod indexer;
mod lasts;
pub mod manifest;
pub mod names;
pub mod plan;
mod record;
mod scan;
mod steps;
pub mod table;
#[cfg(test)]
mod tests;
mod work;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

pub use ahead::Ahead;
pub use directory::Directory;
pub use error::Error;
pub use file::{FileName, Kind, Span};
pub use indexer::{Chore, Indexer, Status};
pub use lasts::Lasts;
pub use plan::Step;
pub use record::{Life, TwinRecord};
pub use work::Work;

use crate::journal::files::Files;
use crate::journal::{Position, Reader};
use directory::Slot;
use file::UNFINISHED;
use hash::Key;
use manifest::{Manifest, Unusable};
use names::NamesRun;
use table::Table;

/// The index of a data directory.
pub struct Index {
    files: Arc<dyn Files>,
    directory: RwLock<Arc<Directory>>,
    /// Files that were found damaged while they were read; the next step looks after them.
    damaged: Mutex<BTreeSet<FileName>>,
    /// Held by who does a step.
    step: Mutex<()>,
    /// The latest times of segments that were read for them.
    ages: Mutex<BTreeMap<Span, i64>>,
}

/// What opening found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opened {
    /// All records below are known.
    pub covered: Position,
    /// Why all of it is built anew, if it is.
    pub anew: Option<&'static str>,
    /// Whether that is because there was none, as in a directory that is new.
    pub is_missing: bool,
    /// Files that are built again.
    pub damaged: Vec<FileName>,
    /// How many files of interrupted work were removed.
    pub removed: usize,
}

/// How an index is opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Config {
    /// The key of a new index; a random one if there is none.
    pub key: Option<Key>,
}

impl Index {
    /// Opens the index in the directory of a journal. Files that do not fit, or that are left over, are no error.
    pub fn open(files: Arc<dyn Files>, reader: &Reader, config: &Config) -> Result<(Self, Opened), Error> {
        let mut opened = Opened::default();
        let found = Manifest::read(&*files)?;
        let manifest = match found {
            Ok(manifest) if fits(&manifest, reader) => manifest,
            other => {
                opened.is_missing = matches!(other, Err(Unusable::Missing));
                opened.anew = Some(match other {
                    Ok(_) => "the index is not of this journal",
                    Err(Unusable::Missing) => "there is no index",
                    Err(Unusable::Damaged(reason)) => reason,
                });
                let random = || Key::random().map_err(|error| Error::io("draw a key for", files.path(manifest::NAME), error));
                Manifest::new(config.key.map_or_else(random, Ok)?)
            }
        };
        let directory = open_files(&*files, &manifest, &mut opened)?;
        opened.covered = directory.covered();
        opened.removed = remove_leftovers(&*files, &directory);
        let directory = RwLock::new(Arc::new(directory));
        let damaged = Mutex::new(opened.damaged.iter().copied().filter(|file| file.kind != Kind::Records).collect());
        Ok((Self { files, directory, damaged, step: Mutex::new(()), ages: Mutex::default() }, opened))
    }

    /// What is known now.
    pub fn directory(&self) -> Arc<Directory> {
        Arc::clone(&self.directory.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The twin's last record below what is covered, and where it is. A damaged run is done without at once.
    pub fn find<'a>(&self, reader: &'a Reader, id: &str) -> Result<Option<(Position, TwinRecord<'a>)>, Error> {
        loop {
            match self.directory().find(reader, id) {
                Err(error) if self.note(&error) => {}
                result => return result,
            }
        }
    }

    /// Notes that a file was found damaged, so that it is built again; answers whether it is worth while to ask again.
    pub fn note(&self, error: &Error) -> bool {
        let Error::Damaged { file, path, .. } = error else {
            return false;
        };
        let mut directory = self.directory.write().unwrap_or_else(PoisonError::into_inner);
        if directory.has(*file) {
            lock(&self.damaged).insert(*file);
            *directory = Arc::new(directory.without(*file, path.clone()));
        }
        file.kind == Kind::Twins
    }

    /// Whether no file is known to be damaged or missing.
    pub fn is_whole(&self) -> bool {
        lock(&self.damaged).is_empty() && self.directory().is_whole()
    }

    /// Looks at every part of every file; answers the first error, which is noted.
    pub fn verify(&self) -> Result<(), Error> {
        self.directory().verify().inspect_err(|error| {
            self.note(error);
        })
    }

    fn publish(&self, directory: Directory) {
        *self.directory.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(directory);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a manifest is about the sealed segments of a journal.
fn fits(manifest: &Manifest, reader: &Reader) -> bool {
    let indexed = manifest.segments.iter().map(|segment| segment.span);
    let sealed = reader.sealed().map(|(base, end)| Span { base: base.0, end: end.0 });
    let ends = manifest.segments.last().map_or(0, |segment| segment.span.end);
    let ordered = |spans: &[Span]| spans.is_sorted_by(|a, b| a.end <= b.base);
    let mut sealed = sealed.take_while(|span| span.end <= manifest.covered.0);
    let runs = [&manifest.runs, &manifest.names];
    indexed.eq(&mut sealed) && ends == manifest.covered.0 && runs.iter().all(|spans| ordered(spans))
}

/// Opens what the manifest names. What cannot be used is told.
fn open_files(files: &dyn Files, manifest: &Manifest, opened: &mut Opened) -> Result<Directory, Error> {
    let mut directory = Directory::new(manifest);
    let key = manifest.key.check();
    let mut whole = |result: Result<Slot, Error>| match result {
        Err(Error::Damaged { file, path, .. }) => {
            opened.damaged.push(file);
            Ok(Slot::Broken(file, path))
        }
        result => result,
    };
    for &segment in &manifest.segments {
        let name = FileName { kind: Kind::Records, span: segment.span };
        let slot = whole(Table::open(files, name, key).map(|table| Slot::Whole(Arc::new(table))))?;
        directory.segments.push((segment, slot));
    }
    for &span in &manifest.runs {
        let name = FileName { kind: Kind::Twins, span };
        if let Slot::Whole(table) = whole(Table::open(files, name, key).map(|table| Slot::Whole(Arc::new(table))))? {
            directory.runs.push(table);
        }
    }
    for &span in &manifest.names {
        let name = FileName { kind: Kind::Names, span };
        match NamesRun::open(files, name) {
            Ok(run) => directory.names.push(Arc::new(run)),
            Err(Error::Damaged { file, .. }) => opened.damaged.push(file),
            Err(error) => return Err(error),
        }
    }
    Ok(directory.refresh())
}

/// Removes files that no manifest names; answers how many there were.
fn remove_leftovers(files: &dyn Files, directory: &Directory) -> usize {
    let mut known: BTreeSet<FileName> =
        directory.segments.iter().map(|(segment, _)| FileName { kind: Kind::Records, span: segment.span }).collect();
    known.extend(directory.runs.iter().map(|run| run.name()));
    known.extend(directory.names.iter().map(|run| run.name()));
    let is_left = |name: &String| match name.strip_suffix(UNFINISHED) {
        Some(rest) => rest == manifest::NAME || FileName::parse(rest).is_some(),
        None => FileName::parse(name).is_some_and(|name| !known.contains(&name)),
    };
    // What cannot be listed or removed is in nobody's way.
    let left = files.list().unwrap_or_default().into_iter().filter(is_left);
    left.filter(|name| files.remove(name).is_ok()).count()
}

/// Where a file is.
fn path(files: &dyn Files, name: FileName) -> PathBuf {
    files.path(&name.to_string())
}
