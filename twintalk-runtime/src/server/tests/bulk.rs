//! Many messages in one request.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::Method,
};
use futures_util::{StreamExt, stream};
use http_body_util::BodyExt;
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{Server, get, post, put, request, text};

async fn with_pump() -> Server {
    let server = Server::new();
    server.json(put("/v1/twins/p1", r#"{"class":"Pump"}"#), 201).await;
    server
}

fn echo(value: usize) -> String {
    json!({"twin": "p1", "selector": "echo:", "arguments": [value]}).to_string() + "\n"
}

fn parsed(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

async fn results(server: &Server, body: impl Into<Body>) -> Vec<Value> {
    let response = server.ask(request(Method::POST, "/v1/messages", body)).await;
    assert_eq!(response.status(), 200);
    parsed(&text(response).await)
}

#[tokio::test]
async fn a_result_for_each_line_in_order() {
    let server = with_pump().await;
    let results = results(&server, (0..5000).map(echo).collect::<String>()).await;
    assert_eq!(results.len(), 5000);
    for (index, result) in results.iter().enumerate() {
        assert_eq!(*result, json!({"answer": index, "sequence": 1}));
    }
}

#[tokio::test]
async fn a_wrong_line_is_a_problem_at_its_place() {
    let server = with_pump().await;
    let long = format!("{{\"twin\":\"{}\"}}", "x".repeat(5000));
    let (first, last) = (echo(1), echo(2));
    let body = [
        first.as_str(),
        "{\"twin\":\"p1\"\n\n",
        "{\"twin\":\"p9\",\"selector\":\"press\"}\r\n",
        &long,
        "\n{\"twin\":\"p1\",\"selector\":\"boom\"}\n{\"twin\":\"\",\"selector\":\"boom\"}\n",
        last.trim_end(),
    ];
    let results = results(&server, body.concat()).await;
    let statuses: Vec<_> = results.iter().map(|result| result["status"].as_u64()).collect();
    assert_eq!(statuses, [None, Some(400), Some(404), Some(413), Some(422), Some(400), None]);
    let lines: Vec<_> = results.iter().map(|result| result["line"].as_u64()).collect();
    assert_eq!(lines, [None, Some(2), Some(4), Some(5), Some(6), Some(7), None]);
    assert_eq!(results[6]["answer"], 2);
    assert_eq!(results[4]["error"]["class"], "ZeroDivide");
}

#[tokio::test]
async fn nothing_in_nothing_out() {
    let server = with_pump().await;
    assert!(results(&server, "").await.is_empty());
    assert!(results(&server, "\n\r\n  \n").await.is_empty());
}

#[tokio::test]
async fn a_summary_instead_of_answers() {
    let server = with_pump().await;
    let body = (0..700).map(echo).collect::<String>() + &"{}\n".repeat(20);
    let summary = server.json(post("/v1/messages?answers=none", &body), 200).await;
    assert_eq!((&summary["accepted"], &summary["failed"]), (&json!(700), &json!(20)));
    let errors = summary["errors"].as_array().expect("errors");
    assert_eq!(errors.len(), 10);
    assert_eq!(errors[0]["line"], 701);
    server.json(post("/v1/messages?answers=some", &body), 400).await;
}

#[tokio::test]
async fn lines_are_counted() {
    let server = with_pump().await;
    results(&server, "{}\n{}\n").await;
    let metrics = text(server.ask(get("/metrics")).await).await;
    assert!(metrics.contains("twintalk_http_bulk_lines_total 2\n"), "{metrics}");
}

/// A body that arrives when it is sent.
fn live() -> (mpsc::UnboundedSender<Result<Bytes, &'static str>>, Body) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let chunks = stream::unfold(receiver, |mut receiver| async { Some((receiver.recv().await?, receiver)) });
    (sender, Body::from_stream(chunks))
}

#[tokio::test]
async fn results_come_while_the_input_goes_on() {
    let server = with_pump().await;
    let (input, body) = live();
    let mut output = server.ask(request(Method::POST, "/v1/messages", body)).await.into_body().into_data_stream();
    for index in 0..3 {
        let line = echo(index);
        let (head, tail) = line.split_at(11);
        for part in [head, tail] {
            input.send(Ok(Bytes::copy_from_slice(part.as_bytes()))).expect("it reads");
        }
        let chunk = output.next().await.expect("a chunk").expect("no error");
        assert_eq!(parsed(std::str::from_utf8(&chunk).expect("UTF-8"))[0]["answer"], index);
    }
    drop(input);
    assert!(output.next().await.is_none());
}

#[tokio::test]
async fn an_input_that_breaks_off() {
    let server = with_pump().await;
    let (input, body) = live();
    // The last line may be half of one.
    let text = echo(1) + echo(2).trim_end();
    input.send(Ok(text.into())).expect("it reads");
    input.send(Err("reset")).expect("it reads");
    let results = results(&server, body).await;
    assert_eq!(results.len(), 2);
    assert_eq!((&results[1]["status"], &results[1]["settled"]), (&json!(400), &json!(1)));
}

#[tokio::test]
async fn stopping_ends_a_stream_with_what_is_settled() {
    let server = with_pump().await;
    let (input, body) = live();
    input.send(Ok(echo(1).into())).expect("it reads");
    let mut output = server.ask(request(Method::POST, "/v1/messages", body)).await.into_body().into_data_stream();
    output.next().await.expect("a chunk").expect("no error");
    server.stop.send_replace(true);
    let chunk = output.next().await.expect("a chunk").expect("no error");
    let last = &parsed(std::str::from_utf8(&chunk).expect("UTF-8"))[0];
    assert_eq!((&last["status"], &last["settled"]), (&json!(503), &json!(1)));
    assert!(output.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn results_that_nobody_reads_end_the_stream() {
    let server = with_pump().await;
    let (input, body) = live();
    let response = server.ask(request(Method::POST, "/v1/messages", body)).await;
    for index in 0..20_000 {
        let _ = input.send(Ok(echo(index).into()));
    }
    // The client has written all; only then does it read.
    tokio::time::sleep(Duration::from_secs(5)).await;
    drop(input);
    let text = response.into_body().collect().await.expect("a body").to_bytes();
    let results = parsed(std::str::from_utf8(&text).expect("UTF-8"));
    let last = results.last().expect("a result");
    assert_eq!(last["status"], 429);
    let settled = last["settled"].as_u64().expect("a number");
    assert_eq!(settled as usize, results.len() - 1);
    assert!(settled < 20_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn chunk_borders_do_not_matter(cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..30)) {
        let input = (0..20).map(|index| if index % 3 == 0 { "{\"ü\r\n".to_owned() } else { echo(index) }).collect::<String>();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(input.len() + 1)).chain([0, input.len()]).collect();
        cuts.sort_unstable();
        let chunks: Vec<_> =
            cuts.windows(2).map(|pair| Bytes::copy_from_slice(&input.as_bytes()[pair[0]..pair[1]])).collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let found = runtime.block_on(async {
            let server = with_pump().await;
            let whole = results(&server, input.clone()).await;
            let cut = results(&server, Body::from_stream(stream::iter(chunks.into_iter().map(Ok::<_, Infallible>)))).await;
            (whole, cut)
        });
        prop_assert_eq!(&found.0, &found.1);
        prop_assert_eq!(found.0.len(), 20);
    }
}
