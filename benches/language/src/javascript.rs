//! A program in JavaScript: a process of Node that runs it as often as it is told to, and tells the time that took.

use super::{Program, Timed, Version};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// A program at a size in JavaScript.
pub struct JavaScript {
    process: Child,
    requests: ChildStdin,
    replies: BufReader<ChildStdout>,
}

impl JavaScript {
    /// The version of this program, where there is Node.
    pub fn new(program: &Program, size: i64) -> Option<Self> {
        let main = Path::new(env!("CARGO_MANIFEST_DIR")).join("javascript/main.mjs");
        let mut process = Command::new("node")
            .arg(main)
            .args([program.name.to_lowercase(), size.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let (requests, replies) = (process.stdin.take()?, process.stdout.take()?);
        Some(Self { process, requests, replies: BufReader::new(replies) })
    }
}

impl Version for JavaScript {
    fn run(&mut self, iterations: u64) -> Timed {
        writeln!(self.requests, "{iterations}").expect("node reads");
        let mut reply = String::new();
        self.replies.read_line(&mut reply).expect("node writes");
        let (checksum, microseconds) = reply.trim_end().split_once(' ').expect("node tells a checksum and a time");
        Timed {
            checksum: checksum.parse().expect("a checksum is an integer"),
            time: Duration::from_micros(microseconds.parse().expect("a time is an integer")),
        }
    }
}

impl Drop for JavaScript {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
