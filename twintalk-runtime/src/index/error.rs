//! What can go wrong with the index.

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::file::FileName;
use crate::bytes::Malformed;
use crate::journal::{self, Position};

/// Why the index did not answer or was not built.
#[derive(Debug)]
pub enum Error {
    /// A file of the index is missing or is not what was written. What it said is built again from the
    /// journal; until then there is no answer.
    Damaged {
        /// The file.
        file: FileName,
        /// Where it is.
        path: PathBuf,
        /// Where in the file the damaged part begins.
        offset: u64,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The journal or the file layer refused; a newer format is one of the reasons.
    Journal(journal::Error),
    /// A record of the journal is not what its kind says.
    Malformed(Position, Malformed),
    /// The work was stopped on demand.
    Stopped,
}

impl Error {
    /// An operation of the file layer that failed.
    pub(super) fn io(doing: &'static str, path: PathBuf, source: io::Error) -> Self {
        Self::Journal(journal::Error::Io { doing, path, source })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { path, offset, reason, .. } => {
                write!(f, "{} is damaged at offset {offset} and will be built again: {reason}", path.display())
            }
            Self::Journal(error) => error.fmt(f),
            Self::Malformed(position, malformed) => write!(f, "the record at position {position}: {malformed}"),
            Self::Stopped => write!(f, "indexing was stopped"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Journal(error) => Some(error),
            Self::Malformed(_, malformed) => Some(malformed),
            _ => None,
        }
    }
}

impl From<journal::Error> for Error {
    fn from(error: journal::Error) -> Self {
        Self::Journal(error)
    }
}
