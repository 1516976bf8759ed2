//! The service's routes.

use std::sync::Arc;

use axum::extract::{Request, State as Extract};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;

use super::state::{Simulation, State, Switches};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Load {
    units: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Speed {
    multiplier: u64,
}

type Shared = Extract<Arc<Simulation>>;

pub(super) fn router(simulation: Arc<Simulation>, token: Option<String>) -> Router {
    let changes = Router::new()
        .route("/reset", post(async |simulation: Shared| simulation.reset()))
        .route(
            "/load",
            post(async |simulation: Shared, Json(load): Json<Load>| simulation.set_units(load.units)),
        )
        .route(
            "/speed",
            post(async |simulation: Shared, Json(speed): Json<Speed>| simulation.set_speed(speed.multiplier)),
        )
        .route("/pause", post(async |simulation: Shared| simulation.pause()))
        .route(
            "/switches",
            post(async |simulation: Shared, Json(switches): Json<Switches>| simulation.switch(switches)),
        )
        .layer(middleware::from_fn_with_state(token.map(Arc::from), admit));
    Router::new()
        .route("/health", get(async || "ok"))
        .route("/state", get(state))
        .merge(changes)
        .with_state(simulation)
}

async fn state(simulation: Shared) -> Json<State> {
    Json(simulation.state())
}

/// Refuses who does not have the token, where there is one.
async fn admit(Extract(token): Extract<Option<Arc<str>>>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    match token {
        Some(token) if given.and_then(|given| given.strip_prefix("Bearer ")) != Some(&*token) => {
            StatusCode::UNAUTHORIZED.into_response()
        }
        _ => next.run(request).await,
    }
}
