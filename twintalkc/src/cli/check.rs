//! `twintalkc check`

use super::failure::Failure;
use super::scaffold::{Kind, Scaffold};
use super::{cargo, report, sources};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use twintalkc::read::Accept;
use twintalkc::{Options, Target};

/// Report errors and warnings, and generate nothing
///
/// All files together are one program, as they are for `build` and `serve`. With --data the server is built as well, to tell what
/// it would make of the twins that are there, before it is put in place.
#[derive(Args)]
#[command(after_help = "Examples:
  twintalkc check twins/           all .st files below twins/
  twintalkc check pump.st valve.st
  cat pump.st | twintalkc check -
  twintalkc check twins/ --data /var/lib/plant")]
pub struct Check {
    /// Files and directories; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Directory of a server's twins, or a copy: no server may be using it
    #[arg(long, value_name = "DIRECTORY")]
    data: Option<PathBuf>,
}

impl Check {
    /// Checks, and says how much was checked.
    pub fn run(self) -> Result<ExitCode, Failure> {
        let (compiled, sources) = sources::compiled(&self.paths, Accept::FilesAndDirectories, Target::Twins, Options::default())?;
        if compiled.warnings.is_empty() {
            report::note(&format!("{} {}: no problems", sources.len(), if sources.len() == 1 { "file" } else { "files" }));
        }
        let Some(data) = self.data else { return Ok(ExitCode::SUCCESS) };
        let server = Scaffold::new(Kind::Server, &self.paths, &sources)?.build(compiled.tokens)?;
        cargo::become_program(cargo::command(&server).arg("--check").arg("--data").arg(data))
    }
}
