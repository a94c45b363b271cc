//! The command line: one file a command.
//!
//! `check` and `emit` end with a compilation; `run`, `test`, `build` and `serve` hand the Rust text to a [`scaffold`], which has [`cargo`] build it;
//! `store` needs no text: its scaffold is the runtime's own tool.

mod build;
mod cache;
mod cargo;
mod check;
mod emit;
mod failure;
mod inference;
mod junit;
mod limits;
mod new;
mod outcome;
mod progress;
mod report;
mod run;
mod scaffold;
mod serve;
mod sources;
mod stamp;
mod store;
mod test;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Compiles Smalltalk classes of digital twins to Rust.
#[derive(Parser)]
#[command(name = "twintalkc", version, max_term_width = 100, after_help = EXIT)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT: &str =
    "Exit status: 0 all is well, 1 the Smalltalk has errors or a test failed, 2 the command line is wrong or a tool is missing.
A program that is run, or a server, has its own.";

#[derive(Subcommand)]
enum Command {
    Check(check::Check),
    Emit(emit::Emit),
    Run(run::Run),
    Test(test::RunTests),
    Build(build::Build),
    Serve(Box<serve::Serve>),
    New(new::New),
    Store(store::Store),
}

/// Runs the command that was given.
pub fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Check(check) => check.run(),
        Command::Emit(emit) => emit.run(),
        Command::Run(run) => run.run(),
        Command::Test(test) => test.run(),
        Command::Build(build) => build.run(),
        Command::Serve(serve) => serve.run(),
        Command::New(new) => new.run(),
        Command::Store(store) => store.run(),
    };
    match done {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        super::Arguments::command().debug_assert();
    }
}
