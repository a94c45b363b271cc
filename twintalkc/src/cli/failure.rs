//! Why a command ended early.

use super::report;
use std::fmt::Display;
use std::io;
use std::path::Path;
use std::process::ExitCode;

/// Why a command ended early.
#[derive(Debug)]
pub enum Failure {
    /// The Smalltalk has errors; they have been reported.
    Smalltalk,
    /// Something else kept the command from its work: what, and what may help.
    Tool { what: String, help: Option<String> },
}

impl Failure {
    /// A failure nothing is known to help against.
    pub fn new(what: impl Into<String>) -> Self {
        Failure::Tool { what: what.into(), help: None }
    }

    /// A failure and what may help.
    pub fn with_help(what: impl Into<String>, help: impl Into<String>) -> Self {
        Failure::Tool { what: what.into(), help: Some(help.into()) }
    }

    /// Says what is to be said and answers the exit status.
    pub fn report(self) -> ExitCode {
        match self {
            Failure::Smalltalk => ExitCode::from(1),
            Failure::Tool { what, help } => {
                report::error(&what, help.as_deref());
                ExitCode::from(2)
            }
        }
    }
}

/// Names the file that an error of the system is about.
pub trait Context<T> {
    /// `cannot write `twins.rs`: permission denied`
    fn context(self, doing: &str, path: &Path) -> Result<T, Failure>;
}

impl<T, E: Display> Context<T> for Result<T, E> {
    fn context(self, doing: &str, path: &Path) -> Result<T, Failure> {
        self.map_err(|error| Failure::new(format!("cannot {doing} `{}`: {error}", path.display())))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::new(error.to_string())
    }
}
