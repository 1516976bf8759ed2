//! HTTP and WebSocket as operations of a load.
//!
//! A [`Client`] holds the connections, a [`Request`] is what is sent over them again and again, and its
//! [`operation`](Request::operation) goes into a [`Load`](plimsoll_load::Load):
//!
//! ```no_run
//! use std::time::Duration;
//! use plimsoll_http::Client;
//! use plimsoll_load::Load;
//! use plimsoll_model::Profile;
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::builder("http://127.0.0.1:8080").pooled(20).build()?;
//! let run = Load::new("shop")
//!     .mix([
//!         (9, client.get("/items?page=1").operation("list")),
//!         (1, client.post("/orders").json(&serde_json::json!({"item": 7})).operation("order")),
//!     ])
//!     .measure(Profile::hold(500, Duration::from_secs(30)))
//!     .run()
//!     .await?;
//! # Ok(()) }
//! ```
//!
//! What needs an answer before it can go on, sends a request and looks at its [`Response`]; see
//! [`Request::send`].
//!
//! # What is measured
//! | step | from | to | bytes |
//! |---|---|---|---|
//! | `connect` | the name is looked up | TCP and TLS stand; only where a connection was made | – |
//! | `first_byte` | the request is handed to the connection | the head of the answer is there | – |
//! | `total` | the operation asks for a connection | the last byte is there | of the body, as received |
//!
//! With [`ClientBuilder::gzip`] the share of answers that came compressed is the rate `compressed`.
//!
//! # Connections
//! There are as many connections as there are requests at the same time, and a request takes the one that was used
//! last. With [`ClientBuilder::per_user`] each user of a closed model has its own. With [`ClientBuilder::pooled`] all
//! share a number of them and wait for one, which is part of the latency. With HTTP/2 one carries all. A connection
//! belongs to the runtime that it was made on, so that a load on threads of its own never wakes another thread.
//! HTTP/1.1 connections have no task: whoever uses one drives it, which is a wake-up less than a spawned one.
//!
//! # Faults
//! Every fault is a [kind](HttpError::kind) of its own, and so are 4xx and 5xx. An operation that ends in one
//! leaves no connection behind. Redirects are answers like any other and are not followed; nothing is sent twice.
//!
//! # Secrets
//! Header values and bodies are in no error and no debug output, addresses only without user info and query.

mod breaker;
mod client;
mod connection;
mod dial;
mod driver;
mod error;
mod exchange;
mod pool;
mod request;
mod response;
mod target;
mod tls;
mod websocket;

pub use breaker::CircuitBreaker;
pub use client::{Client, ClientBuilder, SetupError, Version};
pub use error::HttpError;
pub use request::Request;
pub use response::{Response, Timing};
pub use websocket::{Answer, WebSocket, WebSocketBuilder};

pub use bytes::Bytes;
pub use hyper::{Method, StatusCode};
