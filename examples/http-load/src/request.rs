//! The load on any address: one request, or one message, again and again.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use plimsoll::http::{Client, Method, Request, Version, WebSocket};
use plimsoll::model::{PlanError, Secret, redact_url};
use plimsoll::{Context, CustomMetricKind, Load, Operation, Outcome, Profile, op, secs};

use crate::data::{Data, Filling, RowOrder, Template};

/// What is sent, and where.
#[derive(Debug, Clone, clap::Args)]
#[command(about = None, long_about = None, next_help_heading = "Request")]
pub struct RequestFlags {
    /// Where to send requests: http://, https://, or messages: ws://, wss:// [default: a service that is built in]
    #[arg(long, value_name = "URL", value_parser = secret)]
    pub url: Option<Secret<String>>,

    /// The method of the request [default: GET, or POST with a body]
    #[arg(long, value_name = "METHOD", requires = "url")]
    pub method: Option<Method>,

    /// A header of the request, such as "accept: text/html"; may be given several times; its value is shown nowhere
    #[arg(long, value_name = "NAME: VALUE", value_parser = secret)]
    pub header: Vec<Secret<String>>,

    /// Sends the token that this environment variable holds, as Authorization: Bearer
    #[arg(long, value_name = "VARIABLE", requires = "url")]
    pub token_env: Option<String>,

    /// Sends what is in this file
    #[arg(long, value_name = "FILE", requires = "url")]
    pub body_file: Option<PathBuf>,

    /// What the body is, such as application/json
    #[arg(long, value_name = "TYPE", requires = "body_file")]
    pub content_type: Option<String>,

    /// Fills {column} in path, query and body with the rows of this file: CSV with a header, or JSON lines
    #[arg(long, value_name = "FILE", requires = "url")]
    pub data: Option<PathBuf>,

    /// In which order its rows come
    #[arg(long, value_name = "ORDER", default_value = "sequential", requires = "data")]
    pub data_order: RowOrder,

    /// Most connections, shared by all [default: one for each user, or as many as requests at the same time]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub connections: Option<u32>,

    /// Speaks HTTP/2; without TLS the service has to know
    #[arg(long)]
    pub http2: bool,

    /// Lets the service compress what it answers
    #[arg(long)]
    pub gzip: bool,

    /// Trusts the certificates in this file as well, in PEM
    #[arg(long, value_name = "FILE", requires = "url")]
    pub ca: Option<PathBuf>,
}

/// Takes a text as it is: what is wrong with it is said later, by somebody who hides what is secret in it.
fn secret(text: &str) -> Result<Secret<String>, std::convert::Infallible> {
    Ok(Secret::new(text.to_owned()))
}

impl RequestFlags {
    /// A client of an address with everything that the flags say, for a load of users or one of a rate.
    ///
    /// # Errors
    /// When the address, a header, the token's variable or a file cannot be used.
    pub fn client(&self, url: &str, is_open: bool) -> anyhow::Result<Client> {
        let mut builder = Client::builder(url);
        builder = match self.connections {
            Some(connections) => builder.pooled(connections as usize),
            None if is_open || self.http2 => builder,
            None => builder.per_user(),
        };
        if self.http2 {
            builder = builder.version(Version::Http2);
        }
        if self.gzip {
            builder = builder.gzip();
        }
        for (name, value) in self.headers()? {
            builder = builder.header(&name, value.expose());
        }
        if let Some(pem) = self.certificates()? {
            builder = builder.trust(pem);
        }
        Ok(builder.build()?)
    }

    /// The load on an address, without its phases.
    ///
    /// # Errors
    /// As [`RequestFlags::client`].
    pub fn load(&self, url: &str, is_open: bool) -> anyhow::Result<Load> {
        let is_socket = ["ws://", "wss://"].iter().any(|scheme| url.starts_with(scheme));
        let operation = if is_socket { self.round_trip(url)? } else { self.request(url, is_open)? };
        let load = Load::new(shown(url)).operation(operation).parameter("url", shown(url));
        let load = load.parameter("http", if self.http2 { "2" } else { "1.1" });
        let load = match &self.data {
            Some(path) => load.parameter("data", path.display()),
            None => load,
        };
        Ok(match self.connections {
            Some(connections) => load.parameter("connections", connections),
            None => load,
        })
    }

    fn request(&self, url: &str, is_open: bool) -> anyhow::Result<Operation> {
        let body = self.body()?;
        let method = self.method.clone().unwrap_or(if body.is_some() { Method::POST } else { Method::GET });
        let Some(data) = self.rows()? else {
            let request = typed(self.client(url, is_open)?.request(method, ""), self.content_type.as_deref());
            return Ok(body.into_iter().fold(request, Request::body).operation("request"));
        };
        let (place, path) = split(url);
        let client = self.client(place, is_open)?;
        let path = Template::new(path, Filling::Address);
        let body = body.map(|body| self.template(body)).transpose()?;
        let gaps = std::iter::once(&path).chain(&body);
        gaps.clone().try_for_each(|template| data.can_fill(template))?;
        let names = gaps.flat_map(Template::columns).count();
        ensure!(names > 0, "--data has no {{column}} to fill in the path, the query or the body");
        let content_type = self.content_type.clone();
        // What is in the rows is nobody's business: errors show the gaps.
        let name: Arc<str> = format!("{method} {path}").into();
        let send = move |cx: Context| {
            let request = data.row(&cx).map(|row| {
                let request = client.request(method.clone(), &path.fill(&row)).called(Arc::clone(&name));
                let request = typed(request, content_type.as_deref());
                body.iter().fold(request, |request, body| request.body(body.fill(&row)))
            });
            async move {
                match request {
                    Ok(request) => request.run(&cx).await,
                    Err(out) => Outcome::fail("out of data", out.to_string()),
                }
            }
        };
        let operation = op("request", send).steps(["connect", "first_byte", "total"]);
        let rate = CustomMetricKind::Rate;
        Ok(if self.gzip { operation.metric(rate, "compressed") } else { operation })
    }

    fn rows(&self) -> anyhow::Result<Option<Data>> {
        self.data.as_deref().map(|path| Data::open(path, self.data_order)).transpose()
    }

    /// A body with gaps.
    fn template(&self, body: Vec<u8>) -> anyhow::Result<Template> {
        let text =
            String::from_utf8(body).context("the body in --body-file is no text that rows could fill")?;
        let is_json = self.content_type.as_deref().is_some_and(|of| of.contains("json"));
        Ok(Template::new(&text, if is_json { Filling::Json } else { Filling::Plain }))
    }

    fn round_trip(&self, url: &str) -> anyhow::Result<Operation> {
        let given = [
            ("--method", self.method.is_some()),
            ("--connections", self.connections.is_some()),
            ("--http2", self.http2),
            ("--gzip", self.gzip),
            ("--data", self.data.is_some()),
        ];
        if let Some((flag, _)) = given.iter().find(|(_, is_given)| *is_given) {
            bail!("{flag} is for http:// and https://, not for a WebSocket");
        }
        let mut builder = WebSocket::builder(url);
        for (name, value) in self.headers()? {
            builder = builder.header(&name, value.expose());
        }
        if let Some(pem) = self.certificates()? {
            builder = builder.trust(pem);
        }
        let text = match self.body()? {
            Some(body) => String::from_utf8(body).context("the message in --body-file is no text")?,
            None => "ping".to_owned(),
        };
        Ok(builder.build()?.round_trip("round_trip", text))
    }

    /// The headers that are asked for, the token among them.
    fn headers(&self) -> anyhow::Result<Vec<(String, Secret<String>)>> {
        let split = |(index, header): (usize, &Secret<String>)| {
            let (name, value) = header.expose().split_once(':').with_context(|| {
                format!("header {} of the command line has no colon; expected \"name: value\"", index + 1)
            })?;
            Ok((name.trim().to_owned(), Secret::new(value.trim().to_owned())))
        };
        let token = self.token()?;
        let bearer = token
            .map(|token| ("authorization".to_owned(), Secret::new(format!("Bearer {}", token.expose()))));
        self.header.iter().enumerate().map(split).chain(bearer.map(Ok)).collect()
    }

    fn token(&self) -> anyhow::Result<Option<Secret<String>>> {
        let Some(variable) = &self.token_env else { return Ok(None) };
        // The name is not repeated: it may be the token itself, given in the place of its variable.
        let token = std::env::var(variable).ok().filter(|token| !token.is_empty());
        let token = token.context(
            "--token-env: no such variable, or nothing in it that is text; expected the name of one that holds the token",
        )?;
        Ok(Some(Secret::new(token)))
    }

    fn body(&self) -> anyhow::Result<Option<Vec<u8>>> {
        self.body_file.as_deref().map(read).transpose()
    }

    fn certificates(&self) -> anyhow::Result<Option<Vec<u8>>> {
        self.ca.as_deref().map(read).transpose()
    }
}

fn read(path: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

fn typed(request: Request, content_type: Option<&str>) -> Request {
    match content_type {
        Some(content_type) => request.header("content-type", content_type),
        None => request,
    }
}

/// An address up to its path, and path and query.
fn split(url: &str) -> (&str, &str) {
    let begin = url.find("://").map_or(0, |scheme| scheme + 3);
    let path = url[begin..].find(['/', '?']).map_or(url.len(), |path| begin + path);
    url.split_at(path)
}

/// An address as a result shows it.
#[must_use]
pub fn shown(url: &str) -> String {
    redact_url(url)
}

/// What is offered unless flags say otherwise: ten users for ten seconds.
///
/// # Errors
/// None: the profile is valid.
pub fn offered() -> Result<Profile, PlanError> {
    Profile::users(10, secs(10))
}
