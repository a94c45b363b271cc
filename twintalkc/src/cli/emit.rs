//! `twintalkc emit`

use super::failure::{Context, Failure};
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
  twintalkc emit hello.st --target program      what `run` builds")]
pub struct Emit {
    /// Files and directories; `-` is standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,

    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// What the Rust is for
    #[arg(long, value_enum, default_value_t = Target::Twins)]
    target: Target,
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
        let target = match self.target {
            Target::Twins => twintalkc::Target::Twins,
            Target::Program => twintalkc::Target::Program,
        };
        let (compiled, _) = sources::compiled(&self.paths, Accept::FilesAndDirectories, target)?;
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
