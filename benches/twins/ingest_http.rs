//! Lines of JSON over HTTP into a server process of its own, which answers once all is durable.

use std::path::Path;

use criterion::{Criterion, Throughput};
use serde_json::{Value, json};

use crate::ingest::{DURABILITIES, LINES, TWINS, lines};
use crate::support::fleet::id;

#[path = "../../tests/support/mod.rs"]
mod server;

use server::Server;

pub fn ingest(c: &mut Criterion) {
    let mut group = c.benchmark_group("ingest over HTTP");
    group.sample_size(10).throughput(Throughput::Elements(LINES as u64));
    let text = lines();
    let agent = ureq::Agent::new_with_defaults();
    for (name, _) in DURABILITIES {
        let directory = tempfile::tempdir().expect("a directory for the data");
        let mut started = None;
        group.bench_function(format!("one request, durability {name}"), |b| {
            let server = started.get_or_insert_with(|| start(directory.path(), name));
            let url = format!("{}/v1/messages?answers=none", server.url);
            b.iter(|| {
                let request = agent.post(&url).header("content-type", "application/x-ndjson");
                let mut response = request.send(&text).expect("the server answers");
                let told: Value = response.body_mut().read_json().expect("a summary");
                assert_eq!(told["accepted"], LINES, "{told}");
            })
        });
        if let Some(server) = started {
            server.stop();
        }
    }
    group.finish();
}

/// A server with the twins the lines are for.
fn start(data: &Path, durability: &str) -> Server {
    let server = Server::start_with(env!("CARGO_BIN_EXE_sensor_server"), data, &["--durability", durability]);
    for number in 0..TWINS {
        let (status, body) = server.put(&format!("/v1/twins/{}", id(number)), json!({ "class": "TemperatureSensor" }));
        assert_eq!(status, 201, "{body}");
    }
    server
}
