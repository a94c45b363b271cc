//! `store`: the commands that look after a data directory, as subcommands of a built server.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Value, json};
use support::Server;
use support::store::{CHANGED, SENSOR, contents, directory, done, failed, fleet, inspect, portrait, store, store_with};

#[test]
fn inspect_counts_what_there_is() {
    let data = directory();
    fleet(data.path());
    let found = inspect(data.path(), &[]);
    assert_eq!(found["twins"]["TemperatureSensor"], json!({ "living": 4, "deleted": 1 }), "{found}");
    assert_eq!((&found["format"], &found["damages"], &found["torn"]), (&json!(2), &json!(0), &json!(0)));
    let segments = found["segments"].as_array().expect("segments");
    assert!(segments.len() >= 2 && segments.iter().all(|segment| segment["sealed"] == true), "{found}");
    let bytes: u64 = segments.iter().map(|segment| segment["bytes"].as_u64().expect("a number")).sum();
    assert_eq!(found["end"], bytes);
    let records = inspect(data.path(), &["--twin", "sensor"]);
    let events: Vec<&Value> =
        records["records"].as_array().expect("records").iter().filter(|record| record["kind"] != "snapshot").collect();
    let sequences: Vec<u64> = events.iter().map(|event| event["sequence"].as_u64().expect("a number")).collect();
    assert_eq!(sequences, (1..=sequences.len() as u64).collect::<Vec<_>>());
    assert_eq!((&events[0]["kind"], &events[1]["selector"]), (&json!("created"), &json!("updateTelemetry:")));
    let shown = done(store("inspect", data.path(), &[]));
    assert!(shown.contains("4 living, 1 deleted"), "{shown}");
    assert!(failed(store("inspect", data.path(), &["--twin", "nobody"])).contains("nobody"));
    assert!(failed(store("inspect", &data.path().join("not there"), &[])).contains("--data"));
    let empty = directory();
    assert!(failed(store("inspect", empty.path(), &[])).contains("no twins yet"));
}

#[test]
fn reading_changes_nothing() {
    let data = directory();
    fleet(data.path());
    let server = Server::start(SENSOR, data.path());
    server.send("sensor", "updateTelemetry:", json!([1.5]));
    server.kill();
    let before = contents(data.path());
    for (command, more) in [("inspect", &[][..]), ("verify", &["--states"]), ("export", &["--history"])] {
        done(store(command, data.path(), more));
        assert!(contents(data.path()) == before, "{command}");
    }
}

#[test]
fn verify_beside_a_server() {
    let data = directory();
    let server = Server::start(SENSOR, data.path());
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                let line = json!({ "twin": "sensor", "selector": "updateTelemetry:", "arguments": [1.5] }).to_string() + "\n";
                server.bulk(line.repeat(500), drop);
            }
        });
        for _ in 0..4 {
            let said = done(store("verify", data.path(), &["--states"]));
            assert!(said.contains("no damage"), "{said}");
        }
        is_over.store(true, Ordering::Relaxed);
    });
    server.stop();
    assert!(done(store("verify", data.path(), &[])).contains("no damage"));
}

#[test]
fn verify_tells_damage_with_its_place_and_twin() {
    let data = directory();
    fleet(data.path());
    let records = inspect(data.path(), &["--twin", "boiler/7"]);
    let position = records["records"][0]["position"].as_u64().expect("a position");
    let segments = inspect(data.path(), &[]);
    let file = PathBuf::from(segments["segments"][0]["file"].as_str().expect("a file"));
    let whole = fs::read(&file).expect("the segment");
    for offset in [position + 3 * 8, position + 9 * 8] {
        let mut damaged = whole.clone();
        damaged[offset as usize] ^= 0x10;
        fs::write(&file, damaged).expect("it is written");
        let said = failed(store("verify", data.path(), &[]));
        for part in
            [&*file.to_string_lossy(), &format!("offset {position} "), &format!("position {position}"), "twin `boiler/7`", "1 damages"]
        {
            assert!(said.contains(part), "{part} in {said}");
        }
    }
    // Two bytes: what it was is not certain, but the twin's next record refers to it.
    let mut damaged = whole.clone();
    damaged[position as usize + 24] ^= 0x10;
    damaged[position as usize + 33] ^= 0x10;
    fs::write(&file, damaged).expect("it is written");
    let said = failed(store("verify", data.path(), &[]));
    assert!(said.contains("twin `boiler/7`"), "{said}");
    // A segment that was cut.
    fs::write(&file, &whole[..whole.len() - 100]).expect("it is written");
    let said = failed(store("verify", data.path(), &[]));
    assert!(said.contains("shorter"), "{said}");
    fs::write(&file, whole).expect("it is written");
    done(store("verify", data.path(), &["--states"]));
}

#[test]
fn a_torn_tail_is_no_damage() {
    let data = directory();
    let server = Server::start(SENSOR, data.path());
    for n in 0..5 {
        server.send("sensor", "updateTelemetry:", json!([n]));
    }
    server.kill();
    let found = inspect(data.path(), &[]);
    let last = &found["segments"].as_array().expect("segments").last().expect("a segment")["file"];
    let file = PathBuf::from(last.as_str().expect("a file"));
    let mut bytes = fs::read(&file).expect("the segment");
    let end = bytes.iter().rposition(|&byte| byte != 0).expect("bytes");
    bytes[end - 20] ^= 1;
    fs::write(&file, bytes).expect("it is written");
    let said = done(store("verify", data.path(), &[]));
    assert!(said.contains("not finished") && said.contains("no damage"), "{said}");
    assert!(inspect(data.path(), &[])["torn"].as_u64().is_some_and(|torn| torn > 0));
    let copy = directory();
    done(store("backup", data.path(), &["--to", copy.path().to_str().expect("text")]));
    assert_eq!(inspect(copy.path(), &[])["torn"], 0);
}

#[test]
fn what_is_imported_is_what_was_exported() {
    let data = directory();
    fleet(data.path());
    let lines = done(store("export", data.path(), &["--history"]));
    let parsed: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((&parsed[0]["export"], &parsed[0]["version"]), (&json!("twintalk"), &json!(1)));
    let twins: Vec<&Value> = parsed.iter().filter(|line| line["id"].is_string()).collect();
    let ids: Vec<&str> = twins.iter().map(|twin| twin["id"].as_str().expect("an id")).collect();
    assert_eq!(ids, ["Größe", "boiler/7", "customSensor", "sensor"]);
    let events: Vec<&Value> = parsed.iter().map(|line| &line["event"]).filter(|event| event.is_object()).collect();
    assert_eq!(inspect(data.path(), &[])["records"]["event"]["count"], events.len());
    assert!(events.iter().any(|event| event["id"] == "gone" && event["kind"] == "deleted"));
    assert_eq!((&events[2]["selector"], events.len() > 20), (&json!("threshold:"), true), "{}", events[2]);

    let original = portrait(CHANGED, data.path());
    for twin in &twins {
        let shown = &original[twin["id"].as_str().expect("an id")];
        assert_eq!((&twin["class"], &twin["sequence"]), (&shown["class"], &shown["sequence"]));
    }
    let copy = directory();
    let target = copy.path().join("new");
    let said = done(store_with("import", &target, &[], lines.as_bytes()));
    assert!(said.contains("imported 4 twins"), "{said}");
    done(store("verify", &target, &["--states"]));
    // Statements of the program were run for them already.
    assert_eq!(portrait(CHANGED, &target), original);
    let server = Server::start(CHANGED, &target);
    let (status, sent) = server.send("sensor", "updateTelemetry:", json!([5]));
    assert_eq!((status, &sent["sequence"]), (200, &json!(original["sensor"]["sequence"].as_u64().expect("a number") + 1)));
    assert_eq!(server.get("/v1/twins/sensor?at=1").0, 404);
    server.stop();
    // There and back again, through the directory of another program, whose numbers are others.
    let second = directory();
    Server::start(SENSOR, second.path()).stop();
    fs::write(copy.path().join("lines"), &lines).expect("it is written");
    let file = copy.path().join("lines");
    let said = failed(store("import", second.path(), &[file.to_str().expect("text")]));
    assert!(said.contains("line 4: `customSensor` exists") && said.contains("--skip-existing"), "{said}");
    let said = done(store("import", second.path(), &["--skip-existing", file.to_str().expect("text")]));
    assert!(said.contains("imported 0 twins") && said.contains("4 skipped"), "{said}");
    let there = portrait(CHANGED, second.path());
    assert_eq!(there["boiler/7"], original["boiler/7"]);
    assert_eq!(there["Größe"], original["Größe"]);
}

#[test]
fn states_of_all_kinds_survive_an_import() {
    let pinned = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/format-1/store");
    let data = directory();
    for (path, bytes) in contents(&pinned) {
        fs::write(data.path().join(path.file_name().expect("a name")), bytes).expect("a copy");
    }
    let lines = done(store("export", data.path(), &[]));
    let copy = directory();
    done(store_with("import", copy.path(), &[], lines.as_bytes()));
    assert_eq!(portrait(CHANGED, copy.path()), portrait(CHANGED, data.path()));
    assert_eq!(portrait(SENSOR, copy.path()), portrait(SENSOR, data.path()));
    // The snapshots are the same, but for the numbers of the tables.
    let again = done(store("export", copy.path(), &[]));
    let states = |lines: &str| {
        lines.lines().skip(1).map(|line| serde_json::from_str::<Value>(line).expect("JSON")["state"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(states(&again), states(&lines));
}

#[test]
fn a_malformed_line_is_told_and_ends_an_import() {
    let data = directory();
    fleet(data.path());
    let lines = done(store("export", data.path(), &[]));
    let lines: Vec<&str> = lines.lines().collect();
    let check = |third: &str, part: &str| {
        let copy = directory();
        let input = [lines[0], lines[1], third, lines[3]].join("\n");
        let said = failed(store_with("import", copy.path(), &[], input.as_bytes()));
        for part in ["line 3", part, "1 twins before it"] {
            assert!(said.contains(part), "{part} in {said}");
        }
        assert_eq!(inspect(copy.path(), &[])["twins"]["TemperatureSensor"]["living"], 1);
    };
    check("{\"id\":", "not a twin");
    check("{}", "`id` is missing");
    check(lines[1], "exists");
    check(&lines[2].replace("boiler/7", "boiler/8"), "`id`");
    check(&lines[2].replace("\"sequence\":", "\"sequence\":1"), "`sequence`");
    check(&lines[2].replace("\"class\":\"Temp", "\"class\":\"Hemp"), "`class`");
    check(&lines[2].replace("\"snapshot\":\"", "\"snapshot\":\"*"), "base64");
    check(&lines[2].replace("\"snapshot\":\"", "\"snapshot\":\"AAAA"), "was changed");
    let copy = directory();
    assert!(failed(store_with("import", copy.path(), &[], b"")).contains("nothing to import"));
    assert!(failed(store_with("import", copy.path(), &[], lines[1].as_bytes())).contains("line 1"));
    let newer = lines[0].replace("\"version\":1", "\"version\":2");
    assert!(failed(store_with("import", copy.path(), &[], newer.as_bytes())).contains("version 2"));
    assert_eq!(contents(copy.path()).len(), 0);
    let server = Server::start(SENSOR, copy.path());
    assert!(failed(store_with("import", copy.path(), &[], lines[0].as_bytes())).contains("in use"));
    server.stop();
}

#[test]
fn compact_leaves_the_latest_state_of_each_twin() {
    let data = directory();
    fleet(data.path());
    let exported = |data: &Path| -> Vec<Value> {
        done(store("export", data, &[])).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    };
    let before = exported(data.path());
    assert!(failed(store("compact", data.path(), &[])).contains("--retain"));
    assert!(failed(store("compact", &data.path().join("not there"), &["--retain", "0s"])).contains("--data"));
    done(store("compact", data.path(), &["--retain", "30d"]));
    assert_eq!(inspect(data.path(), &[])["records"]["base"]["count"], 0);
    let said = done(store("compact", data.path(), &["--retain", "0s"]));
    assert!(said.contains("compacted from"), "{said}");
    let said = done(store("verify", data.path(), &["--states"]));
    assert!(said.contains("no damage"), "{said}");
    let after = exported(data.path());
    assert_eq!(after[1..], before[1..]);
    assert_eq!(
        (&after[0]["symbols"], &after[0]["schemas"], &after[0]["statements"]),
        (&before[0]["symbols"], &before[0]["schemas"], &before[0]["statements"])
    );
    let found = inspect(data.path(), &[]);
    assert!(found["whole"].as_u64().is_some_and(|whole| whole > 0) && found["records"]["base"]["count"] == 4, "{found}");
    assert!(done(store("inspect", data.path(), &[])).contains("whole from position"));
    assert_eq!(inspect(data.path(), &["--twin", "sensor"])["records"][0]["kind"], "base");

    let server = Server::start(SENSOR, data.path());
    assert!(failed(store("compact", data.path(), &["--retain", "0s"])).contains("in use"));
    let (status, refused) = server.get("/v1/twins/sensor/events?after=1");
    let sequence = before.iter().find(|twin| twin["id"] == "sensor").expect("a twin")["sequence"].as_u64().expect("a number");
    assert_eq!((status, &refused["first"]), (410, &json!(sequence + 1)), "{refused}");
    assert_eq!(server.get("/v1/twins/sensor/events").1["events"], json!([]));
    assert_eq!(server.get("/v1/twins/sensor?at=1").1["first"], sequence);
    assert_eq!(server.send("sensor", "updateTelemetry:", json!([1])).1["sequence"], sequence + 1);
    assert_eq!(server.get("/v1/twins/gone").0, 410);
    server.stop();

    let has = |text: &str| contents(data.path()).values().any(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()));
    assert!(has("Größe"));
    let said = done(store("compact", data.path(), &["--erase", "Größe"]));
    assert!(said.contains("compacted from"), "{said}");
    assert!(!has("Größe"));
    assert!(failed(store("compact", data.path(), &["--erase", "Größe"])).contains("no twin `Größe`"));
    done(store("compact", data.path(), &["--erase", "gone"]));
    assert!(!has("gone"));
    assert!(done(store("verify", data.path(), &["--states"])).contains("no damage"));
    let server = Server::start(SENSOR, data.path());
    assert_eq!((server.get("/v1/twins/gone").0, server.get("/v1/twins/Größe").0), (404, 404));
    assert_eq!(server.put("/v1/twins/gone", json!({ "class": "TemperatureSensor" })).1["sequence"], 1);
    server.stop();
}
