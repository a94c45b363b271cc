//! Programs and tests that are built and run. The runtime is built once, in the workspace's cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/runs")
}

/// Exit status and standard output or, where `errors`, standard error without what is said of the build; times are left out.
fn twintalkc(arguments: &[&str], errors: bool) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_twintalkc"));
    let done = command.current_dir(directory()).args(arguments).output().expect("twintalkc starts");
    let said = String::from_utf8(if errors { done.stderr } else { done.stdout }).expect("it says text");
    let said: String =
        said.lines().filter(|line| *line != "building the runtime (once)").map(|line| format!("{}\n", timeless(line))).collect();
    format!("exit {}\n{said}", done.status.code().expect("it exits"))
}

/// `2 passed, 0 failed (0.31 s)` without its time.
fn timeless(line: &str) -> &str {
    match line.rsplit_once(" (") {
        Some((summary, time)) if time.ends_with(" s)") => summary,
        _ => line,
    }
}

#[test]
fn tests_end_in_every_way() {
    let report = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bank.xml");
    let limits = ["--fuel", "2000000", "--heap", "64M", "--junit", report.to_str().expect("a path of text")];
    let said = twintalkc(&[&["test", "bank.st"], &limits[..]].concat(), false);
    insta::assert_snapshot!("bank", said);
    let report = fs::read_to_string(report).expect("the report was written");
    let has = |part: &str| assert!(report.contains(part), "{part}\n{report}");
    has("<testsuites name=\"twintalkc test\" tests=\"12\" failures=\"2\" errors=\"5\" skipped=\"2\"");
    has("<testcase classname=\"AccountTest\" name=\"testDeposit\"");
    has("<failure message=\"Got 10 instead of 11.\"");
    has("bank.st:49");

    let said = twintalkc(&["test", "bank.st", "--filter", "AccountTest>>testDep"], false);
    assert_eq!(said, "exit 0\nthe top level runs first\n\n1 passed, 0 failed\n");
    let said = twintalkc(&["test", "bank.st", "--filter", "testNoSuch"], true);
    assert!(said.starts_with("exit 2\n") && said.contains("error: no test found whose name contains `testNoSuch`"), "{said}");
    let said = twintalkc(&["test", "loop.st", "--fuel", "1000"], true);
    assert!(said.starts_with("exit 1\n"), "a top-level statement that fails is an error: {said}");
}

#[test]
fn programs_end_at_their_limits() {
    insta::assert_snapshot!("recursion", depthless(&twintalkc(&["run", "recursion.st"], true)));
    insta::assert_snapshot!("loop", twintalkc(&["run", "loop.st", "--fuel", "100000"], true));
    let growth = twintalkc(&["run", "growth.st", "--heap", "64M"], true);
    assert!(growth.starts_with("exit 1\nHeapFull: ") && growth.contains("[ all add: (Array new: 1000) ] repeat"), "{growth}");
}

#[test]
fn garbage_is_collected_wherever_it_is_made() {
    let said = twintalkc(&["run", "garbage.st", "--heap", "8M"], false);
    assert_eq!(said, "exit 0\n10485760\n300000\n7680000\n");
}

/// How deep a recursion gets depends on the machine.
fn depthless(text: &str) -> String {
    let deep = |line: &str| line.ends_with(" more like it");
    assert!(text.lines().any(deep), "{text}");
    text.lines().map(|line| if deep(line) { "  … more like it" } else { line }).collect::<Vec<_>>().join("\n")
}
