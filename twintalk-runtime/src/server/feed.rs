//! `GET /v1/changes` and `GET /v1/twins/{id}/changes`: what happens, told as it happens, as server-sent events.
//!
//! A stream begins with what comes after the position in `Last-Event-ID`, which browsers send by themselves when they connect again, or in
//! `?after=`; without either, with what happens from now on. The id of an event of one twin is its sequence; of all twins it is a
//! position that means nothing else, and `?after=start` is the beginning of what is kept.

use std::time::{Duration, Instant};

use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::{
    App,
    outlet::{Gone, Outlet},
    problem::{MALFORMED, Problem},
    request::{Parameters, TwinId},
    view,
};
use crate::engine::{FeedEvent, FeedPage, FeedPosition, Moment};

/// Events that are read at a time.
const PAGE: usize = 256;

/// Bytes that may wait for their reader.
const UNREAD: usize = 256 << 10;

/// Time without an event after which a comment shows that the stream is alive.
const ALIVE: Duration = Duration::from_secs(15);

/// How often at most it is told how far the feed was read where there was nothing to tell.
const TOLD: Duration = Duration::from_secs(1);

/// Where to begin, and of which class.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    after: Option<String>,
    class: Option<String>,
}

/// Where to begin.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    after: Option<u64>,
}

#[derive(Serialize)]
struct FeedView<'a> {
    twin: &'a str,
    class: &'a str,
    sequence: u64,
    time: String,
    selector: &'a str,
    slots: &'a [String],
    objects: bool,
}

/// `GET /v1/changes?class=&after=`
pub async fn all(State(app): State<App>, Parameters(wanted): Parameters<Wanted>, headers: HeaderMap) -> Result<Response, Problem> {
    let after = match last_id(&headers)?.or(wanted.after.as_deref()) {
        None => Some(app.twins.feed_end()),
        Some("start") => None,
        Some(text) => Some(text.parse::<FeedPosition>()?),
    };
    let first = app.twins.changes(after, wanted.class.as_deref(), PAGE).await?;
    Ok(stream(move |outlet| follow_all(app, wanted.class, first, outlet)))
}

/// `GET /v1/twins/{id}/changes?after=`
pub async fn one(
    State(app): State<App>,
    TwinId(id): TwinId,
    Parameters(begin): Parameters<Begin>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let last = last_id(&headers)?.map(str::parse::<u64>).transpose();
    let last = last.map_err(|_| Problem::new(MALFORMED, "Last-Event-ID is not the sequence of an event."))?;
    let after = match last.or(begin.after) {
        Some(after) => {
            app.twins.events(&id, after, 0).await?;
            after
        }
        None => app.twins.read(&id, Moment::Now).await?.sequence,
    };
    Ok(stream(move |outlet| follow_one(app, id, after, outlet)))
}

fn last_id(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let text = headers.get("last-event-id").map(|value| value.to_str()).transpose();
    let text = text.map_err(|_| Problem::new(MALFORMED, "Last-Event-ID is not text."))?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// A response whose body is written by a task.
fn stream<F: Future<Output = Result<(), Gone>> + Send + 'static>(write: impl FnOnce(Outlet) -> F) -> Response {
    let (outlet, body) = Outlet::new(UNREAD);
    let task = write(outlet);
    tokio::spawn(async move {
        // Who has gone needs not be told that the stream has ended.
        let _ = task.await;
    });
    ([(header::CONTENT_TYPE, "text/event-stream"), (header::CACHE_CONTROL, "no-store")], body).into_response()
}

async fn follow_all(app: App, class: Option<String>, mut page: FeedPage, outlet: Outlet) -> Result<(), Gone> {
    let mut told: Option<Instant> = None;
    loop {
        for FeedEvent { position, twin, class, sequence, time, selector, slots, objects } in &page.events {
            let (time, sequence, objects) = (view::time(*time), *sequence, *objects);
            let text = serde_json::to_vec(&FeedView { twin, class, sequence, time, selector, slots, objects });
            // Strings and numbers always have a form in JSON.
            write(&outlet, position, &text.unwrap_or_default()).await?;
        }
        if page.events.is_empty() {
            // Who connects again later need not read once more what was not asked for.
            if told.is_none_or(|told| told.elapsed() >= TOLD) {
                outlet.write(format!("id: {}\n\n", page.next).into()).await?;
                told = Some(Instant::now());
            }
            if !wait(&app, page.next, &outlet).await? {
                return Ok(());
            }
        }
        page = match app.twins.changes(Some(page.next), class.as_deref(), PAGE).await {
            Ok(page) => page,
            Err(refusal) => return write_problem(&outlet, &refusal.into()).await,
        };
    }
}

async fn follow_one(app: App, id: String, mut after: u64, outlet: Outlet) -> Result<(), Gone> {
    outlet.write(format!("id: {after}\n\n").into()).await?;
    loop {
        // What happens behind this place ends the waiting.
        let mut end = app.twins.feed_end();
        let events = match app.twins.events(&id, after, PAGE).await {
            Ok(events) => events,
            Err(refusal) => return write_problem(&outlet, &refusal.into()).await,
        };
        for event in &events {
            let mut text = Vec::new();
            if let Err(problem) = view::event(&mut text, event) {
                view::problem(&mut text, &problem);
            }
            write(&outlet, event.sequence, &text).await?;
            after = event.sequence;
        }
        // The twin's shard is asked again only when there may be something, not whenever anything happens.
        while events.is_empty() {
            if !wait(&app, end, &outlet).await? {
                return Ok(());
            }
            match app.twins.changes(Some(end), None, PAGE).await {
                Ok(page) if page.events.len() < PAGE && page.events.iter().all(|event| event.twin != id) => end = page.next,
                _ => break,
            }
        }
    }
}

/// Waits for more behind a position; answers false when the server stops or there will be none.
async fn wait(app: &App, position: FeedPosition, outlet: &Outlet) -> Result<bool, Gone> {
    let mut stopping = app.stopping.clone();
    loop {
        let more = async {
            tokio::select! {
                biased;
                _ = stopping.wait_for(|stopping| *stopping) => false,
                waited = app.twins.wait_for_changes(position) => waited.is_ok(),
            }
        };
        match timeout(ALIVE, more).await {
            Ok(more) => return Ok(more),
            Err(_) => outlet.write(":\n\n".into()).await?,
        }
    }
}

/// Writes an event; JSON has no line breaks.
async fn write(outlet: &Outlet, id: impl std::fmt::Display, json: &[u8]) -> Result<(), Gone> {
    let mut text = format!("id: {id}\ndata: ").into_bytes();
    text.extend(json);
    text.extend(b"\n\n");
    outlet.write(text.into()).await
}

/// Writes why the stream ends.
async fn write_problem(outlet: &Outlet, problem: &Problem) -> Result<(), Gone> {
    let mut text = b"event: problem\ndata: ".to_vec();
    view::problem(&mut text, problem);
    text.extend(b"\n\n");
    outlet.write(text.into()).await
}
