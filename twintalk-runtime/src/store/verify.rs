//! `store verify`

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use super::chains::Chains;
use super::options::Verify;
use super::progress::Progress;
use super::source::{Found, open, walk};
use super::{Failure, Outcome, text};
use crate::engine::offline::Offline;
use crate::journal::Error;
use crate::journal::look::Look;
use crate::program::Program;

impl Verify {
    /// Checks, tells what is wrong, and counts.
    pub fn run(&self, program: Option<&'static Program>) -> Outcome {
        let look = open(&self.data.data)?;
        let mut chains = Chains::new(&look);
        walk(&look, "verifying", |Found { record, damage }| {
            match (&damage, &record) {
                (Some(damage), record) => chains.damaged(damage, record.as_ref()),
                // That its frame is whole was looked at; its own check is another one.
                (None, Some(record)) => {
                    if let Err(Error::Damaged(damage)) = look.reader.read(record.position) {
                        chains.damaged(&damage, Some(record));
                    }
                }
                (None, None) => {}
            }
            if let Some(record) = record {
                chains.record(&record);
            }
            Ok(())
        })?;
        if self.states {
            states(&look, &mut chains, program);
        }
        report(&look, &chains)
    }
}

/// Brings the state of each living twin together.
fn states(look: &Look, chains: &mut Chains<'_>, program: Option<&'static Program>) {
    let offline = Offline::new(std::mem::take(&mut chains.tables), program);
    let mut progress = Progress::new("bringing states together,", look.end.0);
    let mut wrong = Vec::new();
    for (number, head) in (0..).zip(chains.roster.heads()).filter(|(_, head)| head.lives) {
        progress.at(head.last.0);
        let id = chains.roster.id(number);
        let what = match offline.state(&look.reader, head.last) {
            Err(why) => Some(format!("the twin's state cannot be brought together: {why}")),
            Ok(state) => offline.slots(state.schema).iter().enumerate().find_map(|(index, slot)| match offline.slot(&state, id, index) {
                Err((why, true)) => Some(format!("its slot `{slot}`: {why}")),
                _ => None,
            }),
        };
        wrong.extend(what.map(|what| (head.last, what, id.to_owned())));
    }
    for (position, what, id) in wrong {
        chains.wrong(position, what, Some(&id));
    }
}

fn report(look: &Look, chains: &Chains<'_>) -> Result<ExitCode, Failure> {
    let mut out = BufWriter::new(io::stdout().lock());
    for finding in &chains.findings {
        writeln!(out, "damage: {finding}")?;
    }
    if look.tail > 0 {
        let tail = text::bytes(look.tail);
        writeln!(out, "{tail} behind the end are of a commit that was not finished, or is being written; that is no damage")?;
    }
    let bytes = text::bytes(look.segments.iter().map(|segment| segment.bytes()).sum());
    let (records, events, snapshots) = (chains.records, chains.events, chains.snapshots);
    let twins = chains.roster.heads().iter().filter(|head| head.lives).count();
    let damages = chains.findings.len();
    let verdict = if damages == 0 { "no damage".to_owned() } else { format!("{damages} damages") };
    writeln!(
        out,
        "{verdict}: {records} records ({events} events, {snapshots} snapshots) of {twins} living twins, {bytes} up to position {}",
        look.end
    )?;
    out.flush()?;
    Ok(if damages == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
