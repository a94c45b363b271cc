//! Where built programs are kept, and where the runtime comes from.

use super::failure::{Context, Failure};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs};

/// How a scaffold crate depends on the runtime.
pub enum Runtime {
    /// This compiler was built in its workspace, which is still there.
    Workspace(PathBuf),
    /// This compiler was installed: the runtime of the same version.
    Registry,
}

impl Runtime {
    /// Where the runtime is.
    pub fn find() -> Runtime {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
        match workspace.filter(|root| root.join("twintalk-runtime/Cargo.toml").is_file() && root.join("Cargo.lock").is_file()) {
            Some(root) => Runtime::Workspace(root.to_owned()),
            None => Runtime::Registry,
        }
    }

    /// What stands before the features in a manifest's dependency on `package`.
    pub fn dependency(&self, package: &str) -> String {
        match self {
            Runtime::Workspace(root) => format!("path = {}", toml_string(&root.join(package).to_string_lossy())),
            Runtime::Registry => format!("version = {}", toml_string(&format!("={}", env!("CARGO_PKG_VERSION")))),
        }
    }

    /// A value that changes when the runtime does.
    pub fn fingerprint(&self) -> Vec<(PathBuf, u64, Option<SystemTime>)> {
        let mut files = Vec::new();
        if let Runtime::Workspace(root) = self {
            for part in ["Cargo.lock", "twintalk-runtime", "twintalkc/Cargo.toml", "twintalkc/src", "twintalkc/library"] {
                stamp(&root.join(part), &mut files);
            }
        }
        files.sort();
        files
    }
}

fn stamp(path: &Path, files: &mut Vec<(PathBuf, u64, Option<SystemTime>)>) {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => {
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            entries.for_each(|entry| stamp(&entry.path(), files));
        }
        Ok(found) => files.push((path.into(), found.len(), found.modified().ok())),
        Err(_) => {}
    }
}

/// A string as TOML writes it.
pub fn toml_string(text: &str) -> String {
    let escape = |letter: char| match letter {
        '"' | '\\' => format!("\\{letter}"),
        letter if letter.is_control() => format!("\\u{:04X}", letter as u32),
        letter => letter.to_string(),
    };
    format!("\"{}\"", text.chars().map(escape).collect::<String>())
}

/// The directory under which everything is built.
pub fn directory(runtime: &Runtime) -> Result<PathBuf, Failure> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let found = set("TWINTALK_CACHE").or_else(|| match runtime {
        Runtime::Workspace(root) => Some(root.join("target/twintalk")),
        Runtime::Registry => set("XDG_CACHE_HOME")
            .or_else(|| set("LOCALAPPDATA"))
            .or_else(|| Some(set("HOME")?.join(".cache")))
            .map(|base| base.join("twintalk")),
    });
    let found = found.ok_or_else(|| Failure::with_help("there is no place for built programs", "set TWINTALK_CACHE to a directory"))?;
    let directory = std::path::absolute(&found).context("find", &found)?;
    fs::create_dir_all(&directory).context("create", &directory)?;
    Ok(directory)
}

/// How many programs are kept.
const KEPT: usize = 64;

/// Forgets the programs that have not been used for longest.
pub fn prune(cache: &Path) {
    let programs = fs::read_dir(cache.join("programs")).into_iter().flatten().flatten();
    let used = |path: &Path| fs::metadata(path.join("stamp")).and_then(|found| found.modified()).ok();
    let mut programs: Vec<_> = programs.map(|entry| (used(&entry.path()), entry.path())).filter(|(used, _)| used.is_some()).collect();
    programs.sort();
    for (_, path) in programs.iter().take(programs.len().saturating_sub(KEPT)) {
        forget(cache, path);
    }
}

/// Removes a program and what cargo made of it. What another process holds, or is gone already, is passed over.
fn forget(cache: &Path, program: &Path) {
    let Some(name) = program.file_name().and_then(|name| name.to_str()) else { return };
    let held = fs::File::open(program.join("lock")).and_then(|lock| lock.try_lock().map_err(Into::into)).is_err();
    if held {
        return;
    }
    let _ = fs::remove_dir_all(program);
    let (dashed, underscored) = (format!("{name}-"), format!("{}-", name.replace('-', "_")));
    let target = cache.join("target");
    let profiles = ["debug".into(), "release".into(), format!("{}/release", super::cargo::static_target())];
    for directory in
        profiles.iter().flat_map(|profile| ["", "deps", "incremental", ".fingerprint"].map(|part| target.join(profile).join(part)))
    {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let found = entry.file_name();
            let found = found.to_string_lossy();
            if found == name || found.starts_with(&dashed) || found.starts_with(&underscored) || found.strip_suffix(".d") == Some(name) {
                let _ = fs::remove_file(entry.path()).or_else(|_| fs::remove_dir_all(entry.path()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forgotten_program_leaves_nothing_and_others_stay() {
        let cache = tempfile::tempdir().unwrap();
        let files = [
            "programs/a-1/stamp",
            "programs/a-1/lock",
            "target/debug/a-1",
            "target/debug/a-1.d",
            "target/debug/deps/a_1-0f",
            "target/debug/incremental/a_1-xx/s",
            "target/debug/.fingerprint/a-1-0f/bin",
            "target/debug/a-12",
            "target/debug/deps/a_12-0f",
            "programs/a-12/stamp",
        ];
        for file in files {
            let path = cache.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        forget(cache.path(), &cache.path().join("programs/a-1"));
        let left: Vec<_> = files.iter().filter(|file| cache.path().join(file).exists()).collect();
        assert_eq!(left, [&"target/debug/a-12", &"target/debug/deps/a_12-0f", &"programs/a-12/stamp"]);
    }

    #[test]
    fn toml_strings_are_escaped() {
        assert_eq!(toml_string("C:\\a \"b\"\n"), r#""C:\\a \"b\"\u000A""#);
    }
}
