//! Compiles the class library: Smalltalk in, `library.rs` out.

use std::path::PathBuf;
use std::process::ExitCode;
use twintalkc::{Target, compile, library, pretty};

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    let compiled = match compile(&[], Target::Library) {
        Ok(compiled) => compiled,
        Err(findings) => {
            for line in findings.render(&library::sources(), false).lines() {
                println!("cargo::error={line}");
            }
            return ExitCode::SUCCESS;
        }
    };
    let Some(directory) = std::env::var_os("OUT_DIR") else {
        println!("cargo::error=OUT_DIR is not set: this is a build script");
        return ExitCode::SUCCESS;
    };
    if let Err(error) = std::fs::write(PathBuf::from(directory).join("library.rs"), pretty(compiled.tokens)) {
        println!("cargo::error=cannot write the compiled library: {error}");
    }
    ExitCode::SUCCESS
}
