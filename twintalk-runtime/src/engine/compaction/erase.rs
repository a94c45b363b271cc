//! Erasing a twin: all of its records are left out of their segments, and its id of the names.
//!
//! What keeps it from coming back to life is its deletion, which goes last: before that, all other records, the newest
//! first. So after a crash at any moment the twin is deleted, and can be erased again.

use super::super::api::Refusal;
use super::super::chain::{Chain, Link};
use super::super::job::Job;
use super::super::state::begins;
use super::super::twins::{Twins, closed};
use super::super::world::World;
use super::run::{Place, within};
use crate::event::EventKind;
use crate::index::{Error, Span, TwinRecord};
use crate::journal::{self, Position, Reader, Record};

/// How many records are looked at between two looks at whether the work was stopped.
const STRIDE: u64 = 256;

impl Place<'_> {
    /// Leaves out the records of a twin up to that of its deletion, which is at `deletion`.
    pub fn erase(self, id: &str, deletion: Position) -> Result<(), Error> {
        self.index.catch_up(&self.journal.reader(), self.work)?;
        let directory = self.index.directory();
        let spans = directory.holding(id, deletion)?;
        for &span in spans.iter().rev() {
            self.leave_out(span, id, |position| position < deletion)?;
        }
        if let Some(&span) = spans.iter().find(|span| span.contains(deletion)) {
            self.leave_out(span, id, |position| position <= deletion)?;
        }
        self.index.catch_up(&self.journal.reader(), self.work)?;
        self.index.unname(id, deletion, self.work)
    }

    /// Leaves out the records of a twin at some positions of a segment.
    fn leave_out(self, span: Span, id: &str, goes: impl Fn(Position) -> bool) -> Result<(), Error> {
        let reader = self.journal.reader();
        let goes = |record: &Record<'_>| {
            let twin = TwinRecord::of(record).map_err(|error| Error::Malformed(record.position, error))?;
            Ok::<bool, Error>(goes(record.position) && twin.is_some_and(|twin| twin.id == id))
        };
        let mut any = false;
        for record in within(&reader, span) {
            any |= goes(&record?)?;
        }
        if !any {
            return Ok(());
        }
        let mut failed = None;
        let replaced = self.journal.compact(Position(span.base), false, &mut |put| {
            for (count, record) in (1..).zip(within(&reader, span)) {
                let record = record?;
                let is_stopped = count % STRIDE == 0 && self.work.is_stopped();
                match if is_stopped { Err(Error::Stopped) } else { goes(&record) } {
                    Ok(true) => {}
                    Ok(false) => put(&record)?,
                    Err(error) => {
                        failed = Some(error);
                        return Err(journal::Error::Closed);
                    }
                }
            }
            Ok(())
        });
        match failed {
            Some(error) => Err(error),
            None => Ok(replaced.map(|_| ())?),
        }
    }
}

impl Twins {
    /// Erases a twin, which is deleted if it lives: none of its records is left in the data directory, and its id is free as if there
    /// had never been a twin of it. What other twins hold or were sent stays, and so do copies of the directory. It takes as long
    /// as it takes to write every part of the log again that has a record of the twin.
    ///
    /// A twin that is made again meanwhile keeps what happens to it. Where this does not end well the twin is deleted, and it can be
    /// asked for again. Refuses with [`NoSuchTwin`](Refusal::NoSuchTwin), and with [`Unavailable`](Refusal::Unavailable) where nothing is
    /// kept on disk or the disk fails.
    pub async fn erase(&self, id: &str) -> Result<(), Refusal> {
        let world = self.world();
        if world.compaction.is_none() {
            return Err(Refusal::Unavailable { why: "nothing is kept on disk, so there is nothing to erase: delete the twin".to_owned() });
        }
        let durable = world.journal.durable();
        match self.delete(id).await {
            Ok(_) | Err(Refusal::Deleted { .. }) => {}
            Err(refusal) => {
                if matches!(refusal, Refusal::NoSuchTwin { .. }) {
                    // Its name may have been left.
                    self.erase_below(id, durable, true).await?;
                }
                return Err(refusal);
            }
        }
        let last = self.locate(id).await?.last;
        let deletion = deletion(&world.journal.reader(), last).map_err(|why| super::super::view::broken(id, &why))?;
        self.erase_below(id, deletion, false).await?;
        let address = self.address(id);
        let hash = address.hash;
        self.ask(hash, |reply| Job::Forget { address, until: deletion, reply }).await
    }

    /// Erases what is known of a twin up to a position, or its name alone.
    async fn erase_below(&self, id: &str, deletion: Position, name_alone: bool) -> Result<(), Refusal> {
        let (told, done) = tokio::sync::oneshot::channel();
        let (world, text) = (std::sync::Arc::clone(self.world()), id.to_owned());
        let run = move || {
            // Nobody waits any more: it is done all the same.
            let _ = told.send(erase(&world, &text, deletion, name_alone));
        };
        let thread = std::thread::Builder::new().name("erase".to_owned()).spawn(run);
        thread.map_err(|why| Refusal::Unavailable { why: format!("no thread can be started: {why}") })?;
        let failed = |error| Refusal::Unavailable { why: format!("`{id}` could not be erased: {error}") };
        done.await.map_err(|_| closed())?.map_err(failed)
    }
}

fn erase(world: &World, id: &str, deletion: Position, name_alone: bool) -> Result<(), Error> {
    let Some(compaction) = &world.compaction else { return Ok(()) };
    let work = compaction.erasing();
    let (place, _guard) = compaction.place(work);
    if work.is_stopped() {
        return Err(Error::Stopped);
    }
    if name_alone {
        return place.index.unname(id, deletion, work);
    }
    world.journal.roll()?;
    place.erase(id, deletion)
}

/// Where the deletion is that the twin of a record was last ended by; its lives since do not count.
fn deletion(reader: &Reader, last: Position) -> Result<Position, super::super::chain::Broken> {
    for link in Chain::new(reader, last) {
        match link? {
            (position, Link::Event(event)) if event.kind == EventKind::Deleted => return Ok(position),
            (_, Link::Event(event)) if begins(event.kind) => return Ok(event.previous),
            (_, Link::Base(base)) => return Ok(base.previous),
            _ => {}
        }
    }
    Ok(Position::NONE)
}
