//! The routes, asked as a client asks, over a stand-in for the engine.

mod access;
mod bulk;
mod changes;
#[allow(clippy::result_large_err)] // Refusals are as large as the engine makes them.
pub(super) mod double;
mod feed;
mod json;
mod routes;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, Response, StatusCode, header},
};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::sync::watch;
use tower::ServiceExt;

use super::{App, Limits, guard::Access, routes::router, status::Counts, tokens::Tokens};

/// A server under test, and what stops it.
struct Server {
    router: Router,
    stop: watch::Sender<bool>,
}

impl Server {
    fn new() -> Self {
        Self::with(Access::Loopback)
    }

    fn with_tokens(text: &str) -> Self {
        Self::with(Access::Tokens(Tokens::parse(text).expect("tokens")))
    }

    fn with(access: Access) -> Self {
        let limits = Limits { body: 4096, unread: 4096, unread_time: Duration::from_millis(100), ..Limits::default() };
        let (stop, stopping) = watch::channel(false);
        let app = App { twins: double::Twins::default(), access: Arc::new(access), limits, stopping, counts: Arc::new(Counts::default()) };
        Self { router: router(app), stop }
    }

    async fn ask(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.expect("routers do not fail")
    }

    /// Asks and checks the status; answers the body as JSON, `null` when it is none.
    #[track_caller]
    fn json(&self, request: Request<Body>, status: u16) -> impl Future<Output = Value> {
        let place = std::panic::Location::caller();
        async move {
            let response = self.ask(request).await;
            let (found, text) = (response.status(), text(response).await);
            assert_eq!(found, StatusCode::from_u16(status).expect("a status"), "{place}: {text}");
            serde_json::from_str(&text).unwrap_or(Value::Null)
        }
    }
}

async fn text(response: Response<Body>) -> String {
    let bytes = response.into_body().collect().await.expect("a body").to_bytes();
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// A request as programs of the same machine make it.
fn request(method: Method, path: &str, body: impl Into<Body>) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "localhost:8080")
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.into())
        .expect("a request")
}

fn get(path: &str) -> Request<Body> {
    request(Method::GET, path, Body::empty())
}

fn put(path: &str, body: &str) -> Request<Body> {
    request(Method::PUT, path, body.to_owned())
}

fn post(path: &str, body: &str) -> Request<Body> {
    request(Method::POST, path, body.to_owned())
}

fn delete(path: &str) -> Request<Body> {
    request(Method::DELETE, path, Body::empty())
}
