//! Round trips over WebSockets.

use std::collections::HashMap;
use std::fmt::{self, Debug};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use hyper::header::{AUTHORIZATION, HOST, HeaderMap};
use plimsoll_load::{Context, Operation, Outcome, op};
use plimsoll_model::Secret;
use tokio::runtime::{Handle, Id};
use tokio_rustls::TlsConnector;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

use crate::client::header;
use crate::dial::{Stream, dial};
use crate::target::Target;
use crate::{HttpError, SetupError, tls};

/// A WebSocket for each user, which stays open from one operation to the next.
///
/// ```no_run
/// use plimsoll_http::WebSocket;
///
/// let operation = WebSocket::builder("ws://127.0.0.1:8080/events").build()?.round_trip("echo", "hello");
/// # Ok::<(), plimsoll_http::SetupError>(())
/// ```
///
/// Cheap to clone; clones share their connections. Messages go uncompressed: permessage-deflate is not
/// negotiated. As everywhere in this crate, a
/// connection belongs to the runtime that it was made on, and one that had a fault is not used again.
#[derive(Clone)]
pub struct WebSocket {
    inner: Arc<Inner>,
}

struct Inner {
    target: Target,
    tls: Option<TlsConnector>,
    headers: HeaderMap,
    open: Mutex<HashMap<(Id, u64), Connection>>,
}

type Connection = WebSocketStream<Stream>;

/// A [`WebSocket`] to be. Mistakes are kept until [`WebSocketBuilder::build`].
#[must_use = "a builder does nothing until it is built"]
pub struct WebSocketBuilder {
    target: Result<Target, SetupError>,
    headers: Vec<(String, Secret<String>)>,
    trusted: Vec<Vec<u8>>,
}

/// What every round trip reports of itself.
const STEPS: [&str; 2] = ["connect", "round_trip"];

impl WebSocket {
    /// Begins WebSockets at an address: `ws://host:port/path`, `wss://host/path`. What stands before an `@` in it
    /// becomes the header `Authorization`.
    pub fn builder(url: &str) -> WebSocketBuilder {
        let target = Target::parse(url, ["ws", "wss"]);
        WebSocketBuilder { target, headers: Vec::new(), trusted: Vec::new() }
    }

    /// An operation that sends a text and waits for the next message that is no ping: its `round_trip`. A
    /// connection that had to be opened before is its step `connect`, handshake included.
    #[must_use]
    pub fn round_trip(&self, name: impl Into<String>, text: impl Into<String>) -> Operation {
        let (socket, text) = (self.clone(), text.into());
        let send = move |cx: Context| {
            let (socket, text) = (socket.clone(), text.clone());
            async move { socket.run(&cx, &text).await }
        };
        op(name, send).steps(STEPS)
    }

    /// Sends a text within an operation of one's own, and is its whole outcome.
    pub async fn run(&self, cx: &Context, text: &str) -> Outcome {
        match self.exchange(cx, text, |_| true).await {
            Ok(answer) => answer.outcome(),
            Err(error) => error.outcome(),
        }
    }

    /// Sends a text within an operation of one's own, and waits for the first answer that is wanted; others are
    /// passed over, as a service may tell of something else meanwhile.
    ///
    /// # Errors
    /// When the connection cannot be made or ends before the answer.
    pub async fn exchange(
        &self,
        cx: &Context,
        text: &str,
        is_wanted: impl Fn(&[u8]) -> bool,
    ) -> Result<Answer, HttpError> {
        let key = (Handle::current().id(), cx.user());
        let before = self.open().remove(&key);
        let (mut connection, connect) = match before {
            Some(connection) => (connection, None),
            None => {
                let begin = cx.now();
                let connection = self.connect().await?;
                (connection, Some(cx.now().saturating_sub(begin)))
            }
        };
        let sent = cx.now();
        connection.send(Message::text(text)).await.map_err(|error| fault(&error))?;
        let body = answer(&mut connection, is_wanted).await?;
        let round_trip = cx.now().saturating_sub(sent);
        self.open().insert(key, connection);
        Ok(Answer { body, connect, round_trip })
    }

    async fn connect(&self) -> Result<Connection, HttpError> {
        let Inner { target, tls, headers, .. } = &*self.inner;
        let stream = dial(target, tls.as_ref()).await?;
        let mut request = hyper::Request::new(());
        let scheme = if target.is_tls { "wss" } else { "ws" };
        let uri = format!("{scheme}://{}{}", target.authority, target.own_path);
        *request.uri_mut() = uri.parse().map_err(|_| HttpError::Invalid {
            reason: "the address of the WebSocket cannot be asked for".to_owned(),
        })?;
        let fixed = [
            (HOST.as_str(), target.authority.as_str()),
            ("connection", "Upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", &generate_key()),
        ];
        *request.headers_mut() = headers.clone();
        for (name, value) in fixed {
            let (name, value) = header(name, value).map_err(|reason| HttpError::Invalid { reason })?;
            request.headers_mut().insert(name, value);
        }
        match client_async(request, stream).await {
            Ok((connection, _)) => Ok(connection),
            Err(Error::Http(refusal)) => Err(HttpError::Status {
                what: format!("GET {}", target.own_path.path()),
                status: refusal.status(),
            }),
            Err(error) => Err(fault(&error)),
        }
    }

    fn open(&self) -> MutexGuard<'_, HashMap<(Id, u64), Connection>> {
        self.inner.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Debug for WebSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocket").field("place", &self.inner.target.place()).finish_non_exhaustive()
    }
}

/// What came back over a WebSocket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The message.
    pub body: Bytes,
    /// Until the connection stood, handshake included; `None` when there was one already.
    pub connect: Option<Duration>,
    /// From handing the message over until the answer is there.
    pub round_trip: Duration,
}

impl Answer {
    /// As the outcome of an operation, with its steps.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let outcome = match self.connect {
            Some(connect) => Outcome::ok().step("connect", connect),
            None => Outcome::ok(),
        };
        outcome.step_with_bytes("round_trip", self.round_trip, self.body.len() as u64)
    }
}

impl WebSocketBuilder {
    /// A header of the request that opens each connection. Its value is shown nowhere.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> WebSocketBuilder {
        self.headers.push((name.to_owned(), Secret::new(value.into())));
        self
    }

    /// A bearer token in the request that opens each connection.
    pub fn bearer(self, token: &Secret<String>) -> WebSocketBuilder {
        self.header(AUTHORIZATION.as_str(), format!("Bearer {}", token.expose()))
    }

    /// Trusts these certificates as well, in PEM, beside those that the machine trusts.
    pub fn trust(mut self, pem: impl Into<Vec<u8>>) -> WebSocketBuilder {
        self.trusted.push(pem.into());
        self
    }

    /// The WebSockets. Nothing is connected to yet.
    ///
    /// # Errors
    /// When the address, a header or a certificate cannot be used. No value of a header is in the error.
    pub fn build(self) -> Result<WebSocket, SetupError> {
        let target = self.target?;
        let mut headers = HeaderMap::new();
        if let Some(authorization) = &target.authorization {
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        for (name, value) in &self.headers {
            let (name, value) = header(name, value.expose()).map_err(SetupError::new)?;
            headers.insert(name, value);
        }
        let tls = if target.is_tls { Some(tls::connector(&self.trusted, b"http/1.1")?) } else { None };
        Ok(WebSocket { inner: Arc::new(Inner { target, tls, headers, open: Mutex::default() }) })
    }
}

impl Debug for WebSocketBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.target.as_ref().map(Target::place);
        f.debug_struct("WebSocketBuilder").field("place", &place).finish_non_exhaustive()
    }
}

/// The first answer that is wanted. Pings are answered while it waits.
async fn answer(connection: &mut Connection, is_wanted: impl Fn(&[u8]) -> bool) -> Result<Bytes, HttpError> {
    loop {
        match connection.next().await {
            Some(Ok(message @ (Message::Text(_) | Message::Binary(_)))) => {
                let body = message.into_data();
                if is_wanted(&body) {
                    return Ok(body);
                }
            }
            Some(Ok(Message::Close(_))) | None => return Err(HttpError::ClosedEarly),
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(fault(&error)),
        }
    }
}

fn fault(error: &Error) -> HttpError {
    match error {
        Error::Io(error) => HttpError::of_io(error),
        Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Protocol(
            ProtocolError::ResetWithoutClosingHandshake
            | ProtocolError::HandshakeIncomplete
            | ProtocolError::SendAfterClosing
            | ProtocolError::ReceivedAfterClosing,
        ) => HttpError::ClosedEarly,
        Error::Protocol(_) | Error::Utf8(_) | Error::HttpFormat(_) | Error::Http(_) | Error::Capacity(_) => {
            HttpError::Malformed { reason: error.to_string() }
        }
        _ => HttpError::Other { reason: error.to_string() },
    }
}
