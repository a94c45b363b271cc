//! When segments are compacted, by whom, and what is told of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::super::host::machine_time;
use super::{Horizons, Outcome, Place, Retention};
use crate::index::{Chore, Error, Index, TwinRecord, Work};
use crate::journal::{Journal, Position};
use crate::tables::{Schema, Table};

/// A run begins when what is below the horizon and was not looked at yet is this part of what was.
const PART: u64 = 4;

/// How long the segment that is written is written at least, however short events are kept.
const SHORTEST: Duration = Duration::from_secs(3600);

/// How long nothing is tried after a run failed.
const RETRY: Duration = Duration::from_secs(60);

/// Compacts the log of a data directory when it is worth while. The index's thread does it.
pub(in super::super) struct Compaction {
    journal: Arc<dyn Journal>,
    index: Arc<Index>,
    schemas: Table<Schema>,
    retention: Retention,
    /// Held by who replaces segments.
    running: Mutex<()>,
    now: Mutex<Now>,
    segments: AtomicU64,
    freed: AtomicU64,
    /// Ends erasing.
    erasing: Work,
}

#[derive(Default)]
struct Now {
    /// What a run has looked at lies below.
    considered: Option<Position>,
    /// When the last run ended, in nanoseconds since 1970, and how long it took.
    last: Option<(i64, Duration)>,
    /// Why a run failed, and when.
    failed: Option<(String, Instant)>,
}

impl Compaction {
    /// Over a journal and its index.
    pub fn new(journal: &Arc<dyn Journal>, index: &Arc<Index>, schemas: &Table<Schema>, retention: Retention) -> Self {
        Self {
            journal: Arc::clone(journal),
            index: Arc::clone(index),
            schemas: schemas.clone(),
            retention,
            running: Mutex::default(),
            now: Mutex::default(),
            segments: AtomicU64::new(0),
            freed: AtomicU64::new(0),
            erasing: Work::new(),
        }
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether erasing goes on.
    pub fn erasing(&self) -> &Work {
        &self.erasing
    }

    /// Ends erasing, and waits until nobody replaces segments, which must be so before the journal is closed.
    pub fn stop(&self) {
        self.erasing.stop();
        drop(self.running.lock());
    }

    /// What it works on. Whoever asks for it must hold the guard that comes with it.
    pub fn place<'a>(&'a self, work: &'a Work) -> (Place<'a>, MutexGuard<'a, ()>) {
        let guard = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        (Place { journal: &*self.journal, index: &self.index, schemas: &self.schemas, work }, guard)
    }

    /// Compacts what is old enough at a time, if that is worth while; answers whether it was.
    pub fn run(&self, time: i64, work: &Work) -> Result<bool, Error> {
        let (place, _guard) = self.place(work);
        let horizons = Horizons::at(time, &self.retention, place)?;
        if !self.is_due(place, horizons.highest()) {
            return Ok(false);
        }
        self.follow(place, &horizons)?;
        Ok(true)
    }

    /// Compacts what is old enough at a time, whether or not that is worth while.
    #[cfg(test)]
    pub fn run_always(&self, time: i64, work: &Work) -> Result<(), Error> {
        let (place, _guard) = self.place(work);
        self.index.catch_up(&self.journal.reader(), work)?;
        let horizons = Horizons::at(time, &self.retention, place)?;
        self.follow(place, &horizons)
    }

    fn follow(&self, place: Place<'_>, horizons: &Horizons) -> Result<(), Error> {
        let mut told = Outcome::default();
        place.run(horizons, &mut |done| {
            self.segments.fetch_add(done.segments - told.segments, Ordering::Relaxed);
            let freed = |outcome: &Outcome| outcome.before.saturating_sub(outcome.after);
            self.freed.fetch_add(freed(done).saturating_sub(freed(&told)), Ordering::Relaxed);
            told = *done;
        })?;
        self.now().considered = Some(horizons.highest());
        Ok(())
    }

    /// Seals the segment that is written once its first event is old enough to go: where little happens it would not be full for
    /// years.
    pub fn roll(&self, time: i64) -> Result<(), Error> {
        let Some(shortest) = self.retention.lengths().last().copied() else { return Ok(()) };
        let age = i64::try_from(shortest.max(SHORTEST).as_nanos()).unwrap_or(i64::MAX);
        let reader = self.journal.reader();
        let start = reader.sealed().last().map_or(Position::NONE, |(_, end)| end);
        let first = reader.records(start).find_map(|record| TwinRecord::of(&record.ok()?).ok().flatten());
        if first.is_some_and(|first| first.time < time.saturating_sub(age)) {
            self.journal.roll()?;
        }
        Ok(())
    }

    fn is_due(&self, place: Place<'_>, highest: Position) -> bool {
        let (directory, reader) = (self.index.directory(), self.journal.reader());
        let considered = self.now().considered.unwrap_or_else(|| reader.oldest());
        let bytes = |is_new: bool| -> u64 {
            let spans = directory.spans().filter(|span| span.end <= highest.0 && (span.base >= considered.0) == is_new);
            spans.map(|span| place.bytes(&reader, span)).sum()
        };
        let new = bytes(true);
        new > 0 && new.saturating_mul(PART) >= bytes(false)
    }

    /// What is told of it, by name: segments replaced and bytes freed since the start, when the last run ended and how long it
    /// took, and whether it failed.
    pub fn metrics(&self) -> Vec<(&'static str, u64)> {
        let now = self.now();
        let mut metrics = vec![
            ("compaction_segments_total", self.segments.load(Ordering::Relaxed)),
            ("compaction_freed_bytes_total", self.freed.load(Ordering::Relaxed)),
            ("compaction_failing", now.failed.is_some().into()),
        ];
        if let Some((ended, took)) = now.last {
            metrics.push(("compaction_last_run_timestamp_seconds", ended.unsigned_abs() / 1_000_000_000));
            metrics.push(("compaction_last_run_milliseconds", took.as_millis() as u64));
        }
        metrics
    }

    /// Why the last run failed, if it did; it is tried again.
    pub fn failure(&self) -> Option<String> {
        self.now().failed.as_ref().map(|(why, _)| why.clone())
    }
}

impl Chore for Compaction {
    fn work(&self, work: &Work) -> bool {
        let is_waiting = self.now().failed.as_ref().is_some_and(|(_, at)| at.elapsed() < RETRY);
        if self.retention.lengths().is_empty() || is_waiting {
            return false;
        }
        let began = Instant::now();
        let time = machine_time();
        let result = self.roll(time).and_then(|()| self.run(time, work));
        let mut now = self.now();
        match result {
            Ok(false) => return false,
            Ok(true) => (now.last, now.failed) = (Some((machine_time(), began.elapsed())), None),
            Err(Error::Stopped) => return false,
            Err(error) => {
                self.index.note(&error);
                now.failed = Some((error.to_string(), Instant::now()));
            }
        }
        true
    }
}
