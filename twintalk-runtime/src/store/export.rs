//! `store export`

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use serde_json::json;

use super::format::{Heading, Statement, encode, hexadecimal};
use super::options::Export;
use super::progress::Progress;
use super::roster::{Head, Roster};
use super::source::{Found, open, walk};
use super::{Failure, Outcome, text};
use crate::bytes::{Cursor, Malformed};
use crate::data::Data;
use crate::engine::offline::{Offline, State};
use crate::event::Event;
use crate::journal::look::Look;
use crate::journal::{Position, Record};
use crate::kinds;
use crate::program::Program;
use crate::server::json::Out;
use crate::snapshot::NewSnapshot;
use crate::tables::Tables;

/// What a log says besides events.
#[derive(Default)]
pub(super) struct Contents {
    pub tables: Tables,
    pub roster: Roster,
    pub statements: Vec<Statement>,
    /// Damage of which it is not certain what it hides.
    pub uncertain: Option<String>,
}

impl Contents {
    /// Reads a log.
    pub fn of(look: &Look) -> Result<Self, Failure> {
        let mut contents = Self { uncertain: look.damages.first().map(ToString::to_string), ..Self::default() };
        walk(look, "reading", |Found { record, damage }| {
            let is_lost = match &record {
                Some(record) => contents.record(record).is_err(),
                None => damage.as_ref().is_some_and(|damage| damage.hides_records),
            };
            if is_lost && contents.uncertain.is_none() {
                contents.uncertain = Some(match (damage, record) {
                    (Some(damage), _) => damage.to_string(),
                    (None, record) => format!("the record at position {} is malformed", record.map_or(look.end, |record| record.position)),
                });
            }
            Ok(())
        })?;
        Ok(contents)
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), Malformed> {
        if record.kind == kinds::PROVISION {
            let mut cursor = Cursor::new(record.payload);
            let (hash, place) = (cursor.u64()?, cursor.u32()?);
            let at = String::from_utf8_lossy(cursor.rest()).into_owned();
            self.statements.push(Statement { hash: hexadecimal(hash), place, at });
            return Ok(());
        }
        self.roster.apply(record)?;
        self.tables.apply(record)?;
        Ok(())
    }
}

impl Export {
    /// Writes the lines.
    pub fn run(&self, program: Option<&'static Program>) -> Outcome {
        let look = open(&self.data.data)?;
        let Contents { tables, roster, statements, uncertain } = Contents::of(&look)?;
        let mut failed = u64::from(uncertain.is_some());
        if let Some(why) = uncertain {
            complain(&format!("{why}; what it hides is missing here"));
        }
        let heading = Heading::of(&tables, statements, look.end.0);
        let offline = Offline::new(tables, program);
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        line(&mut out, &heading)?;
        let mut progress = Progress::new("exporting", look.end.0);
        for number in roster.living() {
            let (id, head) = (roster.id(number), roster.head(number));
            progress.at(head.last.0);
            match twin(&offline, &look, id, head) {
                Ok(twin) => out.write_all(&twin)?,
                Err(why) => {
                    failed += 1;
                    complain(&format!("`{id}` is missing here: {why}"));
                }
            }
        }
        drop(progress);
        if self.history {
            history(&offline, &look, &mut out)?;
        }
        out.flush()?;
        if failed > 0 {
            return Err("the export is not complete: `store verify` tells what is damaged".to_owned().into());
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn complain(what: &str) {
    // Nobody may be reading.
    let _ = writeln!(io::stderr(), "warning: {what}");
}

fn line(out: &mut impl Write, value: &impl serde::Serialize) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// The line of a twin.
fn twin(offline: &Offline, look: &Look, id: &str, head: &Head) -> Result<Vec<u8>, String> {
    let state = offline.state(&look.reader, head.last)?;
    let State { schema, epoch, sequence, time, slots, heap } = &state;
    let snapshot = NewSnapshot { id, schema: *schema, epoch: *epoch, sequence: *sequence, time: *time, slots, heap };
    let payload = snapshot.payload(Position::NONE).map_err(|too_large| too_large.to_string())?;
    let mut line = Vec::with_capacity(256 + 2 * payload.len());
    let mut put = |before: &str, value: &serde_json::Value| {
        line.extend_from_slice(before.as_bytes());
        line.extend_from_slice(value.to_string().as_bytes());
    };
    put("{\"id\":", &json!(id));
    put(",\"class\":", &json!(offline.class(*schema)));
    put(",\"sequence\":", &json!(sequence));
    put(",\"time\":", &json!(text::time(*time)));
    line.extend_from_slice(b",\"state\":{");
    for (index, name) in offline.slots(*schema).iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        line.extend_from_slice(format!("{comma}{}:", json!(**name)).as_bytes());
        let data = offline.slot(&state, id, index).map_err(|(why, _)| why.to_owned());
        match data.and_then(|data| shown(&data)) {
            Ok(shown) => line.extend_from_slice(&shown),
            Err(why) => line.extend_from_slice(json!({ "unreadable": why }).to_string().as_bytes()),
        }
    }
    line.extend_from_slice(format!("}},\"snapshot\":\"{}\"}}\n", encode(&payload)).as_bytes());
    Ok(line)
}

fn shown(data: &Data) -> Result<Vec<u8>, String> {
    serde_json::to_vec(&Out::new(data)).map_err(|why| why.to_string())
}

/// A line for each event.
fn history(offline: &Offline, look: &Look, out: &mut impl Write) -> Result<(), Failure> {
    walk(look, "exporting events,", |Found { record, .. }| {
        let Some(record) = record.filter(|record| record.kind == kinds::EVENT) else { return Ok(()) };
        // One that is malformed was told.
        let Ok(event) = Event::read(record.payload) else { return Ok(()) };
        let names = offline.slots(event.schema);
        let slots: Vec<&str> = event.changed_slots().filter_map(|(index, _)| names.get(index)).map(|name| &**name).collect();
        let arguments = offline.arguments(&event);
        let arguments = arguments.iter().map(|data| match shown(data) {
            Ok(shown) => serde_json::value::RawValue::from_string(String::from_utf8_lossy(&shown).into_owned()),
            Err(why) => serde_json::value::to_raw_value(&json!({ "unreadable": why })),
        });
        let arguments: Vec<_> = arguments.collect::<Result<_, _>>().map_err(io::Error::from)?;
        let view = EventView {
            id: event.id,
            sequence: event.sequence,
            time: text::time(event.time),
            kind: event.kind.name(),
            selector: offline.symbol(event.selector),
            arguments,
            slots,
            position: record.position.0,
            record: encode(record.payload),
        };
        line(out, &EventLine { event: view })
    })
}

#[derive(serde::Serialize)]
struct EventLine<'a> {
    event: EventView<'a>,
}

#[derive(serde::Serialize)]
struct EventView<'a> {
    id: &'a str,
    sequence: u64,
    time: String,
    kind: &'static str,
    selector: &'a str,
    arguments: Vec<Box<serde_json::value::RawValue>>,
    slots: Vec<&'a str>,
    position: u64,
    record: String,
}
