//! Doing what is planned: build or merge files, replace the manifest, and only then let go of what is no longer needed.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::directory::{Directory, Slot, version};
use super::file::{FileName, Kind, Span};
use super::manifest::Indexed;
use super::names::{self, NamesRun, NamesWriter};
use super::plan::{self, Step};
use super::record::TwinRecord;
use super::scan::{Scan, scan};
use super::table::{self, Of, Shared, Table, TableWriter};
use super::work::Work;
use super::{Error, Index, lock, path};
use crate::journal::{Position, Reader};

impl Index {
    /// What is to be done next.
    pub fn next_step(&self, reader: &Reader) -> Option<Step> {
        let directory = self.directory();
        let mut stock = directory.stock(sealed(reader));
        stock.broken.extend(directory.outdated(reader));
        plan::next(&stock)
    }

    /// How much of the sealed log is not covered yet, in bytes.
    pub fn behind(&self, reader: &Reader) -> u64 {
        let end = reader.sealed().last().map_or(0, |(_, end)| end.0);
        end.saturating_sub(self.directory().covered().0)
    }

    /// Does what is to be done next, and answers what it was. It may be stopped at any moment; what was half done is dropped.
    pub fn step(&self, reader: &Reader, work: &Work) -> Result<Option<Step>, Error> {
        let _step = lock(&self.step);
        let result = self.mend(work).and_then(|()| match self.next_step(reader) {
            Some(step) => self.run(step, reader, work).map(|()| Some(step)),
            None => Ok(None),
        });
        if let Err(error) = &result {
            self.note(error);
        }
        result
    }

    /// Does all that is to be done.
    pub fn catch_up(&self, reader: &Reader, work: &Work) -> Result<(), Error> {
        // What is found damaged on the way is built again, but not for ever.
        let mut damaged = BTreeSet::new();
        loop {
            match self.step(reader, work) {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(()),
                Err(Error::Damaged { file, .. }) if damaged.insert(file) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Takes files that were found damaged out of the manifest, then removes them.
    fn mend(&self, work: &Work) -> Result<(), Error> {
        let damaged = lock(&self.damaged).clone();
        if damaged.is_empty() {
            return Ok(());
        }
        let mut directory = (*self.directory()).clone();
        for &file in &damaged {
            directory = directory.without(file, path(&*self.files, file));
        }
        self.replace(directory, work)?;
        for file in &damaged {
            self.remove(*file);
            lock(&self.damaged).remove(file);
        }
        Ok(())
    }

    /// Makes a state of things the one that counts.
    pub(super) fn replace(&self, directory: Directory, work: &Work) -> Result<(), Error> {
        work.wrote(directory.manifest().write(&*self.files)?);
        self.publish(directory.refresh());
        Ok(())
    }

    fn remove(&self, file: FileName) {
        // What stays is removed when the index is opened.
        let _ = self.files.remove(&file.to_string());
    }

    fn run(&self, step: Step, reader: &Reader, work: &Work) -> Result<(), Error> {
        match step {
            Step::Index(span) => self.index(span, reader, work),
            Step::IndexAgain(span) => self.index_again(span, reader, work),
            Step::NamesAgain(span) => self.names_again(span, reader, work),
            Step::Merge(span) => self.merge(span, reader, work),
            Step::MergeNames(span) => self.merge_names(span, work),
        }
    }

    fn index(&self, span: Span, reader: &Reader, work: &Work) -> Result<(), Error> {
        let mut directory = (*self.directory()).clone();
        let scan = scan(reader, span, &directory, work)?;
        let table = self.write_table(&directory, span, &scan, reader, work)?;
        let segment = Indexed { span, entries: table.entries(), changes: scan.changes.len() as u64 };
        if segment.changes > 0 {
            directory.names.push(self.write_names(span, &scan, work)?);
        }
        directory.segments.push((segment, Slot::Whole(table)));
        directory.covered = Position(span.end);
        directory.time = directory.time.max(scan.time);
        for (schema, more) in scan.living {
            *directory.living.entry(schema).or_default() += more;
        }
        if !scan.kept.is_empty() {
            Arc::make_mut(&mut directory.kept).extend(scan.kept);
        }
        self.replace(directory, work)
    }

    fn index_again(&self, span: Span, reader: &Reader, work: &Work) -> Result<(), Error> {
        let mut directory = (*self.directory()).clone();
        let scan = scan(reader, span, &directory, work)?;
        let table = self.write_table(&directory, span, &scan, reader, work)?;
        // Where a history begins now, its name must be known of the segment, lest the run that knows it be lost.
        let is_unnamed = !scan.changes.is_empty() && !directory.names.iter().any(|run| run.name().span.covers(span));
        if table.of().version != 0 && is_unnamed {
            directory.names.push(self.write_names(span, &scan, work)?);
        }
        if let Some((segment, slot)) = directory.segments.iter_mut().find(|(segment, _)| segment.span == span) {
            segment.entries = table.entries();
            if table.of().version != 0 {
                segment.changes = scan.changes.len() as u64;
            }
            *slot = Slot::Whole(table);
        }
        self.replace(directory, work)
    }

    fn names_again(&self, span: Span, reader: &Reader, work: &Work) -> Result<(), Error> {
        let mut directory = (*self.directory()).clone();
        let scan = scan(reader, span, &directory, work)?;
        directory.names.push(self.write_names(span, &scan, work)?);
        self.replace(directory, work)
    }

    fn write_table(&self, directory: &Directory, span: Span, scan: &Scan<'_>, reader: &Reader, work: &Work) -> Result<Arc<Table>, Error> {
        let name = FileName { kind: Kind::Records, span };
        let shared = scan.shared(directory)?;
        let key = directory.key.check();
        let twins = scan.found.chunk_by(|a, b| a.hash() == b.hash()).count() as u64;
        let of = Of { version: version(reader, span), time: scan.time };
        let mut writer = TableWriter::create(&*self.files, name, key, scan.found.len() as u64, twins)?.of(of);
        for found in &scan.found {
            writer.push(found.hash(), found.position(span.base))?;
        }
        work.wrote(writer.finish(&shared)?);
        Table::open(&*self.files, name, key).map(Arc::new)
    }

    fn write_names(&self, span: Span, scan: &Scan<'_>, work: &Work) -> Result<Arc<NamesRun>, Error> {
        let name = FileName { kind: Kind::Names, span };
        let mut writer = NamesWriter::create(&*self.files, name)?;
        for change in &scan.changes {
            writer.push(change)?;
        }
        work.wrote(writer.finish()?);
        NamesRun::open(&*self.files, name).map(Arc::new)
    }

    fn merge(&self, span: Span, reader: &Reader, work: &Work) -> Result<(), Error> {
        let mut directory = (*self.directory()).clone();
        let name = FileName { kind: Kind::Twins, span };
        let mut tables = Vec::new();
        for slot in directory.below(span.end).iter().rev() {
            let table = slot.whole()?;
            if span.covers(table.name().span) {
                tables.push(Arc::clone(table));
            }
        }
        let id = |position| Ok(TwinRecord::at(reader, position)?.map(|record| record.id.to_owned()));
        let shared = Shared { hashes: &directory.shared, id: &id };
        let key = directory.key.check();
        work.wrote(table::merge(&*self.files, name, key, &tables, &shared, work)?);
        let merged = Arc::new(Table::open(&*self.files, name, key)?);
        directory.runs.retain(|run| !span.covers(run.name().span));
        directory.runs.push(merged);
        self.replace(directory, work)?;
        for table in tables.iter().filter(|table| table.name().kind == Kind::Twins && table.name() != name) {
            self.remove(table.name());
        }
        Ok(())
    }

    fn merge_names(&self, span: Span, work: &Work) -> Result<(), Error> {
        let mut directory = (*self.directory()).clone();
        let name = FileName { kind: Kind::Names, span };
        let runs: Vec<Arc<NamesRun>> = directory.names.iter().rev().filter(|run| span.covers(run.name().span)).cloned().collect();
        let is_oldest = directory.names.first().is_some_and(|run| span.covers(run.name().span));
        work.wrote(names::merge(&*self.files, name, &runs, is_oldest, work)?);
        let merged = Arc::new(NamesRun::open(&*self.files, name)?);
        directory.names.retain(|run| !span.covers(run.name().span));
        directory.names.push(merged);
        self.replace(directory, work)?;
        for run in runs.iter().filter(|run| run.name() != name) {
            self.remove(run.name());
        }
        Ok(())
    }
}

/// The sealed segments of a journal.
fn sealed(reader: &Reader) -> Vec<Span> {
    reader.sealed().map(|(base, end)| Span { base: base.0, end: end.0 }).collect()
}
