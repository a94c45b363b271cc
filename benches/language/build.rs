//! Compiles every Smalltalk program into a module of its own.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;
use twintalkc::{Source, Target, compile, pretty};

fn main() {
    println!("cargo::rerun-if-changed=programs");
    let mut paths: Vec<PathBuf> = fs::read_dir("programs").expect("the programs are here").flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let mut modules = String::new();
    for path in paths {
        let source = Source::new(path.display().to_string(), fs::read_to_string(&path).expect("a program is text"));
        let sources = [source];
        match compile(&sources, Target::Program) {
            Ok(compiled) => {
                let name = path.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
                let rust = pretty(compiled.tokens);
                writeln!(modules, "pub mod {name} {{ use twintalk_runtime::generated as rt;\n{rust}\n}}").expect("memory");
            }
            Err(found) => found.render(&sources, false).lines().for_each(|line| println!("cargo::error={line}")),
        }
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR")).join("smalltalk.rs");
    fs::write(out, modules).expect("OUT_DIR can be written");
}
