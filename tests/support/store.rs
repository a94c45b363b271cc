//! The commands of `store` as subcommands of a built server, and directories to try them on.

#![allow(dead_code)] // Not every test needs all of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread;

use serde_json::{Value, json};

use super::Server;

pub const SENSOR: &str = env!("CARGO_BIN_EXE_sensor_server");
pub const CHANGED: &str = env!("CARGO_BIN_EXE_sensor_changed_server");

pub fn directory() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory for the data")
}

/// Runs `store COMMAND --data DIR …`.
pub fn store(command: &str, data: &Path, more: &[&str]) -> Output {
    store_with(command, data, more, &[])
}

pub fn store_with(command: &str, data: &Path, more: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(SENSOR)
        .args(["store", command, "--data"])
        .arg(data)
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    let mut stdin = child.stdin.take().expect("standard input is piped");
    let input = input.to_vec();
    // It may end before it has read all.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("the input is written");
    output
}

pub fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

#[track_caller]
pub fn done(output: Output) -> String {
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout).to_owned()
}

#[track_caller]
pub fn failed(output: Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}{}", text(&output.stdout), text(&output.stderr));
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}

pub fn inspect(data: &Path, more: &[&str]) -> Value {
    serde_json::from_str(&done(store("inspect", data, &[&["--json"], more].concat()))).expect("JSON")
}

/// All files of a directory and what they hold.
pub fn contents(data: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = fs::read_dir(data).expect("the directory").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.is_file()).map(|path| (path.clone(), fs::read(path).expect("a file"))).collect()
}

/// Twins of several kinds, one of them deleted; leaves a stopped directory of several segments.
pub fn fleet(data: &Path) {
    let server = Server::start_with(SENSOR, data, &["--memory", "1"]);
    let class = json!({ "class": "TemperatureSensor" });
    for id in ["boiler%2F7", "gone", "Größe"] {
        assert_eq!(server.put(&format!("/v1/twins/{id}"), class.clone()).0, 201);
    }
    for n in 0..20 {
        server.send("sensor", "updateTelemetry:", json!([f64::from(n) + 0.5]));
    }
    server.send("boiler%2F7", "threshold:", json!([[1, "two", 3.5, null, [true], { "a": 123_456_789_012_345_678_i64 }]]));
    server.send("Größe", "threshold:", json!(["Größe €"]));
    assert_eq!(server.delete("/v1/twins/gone").0, 200);
    server.stop();
    let server = Server::start_with(CHANGED, data, &["--memory", "1"]);
    server.send("sensor", "location:", json!(["boiler house"]));
    server.send("boiler%2F7", "updateTelemetry:", json!([77]));
    server.stop();
}

/// State and sequence of each living twin.
pub fn portrait(binary: &str, data: &Path) -> BTreeMap<String, Value> {
    let server = Server::start(binary, data);
    let (status, list) = server.get("/v1/twins?limit=1000");
    assert_eq!(status, 200, "{list}");
    let twins = list["twins"].as_array().expect("twins").clone();
    server.stop();
    twins.into_iter().map(|twin| (twin["id"].as_str().expect("an id").to_owned(), twin)).collect()
}
