//! What is said on standard error, in colours where it is a terminal.

use std::io::Write;
use twintalkc::{Diagnostics, Severity, Source};

/// Writes to standard error; that it is closed is no reason to fail.
fn say(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// All findings and how many there are; nothing where there are none.
pub fn findings(found: &Diagnostics, sources: &[Source]) {
    if found.is_empty() {
        return;
    }
    say(&found.render(sources, true));
    say(&format!("\n{}", summary(found)));
}

/// `2 errors, 1 warning`
fn summary(found: &Diagnostics) -> String {
    let part = |severity, name| match found.count(severity) {
        0 => None,
        1 => Some(format!("1 {name}")),
        count => Some(format!("{count} {name}s")),
    };
    let parts = [part(Severity::Error, "error"), part(Severity::Warning, "warning")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// An error that stands in no Smalltalk text.
pub fn error(what: &str, help: Option<&str>) {
    say(&format!("\x1b[1;91merror\x1b[0m: {what}"));
    if let Some(help) = help {
        say(&format!("\x1b[1;96mhelp\x1b[0m: {help}"));
    }
}

/// A line of plain text.
pub fn note(text: &str) {
    say(text);
}
