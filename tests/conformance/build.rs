//! Compiles every conformance program into one module each, with and without inference, so that one build serves them all.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use twintalkc::{Options, Source, Target, compile_with, pretty};

fn main() {
    let folder = Path::new(".");
    println!("cargo::rerun-if-changed=.");
    let mut programs = Vec::new();
    find(folder, &mut programs);
    programs.sort();
    let mut modules = String::new();
    let (mut table, mut plain) = (String::new(), String::new());
    for (number, path) in programs.iter().enumerate() {
        let mut files = vec![path.clone()];
        if path.is_dir() {
            files.clear();
            find(path, &mut files);
            files.sort();
        }
        let read = |path: &PathBuf| Source::new(named(path), fs::read_to_string(path).expect("a conformance program is text"));
        let sources: Vec<Source> = files.iter().map(read).collect();
        let name = path.with_extension("");
        let name = name.strip_prefix(folder).unwrap_or(&name).display().to_string();
        for (infer, prefix, table) in [(true, "p", &mut table), (false, "plain", &mut plain)] {
            match compile_with(&sources, Target::Program, Options { infer }) {
                Ok(compiled) => {
                    let rust = pretty(compiled.tokens);
                    writeln!(modules, "mod {prefix}{number} {{ use twintalk_runtime::generated as rt;\n{rust}\n}}").expect("memory");
                    writeln!(table, "({name:?}, &{prefix}{number}::PROGRAM),").expect("memory");
                }
                Err(found) => found.render(&sources, false).lines().for_each(|line| println!("cargo::error={line}")),
            }
        }
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("conformance.rs");
    let list = |name: &str, table: &str| format!("pub static {name}: &[(&str, &twintalk_runtime::Program)] = &[{table}];\n");
    let rust = format!("{modules}\n{}{}", list("PROGRAMS", &table), list("PLAIN", &plain));
    fs::write(out, rust).expect("OUT_DIR can be written");
}

/// What errors call a program: as seen from the root of the repository.
fn named(path: &Path) -> String {
    Path::new("tests/conformance").join(path.strip_prefix(".").unwrap_or(path)).display().to_string()
}

fn find(folder: &Path, programs: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "program") {
            // The files in it are one program.
            println!("cargo::rerun-if-changed={}", path.display());
            programs.push(path);
        } else if path.is_dir() {
            find(&path, programs);
        } else if path.extension().is_some_and(|extension| extension == "st") {
            println!("cargo::rerun-if-changed={}", path.display());
            programs.push(path);
        }
    }
}
