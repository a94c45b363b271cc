//! `GET /`: what to try next.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{App, view};

const ROUTES: [(&str, &str); 16] = [
    ("GET /v1/classes", "the classes of twins, their slots and messages"),
    ("PUT /v1/twins/{id}", "create a twin: {\"class\": name, \"state\": {slot: value}}"),
    ("GET /v1/twins/{id}", "its state; ?at=SEQUENCE or ?time=RFC3339 for a past one"),
    ("DELETE /v1/twins/{id}", "end its life; its history stays"),
    ("POST /v1/twins/{id}/messages", "send to it: {\"selector\": name, \"arguments\": []}"),
    ("POST /v1/messages", "send many: a line of JSON each, {\"twin\", \"selector\", \"arguments\"}"),
    ("POST /v1/twins/{id}/clone", "copy it: {\"id\": name}"),
    ("GET /v1/twins", "list twins; ?class=&limit=&after="),
    ("GET /v1/twins/{id}/events", "its history; ?after=&limit="),
    ("DELETE /v1/twins/{id}/events", "erase it and its history; scope admin"),
    ("GET /v1/twins/{id}/changes", "what happens to it, as server-sent events; ?after=SEQUENCE"),
    ("GET /v1/changes", "what happens to all, as server-sent events; ?class=&after="),
    ("GET /v1/classes/{name}", "one class"),
    ("GET /healthz", "does the process answer"),
    ("GET /readyz", "does it take messages"),
    ("GET /metrics", "figures for Prometheus"),
];

/// Text for people, JSON for those who ask for it.
pub async fn index(State(_): State<App>, headers: HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accepts.contains("application/json") {
        let routes: Vec<_> = ROUTES.iter().map(|(route, does)| json!({"route": route, "does": does})).collect();
        return view::json(StatusCode::OK, &json!({"server": "twintalk", "routes": routes}));
    }
    let width = ROUTES.iter().map(|(route, _)| route.len()).max().unwrap_or_default();
    let mut text = "A TwinTalk server.\n\n".to_owned();
    for (route, does) in ROUTES {
        text.push_str(&format!("  {route:width$}  {does}\n"));
    }
    text.push_str("\nBegin with /v1/classes. Bodies are JSON: send `Content-Type: application/json`.\n");
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response()
}
