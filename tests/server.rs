//! The seed program as a server, over HTTP on a real port.

mod support;

use serde_json::json;
use std::time::Duration;
use support::Server;

const SENSOR: &str = env!("CARGO_BIN_EXE_sensor_server");
const CHANGED: &str = env!("CARGO_BIN_EXE_sensor_changed_server");

fn directory() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory for the data")
}

#[test]
fn provisioning_names_and_clones_twins() {
    let data = directory();
    let server = Server::start(SENSOR, data.path());
    assert_eq!(server.state("sensor"), json!({ "temperature": 20.0, "threshold": 30.0, "alertState": false }));
    assert_eq!(server.state("customSensor"), json!({ "temperature": 20.0, "threshold": 25.0, "alertState": false }));
    let (status, body) = server.get("/v1/twins/nobody");
    assert_eq!((status, &body["status"]), (404, &json!(404)));
}

#[test]
fn a_message_changes_a_twin_and_an_error_does_not() {
    let data = directory();
    let server = Server::start(SENSOR, data.path());
    let (status, sent) = server.send("sensor", "updateTelemetry:", json!([31.5]));
    assert_eq!(status, 200, "{sent}");
    assert_eq!(sent["sequence"], 2);
    assert_eq!(server.state("sensor"), json!({ "temperature": 31.5, "threshold": 30.0, "alertState": true }));

    let (status, problem) = server.send("sensor", "updateTelemetry:", json!(["hot"]));
    assert_eq!(status, 422, "{problem}");
    let text = problem.to_string();
    for named in ["TemperatureSensor", "updateTelemetry:", "sensor"] {
        assert!(text.contains(named), "{named} in {text}");
    }
    assert!(problem["error"]["class"].is_string(), "{problem}");
    assert_eq!(server.state("sensor")["temperature"], 31.5);
    assert_eq!(server.get("/v1/twins/sensor").1["sequence"], 2);

    assert_eq!(server.send("sensor", "initialize", json!([])).0, 403);
    assert_eq!(server.send("sensor", "explode", json!([])).0, 422);
    assert_eq!(server.send("nobody", "temperature", json!([])).0, 404);
}

#[test]
fn history_tells_each_change_and_its_cause() {
    let data = directory();
    let server = Server::start(SENSOR, data.path());
    server.send("sensor", "updateTelemetry:", json!([25]));
    server.send("sensor", "updateTelemetry:", json!([31.5]));
    let (status, history) = server.get("/v1/twins/sensor/events");
    assert_eq!(status, 200, "{history}");
    let events = history["events"].as_array().expect("events");
    let sequences: Vec<_> = events.iter().map(|event| event["sequence"].as_u64().expect("a number")).collect();
    assert_eq!(sequences, [1, 2, 3]);
    assert_eq!(events[2]["selector"], "updateTelemetry:");
    assert_eq!(events[2]["arguments"], json!([31.5]));
    assert_eq!(events[2]["changes"], json!({ "temperature": 31.5, "alertState": true }));
    assert_eq!(server.get("/v1/twins/sensor?at=2").1["state"]["temperature"], 25);
}

#[test]
fn what_happens_is_told_as_it_happens_and_from_where_it_was_left() {
    let data = directory();
    let server = Server::start(SENSOR, data.path());
    let mut all = server.follow("/v1/changes?class=TemperatureSensor", "");
    let mut one = server.follow("/v1/twins/sensor/changes", "");
    server.send("sensor", "updateTelemetry:", json!([31.5]));
    server.send("customSensor", "updateTelemetry:", json!([25.5]));
    let (left, event) = all.next().expect("an event");
    assert_eq!((&event["twin"], &event["sequence"], &event["slots"]), (&json!("sensor"), &json!(2), &json!(["temperature", "alertState"])));
    assert_eq!(all.next().expect("an event").1["twin"], "customSensor");
    let (id, event) = one.next().expect("an event");
    assert_eq!((id.as_str(), &event["changes"]), ("2", &json!({ "temperature": 31.5, "alertState": true })));
    // A server that stops ends its streams, and they go on at the next one.
    server.stop();
    assert_eq!((all.next(), one.next()), (None, None));
    let server = Server::start(SENSOR, data.path());
    server.send("sensor", "updateTelemetry:", json!([32.5]));
    let again = server.follow("/v1/changes?class=TemperatureSensor", &left).take(2);
    assert_eq!(again.map(|(_, event)| event["twin"].clone()).collect::<Vec<_>>(), ["customSensor", "sensor"]);
    assert_eq!(server.follow("/v1/twins/sensor/changes", &id).next().expect("an event").0, "3");
}

#[test]
fn a_restart_loses_nothing() {
    let data = directory();
    let server = Server::start(SENSOR, data.path());
    server.send("sensor", "updateTelemetry:", json!([31.5]));
    let before = (server.get("/v1/twins/sensor"), server.get("/v1/twins/customSensor"), server.get("/v1/twins/sensor/events"));
    server.stop();
    let server = Server::start(SENSOR, data.path());
    let after = (server.get("/v1/twins/sensor"), server.get("/v1/twins/customSensor"), server.get("/v1/twins/sensor/events"));
    assert_eq!(before, after);
    assert_eq!(server.send("sensor", "updateTelemetry:", json!([32.5])).1["sequence"], 3);
}

#[test]
fn a_full_disk_refuses_messages_and_answers_reads() {
    let data = directory();
    Server::start(SENSOR, data.path()).stop();
    let server = Server::start_with(SENSOR, data.path(), &["--min-free", "1000000TiB"]);
    let (status, problem) = server.send("sensor", "updateTelemetry:", json!([31.5]));
    assert_eq!((status, &problem["type"]), (503, &json!("urn:twintalk:unavailable")), "{problem}");
    assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("make room on it")), "{problem}");
    server.bulk(r#"{"twin":"sensor","selector":"updateTelemetry:","arguments":[31.5]}"#, |answer| {
        assert_eq!(answer["status"], 503, "{answer}")
    });
    assert_eq!(server.get("/readyz").0, 503);
    assert_eq!(server.get("/v1/twins/sensor").0, 200);
}

#[test]
fn what_is_old_goes_while_the_server_serves() {
    let data = directory();
    let server = Server::start(SENSOR, data.path());
    for n in 0..30 {
        server.send("sensor", "updateTelemetry:", json!([n]));
    }
    server.send("customSensor", "updateTelemetry:", json!([7]));
    // What was written until now is sealed by that.
    server.stop();
    let server = Server::start_with(SENSOR, data.path(), &["--retain", "1s"]);
    let before = std::time::Instant::now();
    while server.get("/v1/twins/sensor?at=5").0 != 410 {
        assert!(before.elapsed() < Duration::from_secs(60), "nothing goes");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(server.state("sensor")["temperature"], 29);
    assert_eq!(server.send("sensor", "updateTelemetry:", json!([77])).1["sequence"], 32);
    let events = server.get("/v1/twins/sensor/events").1["events"].clone();
    assert_eq!((events.as_array().map(Vec::len), &events[0]["sequence"]), (Some(1), &json!(32)));
    let (status, refused) = server.get("/v1/twins/sensor/events?after=3");
    assert_eq!((status, &refused["first"], &refused["type"]), (410, &json!(32), &json!("urn:twintalk:not-kept")));
    assert_eq!(server.get("/v1/twins/sensor/events?after=31").0, 200);
    assert_eq!(server.delete("/v1/twins/customSensor/events").0, 204);
    assert_eq!(server.get("/v1/twins/customSensor").0, 404);
    assert_eq!(server.put("/v1/twins/customSensor", json!({ "class": "TemperatureSensor" })).1["sequence"], 1);
    server.kill();
    let server = Server::start(SENSOR, data.path());
    assert_eq!(server.get("/v1/twins/sensor").1["sequence"], 32);
    assert_eq!(server.get("/v1/twins/customSensor").1["sequence"], 1);
}

#[test]
fn changed_classes_open_the_same_data() {
    let data = directory();
    let server = Server::start(SENSOR, data.path());
    server.send("sensor", "updateTelemetry:", json!([31.5]));
    server.stop();
    let server = Server::start(CHANGED, data.path());
    assert_eq!(server.state("sensor"), json!({ "temperature": 31.5, "threshold": 30.0, "location": "boiler house" }));
    assert_eq!(server.state("customSensor"), json!({ "temperature": 20.0, "threshold": 25.0, "location": null }));
    assert_eq!(server.send("sensor", "isHot", json!([])).1["answer"], true);
    server.stop();
    // And back again: what the newer program stored stays in history.
    let server = Server::start(SENSOR, data.path());
    assert_eq!(server.state("sensor")["temperature"], 31.5);
}

#[test]
fn a_new_program_is_tried_on_the_data_first() {
    let data = directory();
    let server = Server::start(SENSOR, data.path());
    server.send("sensor", "updateTelemetry:", json!([31.5]));
    let check = |data: &std::path::Path| {
        let output = std::process::Command::new(CHANGED).args(["--check", "--data"]).arg(data).output().expect("it runs");
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (output.status.code(), text(output.stdout), text(output.stderr))
    };
    let (code, _, why) = check(data.path());
    assert_eq!(code, Some(0), "beside a server: {why}");
    server.stop();
    let (code, told, changes) = check(data.path());
    assert_eq!((code, told.as_str()), (Some(0), "2 twins: 0 to be migrated, 0 refused\n"), "{changes}");
    assert!(changes.contains("`alertState` is gone"), "{changes}");
    let (code, _, why) = check(&data.path().join("nowhere"));
    assert!(code == Some(1) && why.contains("nowhere"), "{why}");
    // Nothing was written: the first start of the new program has the same to tell, and its statements run then.
    assert!(check(data.path()).2.contains("`alertState` is gone"));
    let server = Server::start(CHANGED, data.path());
    assert_eq!(server.state("sensor")["location"], "boiler house");
    server.stop();
}

#[test]
fn twins_are_created_cloned_and_deleted() {
    let data = directory();
    let server = Server::start(SENSOR, data.path());
    let class = json!({ "class": "TemperatureSensor" });
    assert_eq!(server.put("/v1/twins/boiler%2F7", class.clone()).0, 201);
    assert_eq!(server.put("/v1/twins/boiler%2F7", class.clone()).0, 409);
    assert_eq!(server.put("/v1/twins/x", json!({ "class": "Toaster" })).0, 404);
    assert_eq!(server.put("/v1/twins/warm", json!({ "class": "TemperatureSensor", "state": { "temperature": 29 } })).0, 201);
    assert_eq!(server.state("warm"), json!({ "temperature": 29, "threshold": 30.0, "alertState": false }));
    server.send("boiler%2F7", "threshold:", json!([99]));
    let (status, clone) = server.post("/v1/twins/boiler%2F7/clone", json!({ "id": "boiler-8" }));
    assert_eq!(status, 201, "{clone}");
    assert_eq!(server.state("boiler-8")["threshold"], 99);
    assert_eq!(server.delete("/v1/twins/boiler-8").0, 200);
    assert_eq!(server.get("/v1/twins/boiler-8").0, 410);
    let (_, classes) = server.get("/v1/classes/TemperatureSensor");
    assert!(classes.to_string().contains("updateTelemetry:"), "{classes}");
}

#[test]
fn bulk_answers_every_line_in_order() {
    let data = directory();
    let server = Server::start(SENSOR, data.path());
    let mut lines = String::new();
    for reading in 0..1000 {
        let twin = if reading % 2 == 0 { "sensor" } else { "customSensor" };
        lines.push_str(&json!({ "twin": twin, "selector": "updateTelemetry:", "arguments": [reading] }).to_string());
        lines.push('\n');
    }
    lines.push_str("not json\n");
    lines.push_str(&json!({ "twin": "nobody", "selector": "temperature", "arguments": [] }).to_string());
    let mut answers = Vec::new();
    server.bulk(lines, |answer| answers.push(answer));
    assert_eq!(answers.len(), 1002);
    for (reading, answer) in answers[..1000].iter().enumerate() {
        // Creation is 1; the clone was given another threshold as well.
        let first = if reading % 2 == 0 { 2 } else { 3 };
        assert_eq!(answer["sequence"], reading / 2 + first, "{answer}");
    }
    assert_eq!(answers[1000]["status"], 400);
    assert_eq!(answers[1001]["status"], 404);
    assert_eq!(server.state("sensor")["temperature"], 998);
}
