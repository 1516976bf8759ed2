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
    /// What tokens are made with; different in each process.
    secret: RandomState,
    inject: Inject,
    requests: AtomicU64,
    timeline: Timeline,
}

pub(super) fn router(inject: Inject) -> Router {
    let clinic = Arc::new(Clinic {
        records: Records::new(),
        secret: RandomState::new(),
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
    user: u64,
    role: Role,
}

async fn login(State(clinic): State<Arc<Clinic>>, Json(login): Json<Login>) -> impl IntoResponse {
    Json(Token { token: clinic.token(login.user, login.role) })
}

impl Clinic {
    /// The token of a user in a role, which says whose it is and that this service has made it.
    fn token(&self, user: u64, role: Role) -> String {
        let name = role.name();
        let sign = |salt: u64| self.secret.hash_one((user, name, salt));
        format!("{user}.{name}.{:016x}{:016x}", sign(0), sign(1))
    }

    /// The role of who sends a request, if it has a token of this service.
    fn who(&self, headers: &HeaderMap) -> Option<Role> {
        let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")?;
        let [user, name, _] = token.split('.').collect::<Vec<_>>()[..] else { return None };
        let role = Role::ALL.into_iter().find(|role| role.name() == name)?;
        (token == self.token(user.parse().ok()?, role)).then_some(role)
    }
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
    match clinic.who(&headers) {
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
    let Some(role) = clinic.who(&headers) else { return StatusCode::UNAUTHORIZED.into_response() };
    if !role.patients().contains(&asked.patient) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match clinic.records.answer(asked.patient, &asked.question) {
        Some(found) => Json(found).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_of_one_user_in_one_role_of_one_service() {
        let clinic = || Clinic {
            records: Records::new(),
            secret: RandomState::new(),
            inject: Inject::default(),
            requests: AtomicU64::new(0),
            timeline: Timeline::start(Clock::System),
        };
        let (this, other) = (clinic(), clinic());
        let token = this.token(7, Role::Nurse);
        let who = |clinic: &Clinic, token: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
            clinic.who(&headers)
        };
        assert_eq!((who(&this, &token), who(&other, &token)), (Some(Role::Nurse), None));
        for forged in [token.replace("nurse", "admin"), token.replacen('7', "8", 1), String::new()] {
            assert_eq!(who(&this, &forged), None, "{forged}");
        }
        assert_ne!(token, this.token(8, Role::Nurse));
    }
}
