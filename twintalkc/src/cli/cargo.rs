//! Calls cargo, and shows how far it is.

use super::failure::{Context, Failure};
use super::progress::Progress;
use std::env;
use std::io::{self, BufRead, BufReader, ErrorKind, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;

/// A crate to build.
pub struct Job<'a> {
    /// Where its manifest is.
    pub directory: &'a Path,
    /// Where cargo builds.
    pub target: &'a Path,
    /// Of the package and its binary.
    pub name: &'a str,
    pub release: bool,
    pub static_: bool,
}

/// The target in which the C library can be linked in.
pub fn static_target() -> String {
    format!("{}-unknown-linux-gnu", env::consts::ARCH)
}

/// Builds, and answers the binary. What cargo says is shown only if it fails.
pub fn build(job: &Job) -> Result<PathBuf, Failure> {
    let mut cargo = start(job)?;
    let errors = cargo.stderr.take();
    let outputs = cargo.stdout.take();
    let progress = Progress::new(job.name);
    let watcher = thread::spawn(move || errors.map_or_else(String::new, |errors| watch(errors, progress)));
    let binary = outputs.and_then(|messages| binary(messages, job.name));
    let done = cargo.wait()?;
    let said = watcher.join().unwrap_or_default();
    match binary {
        Some(binary) if done.success() => Ok(binary),
        _ => Err(Failure::with_help(
            format!("cargo could not build the program\n{}", said.trim_end()),
            format!("the generated Rust is in `{}`", job.directory.join("src/main.rs").display()),
        )),
    }
}

fn start(job: &Job) -> Result<Child, Failure> {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(job.directory).args(["build", "--message-format=json-render-diagnostics", "--target-dir"]).arg(job.target);
    if job.release {
        cargo.arg("--release");
    }
    if job.static_ {
        if !cfg!(target_os = "linux") {
            return Err(Failure::new("`--static` works on Linux only"));
        }
        // With a target, flags concern the program only, not build scripts and macros.
        cargo.arg("--target").arg(static_target());
        let flags = env::var("RUSTFLAGS").unwrap_or_default();
        cargo.env("RUSTFLAGS", format!("{flags} -C target-feature=+crt-static").trim_start());
    }
    // The count of what is built stands only in cargo's own progress bar.
    cargo.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "100").env("CARGO_TERM_QUIET", "false");
    cargo.env("CARGO_TERM_COLOR", if io::stderr().is_terminal() { "always" } else { "never" });
    cargo.env_remove("CARGO_BUILD_TARGET").env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    cargo.spawn().map_err(|error| match error.kind() {
        ErrorKind::NotFound => {
            Failure::with_help("cargo was not found", "twintalkc builds with Rust's cargo: install it from https://rustup.rs")
        }
        _ => Failure::new(format!("cannot start cargo: {error}")),
    })
}

/// The path in cargo's message about the binary.
fn binary(messages: impl Read, name: &str) -> Option<PathBuf> {
    let mut found = None;
    // All is read, so that cargo does not wait for its reader.
    for line in BufReader::new(messages).lines().map_while(Result::ok) {
        let Ok(message) = serde_json::from_str::<serde_json::Value>(&line) else { continue };
        if message["reason"] == "compiler-artifact" && message["target"]["name"] == name {
            found = message["executable"].as_str().map(PathBuf::from).or(found);
        }
    }
    found
}

/// Turns cargo's progress into ours; answers the rest of what it said.
fn watch(errors: impl Read, mut progress: Progress) -> String {
    let mut said = String::new();
    let mut reader = BufReader::new(errors);
    let mut line = Vec::new();
    loop {
        line.clear();
        // Its progress bar ends with a carriage return, all else with a line feed.
        if read_to_either(&mut reader, &mut line).is_err() || line.is_empty() {
            return said;
        }
        let text = String::from_utf8_lossy(&line);
        let plain = anstream::adapter::strip_str(&text).to_string();
        match said_by_cargo(&plain) {
            Said::Steps(done, all) => progress.at(done, all),
            Said::Compiling(package) => progress.compiling(package),
            Said::Waiting => progress.waiting(),
            Said::Status => {}
            Said::Text if plain.trim().is_empty() && (said.is_empty() || !line.ends_with(b"\n")) => {}
            Said::Text => {
                said.push_str(text.trim_end_matches(['\r', '\n']));
                said.push('\n');
            }
        }
    }
}

/// A line of cargo's.
#[derive(Debug, PartialEq)]
enum Said<'a> {
    /// `Building [====>     ] 12/45: syn, pest`
    Steps(u64, u64),
    /// `Compiling syn v3.0.9`
    Compiling(&'a str),
    /// `Blocking waiting for file lock on build directory`
    Waiting,
    /// Other news that nobody needs.
    Status,
    /// What is wrong.
    Text,
}

fn said_by_cargo(line: &str) -> Said<'_> {
    let mut words = line.split_whitespace();
    // Cargo's own lines are indented to the width of their first word.
    match words.next().filter(|_| line.starts_with(' ')) {
        Some("Compiling") => Said::Compiling(words.next().unwrap_or_default()),
        Some("Blocking") => Said::Waiting,
        Some("Building") => steps(line).map_or(Said::Status, |(done, all)| Said::Steps(done, all)),
        Some("Updating" | "Locking" | "Adding" | "Removing" | "Downloading" | "Downloaded" | "Fresh" | "Finished") => Said::Status,
        _ => Said::Text,
    }
}

fn read_to_either(reader: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let end = buffer.iter().position(|byte| matches!(byte, b'\r' | b'\n')).map(|at| at + 1);
        let taken = end.unwrap_or(buffer.len());
        line.extend_from_slice(&buffer[..taken]);
        reader.consume(taken);
        if end.is_some() || taken == 0 {
            return Ok(());
        }
    }
}

fn steps(line: &str) -> Option<(u64, u64)> {
    let counts = line.split_once("] ")?.1;
    let (done, all) = counts.split(':').next()?.split_once('/')?;
    Some((done.trim().parse().ok()?, all.trim().parse().ok()?))
}

/// A program that was built.
pub fn command(program: &Path) -> Command {
    Command::new(program)
}

/// Replaces this process by the program, where the system can do that.
pub fn become_program(command: &mut Command) -> Result<ExitCode, Failure> {
    let program = PathBuf::from(command.get_program());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        Err(command.exec()).context("run", &program)
    }
    #[cfg(not(unix))]
    {
        let status = command.status().context("run", &program)?;
        Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_progress_is_understood() {
        let check = |line: &'static str, expected| assert_eq!(said_by_cargo(line), expected, "{line}");
        check("    Building [=====>     ] 12/45: syn, pest(build)", Said::Steps(12, 45));
        check("    Building [=====>     ] 12/45", Said::Steps(12, 45));
        check("   Compiling syn v3.0.9", Said::Compiling("syn"));
        check("    Blocking waiting for file lock on build directory", Said::Waiting);
        check("    Finished `dev` profile", Said::Status);
        check("error: 1/2", Said::Text);
        check(" --> src/main.rs:8:9", Said::Text);
    }

    #[test]
    fn lines_end_at_either_sign() {
        let said = "a\rb\nc".as_bytes();
        let mut reader = BufReader::with_capacity(1, said);
        let mut lines = Vec::new();
        for _ in 0..4 {
            let mut line = Vec::new();
            read_to_either(&mut reader, &mut line).unwrap();
            lines.push(String::from_utf8(line).unwrap());
        }
        assert_eq!(lines, ["a\r", "b\n", "c", ""]);
    }
}
