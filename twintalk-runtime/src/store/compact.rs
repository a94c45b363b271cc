//! `store compact`

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use super::options::Compact;
use super::progress::Progress;
use super::{Outcome, source, text};
use crate::engine::compaction::{Horizons, Place, Retention, now, retention_of};
use crate::engine::offline::delete;
use crate::index::{self, Index, Work};
use crate::journal::files::{Directory, Files};
use crate::journal::{Config, Error, Journal, Position, Reader, Record, SegmentLog};
use crate::program::Program;
use crate::tables::Tables;

impl Compact {
    /// Leaves out what is old, and what is of a twin.
    pub fn run(&self, program: Option<&'static Program>) -> Outcome {
        let data = self.data.data.as_path();
        drop(source::open(data)?);
        let told = |error: &Error| source::told(data, error);
        let files = Directory::open(data).map_err(|why| format!("cannot open `{}`: {why}", data.display()))?;
        let files: Arc<dyn Files> = Arc::new(files);
        let (journal, _) = SegmentLog::open_in(Arc::clone(&files), &Config::default()).map_err(|error| told(&error))?;
        let done = self.all(&journal, files, program, data);
        let closed = journal.close().map_err(|error| told(&error));
        let (before, after) = done?;
        closed?;
        writeln!(io::stdout(), "compacted from {} to {}", text::bytes(before), text::bytes(after))?;
        Ok(ExitCode::SUCCESS)
    }

    /// Does it; answers how many bytes the log had before and has now.
    fn all(
        &self,
        journal: &SegmentLog,
        files: Arc<dyn Files>,
        program: Option<&'static Program>,
        data: &Path,
    ) -> Result<(u64, u64), String> {
        let told = |error: index::Error| match error {
            index::Error::Journal(error) => source::told(data, &error),
            error => error.to_string(),
        };
        // What was written last is old enough too, if it is.
        journal.roll().map_err(|error| source::told(data, &error))?;
        let before = bytes(&journal.reader());
        let (index, _) = Index::open(files, &journal.reader(), &index::Config::default()).map_err(told)?;
        let work = Work::new();
        catch_up(&index, &journal.reader(), &work).map_err(told)?;
        let mut tables = tables(&index).map_err(|why| why.to_string())?;
        if let Some(id) = &self.erase {
            let deletion = delete(journal, &index, &mut tables, id).map_err(told)?;
            let deletion = deletion.ok_or_else(|| format!("there is no twin `{id}`: `store export` tells all ids"))?;
            let place = Place { journal, index: &index, schemas: &tables.schemas, work: &work };
            place.erase(id, deletion).map_err(told)?;
        }
        let retention = match program {
            Some(program) => retention_of(program, &tables, self.retain)?,
            None => Retention::same(self.retain),
        };
        if retention.lengths().is_empty() && self.erase.is_none() {
            return Err("nothing says how long events are kept: say it with --retain, such as 30d".to_owned());
        }
        let place = Place { journal, index: &index, schemas: &tables.schemas, work: &work };
        let horizons = Horizons::at(now(), &retention, place).map_err(told)?;
        let mut progress = Progress::new("compacting", before);
        place.run(&horizons, &mut |done| progress.at(done.before)).map_err(told)?;
        Ok((before, bytes(&journal.reader())))
    }
}

fn catch_up(index: &Index, reader: &Reader, work: &Work) -> Result<(), index::Error> {
    let all = index.behind(reader);
    let mut progress = Progress::new("indexing", all);
    while index.step(reader, work)?.is_some() {
        progress.at(all.saturating_sub(index.behind(reader)));
    }
    Ok(())
}

/// The tables of a directory whose index covers all.
fn tables(index: &Index) -> Result<Tables, crate::bytes::Malformed> {
    let mut tables = Tables::default();
    for kept in index.directory().kept() {
        tables.apply(&Record { position: Position::NONE, kind: kept.kind, payload: &kept.payload })?;
    }
    Ok(tables)
}

fn bytes(reader: &Reader) -> u64 {
    reader.sealed().map(|(base, end)| reader.compacted(base).map_or(end.0 - base.0, |compacted| compacted.bytes)).sum()
}
