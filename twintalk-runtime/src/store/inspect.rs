//! `store inspect`

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use serde_json::{Map, Value, json};

use super::census::{Census, KINDS};
use super::options::Inspect;
use super::{Outcome, records, source, text};
use crate::journal::Position;
use crate::journal::frame::FORMAT;
use crate::journal::look::Look;
use crate::kinds;

impl Inspect {
    /// Shows what there is.
    pub fn run(&self) -> Outcome {
        let look = source::open(&self.data.data)?;
        let mut out = BufWriter::new(io::stdout().lock());
        match &self.twin {
            Some(id) => records::show(&look, id, self.json, &mut out)?,
            None => {
                let census = Census::of(&look)?;
                match self.json {
                    true => writeln!(out, "{:#}", as_json(&look, &census))?,
                    false => as_text(&look, &census, &mut out)?,
                }
            }
        }
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}

fn as_json(look: &Look, census: &Census) -> Value {
    let segments = look.segments.iter().zip(&census.spans).map(|(segment, span)| {
        json!({
            "file": segment.path.display().to_string(),
            "bytes": segment.bytes(),
            "first": span.map(|(first, _)| first.0),
            "last": span.map(|(_, last)| last.0),
            "epoch": segment.epoch,
            "sealed": segment.sealed,
            "compacted": segment.compacted.map(|compacted| json!({ "records": compacted.records, "thinned": compacted.thinned })),
        })
    });
    let classes: Map<String, Value> = census
        .classes()
        .into_iter()
        .map(|(name, twins)| (name.to_owned(), json!({ "living": twins.living, "deleted": twins.deleted })))
        .collect();
    let records: Map<String, Value> = KINDS
        .iter()
        .map(|(kind, name)| {
            let tally = census.tally(*kind);
            ((*name).to_owned(), json!({ "count": tally.count, "bytes": tally.bytes }))
        })
        .collect();
    json!({
        "format": FORMAT,
        "end": look.end.0,
        "whole": look.reader.oldest().0,
        "torn": look.tail,
        "segments": segments.collect::<Vec<_>>(),
        "twins": classes,
        "records": records,
        "first": census.times.map(|(first, _)| text::time(first)),
        "last": census.times.map(|(_, last)| text::time(last)),
        "symbols": census.tables.symbols.len(),
        "schemas": census.tables.schemas.len(),
        "blocks": census.tables.blocks.len(),
        "damages": census.damages,
    })
}

fn as_text(look: &Look, census: &Census, out: &mut impl Write) -> io::Result<()> {
    let bytes = look.segments.iter().map(|segment| segment.bytes()).sum();
    writeln!(out, "format     {FORMAT}")?;
    writeln!(out, "log        {} in {} segments, up to position {}", text::bytes(bytes), look.segments.len(), look.end)?;
    for (segment, span) in look.segments.iter().zip(&census.spans) {
        let name = segment.path.file_name().unwrap_or_default().to_string_lossy();
        let span = span.map_or_else(|| "no records".to_owned(), |(first, last)| format!("records at {first} to {last}"));
        let state = match (segment.compacted, segment.sealed) {
            (Some(_), _) => "compacted",
            (None, true) => "sealed",
            (None, false) => "open",
        };
        writeln!(out, "  {name}  {:>10}  {state:<9}  {span}", text::bytes(segment.bytes()))?;
    }
    let whole = look.reader.oldest();
    if whole > look.segments.first().map_or(Position::NONE, |first| first.base) {
        writeln!(out, "history    whole from position {whole} on; before, what was older than is kept was left out")?;
    }
    if look.tail > 0 {
        writeln!(out, "torn       {} behind the end: a commit that was not finished, or is being written", text::bytes(look.tail))?;
    }
    writeln!(out, "events     {}", census.tally(kinds::EVENT).count)?;
    if let Some((first, last)) = census.times {
        writeln!(out, "  first    {}\n  last     {}", text::time(first), text::time(last))?;
    }
    writeln!(out, "snapshots  {}", census.tally(kinds::SNAPSHOT).count)?;
    if census.tally(kinds::BASE).count > 0 {
        writeln!(out, "bases      {}", census.tally(kinds::BASE).count)?;
    }
    let classes = census.classes();
    let width = classes.keys().map(|name| name.chars().count()).max().unwrap_or(0);
    let living: u64 = classes.values().map(|twins| twins.living).sum();
    writeln!(out, "twins      {living}")?;
    for (name, twins) in classes {
        writeln!(out, "  {name:<width$}  {} living, {} deleted", twins.living, twins.deleted)?;
    }
    let tables = &census.tables;
    writeln!(out, "tables     {} symbols, {} schemas, {} blocks", tables.symbols.len(), tables.schemas.len(), tables.blocks.len())?;
    writeln!(out, "records")?;
    for (kind, name) in KINDS {
        let tally = census.tally(kind);
        writeln!(out, "  {name:<9}  {:>10}  {}", tally.count, text::bytes(tally.bytes))?;
    }
    if census.damages > 0 {
        writeln!(out, "damages    {}: `store verify` tells which", census.damages)?;
    }
    Ok(())
}
