//! What happens, as server-sent events.

use axum::body::BodyDataStream;
use axum::http::header::HeaderName;
use futures_util::StreamExt;
use serde_json::json;

use super::*;

const LAST: HeaderName = HeaderName::from_static("last-event-id");

/// A stream of events that is read piece by piece.
struct Stream {
    body: BodyDataStream,
    text: String,
}

impl Stream {
    async fn open(server: &Server, path: &str, last: Option<&str>) -> Self {
        let mut request = get(path);
        if let Some(last) = last {
            request.headers_mut().insert(LAST, last.parse().expect("a header"));
        }
        let response = server.ask(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// The id and data of the next event that has data.
    async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n").map(|(event, rest)| (event.to_owned(), rest.to_owned())) {
                self.text = rest;
                let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
                if let Some(data) = field("data: ") {
                    return Some((field("id: ").unwrap_or_default(), serde_json::from_str(&data).expect("JSON")));
                }
            }
            let piece = self.body.next().await?.expect("a body");
            self.text.push_str(std::str::from_utf8(&piece).expect("UTF-8"));
        }
    }
}

async fn press(server: &Server, value: f64) {
    let body = json!({"selector": "press:", "arguments": [value]}).to_string();
    server.json(post("/v1/twins/p/messages", &body), 200).await;
}

#[tokio::test]
async fn one_twin_is_followed_by_its_sequences() {
    let server = Server::new();
    server.json(put("/v1/twins/p", r#"{"class": "Pump"}"#), 201).await;
    let mut stream = Stream::open(&server, "/v1/twins/p/changes", None).await;
    press(&server, 1.5).await;
    let (id, event) = stream.next().await.expect("an event");
    assert_eq!((id.as_str(), &event["selector"], &event["changes"]), ("2", &json!("press:"), &json!({"press": 1.5})));
    drop(stream);
    press(&server, 2.5).await;
    press(&server, 3.5).await;
    for mut stream in [
        Stream::open(&server, "/v1/twins/p/changes", Some("2")).await,
        Stream::open(&server, "/v1/twins/p/changes?after=0", Some("2")).await,
        Stream::open(&server, "/v1/twins/p/changes?after=2", None).await,
    ] {
        let ids = [stream.next().await, stream.next().await].map(|event| event.expect("an event").0);
        assert_eq!(ids, ["3", "4"]);
    }
    server.json(get("/v1/twins/nobody/changes"), 404).await;
    server.json(get("/v1/twins/nobody/changes?after=3"), 404).await;
    server.json(get("/v1/twins/p/changes?after=x"), 400).await;
}

#[tokio::test]
async fn all_twins_are_followed_by_positions() {
    let server = Server::new();
    server.json(put("/v1/twins/p", r#"{"class": "Pump"}"#), 201).await;
    let mut stream = Stream::open(&server, "/v1/changes?class=Pump", None).await;
    press(&server, 1.5).await;
    let (id, event) = stream.next().await.expect("an event");
    let expected = json!({"twin": "p", "class": "Pump", "sequence": 2, "time": "1970-01-01T00:00:02Z", "selector": "press:", "slots": ["press"], "objects": false});
    assert_eq!(event, expected);
    press(&server, 2.5).await;
    let mut again = Stream::open(&server, "/v1/changes", Some(&id)).await;
    assert_eq!(again.next().await.expect("an event").1["sequence"], 3);
    let mut start = Stream::open(&server, "/v1/changes?after=start", None).await;
    assert_eq!(start.next().await.expect("an event").1["selector"], "initialize");

    server.json(get("/v1/changes?class=Nothing"), 404).await;
    server.json(get("/v1/changes?after=nowhere"), 400).await;
    let problem = server.json(get("/v1/changes?after=00000000000000ff00000000"), 410).await;
    assert_eq!(problem["type"], "urn:twintalk:not-kept");
    assert_eq!(problem["resume"].as_str().map(str::len), Some(24));

    // A server that stops ends its streams.
    server.stop.send(true).expect("it is served");
    assert_eq!(stream.next().await.map(|(_, event)| event["sequence"].clone()), Some(json!(3)));
    assert_eq!(stream.next().await, None);
}
