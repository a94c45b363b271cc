//! `kill -9` on a server under load, again and again: clients note what was acknowledged, and afterwards each
//! twin's history is what a prefix of its messages gives, with all that was acknowledged.

mod support;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::json;
use support::Server;

const SENSOR: &str = env!("CARGO_BIN_EXE_sensor_server");

/// Twins of one bulk client; two clients send in bulk, and two send one by one to a twin each.
const BULK: usize = 3;
const CLIENTS: usize = 4;

/// The readings that one client sends in a round: each is another number.
fn reading(round: usize, client: usize, number: usize) -> u64 {
    ((round * CLIENTS + client) * 1_000_000 + number) as u64
}

/// What is known of one twin.
#[derive(Default)]
struct Twin {
    /// The readings that its history has, as far as it was looked at.
    settled: Vec<u64>,
    /// What was sent since, and what was acknowledged of it: sequence and reading.
    sent: Vec<u64>,
    acknowledged: Vec<(u64, u64)>,
}

/// Sends until the server is gone.
fn bulk(server: &Server, round: usize, client: usize, count: &dyn Fn()) -> BTreeMap<String, Twin> {
    let lines = 6000;
    let mut twins: BTreeMap<String, Twin> = BTreeMap::new();
    let mut text = String::new();
    let mut order = Vec::new();
    for number in 0..lines {
        let (id, value) = (format!("bulk-{client}-{}", number % BULK), reading(round, client, number));
        text.push_str(&json!({ "twin": id, "selector": "updateTelemetry:", "arguments": [value] }).to_string());
        text.push('\n');
        twins.entry(id.clone()).or_default().sent.push(value);
        order.push((id, value));
    }
    let mut order = order.into_iter();
    server.bulk(text, |answer| {
        let (id, value) = order.next().expect("an answer for each line");
        if let Some(sequence) = answer["sequence"].as_u64() {
            twins.get_mut(&id).expect("its twin").acknowledged.push((sequence, value));
            count();
        }
    });
    twins
}

fn single(server: &Server, round: usize, client: usize, count: &dyn Fn()) -> BTreeMap<String, Twin> {
    let id = format!("single-{client}");
    let mut twin = Twin::default();
    for number in 0.. {
        let value = reading(round, client, number);
        twin.sent.push(value);
        let message = json!({ "selector": "updateTelemetry:", "arguments": [value] });
        let Some((200, answer)) = server.try_post(&format!("/v1/twins/{id}/messages"), message) else { break };
        twin.acknowledged.push((answer["sequence"].as_u64().expect("a sequence"), value));
        count();
    }
    BTreeMap::from([(id, twin)])
}

/// Makes twins and deletes every other one; answers what each must be afterwards, `None` where that is open.
fn churn(server: &Server, round: usize) -> Vec<(String, Option<u16>)> {
    let mut twins = Vec::new();
    for number in 0.. {
        let id = format!("churn-{round}-{number}");
        let path = format!("/v1/twins/{id}");
        let made = server.try_put(&path, json!({ "class": "TemperatureSensor" }));
        twins.push((id, made.as_ref().map(|_| 200)));
        let Some((status, body)) = made else { break };
        assert_eq!(status, 201, "{body}");
        if number % 2 == 0 {
            let deleted = server.try_delete(&path);
            twins.last_mut().expect("a twin").1 = deleted.as_ref().map(|_| 410);
            if deleted.is_none() {
                break;
            }
        }
    }
    twins
}

/// All readings in a twin's history, whose sequences have no gaps.
fn history(server: &Server, id: &str) -> Vec<u64> {
    let mut readings = Vec::new();
    let mut last = 0;
    loop {
        let (status, page) = server.get(&format!("/v1/twins/{id}/events?after={last}&limit=1000"));
        assert_eq!(status, 200, "{page}");
        let events = page["events"].as_array().expect("events");
        for event in events {
            last += 1;
            assert_eq!(event["sequence"], last, "{id}: {event}");
            if event["selector"] == "updateTelemetry:" {
                readings.push(event["arguments"][0].as_u64().expect("a reading"));
            } else {
                assert_eq!(last, 1, "{id}: {event}");
            }
        }
        if events.len() < 1000 {
            return readings;
        }
    }
}

fn check(server: &Server, id: &str, twin: &mut Twin) {
    let found = history(server, id);
    let (before, after) = found.split_at_checked(twin.settled.len()).expect("what was there once stays");
    assert!(before == twin.settled, "{id}: what was there once has changed");
    assert!(twin.sent.starts_with(after), "{id}: {after:?} are not the first that were sent");
    for &(sequence, value) in &twin.acknowledged {
        // The twin's first event made it.
        assert_eq!(found.get(sequence as usize - 2), Some(&value), "{id}: event {sequence} was acknowledged");
    }
    let (_, now) = server.get(&format!("/v1/twins/{id}"));
    assert_eq!(now["sequence"], found.len() + 1, "{id}");
    let expected = found.last().map_or(json!(20.0), |&last| json!(last));
    assert_eq!(now["state"]["temperature"], expected, "{id}");
    *twin = Twin { settled: found, ..Twin::default() };
}

#[test]
fn nothing_acknowledged_is_missing_after_kill() {
    let data = tempfile::tempdir().expect("a directory for the data");
    let mut twins: BTreeMap<String, Twin> = BTreeMap::new();
    let mut made: Vec<(String, Option<u16>)> = Vec::new();
    let server = Server::start(SENSOR, data.path());
    for client in 0..CLIENTS {
        let ids = if client < 2 { (0..BULK).map(|n| format!("bulk-{client}-{n}")).collect() } else { vec![format!("single-{client}")] };
        for id in ids {
            assert_eq!(server.put(&format!("/v1/twins/{id}"), json!({ "class": "TemperatureSensor" })).0, 201);
            twins.insert(id, Twin::default());
        }
    }
    server.stop();
    let rounds = if std::env::var_os("TWINTALK_THOROUGH").is_some() { 60 } else { 6 };
    for round in 0..rounds {
        // A tiny budget, so that twins come and go, in every other round.
        let memory = if round % 2 == 0 { "1" } else { "1GiB" };
        let server = Server::start_with(SENSOR, data.path(), &["--memory", memory]);
        let until = [2000, 30, 700, 5000, 1, 1500][round % 6];
        let acknowledged = AtomicUsize::new(0);
        let pid = server.pid().to_string();
        let count = || {
            if acknowledged.fetch_add(1, Ordering::Relaxed) + 1 == until {
                let killed = std::process::Command::new("kill").args(["-9", &pid]).status();
                assert!(killed.is_ok_and(|status| status.success()));
            }
        };
        thread::scope(|scope| {
            let bulks: Vec<_> = (0..2)
                .map(|client| {
                    scope.spawn({
                        let (server, count) = (&server, &count);
                        move || bulk(server, round, client, count)
                    })
                })
                .collect();
            let singles: Vec<_> = (2..CLIENTS)
                .map(|client| {
                    scope.spawn({
                        let (server, count) = (&server, &count);
                        move || single(server, round, client, count)
                    })
                })
                .collect();
            made.extend(churn(&server, round));
            for client in bulks.into_iter().chain(singles) {
                for (id, Twin { sent, acknowledged, .. }) in client.join().expect("the client ends") {
                    let twin = twins.get_mut(&id).expect("a twin");
                    (twin.sent, twin.acknowledged) = (sent, acknowledged);
                }
            }
        });
        server.kill();
        assert!(acknowledged.load(Ordering::Relaxed) >= until);
        let server = Server::start(SENSOR, data.path());
        for (id, twin) in &mut twins {
            check(&server, id, twin);
        }
        for (id, expected) in &made {
            let (status, body) = server.get(&format!("/v1/twins/{id}"));
            let is_right = expected.map_or([200, 404, 410].contains(&status), |expected| status == expected);
            assert!(is_right, "{id}: {body}, expected {expected:?}");
        }
        if round % 3 == 2 {
            server.stop();
        }
    }
    let settled: usize = twins.values().map(|twin| twin.settled.len()).sum();
    assert!(settled > 9000, "{settled}");
}
