//! What came back.

use std::fmt::{self, Debug};
use std::io::Read;
use std::time::Duration;

use bytes::Bytes;
use flate2::read::GzDecoder;
use hyper::StatusCode;
use hyper::header::{CONTENT_ENCODING, HeaderMap};
use plimsoll_load::Outcome;
use serde::de::DeserializeOwned;

use crate::HttpError;

/// An answer, whole.
pub struct Response {
    what: String,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
    timing: Timing,
}

/// How long an answer took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// Until the connection stood; `None` when there was one already.
    pub connect: Option<Duration>,
    /// From handing the request to the connection until the head of the answer.
    pub first_byte: Duration,
    /// From asking for a connection until the last byte.
    pub total: Duration,
    /// Bytes of the body, as they were received.
    pub bytes: u64,
    /// Whether these are compressed; `None` where that was not asked for.
    pub compressed: Option<bool>,
}

impl Timing {
    /// An outcome with the steps of this answer, and with the rate `compressed` where compression was asked for.
    #[must_use]
    pub fn told(&self, outcome: Outcome) -> Outcome {
        let outcome = match self.compressed {
            Some(is_compressed) => outcome.rate(COMPRESSED, is_compressed),
            None => outcome,
        };
        let outcome = match self.connect {
            Some(connect) => outcome.step("connect", connect),
            None => outcome,
        };
        outcome.step("first_byte", self.first_byte).step_with_bytes("total", self.total, self.bytes)
    }

    /// The outcome of an answer with that status, with its steps.
    pub(crate) fn judged(&self, what: impl FnOnce() -> String, status: StatusCode) -> Outcome {
        let error = HttpError::of_status(what, status);
        self.told(error.map_or_else(Outcome::ok, |error| error.outcome()))
    }
}

/// The share of answers that came compressed.
pub(crate) const COMPRESSED: &str = "compressed";

/// Most bytes of a body that are kept.
const MAX_BODY: usize = 64 << 20;

impl Response {
    pub(crate) fn new(
        what: String,
        status: StatusCode,
        headers: HeaderMap,
        kept: Kept,
        timing: Timing,
    ) -> Result<Response, HttpError> {
        let is_gzip = headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding == "gzip");
        let body = if is_gzip { uncompressed(&kept.bytes)? } else { kept.bytes };
        Ok(Response { what, status, headers, body: Bytes::from(body), timing })
    }

    /// Its status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// A header of that name, when there is one that is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Its body, uncompressed.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    /// How long it took.
    #[must_use]
    pub fn timing(&self) -> Timing {
        self.timing
    }

    /// Itself, unless its status is 4xx or 5xx.
    ///
    /// # Errors
    /// [`HttpError::Status`].
    pub fn good(self) -> Result<Response, HttpError> {
        match HttpError::of_status(|| self.what.clone(), self.status) {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }

    /// Its body as JSON.
    ///
    /// # Errors
    /// When it is something else; the body is not in the error.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, HttpError> {
        serde_json::from_slice(&self.body).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            let found = match error.classify() {
                serde_json::error::Category::Data => "JSON of another shape",
                _ => "no JSON",
            };
            HttpError::Body { reason: format!("{}: {found} at line {line}, column {column}", self.what) }
        })
    }

    /// As the outcome of an operation: well unless its status is 4xx or 5xx, with its steps.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.timing.judged(|| self.what.clone(), self.status)
    }
}

impl Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("what", &self.what)
            .field("status", &self.status)
            .field("timing", &self.timing)
            .finish_non_exhaustive()
    }
}

/// A body as far as it is there.
#[derive(Default)]
pub(crate) struct Kept {
    bytes: Vec<u8>,
}

impl Kept {
    pub(crate) fn push(&mut self, piece: &[u8]) -> Result<(), HttpError> {
        if self.bytes.len() + piece.len() > MAX_BODY {
            return Err(HttpError::TooLarge { limit: MAX_BODY });
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }
}

/// What a few bytes unpack to may be anything, so the limit holds for it too.
fn uncompressed(bytes: &[u8]) -> Result<Vec<u8>, HttpError> {
    let mut plain = Vec::new();
    let read = GzDecoder::new(bytes).take(MAX_BODY as u64 + 1).read_to_end(&mut plain);
    read.map_err(|error| HttpError::Body { reason: format!("it is not compressed as it says: {error}") })?;
    if plain.len() > MAX_BODY { Err(HttpError::TooLarge { limit: MAX_BODY }) } else { Ok(plain) }
}
