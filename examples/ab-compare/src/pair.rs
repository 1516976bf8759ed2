//! What stands on the two sides.

use std::fmt::{self, Display};
use std::num::NonZeroU32;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, ensure};
use plimsoll::http::{CircuitBreaker, Client, WebSocket};
use plimsoll::model::{read, redact_url};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::service::{Kind, System};

/// One side, as it is asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Contestant {
    /// A built-in system, and how much work a search in it is.
    BuiltIn(Kind, f64),
    /// A system that runs somewhere.
    Elsewhere(Place),
}

/// Two systems that run somewhere, from a YAML file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairFile {
    /// The baseline.
    pub a: Place,
    /// The candidate.
    pub b: Place,
}

/// Where a system is, and how to speak to it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Where its routes are: `http://host:port`.
    pub base_url: String,
    /// Where its WebSocket is: `ws://host:port/echo`.
    pub websocket_url: String,
    /// Most connections, shared by all users.
    #[serde(default = "twenty")]
    pub connection_pool_size: usize,
    /// Whether it may compress what it answers over HTTP, by gzip. Messages of its WebSocket go uncompressed.
    #[serde(default)]
    pub compression: bool,
    /// When it is not asked for a while; it always is, unless said otherwise.
    #[serde(default)]
    pub circuit_breaker: Option<Breaker>,
}

/// When a system is not asked for a while.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breaker {
    /// After so many calls in a row that failed.
    pub failures: NonZeroU32,
    /// For how long.
    #[serde(deserialize_with = "length")]
    pub open_for: Duration,
}

impl Display for Breaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "open for {:?} after {} failures", self.open_for, self.failures)
    }
}

fn length<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    plimsoll_cli::length(&text).map_err(|expected| D::Error::custom(format!("{text:?}: {expected}")))
}

fn twenty() -> usize {
    20
}

impl PairFile {
    /// Reads the file.
    ///
    /// # Errors
    /// When it cannot be read, or says something else; the error names the line.
    pub fn read(path: &Path) -> anyhow::Result<PairFile> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(|| format!("{name} cannot be read"))?;
        let file: PairFile = read::yaml(&name, &text)?;
        for (side, place) in [("a", &file.a), ("b", &file.b)] {
            ensure!(
                place.connection_pool_size > 0,
                "{name}: {side}: connection_pool_size is 0; expected 1 or more"
            );
            place.clients().with_context(|| format!("{name}: {side}"))?;
        }
        Ok(file)
    }
}

impl Place {
    fn clients(&self) -> anyhow::Result<(Client, WebSocket)> {
        let builder = Client::builder(&self.base_url).pooled(self.connection_pool_size);
        let builder = if self.compression { builder.gzip() } else { builder };
        Ok((builder.build()?, WebSocket::builder(&self.websocket_url).build()?))
    }
}

/// A side that is ready for its load.
#[derive(Debug)]
pub struct Ready {
    /// For its routes.
    pub client: Client,
    /// For its WebSocket.
    pub socket: WebSocket,
    /// Whether answers may be compressed.
    pub compression: bool,
    /// For both, where there is one.
    pub breaker: Option<CircuitBreaker>,
    /// The processes, where they are ours.
    pub system: Option<System>,
}

impl Contestant {
    /// What reports call it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Contestant::BuiltIn(kind, looks) if *looks > 1.0 => {
                format!("{kind}, search slowed down by {:.0}%", 100.0 * (looks - 1.0))
            }
            Contestant::BuiltIn(kind, _) => kind.to_string(),
            Contestant::Elsewhere(place) => redact_url(&place.base_url),
        }
    }

    /// Whether it may compress what it answers.
    #[must_use]
    pub fn compression(&self) -> bool {
        matches!(self, Contestant::Elsewhere(Place { compression: true, .. }))
    }

    /// When it is not asked for a while.
    #[must_use]
    pub fn breaker(&self) -> Option<Breaker> {
        match self {
            Contestant::BuiltIn(..) => None,
            Contestant::Elsewhere(place) => place.circuit_breaker,
        }
    }

    /// Starts it, where it does not run already.
    ///
    /// # Errors
    /// When it cannot be started, or its address is none.
    pub async fn prepare(&self) -> anyhow::Result<Ready> {
        match self {
            Contestant::Elsewhere(place) => {
                let (client, socket) = place.clients()?;
                let breaker = self.breaker().map(|it| CircuitBreaker::new(it.failures, it.open_for));
                Ok(Ready { client, socket, compression: place.compression, breaker, system: None })
            }
            Contestant::BuiltIn(kind, looks) => {
                let system = System::start(*kind, *looks).await?;
                let client = Client::builder(system.url()).pooled(twenty()).build()?;
                let socket = format!("{}/echo", system.url().replacen("http", "ws", 1));
                let socket = WebSocket::builder(&socket).build()?;
                Ok(Ready { client, socket, compression: false, breaker: None, system: Some(system) })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn read_text(text: &str) -> anyhow::Result<PairFile> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        PairFile::read(file.path())
    }

    #[test]
    fn a_file_names_two_systems() {
        let text = "a: {base_url: 'http://h:1', websocket_url: 'ws://h:1/echo', compression: true}\n\
                    b:\n  base_url: http://h:2\n  websocket_url: ws://h:2/echo\n  connection_pool_size: 10\n  \
                    circuit_breaker: {failures: 5, open_for: 500ms}\n";
        let file = read_text(text).unwrap();
        let breaker = file.b.circuit_breaker.unwrap();
        assert_eq!((breaker.failures.get(), breaker.open_for), (5, Duration::from_millis(500)));
        assert_eq!(file.a.circuit_breaker, None);
        assert_eq!((file.a.connection_pool_size, file.a.compression), (20, true));
        assert_eq!((file.b.connection_pool_size, file.b.compression), (10, false));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let side = "{base_url: 'http://h', websocket_url: 'ws://h'}";
        let with = |more: &str| side.replace('}', &format!(", {more}}}"));
        for text in [
            format!("a: {side}\nb: {}\n", with("circuit_breaker: {failures: 0, open_for: 1s}")),
            format!("a: {side}\nb: {}\n", with("circuit_breaker: {failures: 3, open_for: 0s}")),
            format!("a: {side}\nb: {}\n", with("circuit_breaker: {failures: 3, open_for: 5}")),
            format!("a: {side}\nb: {}\n", with("circuit_breaker: {failures: 3}")),
            format!("a: {side}\n"),
            format!("a: {side}\nb: {side}\nc: {side}\n"),
            format!("a: {side}\nb: {{base_url: 'ftp://h', websocket_url: 'ws://h'}}\n"),
            format!(
                "a: {side}\nb: {{base_url: 'http://h', websocket_url: 'ws://h', connection_pool_size: 0}}\n"
            ),
        ] {
            assert!(read_text(&text).is_err(), "{text}");
        }
    }
}
