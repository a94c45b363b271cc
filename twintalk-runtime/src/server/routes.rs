//! Which path leads where.

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{Method, Uri},
    middleware,
    routing::{get, post, put},
};

use super::{
    App, bulk, classes, clone, events, feed, guard, index, messages,
    problem::{NO_SUCH_ROUTE, Problem, WRONG_METHOD},
    status, twins,
};

/// All routes, behind the guard.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/", get(index::index))
        .route("/healthz", get(status::healthy))
        .route("/readyz", get(status::ready))
        .route("/metrics", get(status::metrics))
        .route("/v1/classes", get(classes::list))
        .route("/v1/classes/{name}", get(classes::read))
        .route("/v1/twins", get(twins::list))
        .route("/v1/twins/{id}", put(twins::create).get(twins::read).delete(twins::delete))
        .route("/v1/twins/{id}/messages", post(messages::send))
        .route("/v1/twins/{id}/clone", post(clone::clone))
        .route("/v1/twins/{id}/events", get(events::list).delete(events::erase))
        .route("/v1/twins/{id}/changes", get(feed::one))
        .route("/v1/changes", get(feed::all))
        .route("/v1/messages", post(bulk::send))
        .fallback(no_such_route)
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(app.clone(), guard::guard))
        // Bodies are read with limits of their own, which answer problem documents.
        .layer(DefaultBodyLimit::disable())
        .with_state(app)
}

async fn no_such_route(uri: Uri) -> Problem {
    let hint = if uri.path().starts_with("/v1/twins/") { " A `/` in an id is written %2F." } else { "" };
    Problem::new(NO_SUCH_ROUTE, format!("Nothing is served at this path; GET / lists what is.{hint}"))
}

async fn wrong_method(method: Method) -> Problem {
    Problem::new(WRONG_METHOD, format!("This path does not take {method}; the Allow header says what it takes."))
}
