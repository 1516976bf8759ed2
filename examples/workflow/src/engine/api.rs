//! The API.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::put;

use super::shared::{Refused, Shared};

/// `PUT /workflows/ID` begins a workflow on the document in its body, `GET /workflows/ID` gives its summary.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    Router::new().route("/workflows/{id}", put(begin).get(summary)).with_state(shared)
}

async fn begin(State(shared): State<Arc<Shared>>, Path(id): Path<u64>, text: String) -> StatusCode {
    match shared.begin(id, text) {
        Ok(()) => StatusCode::ACCEPTED,
        Err(Refused::Full) => StatusCode::SERVICE_UNAVAILABLE,
        Err(Refused::UnderWay) => StatusCode::CONFLICT,
    }
}

async fn summary(State(shared): State<Arc<Shared>>, Path(id): Path<u64>) -> Response {
    match shared.store.get(&shared.trace(id), id).await {
        Ok(Some(record)) => ([(header::CONTENT_TYPE, "application/json")], record).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(failed) => (StatusCode::INTERNAL_SERVER_ERROR, failed.to_string()).into_response(),
    }
}
