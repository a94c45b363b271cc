//! A data directory that an earlier build left is opened, is what it was, and goes on.
//!
//! After a change of the format before a release, `TWINTALK_PIN=1 cargo test --test pinned` makes it anew; from
//! the first release on directories are only added here. After a change of how a server shows things, `TWINTALK_SHOW=1`
//! writes what is expected anew, and the directory stays.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};
use support::Server;

const SENSOR: &str = env!("CARGO_BIN_EXE_sensor_server");
const CHANGED: &str = env!("CARGO_BIN_EXE_sensor_changed_server");

const TWINS: [&str; 7] = ["sensor", "customSensor", "boiler%2F7", "copy", "reborn", "gone", "grown"];

fn pinned() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/format-1")
}

/// All that can be read of the twins: state, history, and each past state.
fn portrait(server: &Server) -> Value {
    let mut twins = Map::new();
    for id in TWINS {
        let (status, now) = server.get(&format!("/v1/twins/{id}"));
        let (_, history) = server.get(&format!("/v1/twins/{id}/events?limit=1000"));
        let events = history["events"].as_array().expect("events");
        let past: Vec<Value> = (1..=events.len()).map(|at| server.get(&format!("/v1/twins/{id}?at={at}")).1["state"].clone()).collect();
        twins.insert(id.to_owned(), json!({ "status": status, "state": now["state"], "events": events, "past": past }));
    }
    Value::Object(twins)
}

/// Leaves records of all kinds: events that write slots and heaps, snapshots, several schemas, two lives of one
/// id, statements.
fn make(data: &Path) {
    let server = Server::start_with(SENSOR, data, &["--memory", "1"]);
    let class = json!({ "class": "TemperatureSensor" });
    for id in ["boiler%2F7", "reborn", "gone", "grown"] {
        assert_eq!(server.put(&format!("/v1/twins/{id}"), class.clone()).0, 201);
    }
    for reading in [25.5, 31.25, -4.0] {
        server.send("sensor", "updateTelemetry:", json!([reading]));
    }
    let values =
        [json!("Größe €"), json!([1, "two", 3.5, null, [true]]), json!({ "a": 1 }), json!(123_456_789_012_345_678_i64), json!(1e300)];
    for value in values {
        server.send("boiler%2F7", "threshold:", json!([value]));
    }
    assert_eq!(server.post("/v1/twins/boiler%2F7/clone", json!({ "id": "copy" })).0, 201);
    for id in ["reborn", "gone"] {
        assert_eq!(server.delete(&format!("/v1/twins/{id}")).0, 200);
    }
    assert_eq!(server.put("/v1/twins/reborn", class).0, 201);
    server.stop();
    let server = Server::start_with(CHANGED, data, &["--memory", "1"]);
    for length in 0..12 {
        let places: Vec<String> = (0..length).map(|n| format!("place {n}")).collect();
        server.send("grown", "location:", json!([places]));
        server.send("reborn", "updateTelemetry:", json!([length]));
    }
    server.stop();
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("the pinned directory") {
        let entry = entry.expect("an entry");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
}

#[test]
fn a_directory_of_format_1_is_what_it_was() {
    let expected = pinned().join("expected.json");
    let store = pinned().join("store");
    let asked = |name: &str| std::env::var_os(name).is_some();
    if asked("TWINTALK_PIN") {
        let _ = fs::remove_dir_all(&store);
        fs::create_dir_all(&store).expect("a directory");
        make(&store);
        let _ = fs::remove_file(store.join("lock"));
    }
    if asked("TWINTALK_PIN") || asked("TWINTALK_SHOW") {
        let data = tempfile::tempdir().expect("a directory");
        copy(&store, data.path());
        let server = Server::start(CHANGED, data.path());
        let text = serde_json::to_string_pretty(&portrait(&server)).expect("text");
        fs::write(&expected, text + "\n").expect("what is expected");
        server.stop();
    }
    let expected: Value = serde_json::from_str(&fs::read_to_string(expected).expect("what is expected")).expect("JSON");
    let data = tempfile::tempdir().expect("a directory");
    copy(&store, data.path());
    let server = Server::start(CHANGED, data.path());
    for (id, twin) in portrait(&server).as_object().expect("twins") {
        assert_eq!(twin, &expected[id], "{id}");
    }
    assert_eq!((&expected["gone"]["status"], &expected["reborn"]["status"]), (&json!(410), &json!(200)));
    // It goes on, also after another stop.
    let mut sequences = Vec::new();
    for id in TWINS.into_iter().filter(|&id| id != "gone") {
        let (status, sent) = server.send(id, "updateTelemetry:", json!([77]));
        assert_eq!(status, 200, "{sent}");
        let events = expected[id]["events"].as_array().expect("events");
        assert_eq!(sent["sequence"], events.len() + 1, "{id}");
        sequences.push((id, sent["sequence"].clone()));
    }
    assert_eq!(server.put("/v1/twins/gone", json!({ "class": "TemperatureSensor" })).0, 201);
    server.stop();
    let server = Server::start(CHANGED, data.path());
    for (id, sequence) in sequences {
        let (_, now) = server.get(&format!("/v1/twins/{id}"));
        assert_eq!((&now["sequence"], &now["state"]["temperature"]), (&sequence, &json!(77)), "{id}");
    }
    server.stop();
    // The older program reads what the newer one left.
    let server = Server::start(SENSOR, data.path());
    assert_eq!(server.state("grown")["temperature"], 77);
}
