//! One process of a system.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, serve as serve_http};
use plimsoll::http::{Client, Method};
use serde::Deserialize;
use tokio::io::{AsyncReadExt, stdin};
use tokio::net::TcpListener;

use super::system::System;
use super::work::{Catalogue, train};

/// The argument that makes the program a part of a system.
pub const COMMAND: &str = "serve-part";

/// Serves as `monolith`, `front` or `worker` until the standard input ends, that is, as long as who started it
/// lives. The address is the first line on the standard output; `looks` is how often a search looks at everything.
///
/// # Errors
/// When there is no port, no worker can be started, or the part is none.
pub async fn serve(part: &str, looks: f64) -> anyhow::Result<ExitCode> {
    let listener = TcpListener::bind("127.0.0.1:0").await.context("no port can be had")?;
    let shop = Arc::new(Shop { catalogue: Catalogue::new(), looks });
    // Workers live as long as their front.
    let (router, _workers) = match part {
        "monolith" => (own(shop.clone()).merge(counter(shop)), Vec::new()),
        "worker" => (counter(shop), Vec::new()),
        "front" => {
            let workers = [System::worker(looks).await?, System::worker(looks).await?];
            let clients = workers.iter().map(|worker| Client::builder(worker.url()).build());
            let clients: Vec<Client> = clients.collect::<Result<_, _>>()?;
            let front = Arc::new(Front { workers: clients, next: std::sync::atomic::AtomicUsize::new(0) });
            (own(shop).merge(asking(front)), Vec::from(workers))
        }
        other => anyhow::bail!("{other:?} is no part of a system"),
    };
    println(&format!("http://{}", listener.local_addr()?))?;
    tokio::select! {
        served = serve_http(listener, router) => served.context("it cannot serve any longer")?,
        _ = ended() => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// The one line that who started this waits for.
fn println(line: &str) -> anyhow::Result<()> {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).context("nobody listens")
}

async fn ended() {
    let mut rest = Vec::new();
    // Whatever ends it, it has ended.
    let _ = stdin().read_to_end(&mut rest).await;
}

struct Shop {
    catalogue: Catalogue,
    looks: f64,
}

#[derive(Deserialize)]
struct Seed {
    seed: u64,
}

#[derive(Deserialize)]
struct Page {
    page: usize,
}

/// What every system does where it is asked.
fn own(shop: Arc<Shop>) -> Router {
    Router::new()
        .route("/items", get(|Query(Page { page }): Query<Page>| async move { Json(Catalogue::page(page)) }))
        .route("/echo", get(|upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(echo) }))
        .with_state(shop)
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        let is_content = matches!(message, Message::Text(_) | Message::Binary(_));
        if is_content && socket.send(message).await.is_err() {
            return;
        }
    }
}

/// What is done where the CPU is.
fn counter(shop: Arc<Shop>) -> Router {
    Router::new().route("/search", get(search)).route("/train", post(fit)).with_state(shop)
}

async fn search(State(shop): State<Arc<Shop>>, Query(Seed { seed }): Query<Seed>) -> Json<usize> {
    Json(shop.catalogue.nearest(seed, shop.looks))
}

async fn fit(Query(Seed { seed }): Query<Seed>) -> Json<f32> {
    Json(train(seed))
}

struct Front {
    workers: Vec<Client>,
    next: std::sync::atomic::AtomicUsize,
}

/// What is passed on to the workers.
fn asking(front: Arc<Front>) -> Router {
    let ask_search = |State(front): State<Arc<Front>>, Query(Seed { seed }): Query<Seed>| async move {
        front.ask(Method::GET, &format!("/search?seed={seed}")).await
    };
    let ask_fit = |State(front): State<Arc<Front>>, Query(Seed { seed }): Query<Seed>| async move {
        front.ask(Method::POST, &format!("/train?seed={seed}")).await
    };
    Router::new().route("/search", get(ask_search)).route("/train", post(ask_fit)).with_state(front)
}

impl Front {
    /// Asks the workers in turn.
    async fn ask(&self, method: Method, path: &str) -> Response {
        let turn = self.next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        match self.workers[turn % self.workers.len()].request(method, path).send_once().await {
            Ok(answer) => (answer.status(), answer.body().clone()).into_response(),
            Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
        }
    }
}
