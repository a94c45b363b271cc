//! Any text is compiled or refused, for each target; what is compiled is Rust.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twintalkc::{Source, Target, compile};

fuzz_target!(|text: &str| {
    let sources = [Source::new("fuzz.st", text)];
    // A test run leaves out what it cannot compile, so it gets furthest.
    for target in [Target::Tests, Target::Twins] {
        match compile(&sources, target) {
            Ok(compiled) => assert!(syn::parse2::<syn::File>(compiled.tokens).is_ok()),
            Err(findings) => assert!(!findings.render(&sources, false).is_empty()),
        }
    }
});
