//! Who is answered, and who is not.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Request, header},
};

use super::{Server, delete, get, put};
use crate::server::tokens::{Scope, Tokens};

fn with(mut request: Request<Body>, name: HeaderName, value: &'static str) -> Request<Body> {
    request.headers_mut().insert(name, HeaderValue::from_static(value));
    request
}

fn bearing(request: Request<Body>, token: &'static str) -> Request<Body> {
    with(with(request, header::HOST, "twins.example.com"), header::AUTHORIZATION, token)
}

#[tokio::test]
async fn without_tokens_only_this_machine() {
    let server = Server::new();
    let ask = |host| with(get("/v1/classes"), header::HOST, host);
    server.json(ask("127.0.0.1:8080"), 200).await;
    server.json(ask("[::1]"), 200).await;
    server.json(ask("evil.example.com"), 403).await;
    server.json(ask("localhost.evil.example.com:8080"), 403).await;
    server.json(ask("local host"), 400).await;
    let mut nameless = get("/v1/classes");
    nameless.headers_mut().remove(header::HOST);
    server.json(nameless, 400).await;
    server.json(get("http://evil.example.com/v1/classes"), 403).await;
}

#[tokio::test]
async fn without_tokens_no_foreign_origin() {
    let server = Server::new();
    let ask = |origin| with(get("/v1/classes"), header::ORIGIN, origin);
    server.json(ask("http://localhost:8080"), 200).await;
    server.json(ask("http://localhost:3000"), 403).await;
    server.json(ask("https://evil.example.com"), 403).await;
    server.json(ask("null"), 403).await;
}

#[tokio::test]
async fn tokens_and_scopes() {
    let server = Server::with_tokens("# of the plant\nreader read\nwriter read,send\nroot admin\n");
    let response = server.ask(with(get("/v1/classes"), header::HOST, "twins.example.com")).await;
    assert_eq!(response.status(), 401);
    assert_eq!(response.headers()[header::WWW_AUTHENTICATE], "Bearer");
    server.json(bearing(get("/v1/classes"), "Bearer wrong"), 401).await;
    server.json(bearing(get("/v1/classes"), "Basic reader"), 401).await;
    server.json(bearing(get("/v1/classes"), "Bearer reader"), 200).await;
    server.json(bearing(get("/metrics"), "bearer reader"), 200).await;
    let create = || put("/v1/twins/p1", r#"{"class":"Pump"}"#);
    server.json(bearing(create(), "Bearer reader"), 403).await;
    server.json(bearing(create(), "Bearer writer"), 201).await;
    let erase = || delete("/v1/twins/p1/events");
    server.json(bearing(erase(), "Bearer writer"), 403).await;
    assert_eq!(server.ask(bearing(erase(), "Bearer root")).await.status(), 204);
    server.json(with(get("/healthz"), header::HOST, "twins.example.com"), 200).await;
}

#[tokio::test]
async fn source_is_for_administrators() {
    let server = Server::with_tokens("reader read\nroot admin");
    let class = server.json(bearing(get("/v1/classes/Pump"), "Bearer reader"), 200).await;
    assert_eq!(class.get("source"), None);
    let class = server.json(bearing(get("/v1/classes/Pump"), "Bearer root"), 200).await;
    assert_eq!(class["source"], "pump.st:3");
}

#[test]
fn token_files() {
    let tokens = Tokens::parse("\n# comment\n a  read\r\nb send,admin\n").expect("tokens");
    assert!(tokens.scopes("a").is_some_and(|scopes| scopes.include(Scope::Read) && !scopes.include(Scope::Send)));
    assert!(tokens.scopes("b").is_some_and(|scopes| scopes.include(Scope::Read)));
    assert!(tokens.scopes("").is_none());
    for wrong in ["", "# only", "a", "a read send", "a write", "a read,"] {
        assert!(Tokens::parse(wrong).is_err(), "{wrong}");
    }
}
