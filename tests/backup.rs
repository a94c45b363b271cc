//! `store backup`, while a server runs and afterwards.

mod support;

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use serde_json::json;
use support::Server;
use support::store::{SENSOR, contents, directory, done, failed, fleet, portrait, store};

#[test]
fn a_backup_under_load_holds_what_was_acknowledged() {
    let (data, copy) = (directory(), directory());
    let to = ["--to", copy.path().to_str().expect("text")];
    fleet(data.path());
    let server = Server::start(SENSOR, data.path());
    let is_over = AtomicBool::new(false);
    let acknowledged = [const { AtomicU64::new(0) }; 2];
    thread::scope(|scope| {
        for (id, last) in ["sensor", "customSensor"].into_iter().zip(&acknowledged) {
            let (server, is_over) = (&server, &is_over);
            scope.spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    let line = json!({ "twin": id, "selector": "updateTelemetry:", "arguments": [1.5] }).to_string() + "\n";
                    server.bulk(line.repeat(200), |answer| {
                        last.store(answer["sequence"].as_u64().expect("a sequence"), Ordering::Relaxed);
                    });
                }
            });
        }
        for round in 0..6 {
            let before: Vec<u64> = acknowledged.iter().map(|last| last.load(Ordering::Relaxed)).collect();
            let said = done(store("backup", data.path(), &to));
            assert!(said.contains("backed up to position"), "{said}");
            done(store("verify", copy.path(), &["--states"]));
            if round % 2 == 1 {
                let opened = directory();
                for (path, bytes) in contents(copy.path()) {
                    fs::write(opened.path().join(path.file_name().expect("a name")), bytes).expect("a copy");
                }
                let twins = portrait(SENSOR, opened.path());
                for (id, before) in ["sensor", "customSensor"].into_iter().zip(before) {
                    assert!(twins[id]["sequence"].as_u64().expect("a sequence") >= before, "{id}");
                }
            }
        }
        is_over.store(true, Ordering::Relaxed);
    });
    server.stop();
    let said = done(store("backup", data.path(), &to));
    assert!(said.contains("there before"), "{said}");
    let again = done(store("backup", data.path(), &to));
    assert!(again.contains("0 bytes copied, 0 bytes linked"), "{again}");
    assert_eq!(portrait(SENSOR, copy.path()), portrait(SENSOR, data.path()));
}

#[test]
fn a_backup_copies_only_what_is_new() {
    let (data, copy) = (directory(), directory());
    let to = ["--copy", "--to", copy.path().to_str().expect("text")];
    fleet(data.path());
    done(store("backup", data.path(), &to));
    let segments = |path: &Path| contents(path).into_iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "log"));
    let bytes = |path: &Path| segments(path).map(|(_, bytes)| bytes).collect::<Vec<_>>();
    assert_eq!(bytes(copy.path()), bytes(data.path()));
    let server = Server::start(SENSOR, data.path());
    server.send("sensor", "updateTelemetry:", json!([1]));
    done(store("backup", data.path(), &to));
    let before = contents(copy.path());
    // An interrupted one: half a frame behind the last whole one, and a file that has no name yet.
    let (last, _) = segments(copy.path()).next_back().expect("a segment");
    let mut half = before[&last].clone();
    half.extend([7; 50]);
    fs::write(&last, half).expect("it is written");
    fs::write(copy.path().join("0000000000000000.log.part"), "half").expect("it is written");
    server.send("sensor", "updateTelemetry:", json!([2]));
    let said = done(store("backup", data.path(), &to));
    let copied: u64 = said.split(": ").nth(1).and_then(|text| text.split(" bytes copied").next()?.parse().ok()).expect("a number");
    assert!(copied > 0 && copied < 300, "{said}");
    let after = contents(copy.path());
    assert!(after[&last].starts_with(&before[&last]) && after[&last].len() as u64 == before[&last].len() as u64 + copied);
    assert!(after.keys().all(|path| path.extension().is_none_or(|end| end != "part")));
    server.stop();
    done(store("backup", data.path(), &to));
    assert_eq!(bytes(copy.path()), bytes(data.path()));
    // What was backed up stays, whatever becomes of the original.
    let other = directory();
    fleet(other.path());
    let said = failed(store("backup", other.path(), &to));
    assert!(said.contains("not of a backup"), "{said}");
    assert_eq!(bytes(copy.path()), bytes(data.path()));
    assert!(failed(store("backup", data.path(), &["--to", data.path().to_str().expect("text")])).contains("--to"));
    let used = Server::start(SENSOR, copy.path());
    assert!(failed(store("backup", data.path(), &to)).contains("in use"));
    used.stop();
}
