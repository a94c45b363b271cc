//! What is wrong with a log, and where.

use std::fmt;
use std::path::PathBuf;

use crate::journal::look::Look;
use crate::journal::{Damage, Position};

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The file.
    pub path: PathBuf,
    /// Where in the file.
    pub offset: u64,
    /// Where in the log.
    pub position: Position,
    /// How many bytes of the log are not what was written; 0 if they are, and mean what cannot be.
    pub bytes: u64,
    /// What is wrong.
    pub what: String,
    /// The twin it is certain to concern.
    pub twin: Option<String>,
}

impl Finding {
    /// Bytes that are not what was written.
    pub fn damage(damage: &Damage, twin: Option<String>) -> Self {
        let Damage { path, offset, position, bytes, reason, .. } = damage;
        Self { path: path.clone(), offset: *offset, position: *position, bytes: *bytes, what: (*reason).to_owned(), twin }
    }

    /// A record that means what cannot be.
    pub fn record(look: &Look, position: Position, what: String, twin: Option<&str>) -> Self {
        let segment = look.segments.iter().rev().find(|segment| segment.base <= position);
        let path = segment.map(|segment| segment.path.clone()).unwrap_or_default();
        let offset = position.0 - segment.map_or(0, |segment| segment.base.0);
        Self { path, offset, position, bytes: 0, what, twin: twin.map(str::to_owned) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, offset, position, bytes, what, twin } = self;
        write!(f, "{} at offset {offset} (position {position}", path.display())?;
        if *bytes > 0 {
            write!(f, ", {bytes} bytes")?;
        }
        write!(f, "): {what}")?;
        match twin {
            Some(id) => write!(f, "; twin `{id}`"),
            None => Ok(()),
        }
    }
}
