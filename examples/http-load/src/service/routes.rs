//! The routes.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use plimsoll::metrics::{Clock, Timeline};
use serde::{Deserialize, Serialize};

use super::records::{PATIENTS, Records};
use crate::inject::{Fate, Inject};

/// Who may ask, and for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees every patient.
    Admin,
    /// Is a patient, and sees only the own records.
    Resident,
    /// Sees half of the patients.
    Nurse,
}

impl Role {
    /// All of them.
    pub const ALL: [Role; 3] = [Role::Admin, Role::Resident, Role::Nurse];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Resident => "resident",
            Role::Nurse => "nurse",
        }
    }

    /// The patients whose records it may see.
    #[must_use]
    pub fn patients(self) -> std::ops::Range<usize> {
        match self {
            Role::Admin => 0..PATIENTS,
            Role::Resident => 0..1,
            Role::Nurse => 0..PATIENTS / 2,
        }
    }
}

struct Clinic {
    records: Records,
    /// Of each role, in the order of [`Role::ALL`]; different in each process.
    tokens: [String; 3],
    inject: Inject,
    requests: AtomicU64,
    timeline: Timeline,
}

pub(super) fn router(inject: Inject) -> Router {
    let secret = RandomState::new();
    let token = |role: Role| {
        format!("{:016x}{:016x}", secret.hash_one(role.name()), secret.hash_one((role.name(), 1)))
    };
    let clinic = Arc::new(Clinic {
        records: Records::new(),
        tokens: Role::ALL.map(token),
        inject,
        requests: AtomicU64::new(0),
        timeline: Timeline::start(Clock::System),
    });
    Router::new()
        .route("/login", post(login))
        .route("/items", get(items))
        .route("/query", post(query))
        .layer(from_fn_with_state(Arc::clone(&clinic), misbehave))
        .route("/health", get(|| async { "ok" }))
        .with_state(clinic)
}

async fn misbehave(State(clinic): State<Arc<Clinic>>, request: Request, next: Next) -> Response {
    let number = clinic.requests.fetch_add(1, Ordering::Relaxed);
    let at = Duration::from_nanos(clinic.timeline.now());
    let (wait, is_refused) = match clinic.inject.fate(number, at) {
        Fate::Answered(wait) => (wait, false),
        Fate::Refused(wait) => (wait, true),
    };
    if !wait.is_zero() {
        tokio::time::sleep(wait).await;
    }
    if is_refused { StatusCode::SERVICE_UNAVAILABLE.into_response() } else { next.run(request).await }
}

#[derive(Deserialize)]
struct Login {
    role: Role,
}

async fn login(State(clinic): State<Arc<Clinic>>, Json(login): Json<Login>) -> impl IntoResponse {
    let index = Role::ALL.iter().position(|role| *role == login.role).unwrap_or(0);
    Json(Token { token: clinic.tokens[index].clone() })
}

#[derive(Serialize)]
struct Token {
    token: String,
}

#[derive(Deserialize)]
struct Page {
    #[serde(default)]
    page: usize,
}

async fn items(
    State(clinic): State<Arc<Clinic>>,
    Query(Page { page }): Query<Page>,
    headers: HeaderMap,
) -> Response {
    match who(&clinic, &headers) {
        Some(role) => Json(clinic.records.page(role.patients(), page)).into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

#[derive(Deserialize)]
struct Asked {
    patient: usize,
    question: String,
}

async fn query(State(clinic): State<Arc<Clinic>>, headers: HeaderMap, Json(asked): Json<Asked>) -> Response {
    let Some(role) = who(&clinic, &headers) else { return StatusCode::UNAUTHORIZED.into_response() };
    if !role.patients().contains(&asked.patient) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match clinic.records.answer(asked.patient, &asked.question) {
        Some(found) => Json(found).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn who(clinic: &Clinic, headers: &HeaderMap) -> Option<Role> {
    let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
    let index = clinic.tokens.iter().position(|known| known == token)?;
    Some(Role::ALL[index])
}
