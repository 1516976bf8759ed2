//! What stands on the two sides.

use std::path::Path;

use anyhow::{Context, ensure};
use plimsoll::http::{Client, WebSocket};
use plimsoll::model::{read, redact_url};
use serde::Deserialize;

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
    /// Whether it may compress what it answers over HTTP.
    #[serde(default)]
    pub compression: bool,
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

    /// Starts it, where it does not run already.
    ///
    /// # Errors
    /// When it cannot be started, or its address is none.
    pub async fn prepare(&self) -> anyhow::Result<Ready> {
        match self {
            Contestant::Elsewhere(place) => {
                let (client, socket) = place.clients()?;
                Ok(Ready { client, socket, system: None })
            }
            Contestant::BuiltIn(kind, looks) => {
                let system = System::start(*kind, *looks).await?;
                let client = Client::builder(system.url()).pooled(twenty()).build()?;
                let socket = format!("{}/echo", system.url().replacen("http", "ws", 1));
                let socket = WebSocket::builder(&socket).build()?;
                Ok(Ready { client, socket, system: Some(system) })
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
                    b: {base_url: 'http://h:2', websocket_url: 'ws://h:2/echo', connection_pool_size: 10}\n";
        let file = read_text(text).unwrap();
        assert_eq!((file.a.connection_pool_size, file.a.compression), (20, true));
        assert_eq!((file.b.connection_pool_size, file.b.compression), (10, false));
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        let side = "{base_url: 'http://h', websocket_url: 'ws://h'}";
        for text in [
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
