//! The program's twin classes.

use axum::{
    Extension,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
    response::Response,
};
use serde::Serialize;

use super::{
    App,
    problem::{MALFORMED, Problem},
    tokens::{Scope, Scopes},
    view,
};
use crate::engine::api::{ClassDescription, Refusal};

#[derive(Serialize)]
struct ClassesView<'a> {
    classes: Vec<ClassView<'a>>,
}

#[derive(Serialize)]
struct ClassView<'a> {
    name: &'a str,
    superclass: Option<&'a str>,
    slots: Vec<SlotView<'a>>,
    messages: &'a [String],
    /// For administrators only.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'a str>,
}

#[derive(Serialize)]
struct SlotView<'a> {
    name: &'a str,
    r#type: Option<&'a str>,
}

impl<'a> ClassView<'a> {
    fn new(class: &'a ClassDescription, scopes: &Scopes) -> Self {
        let slots = class.slots.iter().map(|slot| SlotView { name: &slot.name, r#type: slot.declared.as_deref() });
        Self {
            name: &class.name,
            superclass: class.superclass.as_deref(),
            slots: slots.collect(),
            messages: &class.messages,
            source: scopes.include(Scope::Admin).then_some(&class.source),
        }
    }
}

/// `GET /v1/classes`
pub async fn list(State(app): State<App>, Extension(scopes): Extension<Scopes>) -> Response {
    let classes = app.twins.classes();
    let classes = classes.iter().map(|class| ClassView::new(class, &scopes)).collect();
    view::json(StatusCode::OK, &ClassesView { classes })
}

/// `GET /v1/classes/{name}`
pub async fn read(
    State(app): State<App>,
    Extension(scopes): Extension<Scopes>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(name) = name.map_err(|why| Problem::new(MALFORMED, why.body_text()))?;
    match app.twins.classes().iter().find(|class| class.name == name) {
        Some(class) => Ok(view::json(StatusCode::OK, &ClassView::new(class, &scopes))),
        None => Err(Refusal::NoSuchClass { name }.into()),
    }
}
