//! `twintalkc run`

use super::failure::Failure;
use super::inference::Inference;
use super::limits::Limits;
use super::scaffold::{Kind, Scaffold};
use super::{cargo, sources};
use clap::Args;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use twintalkc::Target;
use twintalkc::read::Accept;

/// Run a Smalltalk program
///
/// Top-level statements run in order. Transcript is standard output. An error nobody handles is printed
/// with a backtrace, and the exit status is 1.
#[derive(Args)]
#[command(after_help = "Examples:
  twintalkc run hello.st
  twintalkc run account.st main.st -- 100 eur
  twintalkc run --release queens.st             takes longer to build, runs several times faster
  twintalkc run hello.st --fuel 1000000         an endless loop ends with an error
  echo \"Transcript showCr: 'hello'\" | twintalkc run -")]
pub struct Run {
    /// Files, in the order in which their statements run; `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Optimise the program: it builds more slowly and runs as fast as it can
    #[arg(long)]
    release: bool,

    #[command(flatten)]
    inference: Inference,

    #[command(flatten)]
    limits: Limits,

    /// Arguments of the program
    #[arg(last = true, value_name = "ARG")]
    arguments: Vec<OsString>,
}

impl Run {
    /// Compiles, builds what has changed, and becomes the program.
    pub fn run(self) -> Result<ExitCode, Failure> {
        let (compiled, sources) = sources::compiled(&self.files, Accept::Files, Target::Program, self.inference.options())?;
        let kind = if self.release { Kind::FastProgram } else { Kind::Program };
        let program = Scaffold::new(kind, &self.files, &sources)?.build(compiled.tokens)?;
        let mut command = cargo::command(&program);
        self.limits.tell(&mut command);
        cargo::become_program(command.args(&self.arguments))
    }
}
