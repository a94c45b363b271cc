//! `--no-inference`: the same program, more slowly.

use clap::Args;
use twintalkc::Options;

/// How to compile.
#[derive(Args, Clone, Copy)]
pub struct Inference {
    /// Find out nothing about values before the program runs: it does the same, more slowly
    #[arg(long)]
    no_inference: bool,
}

impl Inference {
    /// As the compiler takes it.
    pub fn options(self) -> Options {
        Options { infer: !self.no_inference }
    }
}
