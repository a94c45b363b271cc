//! `twintalkc new`

use super::cache::Runtime;
use super::failure::{Context, Failure};
use super::report;
use clap::Args;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Begin a server as a Rust crate of your own
///
/// Its build script compiles the .st files in twins/; Rust and Smalltalk meet in src/main.rs.
#[derive(Args)]
#[command(after_help = "Example:
  twintalkc new plant && cd plant && cargo run")]
pub struct New {
    /// The directory to create; its last part is the name of the crate
    #[arg(value_name = "NAME")]
    path: PathBuf,
}

const FILES: [(&str, &str); 6] = [
    ("Cargo.toml", include_str!("new/Cargo.toml.template")),
    ("build.rs", include_str!("new/build.rs.template")),
    ("src/main.rs", include_str!("new/main.rs.template")),
    ("twins/sensor.st", include_str!("new/sensor.st")),
    ("README.md", include_str!("new/README.md.template")),
    (".gitignore", "/target\n/twintalk-data\n"),
];

impl New {
    /// Writes the files.
    pub fn run(self) -> Result<ExitCode, Failure> {
        let name = name(&self.path)?;
        if self.path.exists() {
            return Err(Failure::with_help(format!("`{}` exists already", self.path.display()), "choose another name"));
        }
        let runtime = Runtime::find();
        for (file, text) in FILES {
            let path = self.path.join(file);
            let directory = path.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(directory).context("create", directory)?;
            let text = text.replace("NAME", &name).replace("WORKSPACE\n", workspace(&self.path));
            let text = text.replace("RUNTIME", &runtime.dependency("twintalk-runtime"));
            fs::write(&path, text.replace("COMPILER", &runtime.dependency("twintalkc"))).context("write", &path)?;
        }
        report::note(&format!("created `{0}`; now: cd {0} && cargo run", self.path.display()));
        Ok(ExitCode::SUCCESS)
    }
}

/// The name of the crate, if cargo takes it.
fn name(path: &Path) -> Result<String, Failure> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let keyword = ["test", "build", "core", "std", "self", "super", "crate"].contains(&name);
    if name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(fits) && !keyword {
        return Ok(name.into());
    }
    Err(Failure::with_help(format!("`{name}` cannot be the name of a crate"), "use a letter, then letters, digits, `-` or `_`"))
}

/// Below another crate it stands for itself, where cargo would ask which workspace it belongs to.
fn workspace(path: &Path) -> &'static str {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.into());
    let below = absolute.ancestors().skip(1).any(|directory| directory.join("Cargo.toml").is_file());
    if below { "\n[workspace]\n" } else { "" }
}
