//! Opens a directory for reading.

use std::io::ErrorKind;
use std::path::Path;

use super::Failure;
use super::progress::Progress;
use crate::journal::look::{Look, look};
use crate::journal::{Damage, Error, Position, Record};

/// Looks at the log of a directory, which must have one.
pub fn open(directory: &Path) -> Result<Look, Failure> {
    let shown = directory.display();
    match look(directory) {
        Ok(look) if look.segments.is_empty() && look.damages.is_empty() => {
            Err(format!("`{shown}` holds no twins yet: name a server's data directory with --data").into())
        }
        Ok(look) => Ok(look),
        Err(error) => Err(told(directory, &error).into()),
    }
}

/// What is said of a log that cannot be opened.
pub fn told(directory: &Path, error: &Error) -> String {
    let shown = directory.display();
    match error {
        Error::Io { source, .. } if !directory.is_dir() && source.kind() != ErrorKind::PermissionDenied => match directory.exists() {
            true => format!("`{shown}` is not a directory: name a server's data directory with --data"),
            false => format!("there is no directory `{shown}`: name a server's data directory with --data"),
        },
        Error::Io { source, .. } if source.kind() == ErrorKind::PermissionDenied => {
            format!("{error}: run this as the user that the server runs as")
        }
        Error::Locked { .. } => format!("`{shown}` is in use by another process: stop that, or choose another directory with --data"),
        Error::Damaged(_) => format!("{error}: `store verify` tells what else is; `store backup` keeps what there is"),
        _ => error.to_string(),
    }
}

/// What is at a place of a log.
pub struct Found<'a> {
    /// The record; a damaged one too, if it is certain what it was.
    pub record: Option<Record<'a>>,
    /// The damage.
    pub damage: Option<Damage>,
}

/// Goes through all records of a log, in order.
pub fn walk(look: &Look, doing: &'static str, mut each: impl FnMut(Found<'_>) -> Result<(), Failure>) -> Result<(), Failure> {
    let start = look.segments.first().map_or(0, |first| first.base.0);
    let mut progress = Progress::new(doing, look.end.0.saturating_sub(start));
    for record in look.reader.records(Position::NONE) {
        match record {
            Ok(record) => {
                progress.at(record.position.0 - start);
                each(Found { record: Some(record), damage: None })?;
            }
            Err(Error::Damaged(damage)) => {
                let repaired = if damage.hides_records { look.reader.repaired(&damage) } else { None };
                let record = repaired.as_ref().map(|repaired| Record {
                    position: damage.position,
                    kind: repaired.kind,
                    payload: repaired.payload(),
                });
                each(Found { record, damage: Some(damage.clone()) })?;
            }
            Err(error) => return Err(error.to_string().into()),
        }
    }
    Ok(())
}
