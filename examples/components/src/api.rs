//! The way in over HTTP: a service that searches for whoever has logged in.
//!
//! | route | what it does |
//! |---|---|
//! | `POST /login` | gives a user the token of this session |
//! | `POST /query` | with the token: the passages nearest to a question |

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use axum::{Json, Router};
use plimsoll::http::{Client, Request};
use plimsoll::model::Secret;
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;

use crate::embedding::embed;
use crate::search::{Index, NEIGHBOURS};

/// Who logs in.
#[derive(Debug, Serialize, Deserialize)]
struct Login {
    user: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Session {
    token: String,
}

/// What is asked.
#[derive(Debug, Serialize, Deserialize)]
struct Question {
    question: String,
    neighbours: usize,
}

struct Service {
    index: Arc<Index>,
    token: String,
    /// How much longer each answer takes than it has to.
    slower_by: Duration,
}

/// Serves on a free port of this machine, on the caller's runtime, and gives the address.
///
/// # Errors
/// When the system gives no port.
pub async fn serve(index: Arc<Index>, slower_by: Duration) -> std::io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let secret = RandomState::new();
    let token = format!("{:016x}{:016x}", secret.hash_one(0), secret.hash_one(1));
    let service = Arc::new(Service { index, token, slower_by });
    let router = Router::new().route("/login", post(login)).route("/query", post(query)).with_state(service);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url)
}

async fn login(
    State(service): State<Arc<Service>>,
    Json(login): Json<Login>,
) -> Result<Json<Session>, StatusCode> {
    if login.user.is_empty() {
        return Err(StatusCode::UNAUTHORIZED);
    }
    tokio::time::sleep(service.slower_by).await;
    Ok(Json(Session { token: service.token.clone() }))
}

async fn query(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Json(asked): Json<Question>,
) -> Result<Json<Vec<String>>, StatusCode> {
    let token =
        headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if token != Some(service.token.as_str()) {
        return Err(StatusCode::UNAUTHORIZED);
    }
    if !NEIGHBOURS.contains(&asked.neighbours) {
        return Err(StatusCode::BAD_REQUEST);
    }
    tokio::time::sleep(service.slower_by).await;
    let found = service.index.search(&embed(&asked.question), asked.neighbours);
    Ok(Json(found.into_iter().map(|hit| service.index.passage(hit).to_owned()).collect()))
}

/// The way in, as one takes it who has a token.
#[derive(Debug, Clone)]
pub struct Door {
    client: Client,
    token: Secret<String>,
}

impl Door {
    /// Logs in at a service.
    ///
    /// # Errors
    /// When the address is none, or the service does not answer, or refuses.
    pub async fn open(url: &str) -> anyhow::Result<Door> {
        let client = Client::builder(url).build()?;
        let session: Session = login_at(&client).send_once().await?.good()?.json()?;
        Ok(Door { client, token: Secret::new(session.token) })
    }

    /// The request that logs in.
    #[must_use]
    pub fn login(&self) -> Request {
        login_at(&self.client)
    }

    /// The request for the passages nearest to a question.
    #[must_use]
    pub fn query(&self, question: &str, neighbours: usize) -> Request {
        let body = Question { question: question.to_owned(), neighbours };
        self.client.post("/query").bearer(&self.token).json(&body)
    }
}

fn login_at(client: &Client) -> Request {
    client.post("/login").json(&Login { user: "operator".to_owned() })
}
