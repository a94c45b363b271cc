//! How far a build is, on standard error.

use super::report;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::time::Duration;

/// A bar on a terminal, one line elsewhere.
pub struct Progress {
    bar: ProgressBar,
    name: String,
    told: bool,
}

impl Progress {
    /// Shown until it is dropped.
    pub fn new(name: &str) -> Self {
        let bar = ProgressBar::new_spinner();
        // The number after the name tells people nothing.
        bar.set_message(format!("building {}", name.rsplit_once('-').map_or(name, |(word, _)| word)));
        bar.enable_steady_tick(Duration::from_millis(100));
        Progress { bar, name: name.into(), told: false }
    }

    /// So many steps are done, of so many.
    pub fn at(&mut self, done: u64, all: u64) {
        self.bar.set_length(all);
        self.bar.set_position(done);
    }

    /// A package is being compiled. One that is not the program is part of the runtime.
    pub fn compiling(&mut self, package: &str) {
        if package == self.name || self.told {
            return;
        }
        self.told = true;
        if !io::stderr().is_terminal() {
            report::note("building the runtime (once)");
        }
        let style = ProgressStyle::with_template("{spinner} {msg} {bar:30} {pos}/{len} {elapsed}");
        self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.bar.set_message("building the runtime (once)");
    }

    /// Another cargo builds in the same place.
    pub fn waiting(&mut self) {
        self.bar.set_message("waiting for another build");
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// How far the tests are: a bar on a terminal, nothing elsewhere.
pub struct Tests(ProgressBar);

impl Tests {
    /// Shown until it is dropped.
    pub fn new(count: u64) -> Self {
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {wide_msg}");
        Tests(ProgressBar::new(count).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    /// So many tests have run; this one is running.
    pub fn at(&self, done: u64, test: &str) {
        self.0.set_position(done);
        self.0.set_message(test.to_owned());
    }

    /// Shows text without disturbing the bar.
    pub fn above(&self, show: impl FnOnce()) {
        self.0.suspend(show);
    }
}

impl Drop for Tests {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
