//! What operators ask: is it alive, is it ready, what has it done.

use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{
    App,
    problem::{Problem, UNAVAILABLE},
    view,
};

/// What the front end counts itself.
#[derive(Default)]
pub struct Counts {
    requests: AtomicU64,
    bulk_lines: AtomicU64,
    connections: AtomicU64,
}

impl Counts {
    pub fn request(&self) {
        self.requests.fetch_add(1, Relaxed);
    }

    pub fn bulk_lines(&self, lines: usize) {
        self.bulk_lines.fetch_add(lines as u64, Relaxed);
    }

    pub fn connected(&self) {
        self.connections.fetch_add(1, Relaxed);
    }

    pub fn disconnected(&self) {
        self.connections.fetch_sub(1, Relaxed);
    }

    fn values(&self) -> [(&'static str, u64); 3] {
        [
            ("http_requests_total", self.requests.load(Relaxed)),
            ("http_bulk_lines_total", self.bulk_lines.load(Relaxed)),
            ("http_connections", self.connections.load(Relaxed)),
        ]
    }
}

/// `GET /healthz`: the process answers.
pub async fn healthy() -> Response {
    view::text(StatusCode::OK, r#"{"status":"ok"}"#)
}

/// It takes messages, but its index is not kept up to date, or what is old is not left out.
#[derive(serde::Serialize)]
struct Ready {
    status: &'static str,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compaction: Option<String>,
}

/// `GET /readyz`: it takes messages.
pub async fn ready(State(app): State<App>) -> Result<Response, Problem> {
    if *app.stopping.borrow() {
        return Err(Problem::new(UNAVAILABLE, "The server is stopping."));
    }
    if !app.twins.ready() {
        return Err(Problem::new(UNAVAILABLE, "The engine does not take messages now."));
    }
    let (index, compaction) = (app.twins.index_failure(), app.twins.compaction_failure());
    Ok(view::json(StatusCode::OK, &Ready { status: "ready", index, compaction }))
}

/// `GET /metrics`: Prometheus text.
pub async fn metrics(State(app): State<App>) -> Response {
    let mut text = String::new();
    for (name, value) in app.twins.metrics().into_iter().chain(app.counts.values()) {
        let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# TYPE twintalk_{name} {kind}\ntwintalk_{name} {value}");
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
