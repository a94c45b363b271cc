//! Any text is read, and what is found in it can be shown.
#![no_main]

use libfuzzer_sys::fuzz_target;
use twintalkc::{Source, syntax};

fuzz_target!(|text: &str| {
    let source = Source::new("fuzz.st", text);
    syntax(&source).render(&[source], false);
});
