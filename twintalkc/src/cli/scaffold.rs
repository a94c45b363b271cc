//! The crate in which a program is built.
//!
//! Each program has a crate of its own, found again by the paths it is made from; all share one target directory,
//! so the runtime is built once. In the cache:
//!
//! ```text
//! programs/hello-1f3a…/    Cargo.toml  Cargo.lock  src/main.rs  lock  stamp
//! target/                  what cargo builds
//! Cargo.lock               versions for the next program, where there is no workspace to take them from
//! ```

use super::cache::{self, Runtime};
use super::cargo::{self, Job};
use super::failure::{Context, Failure};
use super::stamp::{self, Stamp};
use proc_macro2::TokenStream;
use quote::quote;
use std::path::{Path, PathBuf};
use std::{env, fs};
use twintalkc::{Source, pretty};

/// What is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// For `run`: built fast, against an optimised library, without the server.
    Program,
    /// For `run --release`: the program optimised as well.
    FastProgram,
    /// For `test`: as a program, with another main function.
    Tests,
    /// For `serve` and `build`: optimised.
    Server,
    /// The same, with the C library linked in.
    StaticServer,
    /// For `store`: built beside the servers, without a program.
    Store,
}

impl Kind {
    fn is_server(self) -> bool {
        matches!(self, Kind::Server | Kind::StaticServer | Kind::Store)
    }
}

/// The crate for one program.
pub struct Scaffold {
    kind: Kind,
    name: String,
    cache: PathBuf,
    directory: PathBuf,
    runtime: Runtime,
}

impl Scaffold {
    /// The crate for what these paths hold.
    pub fn new(kind: Kind, paths: &[PathBuf], sources: &[Source]) -> Result<Self, Failure> {
        let absolute: Vec<_> = paths.iter().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone())).collect();
        // Standard input and pipes have no lasting name; their text stands for them.
        let nameless = paths.iter().any(|path| !path.is_file() && !path.is_dir());
        let texts: Vec<&str> = sources.iter().filter(|_| nameless).map(|source| source.text.as_str()).collect();
        let name = format!("{}-{:016x}", word(paths), stamp::digest((kind, absolute, texts)));
        Self::named(kind, name)
    }

    /// The crate of the tool that looks after data directories: there is one.
    pub fn store() -> Result<Self, Failure> {
        Self::named(Kind::Store, "store-tool".to_owned())
    }

    fn named(kind: Kind, name: String) -> Result<Self, Failure> {
        let runtime = Runtime::find();
        let cache = cache::directory(&runtime)?;
        let directory = cache.join("programs").join(&name);
        Ok(Scaffold { kind, name, cache, directory, runtime })
    }

    /// The binary, built if it is not there already.
    pub fn build(&self, items: TokenStream) -> Result<PathBuf, Failure> {
        let (manifest, main) = (self.manifest(), self.main(items));
        fs::create_dir_all(self.directory.join("src")).context("create", &self.directory)?;
        // Another process may be building the same program: it is waited for. Closing the file unlocks it.
        let lock_path = self.directory.join("lock");
        let lock = fs::File::create(&lock_path).context("create", &lock_path)?;
        lock.lock().context("lock", &lock_path)?;

        let flags = ["RUSTFLAGS", "RUSTUP_TOOLCHAIN", "CARGO"].map(env::var_os);
        let stamp = Stamp::new(&self.directory, (&manifest, &main, self.runtime.fingerprint(), flags));
        if let Some(binary) = stamp.binary() {
            return Ok(binary);
        }
        write_changed(&self.directory.join("Cargo.toml"), &manifest)?;
        write_changed(&self.directory.join("src/main.rs"), &main)?;
        self.copy_lock()?;
        let binary = cargo::build(&Job {
            directory: &self.directory,
            target: &self.cache.join("target"),
            name: &self.name,
            release: self.kind.is_server(),
            static_: self.kind == Kind::StaticServer,
        })?;
        stamp.write(&binary);
        self.keep_lock();
        cache::prune(&self.cache);
        Ok(binary)
    }

    fn manifest(&self) -> String {
        let features = if self.kind.is_server() { "\"server\"" } else { "" };
        let runtime = self.runtime.dependency("twintalk-runtime");
        // The program is compiled fast and what it stands on well, once. Build scripts and macros run once: optimised they
        // would double the time of the first build.
        format!(
            "# Written by twintalkc.
[package]
name = \"{name}\"
version = \"0.0.0\"
edition = \"2024\"
publish = false

[workspace]

[dependencies]
twintalk-runtime = {{ {runtime}, default-features = false, features = [{features}] }}

[profile.dev]
opt-level = 3
debug = false
debug-assertions = false
overflow-checks = false

[profile.dev.package.{name}]
opt-level = {level}

[profile.dev.build-override]
opt-level = 0

[profile.release]
strip = true
",
            name = self.name,
            level = if self.kind == Kind::FastProgram { 3 } else { 0 },
        )
    }

    fn main(&self, items: TokenStream) -> String {
        let start = match self.kind {
            Kind::Program | Kind::FastProgram => quote!(twintalk_runtime::run_program),
            Kind::Tests => quote!(twintalk_runtime::test_program),
            Kind::Server | Kind::StaticServer => quote!(twintalk_runtime::server::main),
            Kind::Store => {
                return pretty(quote! {
                    fn main() -> std::process::ExitCode {
                        twintalk_runtime::store::main()
                    }
                });
            }
        };
        pretty(quote! {
            #![allow(warnings)]
            fn main() -> std::process::ExitCode {
                #start(&program::PROGRAM)
            }
            mod program {
                use twintalk_runtime::generated as rt;
                #items
            }
        })
    }

    /// Versions agree with those that are built already; cargo drops what it does not need.
    fn copy_lock(&self) -> Result<(), Failure> {
        let from = match &self.runtime {
            Runtime::Workspace(root) => root.join("Cargo.lock"),
            Runtime::Registry => self.cache.join("Cargo.lock"),
        };
        if from.is_file() {
            fs::copy(&from, self.directory.join("Cargo.lock")).context("copy", &from)?;
        }
        Ok(())
    }

    fn keep_lock(&self) {
        if matches!(self.runtime, Runtime::Registry) {
            // Without it the next program may take longer, no more.
            let _ = fs::copy(self.directory.join("Cargo.lock"), self.cache.join("Cargo.lock"));
        }
    }
}

/// A name for people, from the first path: `hello` for `examples/hello.st`.
fn word(paths: &[PathBuf]) -> String {
    let stem = paths.first().and_then(|path| path.file_name()).map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let stem = stem.split('.').next().unwrap_or_default();
    let word: String = stem.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_').take(32).collect();
    if word.starts_with(|first: char| first.is_ascii_alphabetic()) { word.to_lowercase() } else { format!("program{word}") }
}

/// An unchanged file keeps its time: cargo goes by it.
fn write_changed(path: &Path, text: &str) -> Result<(), Failure> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::write(path, text).context("write", path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(word(&[path.into()]), expected);
    }

    #[test]
    fn crates_have_names_cargo_takes() {
        check("examples/Hello.st", "hello");
        check("Pump.class.st", "pump");
        check("2024 öl.st", "program2024l");
        check("-", "program");
        check("..", "program");
    }
}
