//! Copies of a twin.

use axum::{extract::State, response::Response};

use super::{
    App,
    json::{Reader, Wrong},
    problem::{MALFORMED, Problem},
    request::{JsonBody, TwinId, check_id},
    twins::Made,
};

/// `POST /v1/twins/{id}/clone` `{"id"?}`
pub async fn clone(State(app): State<App>, TwinId(id): TwinId, JsonBody(body): JsonBody) -> Result<Response, Problem> {
    let new = new_id(&body).map_err(|why| Problem::new(MALFORMED, format!("The body is not {{\"id\": name}}: {why}.")).twin(&id))?;
    if let Some(new) = &new {
        check_id(new)?;
    }
    let (new, sequence) = app.twins.clone_twin(&id, new.as_deref()).await?;
    Ok(Made { id: &new, class: None, sequence }.created())
}

fn new_id(body: &[u8]) -> Result<Option<String>, Wrong> {
    let mut id = None;
    if !body.is_empty() {
        Reader::new(body).fields(&["id"], |_, reader| {
            id = Some(reader.string()?);
            Ok(())
        })?;
    }
    Ok(id)
}
