//! What was measured of one rival, and how: the least CPU time of several rounds.

use std::collections::BTreeMap;
use std::fmt;

use crate::support::clock::cpu_time;

const ROUNDS: usize = 5;

/// Figures by name; as text a line each, which is how they come out of a rival's process.
#[derive(Default)]
pub struct Figures(pub BTreeMap<String, f64>);

impl Figures {
    pub fn add(&mut self, name: &str, figure: f64) {
        self.0.insert(name.to_owned(), figure);
    }

    /// Reads what another process printed.
    pub fn parse(text: &str) -> Self {
        let figure = |line: &str| {
            let (name, figure) = line.rsplit_once(' ')?;
            Some((name.to_owned(), figure.parse().ok()?))
        };
        Self(text.lines().filter_map(figure).collect())
    }

    /// The better of both, figure by figure: all of them are costs.
    pub fn best(mut self, other: &Self) -> Self {
        for (name, &figure) in &other.0 {
            let best = self.0.entry(name.clone()).or_insert(figure);
            *best = best.min(figure);
        }
        self
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|(name, figure)| writeln!(f, "{name} {figure}"))
    }
}

/// Nanoseconds of CPU time for each of `count` operations that `round` does; what it answers is dropped untimed.
pub fn nanoseconds<T>(count: usize, mut round: impl FnMut() -> T) -> f64 {
    let spent = (0..ROUNDS).map(|_| {
        let start = cpu_time();
        let result = round();
        let spent = cpu_time() - start;
        drop(result);
        spent
    });
    spent.min().unwrap_or_default().as_nanos() as f64 / count as f64
}

/// Bytes of memory that are the process's own: mapped files are not.
pub fn own_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kibibytes.unwrap_or(f64::NAN) * 1024.0
}
