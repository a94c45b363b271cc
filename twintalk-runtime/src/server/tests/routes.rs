//! Each route, and each way to ask it wrongly.

use axum::{
    body::Body,
    http::{Method, header},
};
use serde_json::json;

use super::{Server, delete, get, post, put, request, text};

async fn with_pump() -> Server {
    let server = Server::new();
    server.json(put("/v1/twins/p1", r#"{"class":"Pump","state":{"press":2.5}}"#), 201).await;
    server
}

#[tokio::test]
async fn classes() {
    let server = Server::new();
    let pump = json!({
        "name": "Pump", "superclass": "Twin", "messages": ["press", "press:"],
        "slots": [{"name": "press", "type": "Float"}, {"name": "level", "type": null}],
    });
    assert_eq!(server.json(get("/v1/classes"), 200).await, json!({"classes": [pump]}));
    assert_eq!(server.json(get("/v1/classes/Pump"), 200).await, pump);
    assert_eq!(server.json(get("/v1/classes/Plump"), 404).await["class"], "Plump");
}

#[tokio::test]
async fn the_life_of_a_twin() {
    let server = with_pump().await;
    let path = "/v1/twins/p1";
    let state = json!({"id": "p1", "class": "Pump", "sequence": 1, "state": {"press": 2.5, "level": 0}});
    assert_eq!(server.json(get(path), 200).await, state);
    let exists = server.json(put(path, r#"{"class":"Pump"}"#), 409).await;
    assert_eq!((&exists["twin"], &exists["type"]), (&json!("p1"), &json!("urn:twintalk:exists")));
    assert_eq!(server.json(delete(path), 200).await, json!({"id": "p1", "sequence": 2}));
    server.json(get(path), 410).await;
    server.json(delete(path), 410).await;
    server.json(get("/v1/twins/p2"), 404).await;
}

#[tokio::test]
async fn what_is_erased_was_never_there() {
    let server = with_pump().await;
    server.json(delete("/v1/twins/p1"), 200).await;
    let erased = server.ask(delete("/v1/twins/p1/events")).await;
    assert_eq!((erased.status().as_u16(), text(erased).await), (204, String::new()));
    server.json(get("/v1/twins/p1"), 404).await;
    server.json(delete("/v1/twins/p1/events"), 404).await;
}

#[tokio::test]
async fn what_is_not_kept_is_told_with_what_is() {
    let server = Server::new();
    server.json(put("/v1/twins/old", r#"{"class":"Pump"}"#), 201).await;
    let refused = server.json(get("/v1/twins/old/events?after=1"), 410).await;
    assert_eq!((&refused["type"], &refused["first"]), (&json!("urn:twintalk:not-kept"), &json!(7)));
    server.json(put("/v1/twins/uncompacted", r#"{"class":"Pump"}"#), 201).await;
    let ready = server.json(get("/readyz"), 200).await;
    assert_eq!(ready, json!({"status": "ready", "compaction": "a segment is damaged"}));
}

#[tokio::test]
async fn creation_says_where_the_twin_is() {
    let server = Server::new();
    let response = server.ask(put("/v1/twins/a%2Fb%20%C3%BC", r#"{"class":"Pump"}"#)).await;
    assert_eq!(response.headers()[header::LOCATION], "/v1/twins/a%2Fb%20%C3%BC");
    assert_eq!(text(response).await, r#"{"id":"a/b ü","class":"Pump","sequence":1}"#);
    assert_eq!(server.json(get("/v1/twins/a%2Fb%20%C3%BC"), 200).await["id"], "a/b ü");
}

#[tokio::test]
async fn bodies_that_create_nothing() {
    let server = Server::new();
    for body in ["", "{}", "[]", r#"{"class":1}"#, r#"{"class":"Pump","state":[]}"#, r#"{"class":"Pump","stat":{}}"#] {
        let problem = server.json(put("/v1/twins/p1", body), 400).await;
        assert_eq!(problem["title"], "The request is malformed", "{body}");
        assert_eq!(problem["twin"], "p1");
    }
    assert_eq!(server.json(put("/v1/twins/p1", r#"{"class":"Plump"}"#), 404).await["class"], "Plump");
}

#[tokio::test]
async fn ids() {
    let server = Server::new();
    let most = "a".repeat(256);
    server.json(put(&format!("/v1/twins/{most}"), r#"{"class":"Pump"}"#), 201).await;
    for wrong in ["%2E", "%2E%2E", "a%00", "a%0A", "a%7F", "%FF", &format!("{most}a")] {
        server.json(get(&format!("/v1/twins/{wrong}")), 400).await;
    }
    assert!(server.json(get("/v1/twins/a/b"), 404).await["detail"].to_string().contains("%2F"));
}

#[tokio::test]
async fn past_states() {
    let server = with_pump().await;
    assert_eq!(server.json(get("/v1/twins/p1?at=7"), 200).await["sequence"], 7);
    assert_eq!(server.json(get("/v1/twins/p1?time=1970-01-01T00:00:09Z"), 200).await["sequence"], 9);
    for wrong in ["at=x", "at=-1", "time=noon", "at=1&time=1970-01-01T00:00:09Z", "att=1", "at=1&at=2"] {
        server.json(get(&format!("/v1/twins/p1?{wrong}")), 400).await;
    }
}

#[tokio::test]
async fn sends() {
    let server = with_pump().await;
    let path = "/v1/twins/p1/messages";
    let answer = server.json(post(path, r#"{"selector":"press:","arguments":[3.5]}"#), 200).await;
    assert_eq!(answer, json!({"answer": {"twin": "p1"}, "sequence": 2}));
    assert_eq!(server.json(post(path, r#"{"selector":"press"}"#), 200).await["answer"], 3.5);
    for wrong in ["", "{}", r#"{"selector":"press:"}"#, r#"{"selector":"press","arguments":[1]}"#, r#"{"selector":"press","args":[]}"#] {
        server.json(post(path, wrong), 400).await;
    }
    let nobody = server.json(post("/v1/twins/p2/messages", r#"{"selector":"press"}"#), 404).await;
    assert_eq!(nobody["twin"], "p2");
}

#[tokio::test]
async fn errors_of_the_program() {
    let server = with_pump().await;
    let path = "/v1/twins/p1/messages";
    let problem = server.json(post(path, r#"{"selector":"boom"}"#), 422).await;
    assert_eq!(
        problem,
        json!({
            "type": "urn:twintalk:raised", "title": "The twin raised an error", "status": 422,
            "detail": "Pump>>boom ended with ZeroDivide: division by zero",
            "twin": "p1", "class": "Pump", "selector": "boom",
            "error": {"class": "ZeroDivide", "message": "division by zero"},
        })
    );
    let problem = server.json(post(path, r#"{"selector":"press:","arguments":["x"]}"#), 422).await;
    assert_eq!(problem["slot"], "press");
    server.json(post(path, r#"{"selector":"frobnicate"}"#), 422).await;
    server.json(post(path, r#"{"selector":"initialize"}"#), 403).await;
    let problem = server.json(post(path, r#"{"selector":"nan"}"#), 422).await;
    assert_eq!((&problem["selector"], &problem["sequence"]), (&json!("nan"), &json!(1)));
}

#[tokio::test]
async fn busy_says_when_to_try_again() {
    let server = with_pump().await;
    let response = server.ask(post("/v1/twins/p1/messages", r#"{"selector":"busy"}"#)).await;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()[header::RETRY_AFTER], "2");
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
}

#[tokio::test]
async fn clones() {
    let server = with_pump().await;
    let made = server.json(post("/v1/twins/p1/clone", r#"{"id":"p2"}"#), 201).await;
    assert_eq!(made, json!({"id": "p2", "sequence": 1}));
    assert_eq!(server.json(get("/v1/twins/p2"), 200).await["state"]["press"], 2.5);
    server.json(post("/v1/twins/p1/clone", ""), 201).await;
    server.json(post("/v1/twins/p1/clone", r#"{"id":"p2"}"#), 409).await;
    server.json(post("/v1/twins/p1/clone", r#"{"id":".."}"#), 400).await;
    server.json(post("/v1/twins/p1/clone", r#"{"name":"x"}"#), 400).await;
    server.json(post("/v1/twins/p9/clone", "{}"), 404).await;
}

#[tokio::test]
async fn lists() {
    let server = with_pump().await;
    server.json(put("/v1/twins/p2", r#"{"class":"Pump"}"#), 201).await;
    let page = server.json(get("/v1/twins?class=Pump&limit=1"), 200).await;
    assert_eq!((&page["twins"][0]["id"], &page["next"]), (&json!("p1"), &json!("p1")));
    let page = server.json(get("/v1/twins?after=p1"), 200).await;
    assert_eq!((&page["twins"][0]["id"], page.get("next")), (&json!("p2"), None));
    server.json(get("/v1/twins?class=Plump"), 404).await;
    assert!(server.json(get("/v1/twins?where=press%20%3E%203"), 400).await["detail"].to_string().contains("where"));
    for wrong in ["limit=0", "limit=1001", "limit=x", "after=", "klass=Pump"] {
        server.json(get(&format!("/v1/twins?{wrong}")), 400).await;
    }
}

#[tokio::test]
async fn histories() {
    let server = with_pump().await;
    server.json(post("/v1/twins/p1/messages", r#"{"selector":"press:","arguments":[1e400]}"#), 400).await;
    server.json(post("/v1/twins/p1/messages", r#"{"selector":"press:","arguments":[4.0]}"#), 200).await;
    let history = server.json(get("/v1/twins/p1/events?after=1"), 200).await;
    assert_eq!(
        history,
        json!({"events": [{
            "sequence": 2, "time": "1970-01-01T00:00:02Z", "selector": "press:", "arguments": [4.0],
            "changes": {"press": 4.0}, "sent": [],
        }]})
    );
    assert_eq!(server.json(get("/v1/twins/p1/events?limit=1"), 200).await["next"], 1);
    server.json(get("/v1/twins/p9/events"), 404).await;
}

#[tokio::test]
async fn what_is_not_served() {
    let server = Server::new();
    assert_eq!(server.json(get("/v2"), 404).await["type"], "urn:twintalk:no-such-route");
    let response = server.ask(post("/v1/classes", "{}")).await;
    assert_eq!(response.status(), 405);
    assert_eq!(response.headers()[header::ALLOW], "GET,HEAD");
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/problem+json");
}

#[tokio::test]
async fn bodies_the_server_does_not_take() {
    let server = Server::new();
    let large = format!(r#"{{"class":"{}"}}"#, "x".repeat(5000));
    assert_eq!(server.json(put("/v1/twins/p1", &large), 413).await["type"], "urn:twintalk:too-large");
    let mut form = put("/v1/twins/p1", r#"{"class":"Pump"}"#);
    form.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/plain"));
    assert_eq!(server.json(form, 415).await["type"], "urn:twintalk:content-type");
    let mut charset = put("/v1/twins/p1", r#"{"class":"Pump"}"#);
    let value = header::HeaderValue::from_static("Application/JSON; charset=utf-8");
    charset.headers_mut().insert(header::CONTENT_TYPE, value);
    server.json(charset, 201).await;
}

#[tokio::test]
async fn operators() {
    let server = Server::new();
    assert_eq!(server.json(get("/healthz"), 200).await["status"], "ok");
    assert_eq!(server.json(get("/readyz"), 200).await["status"], "ready");
    let metrics = text(server.ask(get("/metrics")).await).await;
    assert!(metrics.contains("# TYPE twintalk_events_total counter\ntwintalk_events_total 7\n"), "{metrics}");
    assert!(metrics.contains("# TYPE twintalk_twins gauge\ntwintalk_twins 0\n"), "{metrics}");
    assert!(metrics.contains("twintalk_http_requests_total 3\n"), "{metrics}");
    server.json(put("/v1/twins/unindexed", r#"{"class":"Pump"}"#), 201).await;
    let expected = json!({"status": "ready", "index": "the disk is full"});
    assert_eq!(server.json(get("/readyz"), 200).await, expected, "messages are taken all the same");
    server.stop.send_replace(true);
    server.json(get("/readyz"), 503).await;
    server.json(get("/healthz"), 200).await;
}

#[tokio::test]
async fn the_index_is_for_people_and_programs() {
    let server = Server::new();
    assert!(text(server.ask(get("/")).await).await.contains("/v1/classes"));
    let mut request = request(Method::GET, "/", Body::empty());
    request.headers_mut().insert(header::ACCEPT, header::HeaderValue::from_static("application/json"));
    assert_eq!(server.json(request, 200).await["server"], "twintalk");
}
