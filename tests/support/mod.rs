//! A built twin server as a child process, and requests to it.

#![allow(dead_code)] // Not every test needs all of it.

pub mod store;

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A running server, killed when dropped.
pub struct Server {
    child: Child,
    pub url: String,
    agent: ureq::Agent,
}

impl Server {
    /// Starts a server binary on a free port and waits until it is ready.
    pub fn start(binary: &str, data: &Path) -> Server {
        Server::start_with(binary, data, &[])
    }

    /// The same with more options.
    pub fn start_with(binary: &str, data: &Path, options: &[&str]) -> Server {
        let mut child = Command::new(binary)
            .args(["--listen", "127.0.0.1:0", "--shards", "2", "--data"])
            .arg(data)
            .args(options)
            // However full the disk of whoever runs the tests is.
            .env("TWINTALK_MIN_FREE", "0")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("standard output is piped")).lines();
        let url = loop {
            let line = lines.next().expect("the server says where it listens").expect("its output is text");
            if let Some(at) = line.find("listening on ") {
                break line[at + "listening on ".len()..].trim().to_string();
            }
        };
        // What else it says is read, so that it never waits.
        std::thread::spawn(move || lines.for_each(drop));
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Server { child, url, agent }
    }

    pub fn get(&self, path: &str) -> (u16, Value) {
        answer(self.agent.get(format!("{}{path}", self.url)).call())
    }

    pub fn put(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.agent.put(format!("{}{path}", self.url)).send_json(body))
    }

    pub fn delete(&self, path: &str) -> (u16, Value) {
        answer(self.agent.delete(format!("{}{path}", self.url)).call())
    }

    pub fn post(&self, path: &str, body: Value) -> (u16, Value) {
        answer(self.agent.post(format!("{}{path}", self.url)).send_json(body))
    }

    /// The same, unless the server has gone.
    pub fn try_post(&self, path: &str, body: Value) -> Option<(u16, Value)> {
        try_answer(self.agent.post(format!("{}{path}", self.url)).send_json(body))
    }

    /// The same, unless the server has gone.
    pub fn try_put(&self, path: &str, body: Value) -> Option<(u16, Value)> {
        try_answer(self.agent.put(format!("{}{path}", self.url)).send_json(body))
    }

    /// The same, unless the server has gone.
    pub fn try_delete(&self, path: &str) -> Option<(u16, Value)> {
        try_answer(self.agent.delete(format!("{}{path}", self.url)).call())
    }

    /// One message to one twin.
    pub fn send(&self, twin: &str, selector: &str, arguments: Value) -> (u16, Value) {
        self.post(&format!("/v1/twins/{twin}/messages"), serde_json::json!({ "selector": selector, "arguments": arguments }))
    }

    /// The state of a twin that exists.
    pub fn state(&self, twin: &str) -> Value {
        let (status, body) = self.get(&format!("/v1/twins/{twin}"));
        assert_eq!(status, 200, "{body}");
        body["state"].clone()
    }

    /// Streams NDJSON lines to the bulk route and hands each answer over as it arrives; ends when the connection does.
    pub fn bulk(&self, lines: impl Into<String>, mut each: impl FnMut(Value)) {
        let request = self.agent.post(format!("{}/v1/messages", self.url)).header("content-type", "application/x-ndjson");
        let Ok(mut response) = request.send(lines.into()) else { return };
        for line in BufReader::new(response.body_mut().as_reader()).lines() {
            let Ok(line) = line else { return };
            match serde_json::from_str(&line) {
                Ok(value) => each(value),
                Err(_) => return,
            }
        }
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Pulls the plug: SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().expect("the server runs");
        self.child.wait().expect("it ends");
    }

    /// Asks it to stop, and waits: SIGTERM.
    pub fn stop(mut self) {
        let status = Command::new("kill").arg(self.pid().to_string()).status().expect("`kill` runs");
        assert!(status.success());
        let status = self.child.wait().expect("it ends");
        assert!(status.success(), "{status}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> (u16, Value) {
    try_answer(response).expect("the server answers")
}

fn try_answer(response: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Option<(u16, Value)> {
    let mut response = response.ok()?;
    let status = response.status().as_u16();
    let text = response.body_mut().read_to_string().ok()?;
    Some((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
}
