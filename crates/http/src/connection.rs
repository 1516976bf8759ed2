//! Connections of both versions of HTTP.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::sync::watch;

use crate::HttpError;
use crate::dial::Stream;

/// What is sent.
pub(crate) type Outgoing = Request<Full<Bytes>>;

/// What both kinds of connection do.
pub(crate) trait Carries {
    /// Sends a request and waits for the head of its answer.
    async fn send(&mut self, request: Outgoing) -> Result<Response<Incoming>, HttpError>;

    /// Reads a body to its end, piece by piece.
    async fn read(&mut self, body: Incoming, take: impl Take) -> Result<(), HttpError>;
}

/// What is done with the pieces of a body.
pub(crate) trait Take: FnMut(Bytes) -> Result<(), HttpError> {}
impl<F: FnMut(Bytes) -> Result<(), HttpError>> Take for F {}

#[expect(clippy::large_enum_variant, reason = "whoever holds a connection has it in a box")]
/// What moves a connection of HTTP/1.1, until its end; then how it ended.
enum Driver {
    Goes(http1::Connection<TokioIo<Stream>, Full<Bytes>>),
    Ended(Option<HttpError>),
}

/// A connection of HTTP/1.1, which whoever uses it drives.
///
/// Nothing happens on it between two requests: what the server did in that time is seen at the next.
pub(crate) struct Http1 {
    sender: http1::SendRequest<Full<Bytes>>,
    driver: Driver,
}

impl Http1 {
    /// In a box, since it is moved twice for each request.
    pub(crate) async fn open(stream: Stream) -> Result<Box<Http1>, HttpError> {
        let opened = http1::handshake(TokioIo::new(stream)).await;
        let (sender, driver) = opened.map_err(|error| HttpError::of_hyper(&error))?;
        Ok(Box::new(Http1 { sender, driver: Driver::Goes(driver) }))
    }

    /// Whether it can take a request: a server may have closed it meanwhile.
    pub(crate) async fn is_ready(&mut self) -> bool {
        let Http1 { sender, driver } = self;
        let is_ready = driver.until(|cx| sender.poll_ready(cx)).await.is_ok();
        is_ready && matches!(self.driver, Driver::Goes(_))
    }
}

impl Carries for Http1 {
    async fn send(&mut self, request: Outgoing) -> Result<Response<Incoming>, HttpError> {
        let Http1 { sender, driver } = self;
        let mut answer = pin!(sender.send_request(request));
        let answer = driver.until(|cx| answer.as_mut().poll(cx)).await;
        answer.map_err(|error| self.cause(&error))
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
}

impl Http1 {
    /// The connection knows more of its end than who waits for an answer is told.
    fn cause(&mut self, error: &hyper::Error) -> HttpError {
        let end = match &mut self.driver {
            Driver::Ended(end) => end.take(),
            Driver::Goes(_) => None,
        };
        match HttpError::of_hyper(error) {
            HttpError::ClosedEarly => end.unwrap_or(HttpError::ClosedEarly),
            error => error,
        }
    }
}

impl Driver {
    /// Waits for what only the connection can bring about.
    ///
    /// Since nothing else does, what is waited for needs no waker: it is asked after each turn of the connection,
    /// and the connection's wake-up serves both. A connection that has ended is dropped at once, which answers
    /// whoever waits for something from it.
    async fn until<T>(&mut self, mut wanted: impl FnMut(&mut Context<'_>) -> Poll<T>) -> T {
        poll_fn(|cx| {
            if let Driver::Goes(connection) = self
                && let Poll::Ready(ended) = Pin::new(connection).poll(cx)
            {
                *self = Driver::Ended(ended.err().map(|error| HttpError::of_hyper(&error)));
            }
            wanted(&mut Context::from_waker(Waker::noop()))
        })
        .await
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

    /// The connection knows more of its end than who came too late for it is told.
    async fn cause(&mut self, error: &hyper::Error) -> HttpError {
        if !(error.is_closed() || error.is_canceled()) {
            return HttpError::of_hyper(error);
        }
        let end = self.end.wait_for(Option::is_some).await;
        let cause = end.ok().and_then(|end| end.as_ref().map(HttpError::of_hyper));
        cause.unwrap_or(HttpError::ClosedEarly)
    }
}

impl Carries for Http2 {
    async fn send(&mut self, request: Outgoing) -> Result<Response<Incoming>, HttpError> {
        if let Err(error) = self.sender.ready().await {
            return Err(self.cause(&error).await);
        }
        match self.sender.send_request(request).await {
            Ok(answer) => Ok(answer),
            Err(error) => Err(self.cause(&error).await),
        }
    }

    async fn read(&mut self, mut body: Incoming, mut take: impl Take) -> Result<(), HttpError> {
        while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
            if let Ok(bytes) = frame.map_err(|error| HttpError::of_hyper(&error))?.into_data() {
                take(bytes)?;
            }
        }
        Ok(())
    }
}
