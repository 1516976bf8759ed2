//! What requests are sent through.

use std::fmt::{self, Debug, Display};
use std::sync::Arc;

use hyper::Method;
use hyper::header::{ACCEPT_ENCODING, AUTHORIZATION, HOST, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use plimsoll_model::Secret;

use crate::exchange::Carrier;
use crate::pool::Sharing;
use crate::target::Target;
use crate::{Request, tls};

/// Connections to one service, and what every request to it has.
///
/// Cheap to clone; clones share their connections. See the [crate](crate#connections) for how many there are.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) carrier: Carrier,
    pub(crate) version: Version,
    pub(crate) headers: HeaderMap,
}

/// A version of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Version {
    /// HTTP/1.1: one request after the other on a connection.
    #[default]
    Http1,
    /// HTTP/2: many at the same time on a connection. Without TLS the server has to know.
    Http2,
}

impl Client {
    /// Begins a client of the service at an address: `http://host:port`, `https://host/path`. What stands before
    /// an `@` in it becomes the header `Authorization`.
    pub fn builder(url: &str) -> ClientBuilder {
        ClientBuilder {
            target: Target::parse(url, ["http", "https"]),
            sharing: Sharing::AsNeeded,
            version: Version::default(),
            headers: Vec::new(),
            trusted: Vec::new(),
        }
    }

    /// A request with method GET. The path follows on that of the address; empty is the address itself, query
    /// included.
    #[must_use]
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// A request with method POST; otherwise as [`Client::get`].
    #[must_use]
    pub fn post(&self, path: &str) -> Request {
        self.request(Method::POST, path)
    }

    /// A request with any method; otherwise as [`Client::get`].
    #[must_use]
    pub fn request(&self, method: Method, path: &str) -> Request {
        Request::new(self, method, path)
    }
}

impl Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.inner.carrier.target().place();
        f.debug_struct("Client").field("place", &place).field("version", &self.inner.version).finish()
    }
}

/// A [`Client`] to be. Mistakes are kept until [`ClientBuilder::build`].
#[must_use = "a builder does nothing until it is built"]
pub struct ClientBuilder {
    target: Result<Target, SetupError>,
    sharing: Sharing,
    version: Version,
    headers: Vec<(String, Secret<String>)>,
    trusted: Vec<Vec<u8>>,
}

impl ClientBuilder {
    /// At most so many connections, at least one. An operation that finds all of them
    /// at work waits; with HTTP/2 there is always room, and there are so many for each thread of the load's own.
    pub fn pooled(self, connections: usize) -> ClientBuilder {
        ClientBuilder { sharing: Sharing::Pooled(connections.max(1)), ..self }
    }

    /// A connection for each user of a closed model, which it keeps while it thinks. Without users it would be one for
    /// each request, all of which stay open.
    pub fn per_user(self) -> ClientBuilder {
        ClientBuilder { sharing: Sharing::PerUser, ..self }
    }

    /// The version of HTTP: 1.1 unless said otherwise.
    pub fn version(self, version: Version) -> ClientBuilder {
        ClientBuilder { version, ..self }
    }

    /// A header of every request. Its value is shown nowhere.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> ClientBuilder {
        self.headers.push((name.to_owned(), Secret::new(value.into())));
        self
    }

    /// A bearer token in every request.
    pub fn bearer(self, token: &Secret<String>) -> ClientBuilder {
        self.header(AUTHORIZATION.as_str(), format!("Bearer {}", token.expose()))
    }

    /// Lets the service compress what it answers. Bytes are counted as received; who looks at a body sees it
    /// uncompressed. Whether the service does is the rate `compressed` of each operation: `rate.compressed > 99%`.
    pub fn gzip(self) -> ClientBuilder {
        self.header(ACCEPT_ENCODING.as_str(), "gzip")
    }

    /// Trusts these certificates as well, in PEM, beside those that the machine trusts.
    pub fn trust(mut self, pem: impl Into<Vec<u8>>) -> ClientBuilder {
        self.trusted.push(pem.into());
        self
    }

    /// The client. Nothing is connected to yet.
    ///
    /// # Errors
    /// When the address, a header or a certificate cannot be used. No value of a header is in the error.
    pub fn build(self) -> Result<Client, SetupError> {
        let target = self.target?;
        let headers = headers(&target, self.version, &self.headers)?;
        let protocol: &[u8] = match self.version {
            Version::Http1 => b"http/1.1",
            Version::Http2 => b"h2",
        };
        let tls = if target.is_tls { Some(tls::connector(&self.trusted, protocol)?) } else { None };
        let carrier = Carrier::new(target, tls, self.version, self.sharing);
        Ok(Client { inner: Arc::new(Inner { carrier, version: self.version, headers }) })
    }
}

impl Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.target.as_ref().map(Target::place);
        f.debug_struct("ClientBuilder").field("place", &place).finish_non_exhaustive()
    }
}

fn headers(
    target: &Target,
    version: Version,
    given: &[(String, Secret<String>)],
) -> Result<HeaderMap, SetupError> {
    let mut headers = HeaderMap::new();
    if version == Version::Http1 {
        let host = HeaderValue::from_str(target.authority.as_str());
        headers.insert(HOST, host.expect("an authority is visible ASCII"));
    }
    headers.insert(USER_AGENT, HeaderValue::from_static(concat!("plimsoll/", env!("CARGO_PKG_VERSION"))));
    if let Some(authorization) = &target.authorization {
        headers.insert(AUTHORIZATION, authorization.clone());
    }
    for (name, value) in given {
        let (name, value) = header(name, value.expose()).map_err(SetupError::new)?;
        headers.insert(name, value);
    }
    Ok(headers)
}

/// A header, or why it cannot be one; its value is not in the reason.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let known: HeaderName = name
        .parse()
        .map_err(|_| format!("{name:?} is no name of a header; expected letters, digits and hyphens"))?;
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        format!(
            "the value of the header {known} cannot be sent; expected no line breaks or control characters"
        )
    })?;
    value.set_sensitive(true);
    Ok((known, value))
}

/// Why a client cannot be made of what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetupError {
    message: String,
}

impl SetupError {
    pub(crate) fn new(message: impl Into<String>) -> SetupError {
        SetupError { message: message.into() }
    }
}

impl Display for SetupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SetupError {}
