//! The connection to a Docker engine: one request at a time, with errors that say what to do.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error;
use bollard::models::{ContainerInspectResponse, ContainerStatsResponse, EventMessage, SystemInfo};
use bollard::query_parameters::{
    EventsOptionsBuilder, ListContainersOptionsBuilder, ListVolumesOptionsBuilder, LogsOptionsBuilder,
    StatsOptionsBuilder,
};
use futures_util::{Stream, StreamExt};
use plimsoll_metrics::Clock;
use plimsoll_model::redact_url;

use crate::container::since_epoch_ns;

/// How long an engine may think about one request. The sampler's own limit is mostly shorter.
const TIMEOUT: Duration = Duration::from_secs(5);

/// What happens to a container that a result should tell. Health comes as `health_status: healthy`.
const ACTIONS: [&str; 8] = ["oom", "die", "start", "health_status", "update", "pause", "unpause", "destroy"];

/// An engine that has answered.
#[derive(Debug, Clone)]
pub(super) struct Engine {
    docker: Docker,
    address: String,
    pub(super) host: Host,
}

/// The machine of an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Host {
    pub(super) cores: Option<u64>,
    pub(super) memory_bytes: Option<u64>,
    /// By how much its clock is ahead of ours.
    pub(super) ahead_ns: i128,
}

/// Why an engine did not do what it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It has no such container.
    Unknown,
    /// It did not answer, or said no: one line for people.
    Unavailable(String),
}

impl Engine {
    /// Connects to an engine: the one at an address, or the one that `DOCKER_HOST` names, or this machine's.
    pub(super) async fn connect(address: Option<&str>) -> Result<Engine, Refusal> {
        let name = address.map_or_else(|| "the Docker engine".to_owned(), redact_url);
        let told = |error: &Error| Refusal::of(&name, error);
        let docker = match address {
            Some(address) => Docker::connect_with_host(address),
            None => Docker::connect_with_defaults(),
        };
        let docker = docker.map_err(|error| told(&error))?.with_timeout(TIMEOUT);
        let docker = docker.negotiate_version().await.map_err(|error| told(&error))?;
        let asked_ns = wall_ns();
        let info = docker.info().await.map_err(|error| told(&error))?;
        let host = Host::of(&info, asked_ns, wall_ns());
        Ok(Engine { docker, address: name, host })
    }

    /// The counters of a container now.
    pub(super) async fn stats(&self, name: &str) -> Result<ContainerStatsResponse, Refusal> {
        // Not the stream, which beats at its own second and asks one container after the other; and not
        // without `one-shot`, which takes two seconds to answer.
        let options = StatsOptionsBuilder::default().stream(false).one_shot(true).build();
        let mut answers = Box::pin(self.docker.stats(name, Some(options)));
        match answers.next().await {
            Some(answer) => answer.map_err(|error| self.refusal(&error)),
            None => Err(Refusal::Unavailable(format!("{} answered nothing", self.address))),
        }
    }

    /// The container's life and limits.
    pub(super) async fn inspect(&self, name: &str) -> Result<ContainerInspectResponse, Refusal> {
        self.docker.inspect_container(name, None).await.map_err(|error| self.refusal(&error))
    }

    /// What happens to a container from a time on; what the engine still remembers of it comes first.
    pub(super) fn events(
        &self,
        name: &str,
        since_ns: u64,
    ) -> impl Stream<Item = EventMessage> + Send + use<> {
        let filters = HashMap::from([
            ("container", vec![name]),
            ("type", vec!["container"]),
            ("event", ACTIONS.to_vec()),
        ]);
        let since = format!("{}.{:09}", since_ns / 1_000_000_000, since_ns % 1_000_000_000);
        let options = EventsOptionsBuilder::default().since(&since).filters(&filters).build();
        // What ends it is for the next reading to find out.
        self.docker
            .clone()
            .events(Some(options))
            .take_while(|event| std::future::ready(event.is_ok()))
            .filter_map(|event| std::future::ready(event.ok()))
    }

    /// Names and labels of all containers with a label, running or not.
    pub(super) async fn containers(
        &self,
        label: &str,
    ) -> Result<Vec<(String, HashMap<String, String>)>, Refusal> {
        let filters = HashMap::from([("label", vec![label])]);
        let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
        let listed =
            self.docker.list_containers(Some(options)).await.map_err(|error| self.refusal(&error))?;
        let named = |summary: bollard::models::ContainerSummary| {
            let name = summary.names?.first()?.trim_start_matches('/').to_owned();
            Some((name, summary.labels.unwrap_or_default()))
        };
        Ok(listed.into_iter().filter_map(named).collect())
    }

    /// Names of all volumes with a label.
    pub(super) async fn volumes(&self, label: &str) -> Result<Vec<String>, Refusal> {
        let filters = HashMap::from([("label", vec![label])]);
        let options = ListVolumesOptionsBuilder::default().filters(&filters).build();
        let listed = self.docker.list_volumes(Some(options)).await.map_err(|error| self.refusal(&error))?;
        Ok(listed.volumes.unwrap_or_default().into_iter().map(|volume| volume.name).collect())
    }

    /// The last lines that a container has said, on both its streams.
    pub(super) async fn log_tail(&self, name: &str, lines: usize) -> Result<Vec<String>, Refusal> {
        let options =
            LogsOptionsBuilder::default().stdout(true).stderr(true).tail(&lines.to_string()).build();
        let mut pieces = Box::pin(self.docker.logs(name, Some(options)));
        let mut text = String::new();
        while let Some(piece) = pieces.next().await {
            text.push_str(&piece.map_err(|error| self.refusal(&error))?.to_string());
        }
        Ok(text.lines().map(|line| line.trim_end().to_owned()).collect())
    }

    fn refusal(&self, error: &Error) -> Refusal {
        Refusal::of(&self.address, error)
    }
}

impl Host {
    fn of(info: &SystemInfo, asked_ns: i128, answered_ns: i128) -> Host {
        let positive = |number: Option<i64>| u64::try_from(number?).ok().filter(|number| *number > 0);
        let its_time = info.system_time.as_deref().and_then(since_epoch_ns).map(i128::from);
        Host {
            cores: positive(info.ncpu),
            memory_bytes: positive(info.mem_total),
            ahead_ns: its_time.map_or(0, |its_time| ahead_ns(asked_ns, its_time, answered_ns)),
        }
    }

    /// The engine's time now.
    pub(super) fn now_ns(&self) -> u64 {
        u64::try_from(wall_ns() + self.ahead_ns).unwrap_or(0)
    }
}

/// How far a clock is ahead that showed a time between two of ours. What lies between them is no difference.
fn ahead_ns(asked_ns: i128, its_time_ns: i128, answered_ns: i128) -> i128 {
    if its_time_ns < asked_ns { its_time_ns - asked_ns } else { (its_time_ns - answered_ns).max(0) }
}

fn wall_ns() -> i128 {
    i128::try_from(Clock::System.wall().since_epoch().as_nanos()).unwrap_or(0)
}

impl Refusal {
    fn of(address: &str, error: &Error) -> Refusal {
        match error {
            Error::DockerResponseServerError { status_code: 404, .. } => Refusal::Unknown,
            Error::DockerResponseServerError { status_code, message } => {
                Refusal::Unavailable(format!("{address} answered {status_code}: {}", message.trim()))
            }
            Error::SocketNotFoundError(path) => {
                Refusal::Unavailable(format!("there is no {path}; is the Docker engine running?"))
            }
            Error::RequestTimeoutError => Refusal::Unavailable(format!("{address} did not answer in time")),
            Error::UnsupportedURISchemeError { .. } => Refusal::Unavailable(format!(
                "{address} is no address of an engine; expected unix://PATH, tcp://HOST:PORT or http://HOST:PORT"
            )),
            other => Refusal::Unavailable(not_reached(address, other)),
        }
    }
}

fn not_reached(address: &str, error: &Error) -> String {
    match io_kind(error) {
        Some(io::ErrorKind::PermissionDenied) => {
            format!("no permission for {address}; run as root, or as a member of the group docker")
        }
        Some(io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            format!("nobody answers at {address}; is the Docker engine running?")
        }
        _ => format!("{address} did not answer: {}", innermost(error)),
    }
}

/// The error of the operating system below an error, if there is one.
fn io_kind(error: &Error) -> Option<io::ErrorKind> {
    causes(error).find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind)
}

fn innermost(error: &Error) -> String {
    causes(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

/// The errors below an error, outermost first. The library shows some of its own as if they were the inner.
fn causes(error: &Error) -> impl Iterator<Item = &(dyn std::error::Error + 'static)> {
    let first: &(dyn std::error::Error + 'static) = match error {
        Error::IOError { err } => err,
        Error::HyperLegacyError { err } => err,
        Error::HyperResponseError { err } => err,
        other => other,
    };
    std::iter::successors(Some(first), |error| (*error).source())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_within_the_request_is_the_same_clock() {
        assert_eq!(ahead_ns(100, 150, 200), 0);
    }

    #[test]
    fn a_clock_outside_the_request_is_ahead_or_behind() {
        assert_eq!(ahead_ns(100, 900, 200), 700);
        assert_eq!(ahead_ns(100, 40, 200), -60);
    }

    fn refusals() -> Vec<Refusal> {
        let io = |kind| Error::IOError { err: io::Error::from(kind) };
        [
            Error::DockerResponseServerError { status_code: 404, message: "no such container".to_owned() },
            Error::DockerResponseServerError { status_code: 500, message: "it broke\n".to_owned() },
            Error::SocketNotFoundError("/run/docker.sock".to_owned()),
            Error::UnsupportedURISchemeError { uri: "ftp://engine".to_owned() },
            Error::RequestTimeoutError,
            io(io::ErrorKind::PermissionDenied),
            io(io::ErrorKind::ConnectionRefused),
            io(io::ErrorKind::BrokenPipe),
        ]
        .map(|error| Refusal::of("unix:///run/docker.sock", &error))
        .to_vec()
    }

    #[test]
    fn refusals_say_what_to_do_in_one_line() {
        let lines: Vec<_> = refusals().iter().map(|refusal| format!("{refusal:?}")).collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
