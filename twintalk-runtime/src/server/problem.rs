//! Every way to fail, as RFC 9457 problem documents.

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::engine::api::Refusal;

/// A kind of problem: its status, the name in its `type`, its title.
pub struct Kind(u16, &'static str, &'static str);

pub const MALFORMED: Kind = Kind(400, "malformed", "The request is malformed");
pub const UNAUTHORIZED: Kind = Kind(401, "unauthorized", "A token is needed");
pub const FORBIDDEN: Kind = Kind(403, "forbidden", "The request is not allowed");
pub const NO_SUCH_ROUTE: Kind = Kind(404, "no-such-route", "No such route");
pub const NO_SUCH_TWIN: Kind = Kind(404, "no-such-twin", "No such twin");
pub const NO_SUCH_CLASS: Kind = Kind(404, "no-such-class", "No such class");
pub const WRONG_METHOD: Kind = Kind(405, "wrong-method", "The route does not take this method");
pub const TIMEOUT: Kind = Kind(408, "timeout", "The request took too long to arrive");
pub const EXISTS: Kind = Kind(409, "exists", "The twin exists");
pub const DELETED: Kind = Kind(410, "deleted", "The twin was deleted");
pub const NOT_KEPT: Kind = Kind(410, "not-kept", "What was asked for is not kept any more");
pub const TOO_LARGE: Kind = Kind(413, "too-large", "The request is too large");
pub const CONTENT_TYPE: Kind = Kind(415, "content-type", "The content type is not taken here");
pub const NOT_EXTERNAL: Kind = Kind(403, "not-external", "The message may not be sent from outside");
pub const RAISED: Kind = Kind(422, "raised", "The twin raised an error");
pub const NOT_JSON: Kind = Kind(422, "not-json", "The value has no form in JSON");
pub const BUSY: Kind = Kind(429, "busy", "Too many messages are waiting");
pub const UNREAD: Kind = Kind(429, "unread", "The results are not being read");
pub const UNAVAILABLE: Kind = Kind(503, "unavailable", "The server cannot do this now");

/// A problem document; boxed because errors are rarer than answers.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Problem(Box<Document>);

#[derive(Debug, Default, Serialize)]
struct Document {
    r#type: String,
    title: &'static str,
    status: u16,
    detail: Cow<'static, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    twin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    selector: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slot: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<SmalltalkError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settled: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resume: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<u64>,
    #[serde(skip)]
    retry_after: Option<u64>,
}

/// An error of the Smalltalk program; its backtrace stays inside.
#[derive(Debug, Serialize)]
struct SmalltalkError {
    class: String,
    message: String,
}

impl Problem {
    pub fn new(kind: Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        let Kind(status, name, title) = kind;
        Self(Box::new(Document {
            r#type: format!("urn:twintalk:{name}"),
            title,
            status,
            detail: detail.into(),
            retry_after: matches!(status, 429 | 503).then_some(1),
            ..Document::default()
        }))
    }

    pub fn twin(mut self, id: impl Into<String>) -> Self {
        self.0.twin = Some(id.into());
        self
    }

    pub fn class(mut self, name: impl Into<String>) -> Self {
        self.0.class = Some(name.into());
        self
    }

    pub fn selector(mut self, selector: impl Into<String>) -> Self {
        self.0.selector = Some(selector.into());
        self
    }

    pub fn slot(mut self, name: impl Into<String>) -> Self {
        self.0.slot = Some(name.into());
        self
    }

    /// The twin's sequence, for a request that took effect all the same.
    pub fn sequence(mut self, sequence: u64) -> Self {
        self.0.sequence = Some(sequence);
        self
    }

    /// The line of a bulk request it is about.
    pub fn line(mut self, number: u64) -> Self {
        self.0.line = Some(number);
        self
    }

    /// How many lines of a bulk request that ended early have their final result.
    pub fn settled(mut self, lines: u64) -> Self {
        self.0.settled = Some(lines);
        self
    }

    /// The twin and selector a bulk line was about, where the refusal did not name them.
    pub fn about(mut self, twin: &str, selector: &str) -> Self {
        self.0.twin.get_or_insert_with(|| twin.to_owned());
        self.0.selector.get_or_insert_with(|| selector.to_owned());
        self
    }

    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoSuchTwin { id } => {
                Self::new(NO_SUCH_TWIN, format!("No twin has the id `{id}`; PUT /v1/twins/{{id}} creates one.")).twin(id)
            }
            Refusal::NoSuchClass { name } => {
                Self::new(NO_SUCH_CLASS, format!("No twin class is named `{name}`; GET /v1/classes lists them.")).class(name)
            }
            Refusal::Exists { id } => Self::new(EXISTS, format!("A twin with the id `{id}` exists.")).twin(id),
            Refusal::Deleted { id } => {
                let detail = format!("The twin `{id}` was deleted; its history stays, and PUT creates it again.");
                Self::new(DELETED, detail).twin(id)
            }
            Refusal::NotExternal { twin, class, selector } => {
                let detail = format!("`{selector}` may not be sent to a {class} from outside.");
                Self::new(NOT_EXTERNAL, detail).twin(twin).class(class).selector(selector)
            }
            Refusal::Raised { twin, class, selector, slot, failure } => {
                let detail = format!("{class}>>{selector} ended with {}: {}", failure.class, failure.message);
                let mut problem = Self::new(RAISED, detail).twin(twin).class(class).selector(selector);
                problem.0.slot = slot;
                problem.0.error = Some(SmalltalkError { class: failure.class, message: failure.message });
                problem
            }
            Refusal::Malformed { what } => Self::new(MALFORMED, what),
            Refusal::TooLarge { what, limit } => Self::new(TOO_LARGE, format!("{what} is over {limit} bytes.")),
            Refusal::Busy { retry_after } => {
                let mut problem = Self::new(BUSY, "The twin's queue is full.");
                problem.0.retry_after = Some(retry_after.as_secs_f64().ceil().max(1.0) as u64);
                problem
            }
            Refusal::NotKept { from } => {
                let detail = "What happened after that position is not kept any more; the feed goes on from the position in `resume`.";
                let mut problem = Self::new(NOT_KEPT, detail);
                problem.0.resume = Some(from.to_string());
                problem
            }
            Refusal::PastNotKept { id, first } => {
                let detail = format!("Of the history of `{id}` that is not kept any more; it begins with the sequence in `first`.");
                let mut problem = Self::new(NOT_KEPT, detail).twin(id);
                problem.0.first = Some(first);
                problem
            }
            Refusal::Unavailable { why } => Self::new(UNAVAILABLE, why),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.0.retry_after {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
