//! Random programs and mutilated texts: whatever is compiled, there is an answer and no panic, and what is
//! answered is Rust.
//!
//! Many files are one program, as they are on a command line, so that the library is read once for all of them.
//! `TWINTALK_INPUTS=1000000 cargo test --release -p twintalkc --test generated` tries a million files.

mod mutations;
mod programs;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use twintalkc::{Source, Target, compile};

/// Files of one program.
const FILES: usize = 50;

/// How many files are tried unless `TWINTALK_INPUTS` says otherwise.
const INPUTS: u32 = 500;

/// Runs a test on as many inputs as there shall be: the same ones each time, or others where their number is given.
fn run<S: Strategy>(files: usize, inputs: &S, test: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let given = std::env::var("TWINTALK_INPUTS").ok().and_then(|text| text.parse().ok());
    let cases = given.unwrap_or(INPUTS).div_ceil(files as u32);
    let config = Config { failure_persistence: None, max_shrink_iters: 300, ..Config::with_cases(cases) };
    let mut runner = match given {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    if let Err(failure) = runner.run(inputs, test) {
        panic!("{failure}");
    }
}

/// Compiles the files as one program; what comes out is Rust, or findings that can be shown.
fn survives(texts: &[String], target: Target) -> Result<(), TestCaseError> {
    let sources: Vec<Source> = texts.iter().enumerate().map(|(number, text)| Source::new(format!("{number}.st"), text.as_str())).collect();
    match compile(&sources, target) {
        Ok(compiled) => {
            compiled.warnings.render(&sources, false);
            let rust = compiled.tokens.to_string();
            prop_assert!(syn::parse2::<syn::File>(compiled.tokens).is_ok(), "this is no Rust:\n{rust}");
        }
        Err(findings) => {
            prop_assert!(findings.has_errors());
            prop_assert!(!findings.render(&sources, false).is_empty());
        }
    }
    Ok(())
}

/// Compiles programs of so many files.
fn all_survive(file: impl Strategy<Value = String>) {
    run(FILES, &prop::collection::vec(file, FILES..=FILES), |texts| survives(&number_classes(&texts), Target::Tests));
}

/// Classes of different files have different names: `A%` is `A7` in the seventh.
fn number_classes(texts: &[String]) -> Vec<String> {
    texts.iter().enumerate().map(|(number, text)| text.replace('%', &number.to_string())).collect()
}

#[test]
fn random_programs_are_compiled() {
    all_survive(programs::program());
}

#[test]
fn mutilated_texts_are_survived() {
    all_survive(mutations::mutilated());
}

#[test]
fn random_twins_and_programs_are_compiled_alone() {
    let one = (programs::program(), prop::bool::ANY);
    run(FILES, &one, |(text, twins)| survives(&number_classes(&[text]), if twins { Target::Twins } else { Target::Program }));
}
