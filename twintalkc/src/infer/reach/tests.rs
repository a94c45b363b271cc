//! What the runtime names by itself is in the tables.

use super::{MADE, SENT};
use crate::names;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The constants of a module of the library that the runtime's own code names.
fn named(folder: &Path, module: &str, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            named(&path, module, found);
            continue;
        }
        // A run of tests keeps everything.
        if path.ends_with("test_run.rs") {
            continue;
        }
        // What is known of classes is neither sent to them nor made of them.
        if path.ends_with("known.rs") {
            continue;
        }
        // Enumerations recognise classes, and make none but what is made elsewhere too.
        if path.components().any(|part| part.as_os_str() == "each") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        // Examples are not the runtime.
        let text: String = text.split_inclusive('\n').filter(|line| !line.trim_start().starts_with("//")).collect();
        for (at, _) in text.match_indices(module) {
            let outside = !text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
            let name: String = text[at + module.len()..].chars().take_while(|c| c.is_ascii_uppercase() || *c == '_').collect();
            let rest = text[at + module.len() + name.len()..].trim_start();
            // A pattern recognises, no more.
            let pattern = rest.starts_with("=>")
                || rest.starts_with('|')
                || rest.starts_with("] =>")
                || text[..at].ends_with("| ")
                || text[..at].ends_with("== ")
                || text[..at].lines().next_back().is_some_and(|line| line.contains("is_kind_of("));
            if outside && !name.is_empty() && !pattern {
                found.insert(name);
            }
        }
    }
}

fn runtime(module: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../twintalk-runtime/src");
    if !source.is_dir() {
        return found;
    }
    for entry in fs::read_dir(source).unwrap().flatten() {
        let (path, name) = (entry.path(), entry.file_name());
        if path.is_dir() && name != "tests" {
            named(&path, module, &mut found);
        }
    }
    named_beside(module, &mut found);
    found
}

/// The files at the top, and the operators, which macros of `ops.rs` send.
fn named_beside(module: &str, found: &mut BTreeSet<String>) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../twintalk-runtime/src");
    let place = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(&source).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        fs::copy(entry.path(), place.path().join(entry.file_name())).unwrap();
    }
    named(place.path(), module, found);
}

#[test]
fn what_the_runtime_sends_is_known() {
    let known: BTreeSet<String> = SENT.iter().map(|text| names::constant(&names::selector(text))).collect();
    let mut sent = runtime("selector::");
    let operators = include_str!("../../../../twintalk-runtime/src/ops.rs");
    sent.extend(operators.lines().filter_map(|line| {
        let mut words = line.trim().split(' ');
        let (name, selector) = (words.next()?, words.next()?);
        let named = name.chars().all(|c| c.is_ascii_lowercase() || c == '_') && selector.len() > 1;
        (named && selector.chars().all(|c| c.is_ascii_uppercase() || c == '_')).then(|| selector.to_string())
    }));
    let missing: Vec<_> = sent.difference(&known).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn what_the_runtime_makes_is_known() {
    let known: BTreeSet<String> = MADE.iter().map(|name| names::constant(&names::snake(name))).collect();
    let made = runtime("class::");
    let missing: Vec<_> = made.difference(&known).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
