//! One message to one twin.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    App,
    message::Message,
    problem::{MALFORMED, Problem},
    request::{JsonBody, TwinId},
    view,
};

/// `POST /v1/twins/{id}/messages` `{"selector", "arguments": []}`
pub async fn send(State(app): State<App>, TwinId(id): TwinId, JsonBody(body): JsonBody) -> Result<Response, Problem> {
    let Message { selector, arguments } = Message::parse(&body)
        .map_err(|why| Problem::new(MALFORMED, format!("The body is not {{\"selector\": name, \"arguments\": []}}: {why}.")).twin(&id))?;
    let sent = app.twins.send(&id, &selector, arguments).await?;
    let mut text = Vec::with_capacity(64);
    view::sent(&mut text, &sent).map_err(|problem| problem.about(&id, &selector))?;
    Ok(view::text(StatusCode::OK, text))
}
