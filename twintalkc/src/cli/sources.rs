//! From the paths of a command line to compiled tokens.

use super::failure::Failure;
use super::report;
use std::io::{self, Read};
use std::path::PathBuf;
use twintalkc::read::{self, Accept, Reading};
use twintalkc::{Compiled, Diagnostics, Options, Source, Target, compile_with};

/// Reads and compiles; all findings are reported, warnings too.
pub fn compiled(paths: &[PathBuf], accept: Accept, target: Target, options: Options) -> Result<(Compiled, Vec<Source>), Failure> {
    compiled_by(paths, accept, |sources| compile_with(sources, target, options))
}

/// The same for what the sources turn out to be: twins where one is defined, else a program.
pub fn compiled_as_found(paths: &[PathBuf], accept: Accept, options: Options) -> Result<(Compiled, Vec<Source>), Failure> {
    compiled_by(paths, accept, |sources| match compile_with(sources, Target::Twins, options) {
        Ok(compiled) if !compiled.has_twins => compile_with(sources, Target::Program, options),
        twins => twins,
    })
}

fn compiled_by(
    paths: &[PathBuf],
    accept: Accept,
    compile: impl Fn(&[Source]) -> Result<Compiled, Diagnostics>,
) -> Result<(Compiled, Vec<Source>), Failure> {
    let Reading { sources, diagnostics: mut found, .. } = read_all(paths, accept);
    if found.has_errors() {
        report::findings(&found, &sources);
        return Err(Failure::Smalltalk);
    }
    match compile(&sources) {
        Ok(mut compiled) => {
            found.extend(compiled.warnings);
            report::findings(&found, &sources);
            compiled.warnings = found;
            Ok((compiled, sources))
        }
        Err(errors) => {
            found.extend(errors);
            report::findings(&found, &sources);
            Err(Failure::Smalltalk)
        }
    }
}

/// `-` is standard input.
fn read_all(paths: &[PathBuf], accept: Accept) -> Reading {
    let files = paths.iter().filter(|path| path.as_os_str() != "-");
    let mut reading = read::read(files, accept);
    if paths.iter().any(|path| path.as_os_str() == "-") {
        let mut bytes = Vec::new();
        match io::stdin().take(read::LARGEST + 1).read_to_end(&mut bytes) {
            Ok(_) => reading.text("<stdin>".into(), bytes),
            Err(error) => reading.unreadable("<stdin>", &error),
        }
    }
    reading
}
