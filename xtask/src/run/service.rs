//! The service under load: whether it is up, and where it is ours, its process.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, ensure};
use plimsoll::model::redact_url;
use plimsoll::resources::{Answer, Probe};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::example::Example;

/// A service that is up.
pub(super) struct Service {
    url: String,
    /// Where it is ours; it ends when this is dropped.
    process: Option<Child>,
}

impl Service {
    /// One that runs somewhere.
    pub(super) async fn at(url: &str) -> anyhow::Result<Service> {
        up(url, &probe(url)?).await?;
        Ok(Service { url: url.to_owned(), process: None })
    }

    /// The one that http-load has built in, in a process of its own.
    pub(super) async fn built_in(http_load: &Example) -> anyhow::Result<Service> {
        let mut command = Command::new(http_load.program());
        command.arg("--serve").stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        // Ctrl-C is for this program, which ends it.
        #[cfg(unix)]
        command.process_group(0);
        let mut process = command.spawn().context("the built-in service cannot be started")?;
        let output = process.stdout.take().context("the standard output was asked for")?;
        let url = BufReader::new(output).lines().next_line().await?;
        let url = url.context("the built-in service ended before it listened")?;
        let health = format!("{url}/health").parse().map_err(anyhow::Error::msg)?;
        up(&url, &health).await?;
        Ok(Service { url, process: Some(process) })
    }

    /// The flags by which http-load finds it, and what is sampled beside the load.
    pub(super) fn flags(&self) -> Vec<String> {
        let (flag, sample) = match self.process.as_ref().and_then(Child::id) {
            Some(id) => ("--service", format!("host,process:{id}")),
            None if self.process.is_some() => ("--service", "host".to_owned()),
            None => ("--url", "host".to_owned()),
        };
        vec![flag.to_owned(), self.url.clone(), "--sample".to_owned(), sample]
    }

    /// As results show it.
    pub(super) fn shown(&self) -> String {
        if self.process.is_some() { "built-in".to_owned() } else { redact_url(&self.url) }
    }
}

/// What is asked whether it is up: the address itself, or where that is not plain HTTP, whether somebody listens.
fn probe(url: &str) -> anyhow::Result<Probe> {
    let (scheme, rest) = url.split_once("://").with_context(|| not_an_address(url))?;
    let port = match scheme {
        "http" => return url.parse().map_err(anyhow::Error::msg),
        "https" | "wss" => 443,
        "ws" => 80,
        _ => anyhow::bail!(not_an_address(url)),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    let place = authority.rsplit_once('@').map_or(authority, |(_, place)| place);
    let has_port = place.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
    let place = if has_port { place.to_owned() } else { format!("{place}:{port}") };
    place.parse().map_err(anyhow::Error::msg)
}

fn not_an_address(url: &str) -> String {
    format!("{:?} is no address; expected http://, https://, ws:// or wss://", redact_url(url))
}

async fn up(url: &str, probe: &Probe) -> anyhow::Result<()> {
    /// How long a service has for its answer.
    const PATIENCE: Duration = Duration::from_secs(2);
    let Answer { is_up, found } = probe.ask(PATIENCE).await;
    ensure!(is_up, "{} is not up: {found}", redact_url(url));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_plain_http_is_asked_whether_somebody_listens() {
        let asked = |url: &str| probe(url).map(|probe| probe.to_string());
        assert_eq!(asked("https://user:pass@host/path?a=b").unwrap(), "host:443");
        assert_eq!(asked("wss://host:8443/echo").unwrap(), "host:8443");
        assert_eq!(asked("http://host:8080/health").unwrap(), "http://host:8080/health");
        assert!(asked("host:8080").is_err() && asked("ftp://host").is_err());
    }
}
