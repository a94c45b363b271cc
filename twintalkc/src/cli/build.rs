//! `twintalkc build`

use super::failure::{Context, Failure};
use super::scaffold::{Kind, Scaffold};
use super::sources;
use clap::Args;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use twintalkc::read::Accept;
use twintalkc::{Options, Target};

/// Build a server: one binary that needs nothing else
///
/// It takes the options that `twintalkc serve` takes.
#[derive(Args)]
#[command(after_help = "Examples:
  twintalkc build twins/ -o plant
  twintalkc build twins/ -o plant --static      runs on any Linux, in an empty container too
  ./plant --listen 127.0.0.1:8080 --data /var/lib/plant")]
pub struct Build {
    /// Files and directories
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// The binary to write
    #[arg(short, long, value_name = "BIN")]
    output: PathBuf,

    /// Link the C library in
    #[arg(long = "static")]
    static_: bool,
}

impl Build {
    /// Compiles, builds, and copies the binary.
    pub fn run(self) -> Result<ExitCode, Failure> {
        if self.output.is_dir() {
            return Err(Failure::with_help(format!("`{}` is a directory", self.output.display()), "name the binary: `-o DIRECTORY/NAME`"));
        }
        let (compiled, sources) = sources::compiled(&self.paths, Accept::FilesAndDirectories, Target::Twins, Options::default())?;
        let kind = if self.static_ { Kind::StaticServer } else { Kind::Server };
        let server = Scaffold::new(kind, &self.paths, &sources)?.build(compiled.tokens)?;
        // A running server keeps its old binary: the new one takes the name.
        let mut beside = self.output.clone().into_os_string();
        beside.push(".new");
        fs::copy(&server, &beside).context("write", &self.output)?;
        fs::rename(&beside, &self.output).context("write", &self.output)?;
        Ok(ExitCode::SUCCESS)
    }
}
