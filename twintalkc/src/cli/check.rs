//! `twintalkc check`

use super::failure::Failure;
use super::{report, sources};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use twintalkc::read::Accept;
use twintalkc::{Options, Target};

/// Report errors and warnings, and generate nothing
///
/// All files together are one program, as they are for `build` and `serve`.
#[derive(Args)]
#[command(after_help = "Examples:
  twintalkc check twins/           all .st files below twins/
  twintalkc check pump.st valve.st
  cat pump.st | twintalkc check -")]
pub struct Check {
    /// Files and directories; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

impl Check {
    /// Checks, and says how much was checked.
    pub fn run(self) -> Result<ExitCode, Failure> {
        let (compiled, sources) = sources::compiled(&self.paths, Accept::FilesAndDirectories, Target::Twins, Options::default())?;
        if compiled.warnings.is_empty() {
            report::note(&format!("{} {}: no problems", sources.len(), if sources.len() == 1 { "file" } else { "files" }));
        }
        Ok(ExitCode::SUCCESS)
    }
}
