//! A twin's history: read and erased.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    App,
    problem::Problem,
    request::{Parameters, TwinId},
    twins::page,
    view,
};

/// Which events to list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    after: Option<u64>,
    limit: Option<usize>,
}

/// `GET /v1/twins/{id}/events?after=&limit=`
pub async fn list(State(app): State<App>, TwinId(id): TwinId, Parameters(listing): Parameters<Listing>) -> Result<Response, Problem> {
    let limit = page(listing.limit)?;
    let events = app.twins.events(&id, listing.after.unwrap_or(0), limit).await?;
    let next = if events.len() == limit { events.last().map(|event| event.sequence) } else { None };
    let mut text = b"{\"events\":".to_vec();
    view::list(&mut text, &events, view::event);
    view::next(&mut text, next);
    Ok(view::text(StatusCode::OK, text))
}

/// `DELETE /v1/twins/{id}/events`: the twin and all that is known of it. Answers when it is done.
pub async fn erase(State(app): State<App>, TwinId(id): TwinId) -> Result<StatusCode, Problem> {
    app.twins.erase(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
