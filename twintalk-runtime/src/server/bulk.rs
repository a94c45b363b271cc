//! `POST /v1/messages`: a message a line in, a result a line out, both streamed.
//!
//! Some batches are in flight while the next one is read; when the engine's queues or the client's
//! results back up, reading stops.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream::FuturesOrdered};
use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::{
    App,
    batches::{Batches, End},
    outlet::{Gone, Outlet},
    problem::{MALFORMED, Problem, TIMEOUT, UNAVAILABLE, UNREAD},
    request::{Parameters, content_type},
    view,
};
use crate::engine::api::Sent;

/// Batches that may be with the engine at a time.
const IN_FLIGHT: usize = 8;

/// Problems that a summary tells in full.
const TOLD: usize = 10;

const TYPES: [&str; 5] = ["application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-lines", "application/json"];

/// What to answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    answers: Option<String>,
}

pub async fn send(
    State(app): State<App>,
    Parameters(wanted): Parameters<Wanted>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    content_type(&headers, &TYPES)?;
    let batches = Batches::new(body, app.limits, app.stopping.clone());
    match wanted.answers.as_deref() {
        None | Some("all") => {
            let (outlet, body) = Outlet::new(app.limits.unread);
            tokio::spawn(stream(app, batches, outlet));
            Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], body).into_response())
        }
        Some("none") => summarize(app, batches).await,
        Some(_) => Err(Problem::new(MALFORMED, "`answers` is `all` or `none`.")),
    }
}

type Results = Vec<Result<Sent, Problem>>;

/// Where results go.
enum Sink {
    /// To the client, which has to read them.
    Stream { outlet: Outlet, patience: Duration },
    /// Into the sum.
    Sum(Summary),
}

/// Why results are not taken any more.
enum Refused {
    Unread,
    Gone,
}

impl Sink {
    async fn take(&mut self, results: Results) -> Result<(), Refused> {
        let Self::Stream { outlet, patience } = self else {
            self.take_rest(results);
            return Ok(());
        };
        let text = lines(results);
        match timeout(*patience, outlet.write(text.clone())).await {
            Ok(written) => written.map_err(|Gone| Refused::Gone),
            Err(_) => {
                outlet.write_over(text);
                Err(Refused::Unread)
            }
        }
    }

    /// Takes the results of what is in flight at the end, which is bounded.
    fn take_rest(&mut self, results: Results) {
        match self {
            Self::Stream { outlet, .. } => outlet.write_over(lines(results)),
            Self::Sum(summary) => summary.add(results),
        }
    }
}

/// Sends batch after batch and hands their results on in order, until the input ends or the sink refuses them.
///
/// Answers how many lines are settled, and the problem where not all of the input is.
async fn pump(app: &App, batches: &mut Batches, sink: &mut Sink) -> Option<Problem> {
    let mut pending = FuturesOrdered::new();
    let mut settled = 0;
    let refused = loop {
        let reading = batches.end().is_none() && pending.len() < IN_FLIGHT;
        tokio::select! {
            biased;
            Some(results) = pending.next(), if !pending.is_empty() => {
                if let Err(refused) = sink.take(results).await {
                    break Some(refused);
                }
            }
            Some(mut batch) = batches.next(), if reading => {
                settled = batch.last;
                app.counts.bulk_lines(batch.len());
                let answers = app.twins.enqueue(batch.messages()).await;
                pending.push_back(async move { batch.results(answers.await) });
            }
            else => if batches.end().is_some() { break None },
        }
    };
    while let Some(results) = pending.next().await {
        sink.take_rest(results);
    }
    let problem = match refused {
        Some(Refused::Gone) => None,
        Some(Refused::Unread) => Some((UNREAD, "The results were not read".to_owned())),
        None => match batches.end() {
            None | Some(End::Finished) => None,
            Some(End::Broken(why)) => Some((MALFORMED, format!("The body broke off ({why})"))),
            Some(End::Idle) => Some((TIMEOUT, "Nothing arrived for too long".to_owned())),
            Some(End::Stopping) => Some((UNAVAILABLE, "The server is stopping".to_owned())),
        },
    };
    problem.map(|(kind, why)| {
        let detail = match settled {
            0 => format!("{why}; no line was sent on."),
            _ => format!("{why}; lines 1 to {settled} are settled, later ones were not sent on."),
        };
        Problem::new(kind, detail).settled(settled)
    })
}

async fn stream(app: App, mut batches: Batches, outlet: Outlet) {
    let patience = app.limits.unread_time;
    let mut sink = Sink::Stream { outlet, patience };
    if let Some(problem) = pump(&app, &mut batches, &mut sink).await {
        sink.take_rest(vec![Err(problem)]);
    }
    drop(sink);
    // A client that writes everything before it reads would otherwise wait for us forever.
    batches.discard(patience).await;
}

async fn summarize(app: App, mut batches: Batches) -> Result<Response, Problem> {
    let mut sink = Sink::Sum(Summary::default());
    match (pump(&app, &mut batches, &mut sink).await, sink) {
        (None, Sink::Sum(summary)) => Ok(view::json(StatusCode::OK, &summary)),
        (None, Sink::Stream { .. }) => Ok(StatusCode::OK.into_response()),
        (Some(problem), _) => Err(problem),
    }
}

fn lines(results: Results) -> Bytes {
    let mut text = Vec::with_capacity(results.len() * 48);
    for result in results {
        if let Err(problem) = result.and_then(|sent| view::sent(&mut text, &sent)) {
            view::problem(&mut text, &problem);
        }
        text.push(b'\n');
    }
    text.into()
}

/// What `?answers=none` answers.
#[derive(Default, Serialize)]
struct Summary {
    accepted: u64,
    failed: u64,
    errors: Vec<Problem>,
}

impl Summary {
    fn add(&mut self, results: Results) {
        for result in results {
            match result {
                Ok(_) => self.accepted += 1,
                Err(problem) => {
                    self.failed += 1;
                    if self.errors.len() < TOLD {
                        self.errors.push(problem);
                    }
                }
            }
        }
    }
}
