//! `twintalkc store`

use super::cargo;
use super::failure::Failure;
use super::scaffold::Scaffold;
use clap::Args;
use proc_macro2::TokenStream;
use std::ffi::OsString;
use std::process::ExitCode;

/// Look after a data directory
///
/// Shows what is in it, checks it, copies it, compacts it, or writes and reads its twins as lines of JSON. All but `import` and
/// `compact` work beside a running server. A built server has the same commands: `SERVER store verify --data DIR`.
#[derive(Args)]
#[command(after_help = "Commands:
  inspect  Show what a directory holds
  verify   Check every record of a directory
  export   Write twins as lines of JSON to standard output
  import   Read what `export` wrote
  backup   Copy a directory, also while a server uses it
  compact  Leave out events that are old, or all that is known of a twin

Examples:
  twintalkc store inspect --data /var/lib/plant
  twintalkc store inspect --data /var/lib/plant --twin boiler-7
  twintalkc store backup --data /var/lib/plant --to /mnt/backup/plant
  twintalkc store export --data /var/lib/plant | twintalkc store import --data /var/lib/copy
  twintalkc store compact --data /var/lib/plant --retain 30d
  twintalkc store verify --help                 the options of one command
The tool is built when it is first used.")]
pub struct Store {
    /// The command, and its options
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    arguments: Vec<OsString>,
}

impl Store {
    /// Builds the tool, if it is not there already, and becomes it.
    pub fn run(self) -> Result<ExitCode, Failure> {
        let tool = Scaffold::store()?.build(TokenStream::new())?;
        cargo::become_program(cargo::command(&tool).args(&self.arguments))
    }
}
