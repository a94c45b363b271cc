//! What can go wrong with a journal.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use super::Position;

/// Why the journal did not do what was asked.
#[derive(Debug)]
pub enum Error {
    /// The operating system refused.
    Io {
        /// What was being done, as in "cannot *write*".
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// Bytes that were once durable are no longer what was written.
    Damaged(Damage),
    /// The files were written by a newer version.
    NewerFormat {
        /// The file.
        path: PathBuf,
        /// The format it says it has.
        found: u32,
        /// The newest format this version reads.
        supported: u32,
    },
    /// Another process has the directory open.
    Locked {
        /// The directory.
        path: PathBuf,
    },
    /// There is no durable record at this position.
    NoRecord(Position),
    /// What was at this position was left out when its segment was compacted.
    NotKept(Position),
    /// The batch is larger than a frame can be.
    TooLarge {
        /// How many bytes the batch has.
        bytes: usize,
    },
    /// The journal was closed.
    Closed,
    /// The journal failed earlier and takes nothing more.
    Poisoned(Poisoned),
}

/// Bytes that were once durable and are no longer what was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// The file.
    pub path: PathBuf,
    /// Where in the file they begin.
    pub offset: u64,
    /// Where in the log they begin.
    pub position: Position,
    /// How many they are; more may be damaged behind them.
    pub bytes: u64,
    /// Where in the file the frame begins that they are in, if that could be read.
    pub frame: Option<u64>,
    /// Whether there were records in them, and not only the journal's own headers.
    pub hides_records: bool,
    /// What is wrong with them.
    pub reason: &'static str,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is damaged at offset {}: {}", self.path.display(), self.offset, self.reason)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { doing, path, source } => write!(f, "cannot {doing} {}: {source}", path.display()),
            Self::Damaged(damage) => damage.fmt(f),
            Self::NewerFormat { path, found, supported } => write!(
                f,
                "{} has format {found}, and this version reads up to format {supported}; open it with a newer version",
                path.display()
            ),
            Self::Locked { path } => write!(f, "{} is in use by another process", path.display()),
            Self::NoRecord(position) => {
                write!(f, "there is no durable record at position {position}")
            }
            Self::NotKept(position) => {
                write!(f, "what was at position {position} is not kept any more")
            }
            Self::TooLarge { bytes } => {
                write!(f, "a batch of {bytes} bytes is too large for the journal")
            }
            Self::Closed => write!(f, "the journal is closed"),
            Self::Poisoned(poisoned) => poisoned.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Poisoned(poisoned) => Some(&*poisoned.0),
            _ => None,
        }
    }
}

impl From<Poisoned> for Error {
    fn from(poisoned: Poisoned) -> Self {
        Self::Poisoned(poisoned)
    }
}

/// A write or sync failed. It is never retried, since after a failed sync nobody knows what the disk
/// holds; the journal takes nothing more until it is opened again.
#[derive(Clone, Debug)]
pub struct Poisoned(pub(super) Arc<Error>);

impl Poisoned {
    /// What failed.
    pub fn cause(&self) -> &Error {
        &self.0
    }
}

impl fmt::Display for Poisoned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the journal takes no more records until a restart: {}", self.0)
    }
}

impl std::error::Error for Poisoned {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&*self.0)
    }
}
