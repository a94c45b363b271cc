//! `store import`
//!
//! A twin becomes one event that begins it, has its exact state, and its sequence.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;

use super::export::Contents;
use super::format::{EXPORT, Heading, Line, Statement, VERSION, decode, number};
use super::options::Import;
use super::roster::Roster;
use super::{Failure, Outcome, source};
use crate::engine::offline::{Numbers, State, check_id};
use crate::event::{EventKind, NewEvent, Previous};
use crate::journal::look::look;
use crate::journal::{self, Batch, Config, Journal, Position};
use crate::kinds;
use crate::snapshot::Snapshot;
use crate::tables::{Symbol, Tables};

/// The selector of the events by which twins are imported.
const SELECTOR: &str = "import";

/// How much is appended at a time.
const BATCH: usize = 1 << 20;

impl Import {
    /// Reads the lines, and appends what they say.
    pub fn run(&self) -> Outcome {
        let mut lines = Lines { input: self.input()?, line: Vec::new(), number: 0 };
        let heading = lines.next()?.ok_or_else(|| "there is nothing to import: give it what `store export` wrote".to_owned())?;
        let heading = heading_of(heading).map_err(|why| format!("line 1: {why}"))?;
        let directory = self.data.data.as_path();
        let mut target = Target::open(directory, heading, self.skip_existing)?;
        let wrong = target.all(&mut lines);
        let (count, skipped) = (target.imported, target.skipped);
        // What was imported stays, whatever came after it.
        target.close().map_err(|why| format!("{why}; of the {count} twins read, some may not have been imported"))?;
        if let Err(why) = wrong {
            let line = lines.number;
            return Err(format!("line {line}: {why}; the {count} twins before it were imported, nothing after it").into());
        }
        let mut out = io::stdout().lock();
        let skipped = if skipped > 0 { format!(", {skipped} skipped that exist") } else { String::new() };
        writeln!(out, "imported {count} twins into `{}`{skipped}", directory.display())?;
        Ok(ExitCode::SUCCESS)
    }

    fn input(&self) -> Result<Box<dyn BufRead>, Failure> {
        match self.file.as_deref() {
            None => Ok(Box::new(io::stdin().lock())),
            Some(path) if path == Path::new("-") => Ok(Box::new(io::stdin().lock())),
            Some(path) => match File::open(path) {
                Ok(file) => Ok(Box::new(BufReader::with_capacity(1 << 16, file))),
                Err(why) => Err(format!("cannot read `{}`: {why}", path.display()).into()),
            },
        }
    }
}

/// The lines of an export.
struct Lines {
    input: Box<dyn BufRead>,
    line: Vec<u8>,
    /// Of the line that was read last.
    number: u64,
}

impl Lines {
    /// The next line that is not empty.
    fn next(&mut self) -> Result<Option<&[u8]>, String> {
        loop {
            self.line.clear();
            let length = self.input.read_until(b'\n', &mut self.line).map_err(|why| format!("cannot be read: {why}"))?;
            if length == 0 {
                return Ok(None);
            }
            self.number += 1;
            if !self.line.trim_ascii().is_empty() {
                return Ok(Some(self.line.trim_ascii()));
            }
        }
    }
}

fn heading_of(line: &[u8]) -> Result<Heading, String> {
    #[derive(serde::Deserialize)]
    struct Format {
        export: String,
        version: u32,
    }
    let not = |why| format!("this is not the first line of an export: {why}");
    let format: Format = serde_json::from_slice(line).map_err(|why| not(why.to_string()))?;
    if format.export != EXPORT {
        return Err(not(format!("it is one of `{}`", format.export.escape_debug())));
    }
    match format.version {
        VERSION => serde_json::from_slice(line).map_err(|why| not(why.to_string())),
        version => Err(format!("the export has version {version}, and this program reads version {VERSION}: use the one that wrote it")),
    }
}

/// The directory that twins come into.
struct Target {
    journal: Arc<dyn Journal>,
    batch: Batch,
    roster: Roster,
    numbers: Numbers,
    /// The classes of the export's schemas.
    classes: Vec<String>,
    selector: u32,
    skip_existing: bool,
    imported: u64,
    skipped: u64,
}

impl Target {
    fn open(directory: &Path, heading: Heading, skip_existing: bool) -> Result<Self, Failure> {
        let opened = journal::open(directory, &Config::default());
        let (journal, _) = opened.map_err(|error| source::told(directory, &error))?;
        // Nobody else writes it now.
        let before = look(directory).map_err(|error| source::told(directory, &error))?;
        let Contents { mut tables, roster, statements, uncertain } = Contents::of(&before)?;
        if let Some(why) = uncertain {
            return Err(format!("{why}: import into a new directory, named with --data").into());
        }
        let mut batch = Batch::new();
        let classes = heading.schemas.iter().map(|schema| schema.class.clone()).collect();
        let selector = tables.symbols.intern(Symbol(SELECTOR.to_owned()), &mut batch);
        provide(&heading.statements, &statements, &mut batch).map_err(|why| format!("line 1: {why}"))?;
        let numbers = numbers(heading, &mut tables, &mut batch).map_err(|why| format!("line 1: {why}"))?;
        Ok(Self { journal, batch, roster, numbers, classes, selector, skip_existing, imported: 0, skipped: 0 })
    }

    fn all(&mut self, lines: &mut Lines) -> Result<(), String> {
        while let Some(line) = lines.next()? {
            let line: Line = serde_json::from_slice(line).map_err(|why| format!("it is not a twin as `store export` writes it: {why}"))?;
            if line.event.is_none() {
                self.twin(&line)?;
            }
            if self.batch.len() >= BATCH {
                self.append()?;
            }
        }
        Ok(())
    }

    fn twin(&mut self, line: &Line) -> Result<(), String> {
        let missing = |field: &str| format!("`{field}` is missing");
        let id = line.id.as_deref().ok_or_else(|| missing("id"))?;
        let (words, length) = decode(line.snapshot.as_deref().ok_or_else(|| missing("snapshot"))?)?;
        let snapshot = bytemuck::cast_slice(&words).get(..length).map(Snapshot::read);
        let snapshot = snapshot.and_then(Result::ok).ok_or("`snapshot` is not one, or was changed")?;
        self.agrees(line, &snapshot)?;
        check_id(id)?;
        if let Some(number) = self.roster.find(id) {
            if self.skip_existing {
                self.skipped += 1;
                return Ok(());
            }
            let is = if self.roster.head(number).lives { "exists" } else { "was deleted here, and its history stays" };
            return Err(format!("`{id}` {is}: import into a new directory, or leave such twins out with --skip-existing"));
        }
        let mut state = State::of_snapshot(&snapshot);
        self.numbers.renumber(&mut state).map_err(|why| format!("`snapshot` was changed: {why}"))?;
        let mut mask = vec![u64::MAX; state.slots.len() / 64];
        mask.extend(Some((1 << (state.slots.len() % 64)) - 1).filter(|rest| *rest > 0));
        let event = NewEvent {
            kind: EventKind::Created,
            id,
            sequence: state.sequence,
            time: state.time,
            schema: state.schema,
            selector: self.selector,
            slot_mask: &mask,
            slots: &state.slots,
            epoch: state.epoch,
            appended: &state.heap,
            ..NewEvent::default()
        };
        event.append_to(&mut self.batch, Previous::At(Position::NONE)).map_err(|why| why.to_string())?;
        let number = self.roster.enter(id);
        self.roster.head_mut(number).lives = true;
        self.imported += 1;
        Ok(())
    }

    /// Whether what can be read in a line is what its snapshot says: somebody may have thought that changing it helps.
    fn agrees(&self, line: &Line, snapshot: &Snapshot<'_>) -> Result<(), String> {
        let differs = |field: &str| format!("`{field}` is missing, or is not that of `snapshot`, which is what is imported");
        let class = self.classes.get(snapshot.schema as usize);
        let time: Option<Timestamp> = line.time.as_deref().and_then(|time| time.parse().ok());
        let fields = [
            ("id", line.id.as_deref() == Some(snapshot.id)),
            ("class", class.is_some() && line.class.as_ref() == class),
            ("sequence", line.sequence == Some(snapshot.sequence) && snapshot.sequence > 0),
            ("time", time.is_some_and(|time| time.as_nanosecond() == i128::from(snapshot.time))),
        ];
        fields.iter().find(|(_, agrees)| !agrees).map_or(Ok(()), |(field, _)| Err(differs(field)))
    }

    fn append(&mut self) -> Result<(), String> {
        let appended = self.journal.append(&self.batch, Box::new(drop));
        self.batch.clear();
        appended.map(|_| ()).map_err(|error| error.to_string())
    }

    /// Makes everything durable.
    fn close(mut self) -> Result<(), String> {
        self.append()?;
        self.journal.close().map_err(|error| error.to_string())
    }
}

/// What the export's numbers are here; what is not in the tables yet goes into the batch.
fn numbers(heading: Heading, tables: &mut Tables, batch: &mut Batch) -> Result<Numbers, String> {
    let Heading { symbols, schemas, blocks, .. } = heading;
    let slots = schemas.iter().map(|schema| schema.slots.len()).collect();
    let symbols = symbols.into_iter().map(|text| tables.symbols.intern(Symbol(text), batch)).collect();
    let schemas = schemas.into_iter().map(|schema| tables.schemas.intern(schema.schema(), batch)).collect();
    let blocks = blocks.into_iter().map(|block| Ok(tables.blocks.intern(block.block()?, batch)));
    Ok(Numbers { symbols, schemas, blocks: blocks.collect::<Result<_, String>>()?, slots })
}

/// Records the statements that were run for the export and not here.
fn provide(statements: &[Statement], here: &[Statement], batch: &mut Batch) -> Result<(), String> {
    let mut run: HashMap<&str, usize> = HashMap::new();
    for statement in here {
        *run.entry(&statement.hash).or_default() += 1;
    }
    for statement in statements {
        let hash = number(&statement.hash)?;
        if let Some(left) = run.get_mut(statement.hash.as_str()).filter(|left| **left > 0) {
            *left -= 1;
            continue;
        }
        let mut record = batch.record(kinds::PROVISION);
        record.put_u64(hash);
        record.put(&statement.place.to_le_bytes());
        record.put(statement.at.as_bytes());
        record.finish();
    }
    Ok(())
}
