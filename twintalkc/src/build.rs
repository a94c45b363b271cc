//! The build-script API.

use crate::diagnostics::{Diagnostics, Severity};
use crate::read::{self, Accept, Reading};
use crate::source::Source;
use crate::{Target, compile, pretty};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// Compiles Smalltalk files in a build script.
///
/// ```no_run
/// // build.rs
/// twintalkc::Build::new().path("twins").compile();
/// ```
///
/// `twintalk_runtime::include_twins!();` brings the result into the crate: one Rust struct a twin class.
/// Findings are reported the way cargo does; with an error in them the build fails.
#[derive(Clone, Debug, Default)]
pub struct Build {
    paths: Vec<PathBuf>,
    out: Option<PathBuf>,
}

impl Build {
    /// Nothing to compile yet.
    pub fn new() -> Self {
        Build::default()
    }

    /// Adds a file, or a directory whose `.st` files are read recursively.
    /// A relative path starts at the directory of the package.
    pub fn path(&mut self, path: impl AsRef<Path>) -> &mut Self {
        self.paths.push(path.as_ref().into());
        self
    }

    /// The name of the Rust file in `OUT_DIR`, `twins.rs` unless told otherwise. A second `Build` in one script needs its own;
    /// `include_twins!("other.rs")` includes it.
    pub fn out(&mut self, name: impl AsRef<Path>) -> &mut Self {
        self.out = Some(name.as_ref().into());
        self
    }

    /// Reads, compiles and writes the Rust file, and tells cargo what to watch and what was found.
    pub fn compile(&self) {
        let reading = read::read(&self.paths, Accept::FilesAndDirectories);
        for path in &reading.looked_at {
            directive("rerun-if-changed", &path.display().to_string());
        }
        self.generate(reading);
    }

    fn generate(&self, reading: Reading) {
        let Reading { sources, diagnostics: mut found, .. } = reading;
        if self.paths.is_empty() {
            return directive("error", "nothing to compile: name a file or directory, `Build::new().path(\"twins\").compile()`");
        }
        if found.has_errors() {
            return report(&found, &sources);
        }
        match compile(&sources, Target::Twins) {
            Ok(compiled) => {
                found.extend(compiled.warnings);
                report(&found, &sources);
                self.write(&pretty(compiled.tokens));
            }
            Err(errors) => {
                found.extend(errors);
                report(&found, &sources);
            }
        }
    }

    fn write(&self, text: &str) {
        let Some(directory) = env::var_os("OUT_DIR") else {
            return directive("error", "OUT_DIR is not set: `twintalkc::Build` works in a build script");
        };
        let path = Path::new(&directory).join(self.out.as_deref().unwrap_or(Path::new("twins.rs")));
        if let Err(error) = fs::write(&path, text) {
            directive("error", &format!("cannot write `{}`: {error}", path.display()));
        }
    }
}

/// Each finding as lines of cargo's own warnings and errors.
fn report(found: &Diagnostics, sources: &[Source]) {
    for finding in found.sorted() {
        let kind = match finding.severity() {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        finding.render_untitled(sources).lines().for_each(|line| directive(kind, line));
    }
}

#[expect(clippy::print_stdout, reason = "how a build script talks to cargo")]
fn directive(name: &str, value: &str) {
    println!("cargo::{name}={value}");
}
