//! What is sent.

use std::fmt::{self, Debug};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::http::response::Parts;
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Uri};
use plimsoll_load::{Context, Operation, Outcome, op};
use plimsoll_metrics::{Clock, Timeline};
use plimsoll_model::{CustomMetricKind, Secret};
use serde::Serialize;

use crate::client::{Inner, header};
use crate::connection::{Outgoing, Take};
use crate::exchange::Stopwatch;
use crate::response::{COMPRESSED, Kept};
use crate::{Client, HttpError, Response, Timing, Version};

/// A request that can be sent again and again. What is wrong with it is the failure of each time it is sent.
#[derive(Clone)]
pub struct Request {
    client: Arc<Inner>,
    method: Method,
    /// As it goes out: a path, or with HTTP/2 the whole address.
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    /// What errors call it.
    called: Option<Arc<str>>,
    mistake: Option<String>,
}

impl Request {
    pub(crate) fn new(client: &Client, method: Method, path: &str) -> Request {
        let client = Arc::clone(&client.inner);
        let (uri, mistake) = match uri(&client, path) {
            Ok(uri) => (uri, None),
            Err(HttpError::Invalid { reason }) => (Uri::default(), Some(reason)),
            Err(error) => (Uri::default(), Some(error.to_string())),
        };
        let headers = client.headers.clone();
        Request { client, method, uri, headers, body: Bytes::new(), called: None, mistake }
    }

    /// With a header, in place of one of the same name. Its value is shown nowhere.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Request {
        match header(name, value) {
            Ok((name, value)) => drop(self.headers.insert(name, value)),
            Err(mistake) => drop(self.mistake.get_or_insert(mistake)),
        }
        self
    }

    /// With a bearer token.
    #[must_use]
    pub fn bearer(self, token: &Secret<String>) -> Request {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {}", token.expose()))
    }

    /// With a body.
    #[must_use]
    pub fn body(self, body: impl Into<Bytes>) -> Request {
        Request { body: body.into(), ..self }
    }

    /// With a body in JSON, and the header that says so.
    #[must_use]
    pub fn json(mut self, value: &impl Serialize) -> Request {
        match serde_json::to_vec(value) {
            Ok(body) => {
                self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                self.body(body)
            }
            Err(error) => {
                self.mistake.get_or_insert(format!("the body cannot be written as JSON: {error}"));
                self
            }
        }
    }

    /// What errors call it, in place of its method and path: where a path is made of data that nobody should see.
    #[must_use]
    pub fn called(self, name: impl Into<Arc<str>>) -> Request {
        Request { called: Some(name.into()), ..self }
    }

    /// As an operation of a load, which goes well unless there is a fault or the status is 4xx or 5xx. The body is
    /// counted and not kept.
    #[must_use]
    pub fn operation(self, name: impl Into<String>) -> Operation {
        let request = Arc::new(self);
        let may_compress = request.headers.contains_key(ACCEPT_ENCODING);
        let send = move |cx: Context| {
            let request = Arc::clone(&request);
            // The clock was read when the operation started, and nothing has happened since.
            async move { request.judged(cx.user(), Stopwatch { start: cx.start(), now: || cx.now() }).await }
        };
        let operation = op(name, send).steps(STEPS);
        if may_compress { operation.metric(CustomMetricKind::Rate, COMPRESSED) } else { operation }
    }

    /// Sends it within an operation of one's own, and is its whole outcome; the body is counted and not kept.
    pub async fn run(&self, cx: &Context) -> Outcome {
        self.judged(cx.user(), Stopwatch::start(|| cx.now())).await
    }

    async fn judged(&self, user: u64, stopwatch: Stopwatch<impl Fn() -> Duration>) -> Outcome {
        match self.carried(user, &stopwatch, |_| Ok(()), |parts| parts.status).await {
            Ok((status, timing)) => timing.judged(|| self.what(), status),
            Err(error) => error.outcome(),
        }
    }

    /// Sends it within an operation of one's own, and keeps the whole answer: for a token, a check, the next
    /// request.
    ///
    /// ```no_run
    /// use plimsoll_http::{Client, HttpError, Response};
    /// use plimsoll_load::{Context, Failure, op};
    /// use plimsoll_model::Secret;
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Session { token: String }
    ///
    /// async fn visit(client: &Client, cx: &Context) -> Result<Response, HttpError> {
    ///     let login = client.post("/login").json(&serde_json::json!({"user": cx.user()}));
    ///     let session: Session = login.send(cx).await?.good()?.json()?;
    ///     client.get("/query").bearer(&Secret::new(session.token)).send(cx).await?.good()
    /// }
    ///
    /// # let client = Client::builder("http://localhost").build().unwrap();
    /// let operation = op("visit", move |cx| {
    ///     let client = client.clone();
    ///     async move { visit(&client, &cx).await.map_err(|error| error.failure()) }
    /// });
    /// ```
    ///
    /// # Errors
    /// When there is no whole answer, or its body is longer than 64 MiB or wrongly compressed. 4xx and 5xx are
    /// answers: see [`Response::good`].
    pub async fn send(&self, cx: &Context) -> Result<Response, HttpError> {
        self.exchange(cx.user(), || cx.now()).await
    }

    /// Sends it outside of a load: to log in before it, or to ask whether the service is there.
    ///
    /// # Errors
    /// As [`Request::send`].
    pub async fn send_once(&self) -> Result<Response, HttpError> {
        /// No user has this number.
        const NOBODY: u64 = u64::MAX;
        let timeline = Timeline::start(Clock::System);
        self.exchange(NOBODY, || Duration::from_nanos(timeline.now())).await
    }

    async fn exchange(&self, user: u64, now: impl Fn() -> Duration) -> Result<Response, HttpError> {
        let mut kept = Kept::default();
        let all = |parts: &mut Parts| (parts.status, std::mem::take(&mut parts.headers));
        let answer = self.carried(user, &Stopwatch::start(now), |piece| kept.push(&piece), all).await?;
        let ((status, headers), timing) = answer;
        Response::new(self.what(), status, headers, kept, timing)
    }

    async fn carried<A>(
        &self,
        user: u64,
        stopwatch: &Stopwatch<impl Fn() -> Duration>,
        take: impl Take,
        keep: impl FnOnce(&mut Parts) -> A,
    ) -> Result<(A, Timing), HttpError> {
        if let Some(mistake) = &self.mistake {
            return Err(HttpError::Invalid { reason: mistake.clone() });
        }
        let may_compress = self.headers.contains_key(ACCEPT_ENCODING);
        let keep = |parts: &mut Parts| {
            (may_compress.then(|| parts.headers.contains_key(CONTENT_ENCODING)), keep(parts))
        };
        let make = |headers| self.outgoing(headers);
        let ((compressed, kept), timing) =
            self.client.carrier.carry(user, stopwatch, make, take, keep).await?;
        Ok((kept, Timing { compressed, ..timing }))
    }

    fn outgoing(&self, mut headers: HeaderMap) -> Outgoing {
        headers.extend(self.headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        let mut request = Outgoing::new(Full::new(self.body.clone()));
        request.method_mut().clone_from(&self.method);
        request.uri_mut().clone_from(&self.uri);
        *request.headers_mut() = headers;
        request
    }

    /// What it is called, or method and path, without the query.
    fn what(&self) -> String {
        match &self.called {
            Some(name) => name.to_string(),
            None => format!("{} {}", self.method, self.uri.path()),
        }
    }
}

impl Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("what", &self.what()).finish_non_exhaustive()
    }
}

/// What every request reports of itself.
const STEPS: [&str; 3] = ["connect", "first_byte", "total"];

fn uri(client: &Inner, path: &str) -> Result<Uri, HttpError> {
    let target = client.carrier.target();
    let path: PathAndQuery = target.path(path)?;
    match client.version {
        Version::Http1 => Ok(Uri::from(path)),
        Version::Http2 => target.absolute(path),
    }
}
