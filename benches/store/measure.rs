//! What something took, and what the process has.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use twintalk_runtime::Twins;

use crate::support::clock::cpu_time;

/// Time of the clock and of the processor.
#[derive(Clone, Copy)]
pub struct Spent {
    pub wall: Duration,
    pub cpu: Duration,
}

/// Does something and tells what it took.
pub fn spent<T>(work: impl FnOnce() -> T) -> (T, Spent) {
    let (start, cpu) = (Instant::now(), cpu_time());
    let result = work();
    (result, Spent { wall: start.elapsed(), cpu: cpu_time() - cpu })
}

impl Spent {
    /// Nanoseconds of the processor for one of so many.
    pub fn cpu_each(self, count: usize) -> f64 {
        self.cpu.as_nanos() as f64 / count as f64
    }

    /// Millions a second by the clock.
    pub fn rate(self, count: usize) -> f64 {
        count as f64 / self.wall.as_secs_f64() / 1e6
    }
}

/// Starts this program with other words, so that nothing it did before is in the figures; answers whether that ended well.
pub fn alone(words: &[&str]) -> bool {
    let program = std::env::current_exe().expect("this program has a file");
    std::process::Command::new(program).args(words).status().expect("it starts").success()
}

/// Prints a line of the table.
pub fn row(what: &str, found: impl AsRef<str>, limit: &str) {
    println!("| {what} | {} | {limit} |", found.as_ref());
}

/// Bytes of memory the process has that no file backs.
pub fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).map_or(0, |kib| kib << 10)
}

/// Bytes the process has written to disks.
pub fn written() -> u64 {
    let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
    io.lines().find_map(|line| line.strip_prefix("write_bytes: ")?.parse().ok()).unwrap_or(0)
}

/// Bytes of the files of a directory whose names the filter takes.
pub fn bytes(directory: &Path, filter: impl Fn(&str) -> bool) -> u64 {
    let files = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let files = files.filter(|file| filter(&file.file_name().to_string_lossy()));
    files.filter_map(|file| file.metadata().ok()).map(|data| data.len()).sum()
}

/// Whether a file is a segment of the journal.
pub fn is_segment(name: &str) -> bool {
    name.ends_with(".log")
}

/// A directory for data on the disk of the build, which need not be the one of temporary files.
pub fn directory() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory for the data")
}

/// Numbers below `below` in an order that no cache foresees.
pub struct Scattered {
    state: u64,
    below: usize,
}

impl Scattered {
    pub fn new(below: usize) -> Self {
        Self { state: 0x9E37_79B9_7F4A_7C15, below }
    }
}

impl Iterator for Scattered {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        // xorshift64, Marsaglia 2003.
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        Some((self.state % self.below as u64) as usize)
    }
}

/// Waits until the index covers all that is sealed.
pub fn until_indexed(twins: &Twins) {
    let metric = |name| twins.metrics().into_iter().find(|(of, _)| *of == name).map(|(_, value)| value);
    assert!(metric("index_behind_bytes").is_some());
    while metric("index_behind_bytes") != Some(0) {
        thread::sleep(Duration::from_millis(100));
    }
}
