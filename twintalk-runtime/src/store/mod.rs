//! A data directory for those who look after it: `store inspect`, `verify`, `export`, `import`, `backup`, `compact`.
//!
//! All but `import` and `compact` read beside a running server: they take no lock and write nothing into the directory.
//!
//! | file | |
//! |---|---|
//! | `options` | the command line |
//! | `source` | opens a directory for reading |
//! | `roster` | the twins of a log, by id |
//! | `census`, `inspect`, `records` | what there is |
//! | `verify`, `chains`, `finding` | whether it is what was written |
//! | `backup`, `segments` | a second directory with the same log |
//! | `compact` | what is old, or of one twin, is left out |
//! | `format`, `export`, `import` | twins as lines of JSON |
//! | `progress`, `text` | how far it is; numbers and times for people |

mod backup;
mod census;
mod chains;
mod compact;
mod export;
mod finding;
mod format;
mod import;
mod inspect;
mod options;
mod progress;
mod records;
mod roster;
mod segments;
mod source;
mod text;
mod verify;

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;

use options::Command;
pub use options::Store;

use crate::program::Program;

/// Why a command ended early.
#[derive(Debug)]
enum Failure {
    /// What went wrong, and what helps.
    Told(String),
    /// Nobody reads what is written any more.
    Unread,
}

impl From<String> for Failure {
    fn from(why: String) -> Self {
        Self::Told(why)
    }
}

impl From<io::Error> for Failure {
    /// Of standard output; what is done with other files names them.
    fn from(why: io::Error) -> Self {
        match why.kind() {
            ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Told(format!("the output cannot be written: {why}")),
        }
    }
}

type Outcome = Result<ExitCode, Failure>;

impl Store {
    /// Does what was asked. The classes of a program tell more of what is in a directory than its tables alone.
    pub fn run(&self, program: Option<&'static Program>) -> ExitCode {
        let outcome = match &self.command {
            Command::Inspect(inspect) => inspect.run(),
            Command::Verify(verify) => verify.run(program),
            Command::Export(export) => export.run(program),
            Command::Import(import) => import.run(),
            Command::Backup(backup) => backup.run(),
            Command::Compact(compact) => compact.run(program),
        };
        match outcome {
            Ok(code) => code,
            Err(Failure::Unread) => ExitCode::SUCCESS,
            Err(Failure::Told(why)) => {
                // Nobody may be reading.
                let _ = writeln!(io::stderr(), "error: {why}");
                ExitCode::FAILURE
            }
        }
    }
}

/// A tool for any data directory, whatever program it belongs to.
#[derive(Debug, Parser)]
#[command(name = "twintalkc store", bin_name = "twintalkc store", version, max_term_width = 100)]
struct Tool {
    #[command(flatten)]
    store: Store,
}

/// The main function of the tool that `twintalkc store` builds.
pub fn main() -> ExitCode {
    Tool::parse().store.run(None)
}

#[cfg(test)]
mod tests;
