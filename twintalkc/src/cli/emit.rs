//! `twintalkc emit`

use super::failure::{Context, Failure};
use super::inference::Inference;
use super::sources;
use clap::{Args, ValueEnum};
use quote::quote;
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use twintalkc::pretty;
use twintalkc::read::Accept;

/// Show the Rust that is generated
#[derive(Args)]
#[command(after_help = "Examples:
  twintalkc emit pump.st                        to the terminal
  twintalkc emit twins/ -o src/twins.rs         a module that depends on twintalk-runtime
  twintalkc emit hello.st                       without twins: what `run` builds")]
pub struct Emit {
    /// Files and directories; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// What the Rust is for [default: twins where a twin class is defined, else a program]
    #[arg(long, value_enum)]
    target: Option<Target>,

    #[command(flatten)]
    inference: Inference,
}

#[derive(Clone, Copy, ValueEnum)]
enum Target {
    /// Twin classes, for a crate or a server
    Twins,
    /// A program whose top-level statements run in order
    Program,
}

impl Emit {
    /// Compiles and prints.
    pub fn run(self) -> Result<ExitCode, Failure> {
        let (accept, options) = (Accept::FilesAndDirectories, self.inference.options());
        let (compiled, _) = match self.target {
            Some(Target::Twins) => sources::compiled(&self.paths, accept, twintalkc::Target::Twins, options),
            Some(Target::Program) => sources::compiled(&self.paths, accept, twintalkc::Target::Program, options),
            None => sources::compiled_as_found(&self.paths, accept, options),
        }?;
        let items = compiled.tokens;
        let text = pretty(quote! { use twintalk_runtime::generated as rt; #items });
        match &self.output {
            Some(path) => fs::write(path, text).context("write", path)?,
            None => match io::stdout().write_all(text.as_bytes()) {
                // The reader has seen enough: `emit … | head`.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
                done => done?,
            },
        }
        Ok(ExitCode::SUCCESS)
    }
}
