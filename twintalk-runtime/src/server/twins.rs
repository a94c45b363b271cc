//! Twins: create, read, delete, list.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    App,
    json::{Reader, Wrong},
    problem::{MALFORMED, Problem},
    request::{JsonBody, Parameters, TwinId, check_id},
    view,
};
use crate::{data::Data, engine::api::Moment};

/// A twin that a request made, and its sequence.
#[derive(Serialize)]
pub struct Made<'a> {
    pub id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<&'a str>,
    pub sequence: u64,
}

impl Made<'_> {
    /// 201 with the twin's place.
    pub fn created(&self) -> Response {
        let mut response = view::json(StatusCode::CREATED, self);
        if let Ok(location) = HeaderValue::try_from(format!("/v1/twins/{}", encode(self.id))) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// An id as a segment of a path.
fn encode(id: &str) -> String {
    id.bytes().fold(String::with_capacity(id.len()), |mut encoded, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
        encoded
    })
}

/// `PUT /v1/twins/{id}` `{"class", "state"?}`
pub async fn create(State(app): State<App>, TwinId(id): TwinId, JsonBody(body): JsonBody) -> Result<Response, Problem> {
    let (class, state) = creation(&body).map_err(|why| {
        Problem::new(MALFORMED, format!("The body is not {{\"class\": name, \"state\": {{slot: value}}}}: {why}.")).twin(&id)
    })?;
    let sequence = app.twins.create(&id, &class, state).await?;
    Ok(Made { id: &id, class: Some(&class), sequence }.created())
}

fn creation(body: &[u8]) -> Result<(String, Vec<(String, Data)>), Wrong> {
    let (mut class, mut state) = (None, Vec::new());
    Reader::new(body).fields(&["class", "state"], |field, reader| {
        match field {
            0 => class = Some(reader.string()?),
            _ => state = reader.object()?,
        }
        Ok(())
    })?;
    Ok((class.ok_or_else(|| Wrong("`class` is missing".to_owned()))?, state))
}

/// Which state to read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    at: Option<u64>,
    time: Option<String>,
}

/// `GET /v1/twins/{id}?at=&time=`
pub async fn read(State(app): State<App>, TwinId(id): TwinId, Parameters(reading): Parameters<Reading>) -> Result<Response, Problem> {
    let moment = match (reading.at, reading.time) {
        (None, None) => Moment::Now,
        (Some(sequence), None) => Moment::Sequence(sequence),
        (None, Some(time)) => Moment::Time(nanoseconds(&time)?),
        (Some(_), Some(_)) => {
            return Err(Problem::new(MALFORMED, "Give `at` or `time`, not both."));
        }
    };
    let twin = app.twins.read(&id, moment).await?;
    let mut text = Vec::with_capacity(256);
    view::twin(&mut text, &twin)?;
    Ok(view::text(StatusCode::OK, text))
}

fn nanoseconds(time: &str) -> Result<i64, Problem> {
    // A `+` of an offset arrives as a space unless the client encoded it.
    let time: Timestamp = time
        .replace(' ', "+")
        .parse()
        .map_err(|_| Problem::new(MALFORMED, "`time` is not an RFC 3339 time such as 2026-05-01T12:00:00Z or …T14:00:00%2B02:00."))?;
    i64::try_from(time.as_nanosecond()).map_err(|_| Problem::new(MALFORMED, "`time` is not between 1678 and 2262."))
}

/// `DELETE /v1/twins/{id}`
pub async fn delete(State(app): State<App>, TwinId(id): TwinId) -> Result<Response, Problem> {
    let sequence = app.twins.delete(&id).await?;
    Ok(view::json(StatusCode::OK, &Made { id: &id, class: None, sequence }))
}

/// Which twins to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    class: Option<String>,
    r#where: Option<String>,
    limit: Option<usize>,
    after: Option<String>,
}

/// `GET /v1/twins?class=&limit=&after=`
pub async fn list(State(app): State<App>, Parameters(listing): Parameters<Listing>) -> Result<Response, Problem> {
    if listing.r#where.is_some() {
        let detail = "This server does not take `where` yet; list with `class`, `limit` and `after`, and filter the answer.";
        return Err(Problem::new(MALFORMED, detail));
    }
    if let Some(after) = &listing.after {
        check_id(after)?;
    }
    let limit = page(listing.limit)?;
    let twins = app.twins.list(listing.class.as_deref(), listing.after.as_deref(), limit).await?;
    let next = if twins.len() == limit { twins.last().map(|twin| twin.id.as_str()) } else { None };
    let mut text = b"{\"twins\":".to_vec();
    view::list(&mut text, &twins, view::twin);
    view::next(&mut text, next);
    Ok(view::text(StatusCode::OK, text))
}

/// The size of a page.
pub fn page(limit: Option<usize>) -> Result<usize, Problem> {
    match limit.unwrap_or(100) {
        limit @ 1..=1000 => Ok(limit),
        _ => Err(Problem::new(MALFORMED, "`limit` is not between 1 and 1000.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_encoded_as_one_segment() {
        assert_eq!(encode("boiler-7"), "boiler-7");
        assert_eq!(encode("a/b ü%"), "a%2Fb%20%C3%BC%25");
    }

    #[test]
    fn times() {
        assert_eq!(nanoseconds("1970-01-01T00:00:01Z").ok(), Some(1_000_000_000));
        assert_eq!(nanoseconds("1970-01-01T02:00:01+02:00").ok(), Some(1_000_000_000));
        assert_eq!(nanoseconds("1970-01-01T02:00:01 02:00").ok(), Some(1_000_000_000));
        assert!(nanoseconds("1970-01-01 00:00:01Z").is_err());
        assert!(nanoseconds("yesterday").is_err());
        assert!(nanoseconds("9999-01-01T00:00:00Z").is_err());
    }
}
