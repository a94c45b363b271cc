//! Ids, parameters and bodies out of a request.

use axum::{
    body::{Body, Bytes},
    extract::{FromRequest, FromRequestParts, Path, Query, Request, rejection::PathRejection},
    http::{HeaderMap, header, request::Parts},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::{
    App,
    problem::{CONTENT_TYPE, MALFORMED, Problem, TIMEOUT, TOO_LARGE},
};

/// The most bytes an id may have.
const ID: usize = 256;

/// A twin's id out of the path.
pub struct TwinId(pub String);

impl<S: Send + Sync> FromRequestParts<S> for TwinId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let id = Path::<String>::from_request_parts(parts, state).await;
        let Path(id) = id.map_err(|why: PathRejection| Problem::new(MALFORMED, why.body_text()))?;
        check_id(&id)?;
        Ok(Self(id))
    }
}

/// Any UTF-8 that fits in a path, a log line and a topic.
pub fn check_id(id: &str) -> Result<(), Problem> {
    let wrong = match id {
        "" => "is empty",
        "." | ".." => "is a path of its own",
        _ if id.len() > ID => "is over 256 bytes",
        _ if id.chars().any(char::is_control) => "has a control character",
        _ => return Ok(()),
    };
    let shown: String = id.chars().take(64).flat_map(char::escape_debug).collect();
    Err(Problem::new(MALFORMED, format!("The twin id `{shown}` {wrong}.")))
}

/// The parameters of the query, of which unknown ones are refused.
pub struct Parameters<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parameters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = Query::try_from_uri(&parts.uri).map_err(|why| Problem::new(MALFORMED, why.body_text()))?;
        Ok(Self(query.0))
    }
}

/// A JSON body, read whole; empty only where the request has none.
pub struct JsonBody(pub Bytes);

impl FromRequest<App> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        let bytes = tokio::time::timeout(app.limits.body_time, whole(&parts.headers, body, app.limits.body));
        let bytes = bytes.await.map_err(|_| Problem::new(TIMEOUT, "The body did not arrive in time."))??;
        if !bytes.is_empty() {
            content_type(&parts.headers, &["application/json"])?;
        }
        Ok(Self(bytes))
    }
}

async fn whole(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Problem> {
    let too_large = || Problem::new(TOO_LARGE, format!("The body is over {limit} bytes."));
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(too_large());
    }
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(why) if why.is::<LengthLimitError>() => Err(too_large()),
        Err(why) => Err(Problem::new(MALFORMED, format!("The body broke off: {why}."))),
    }
}

/// Refuses other content types: a web page can send some of them without asking first.
pub fn content_type(headers: &HeaderMap, accepted: &[&str]) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = given.and_then(|given| given.split(';').next()).map(str::trim);
    if essence.is_some_and(|essence| accepted.iter().any(|accepted| essence.eq_ignore_ascii_case(accepted))) {
        return Ok(());
    }
    let given = given.map_or_else(|| "without one".to_owned(), |given| format!("as `{}`", given.escape_debug()));
    Err(Problem::new(CONTENT_TYPE, format!("The body came {given}; send the header `Content-Type: {}`.", accepted.join("` or `"))))
}
