//! What the engine answers, as JSON.

use std::sync::Arc;

use axum::{
    body::Bytes,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::{
    changes::ChangeOut,
    json::Out,
    problem::{NOT_JSON, Problem},
};
use crate::{
    data::Data,
    engine::{Change, Envelope, Event, Sent, TwinState},
};

/// A response of JSON that is already text.
pub fn text(status: StatusCode, text: impl Into<Bytes>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], text.into()).into_response()
}

/// A response of a value that always has a form in JSON.
pub fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_vec(value) {
        Ok(bytes) => text(status, bytes),
        Err(why) => Problem::new(NOT_JSON, why.to_string()).into_response(),
    }
}

#[derive(Serialize)]
struct SentView<'a> {
    answer: Out<'a>,
    sequence: u64,
}

#[derive(Serialize)]
struct TwinView<'a> {
    id: &'a str,
    class: &'a str,
    sequence: u64,
    #[serde(serialize_with = "named")]
    state: &'a [(String, Data)],
}

#[derive(Serialize)]
struct EventView<'a> {
    sequence: u64,
    time: String,
    selector: &'a str,
    #[serde(serialize_with = "all")]
    arguments: &'a [Data],
    #[serde(serialize_with = "changed")]
    changes: &'a [(Arc<str>, Change)],
    sent: Vec<EnvelopeView<'a>>,
}

#[derive(Serialize)]
struct EnvelopeView<'a> {
    twin: &'a str,
    selector: &'a str,
    #[serde(serialize_with = "all")]
    arguments: &'a [Data],
}

fn named<S: Serializer>(pairs: &&[(String, Data)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(pairs.iter().map(|(name, data)| (name, Out::new(data))))
}

fn changed<S: Serializer>(slots: &&[(Arc<str>, Change)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(slots.iter().map(|(name, change)| (&**name, ChangeOut(change))))
}

fn all<S: Serializer>(data: &&[Data], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(data.iter().map(Out::new))
}

impl<'a> From<&'a Envelope> for EnvelopeView<'a> {
    fn from(Envelope { twin, selector, arguments }: &'a Envelope) -> Self {
        Self { twin, selector, arguments }
    }
}

/// Appends what a message did.
pub fn sent(to: &mut Vec<u8>, sent: &Sent) -> Result<(), Problem> {
    append(to, &SentView { answer: Out::new(&sent.answer), sequence: sent.sequence }).map_err(|why| {
        let detail = format!("The message took effect, but its answer has no form in JSON: {why}.");
        Problem::new(NOT_JSON, detail).sequence(sent.sequence)
    })
}

/// Appends a twin's state.
pub fn twin(to: &mut Vec<u8>, twin: &TwinState) -> Result<(), Problem> {
    let TwinState { id, class, sequence, state } = twin;
    append(to, &TwinView { id, class, sequence: *sequence, state }).map_err(|why| {
        let culprit = state.iter().find(|(_, data)| append(&mut Vec::new(), &Out::new(data)).is_err());
        let detail = format!("The state of `{id}` has no form in JSON: {why}.");
        let problem = Problem::new(NOT_JSON, detail).twin(id).class(class).sequence(*sequence);
        culprit.into_iter().fold(problem, |problem, (name, _)| problem.slot(name))
    })
}

/// A time in nanoseconds since 1970 as RFC 3339 has it.
pub fn time(nanoseconds: i64) -> String {
    Timestamp::from_nanosecond(nanoseconds.into()).unwrap_or_default().to_string()
}

/// Appends an event of a twin's history.
pub fn event(to: &mut Vec<u8>, event: &Event) -> Result<(), Problem> {
    let view = EventView {
        sequence: event.sequence,
        time: time(event.time),
        selector: &event.selector,
        arguments: &event.arguments,
        changes: &event.changes,
        sent: event.sent.iter().map(EnvelopeView::from).collect(),
    };
    append(to, &view).map_err(|why| {
        let detail = format!("The event has no form in JSON: {why}.");
        Problem::new(NOT_JSON, detail).selector(&*event.selector).sequence(event.sequence)
    })
}

/// Appends a JSON array; an item without a form in JSON is a problem object at its place, so that one does not hide the others.
pub fn list<T>(to: &mut Vec<u8>, items: &[T], item: impl Fn(&mut Vec<u8>, &T) -> Result<(), Problem>) {
    to.push(b'[');
    for (index, each) in items.iter().enumerate() {
        if index > 0 {
            to.push(b',');
        }
        if let Err(problem) = item(to, each) {
            self::problem(to, &problem);
        }
    }
    to.push(b']');
}

/// Appends a problem document.
pub fn problem(to: &mut Vec<u8>, problem: &Problem) {
    // Its fields are strings and numbers, which cannot fail.
    let _ = append(to, problem);
}

/// Appends a value, or nothing when it has no form in JSON.
fn append(to: &mut Vec<u8>, value: &impl Serialize) -> Result<(), serde_json::Error> {
    let before = to.len();
    serde_json::to_writer(&mut *to, value).inspect_err(|_| to.truncate(before))
}

/// Ends an object of a list with where the next page begins.
pub fn next(to: &mut Vec<u8>, next: Option<impl Serialize>) {
    if let Some(next) = next {
        to.extend(b",\"next\":");
        let _ = append(to, &next);
    }
    to.push(b'}');
}
