//! What can go wrong with a request.

use std::error::Error;
use std::io;

use hyper::StatusCode;
use plimsoll_load::{Failure, Outcome};

/// Why there is no answer, or why the answer is not a good one.
///
/// No variant holds a header, a body, user info or a query string.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The request cannot be sent as it is.
    #[error("the request cannot be sent: {reason}")]
    Invalid {
        /// What is wrong with it, and what was expected.
        reason: String,
    },
    /// No address belongs to the host's name.
    #[error("no address is known for {host}: {source}")]
    NameNotFound {
        /// The host.
        host: String,
        /// What the resolver says.
        source: io::Error,
    },
    /// Nobody listens there.
    #[error("{place} refuses connections")]
    Refused {
        /// Host and port.
        place: String,
    },
    /// This machine has no file descriptor or no port left: a limit of the generator and not of the service.
    #[error("this machine has no more connections for {place}: {source}")]
    OutOfConnections {
        /// Host and port.
        place: String,
        /// What the system says.
        source: io::Error,
    },
    /// It cannot be connected to for another reason.
    #[error("{place} cannot be connected to: {source}")]
    Connect {
        /// Host and port.
        place: String,
        /// What the system says.
        source: io::Error,
    },
    /// It shows a certificate that is not trusted, not valid now, or not its own.
    #[error("{host} shows a certificate that is refused: {reason}")]
    Certificate {
        /// The host.
        host: String,
        /// Why.
        reason: String,
    },
    /// TLS fails for another reason.
    #[error("TLS with {host} fails: {reason}")]
    Tls {
        /// The host.
        host: String,
        /// Why.
        reason: String,
    },
    /// It reset the connection.
    #[error("the connection was reset")]
    Reset,
    /// It closed the connection before the answer was whole.
    #[error("the connection was closed before the answer was whole")]
    ClosedEarly,
    /// What it sent is not what the protocol says.
    #[error("the answer is malformed: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
    /// It answered with 4xx or 5xx.
    #[error("{what}: {status}")]
    Status {
        /// Method and path.
        what: String,
        /// The status.
        status: StatusCode,
    },
    /// The body that should have been kept is too long for that.
    #[error("the answer has more than {limit} bytes, too many to be kept")]
    TooLarge {
        /// Most bytes that are kept.
        limit: usize,
    },
    /// The body is not what it should be.
    #[error("the body is not what was expected: {reason}")]
    Body {
        /// What is wrong with it.
        reason: String,
    },
    /// Something else about the protocol or the connection.
    #[error("the connection failed: {reason}")]
    Other {
        /// What is known.
        reason: String,
    },
}

impl HttpError {
    /// What errors are counted by: a handful of words, the same for the same fault.
    ///
    /// ```
    /// use plimsoll_http::{HttpError, StatusCode};
    ///
    /// let what = "GET /items".to_owned();
    /// let error = HttpError::Status { what, status: StatusCode::SERVICE_UNAVAILABLE };
    /// assert_eq!(error.kind(), "status 5xx");
    /// assert_eq!(error.to_string(), "GET /items: 503 Service Unavailable");
    /// ```
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            HttpError::Invalid { .. } => "invalid request",
            HttpError::NameNotFound { .. } => "name not found",
            HttpError::Refused { .. } => "connection refused",
            HttpError::OutOfConnections { .. } => "out of connections",
            HttpError::Connect { .. } => "connect failed",
            HttpError::Certificate { .. } => "bad certificate",
            HttpError::Tls { .. } => "tls failed",
            HttpError::Reset => "connection reset",
            HttpError::ClosedEarly => "closed early",
            HttpError::Malformed { .. } => "malformed answer",
            HttpError::Status { status, .. } if status.is_client_error() => "status 4xx",
            HttpError::Status { status, .. } if status.is_server_error() => "status 5xx",
            HttpError::Status { .. } => "unexpected status",
            HttpError::TooLarge { .. } => "answer too large",
            HttpError::Body { .. } => "unexpected body",
            HttpError::Other { .. } => "connection failed",
        }
    }

    /// As the failure of an operation.
    #[must_use]
    pub fn failure(&self) -> Failure {
        Failure::new(self.kind(), self.to_string())
    }

    /// As the outcome of an operation.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        Outcome::fail(self.kind(), self.to_string())
    }

    /// What is bad about an answer with that status: nothing unless it is 4xx or 5xx.
    pub(crate) fn of_status(what: impl FnOnce() -> String, status: StatusCode) -> Option<HttpError> {
        let is_bad = status.is_client_error() || status.is_server_error();
        is_bad.then(|| HttpError::Status { what: what(), status })
    }

    /// A failure to connect to a place.
    pub(crate) fn connect(place: String, source: io::Error) -> HttpError {
        match (source.kind(), source.raw_os_error()) {
            (io::ErrorKind::ConnectionRefused, _) => HttpError::Refused { place },
            (io::ErrorKind::ConnectionReset, _) => HttpError::Reset,
            // EMFILE and ENFILE have no kind of their own.
            (io::ErrorKind::AddrNotAvailable, _) | (_, Some(23 | 24)) => {
                HttpError::OutOfConnections { place, source }
            }
            _ => HttpError::Connect { place, source },
        }
    }

    /// A failure of the TLS handshake with a host.
    pub(crate) fn handshake(host: &str, error: &io::Error) -> HttpError {
        let host = host.to_owned();
        match tls_error(error) {
            Some(rustls::Error::InvalidCertificate(_)) => {
                HttpError::Certificate { host, reason: error.to_string() }
            }
            Some(tls) => HttpError::Tls { host, reason: tls.to_string() },
            None => HttpError::of_io(error),
        }
    }

    /// A failure of a connection that stood.
    pub(crate) fn of_io(error: &io::Error) -> HttpError {
        match error.kind() {
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
                HttpError::Reset
            }
            io::ErrorKind::UnexpectedEof => HttpError::ClosedEarly,
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                HttpError::Malformed { reason: error.to_string() }
            }
            _ => HttpError::Other { reason: error.to_string() },
        }
    }

    /// A failure that hyper reports.
    pub(crate) fn of_hyper(error: &hyper::Error) -> HttpError {
        if let Some(io) = io_cause(error) {
            return HttpError::of_io(io);
        }
        if let Some(http2) = causes(error).find_map(|cause| cause.downcast_ref()) {
            return HttpError::of_http2(http2);
        }
        if error.is_parse() {
            return HttpError::Malformed { reason: reason(error) };
        }
        if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
            return HttpError::ClosedEarly;
        }
        HttpError::Other { reason: reason(error) }
    }

    fn of_http2(error: &h2::Error) -> HttpError {
        match error.get_io() {
            Some(io) => HttpError::of_io(io),
            None if error.is_remote() && error.is_reset() => HttpError::Reset,
            None if error.is_remote() => HttpError::ClosedEarly,
            None if error.is_library() => HttpError::Malformed { reason: error.to_string() },
            None => HttpError::Other { reason: error.to_string() },
        }
    }
}

/// An error with its innermost cause, which is the one that says something.
fn reason(error: &hyper::Error) -> String {
    match causes(error).last() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

fn io_cause(error: &hyper::Error) -> Option<&io::Error> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

fn causes(error: &hyper::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(error.source(), |cause| (**cause).source())
}

fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}
