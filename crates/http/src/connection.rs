//! Connections of both versions of HTTP.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use http_body_util::Full;
use hyper::body::{Body, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::HttpError;
use crate::dial::Stream;
use crate::driver::{Bell, Driver, Watched};

/// What is sent.
pub(crate) type Outgoing = Request<Full<Bytes>>;

/// What both kinds of connection do.
pub(crate) trait Carries {
    /// Sends the request that is made and waits for the head of its answer.
    async fn send(&mut self, make: impl Make) -> Result<Response<Incoming>, Unanswered>;

    /// Reads a body to its end, piece by piece.
    async fn read(&mut self, body: Incoming, take: impl Take) -> Result<(), HttpError>;

    /// Takes back headers that nobody needs any more, for their memory.
    fn reuse(&mut self, headers: HeaderMap);
}

/// What makes a request with headers that are empty yet. It is made where it is sent: it is large, and on its way through
/// each of those who only pass it on it would be moved.
pub(crate) trait Make: Fn(HeaderMap) -> Outgoing + Copy {}
impl<F: Fn(HeaderMap) -> Outgoing + Copy> Make for F {}

/// What is done with the pieces of a body.
pub(crate) trait Take: FnMut(Bytes) -> Result<(), HttpError> {}
impl<F: FnMut(Bytes) -> Result<(), HttpError>> Take for F {}

/// Why there is no answer.
pub(crate) struct Unanswered {
    pub(crate) error: HttpError,
    /// Whether nothing of the request was sent, so that it may go over another connection.
    pub(crate) is_unsent: bool,
}

impl From<Unanswered> for HttpError {
    fn from(unanswered: Unanswered) -> HttpError {
        unanswered.error
    }
}

/// A connection of HTTP/1.1, which whoever uses it drives.
///
/// Nothing happens on it between two requests: what the server did in that time is seen at the next.
pub(crate) struct Http1 {
    sender: http1::SendRequest<Full<Bytes>>,
    driver: Driver,
    /// Empty, with room for those of the next request and of its answer, which use the same memory.
    headers: HeaderMap,
}

impl Http1 {
    /// In a box, since it is moved twice for each request.
    pub(crate) async fn open(stream: Stream) -> Result<Box<Http1>, HttpError> {
        let bell = Arc::new(Bell::default());
        let opened = http1::handshake(Watched::new(stream, &bell)).await;
        let (sender, connection) = opened.map_err(|error| HttpError::of_hyper(&error))?;
        Ok(Box::new(Http1 { sender, driver: Driver::new(connection, bell), headers: HeaderMap::new() }))
    }

    /// The connection knows more of its end than who waits for an answer is told.
    fn cause(&mut self, error: &hyper::Error) -> HttpError {
        match HttpError::of_hyper(error) {
            HttpError::ClosedEarly => self.driver.end().unwrap_or(HttpError::ClosedEarly),
            error => error,
        }
    }
}

impl Carries for Http1 {
    async fn send(&mut self, make: impl Make) -> Result<Response<Incoming>, Unanswered> {
        let Http1 { sender, driver, headers } = self;
        if let Err(error) = driver.until(|cx| sender.poll_ready(cx)).await {
            return Err(Unanswered { error: self.cause(&error), is_unsent: true });
        }
        let mut answer = pin!(sender.try_send_request(make(std::mem::take(headers))));
        let answer = driver.until(|cx| answer.as_mut().poll(cx)).await;
        answer.map_err(|mut unanswered| {
            let is_unsent = unanswered.take_message().is_some();
            Unanswered { error: self.cause(unanswered.error()), is_unsent }
        })
    }

    async fn read(&mut self, mut body: Incoming, mut take: impl Take) -> Result<(), HttpError> {
        loop {
            match self.driver.until(|cx| Pin::new(&mut body).poll_frame(cx)).await {
                None => return Ok(()),
                Some(Ok(frame)) => {
                    if let Ok(bytes) = frame.into_data() {
                        take(bytes)?;
                    }
                }
                Some(Err(error)) => return Err(self.cause(&error)),
            }
        }
    }

    fn reuse(&mut self, mut headers: HeaderMap) {
        headers.clear();
        self.headers = headers;
    }
}

/// A connection of HTTP/2, which many use at the same time; a task of its own drives it.
#[derive(Clone)]
pub(crate) struct Http2 {
    sender: http2::SendRequest<Full<Bytes>>,
    /// Why it ended, once it did; closed without a reason where it ended well.
    end: watch::Receiver<Option<hyper::Error>>,
}

impl Http2 {
    pub(crate) async fn open(stream: Stream) -> Result<Http2, HttpError> {
        let opened = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
        let (sender, driver) = opened.map_err(|error| HttpError::of_hyper(&error))?;
        let (tell, end) = watch::channel(None);
        tokio::spawn(async move {
            if let Err(error) = driver.await {
                tell.send_replace(Some(error));
            }
        });
        Ok(Http2 { sender, end })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    /// Waits for the answer, or until there can be none any more.
    async fn answer(&mut self, make: impl Make) -> Result<Response<Incoming>, HttpError> {
        if let Err(error) = self.sender.ready().await {
            return Err(self.cause(&error).await);
        }
        let answer = pin!(self.sender.send_request(make(HeaderMap::new())));
        let answer = match select(answer, pin!(ended(self.end.clone()))).await {
            Either::Left((answer, _)) => answer,
            Either::Right(((), answer)) => {
                let Ok(answer) = timeout(GRACE, answer).await else { return Err(self.end_cause()) };
                answer
            }
        };
        match answer {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.cause(&error).await),
        }
    }

    /// The connection knows more of its end than who came too late for it is told.
    async fn cause(&self, error: &hyper::Error) -> HttpError {
        if !(error.is_closed() || error.is_canceled()) {
            return HttpError::of_hyper(error);
        }
        ended(self.end.clone()).await;
        self.end_cause()
    }

    /// Why it ended, once it has.
    fn end_cause(&self) -> HttpError {
        self.end.borrow().as_ref().map_or(HttpError::ClosedEarly, HttpError::of_hyper)
    }
}

/// How long an answer may still take once its connection has ended: it is on its way, or forgotten. hyper forgets one that it
/// takes while the connection breaks on another thread.
const GRACE: Duration = Duration::from_millis(10);

/// Waits for the end of a connection.
async fn ended(mut end: watch::Receiver<Option<hyper::Error>>) {
    // Closed without a reason is an end too.
    let _ = end.wait_for(Option::is_some).await;
}

impl Carries for Http2 {
    async fn send(&mut self, make: impl Make) -> Result<Response<Incoming>, Unanswered> {
        self.answer(make).await.map_err(|error| Unanswered { error, is_unsent: false })
    }

    async fn read(&mut self, mut body: Incoming, mut take: impl Take) -> Result<(), HttpError> {
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            if let Ok(bytes) = frame.map_err(|error| HttpError::of_hyper(&error))?.into_data() {
                take(bytes)?;
            }
        }
        Ok(())
    }

    /// Its requests go at the same time: there is no next one.
    fn reuse(&mut self, _headers: HeaderMap) {}
}
