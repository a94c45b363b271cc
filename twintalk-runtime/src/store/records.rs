//! `store inspect --twin`: the records of one twin.

use std::io::Write;

use serde_json::json;

use super::source::{Found, walk};
use super::{Failure, text};
use crate::event::Event;
use crate::journal::Position;
use crate::journal::look::Look;
use crate::kinds;
use crate::snapshot::Snapshot;
use crate::tables::Tables;

struct Row {
    position: Position,
    kind: &'static str,
    sequence: u64,
    time: i64,
    /// The number of the message's selector.
    selector: Option<u32>,
    bytes: usize,
    is_damaged: bool,
}

/// Shows the records of a twin.
pub fn show(look: &Look, id: &str, is_json: bool, out: &mut impl Write) -> Result<(), Failure> {
    let mut tables = Tables::default();
    let mut rows = Vec::new();
    walk(look, "reading", |Found { record, damage }| {
        let Some(record) = record else { return Ok(()) };
        let row = |kind, sequence, time, selector| Row {
            position: record.position,
            kind,
            sequence,
            time,
            selector,
            bytes: record.payload.len(),
            is_damaged: damage.is_some(),
        };
        // What is malformed is for `verify`.
        match record.kind {
            kinds::EVENT => {
                let event = Event::read(record.payload).ok().filter(|event| event.id == id);
                rows.extend(event.map(|event| row(event.kind.name(), event.sequence, event.time, Some(event.selector))));
            }
            kinds::SNAPSHOT | kinds::BASE => {
                let snapshot = Snapshot::read(record.payload).ok().filter(|snapshot| snapshot.id == id);
                let kind = if record.kind == kinds::BASE { "base" } else { "snapshot" };
                rows.extend(snapshot.map(|snapshot| row(kind, snapshot.sequence, snapshot.time, None)));
            }
            _ => {
                let _ = tables.apply(&record);
            }
        }
        Ok(())
    })?;
    if rows.is_empty() {
        return Err(
            format!("there is no record of a twin `{id}`: `store inspect` tells which classes there are, `store export` all ids").into()
        );
    }
    let selector = |row: &Row| row.selector.and_then(|number| tables.symbols.get(number)).map(|symbol| symbol.0.as_str());
    if is_json {
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                json!({
                    "position": row.position.0, "kind": row.kind, "sequence": row.sequence, "time": text::time(row.time),
                    "selector": selector(row), "bytes": row.bytes, "damaged": row.is_damaged,
                })
            })
            .collect();
        writeln!(out, "{:#}", json!({ "id": id, "records": rows }))?;
        return Ok(());
    }
    writeln!(out, "{:>14}  {:<8}  {:>9}  {:<30}  {:>8}  selector", "position", "kind", "sequence", "time", "bytes")?;
    for row in &rows {
        let Row { position, kind, sequence, time, bytes, .. } = row;
        let damaged = if row.is_damaged { " (damaged)" } else { "" };
        let (time, selector) = (text::time(*time), selector(row).unwrap_or(""));
        writeln!(out, "{:>14}  {kind:<8}  {sequence:>9}  {time:<30}  {bytes:>8}  {selector}{damaged}", position.0)?;
    }
    Ok(())
}
