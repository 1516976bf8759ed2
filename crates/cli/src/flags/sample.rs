//! What `--sample` names.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::thread;
use std::time::Duration;

use anyhow::bail;
use plimsoll::model::redact_url;
use plimsoll::resources::Source;
use plimsoll::{Cadvisor, Container, Gpu, Host, Process};
use tokio::runtime::Builder;
use tokio::time::timeout;

/// How long a cAdvisor may think about which containers there are.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is sampled beside the load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SampleFlag {
    /// `host`: the machine.
    Host,
    /// `process`: this process and its children.
    Own,
    /// `process:ID`: the process with that id and its children.
    Pid(u32),
    /// `process:NAME`: the process of that name and its children.
    Named(String),
    /// `container:NAME`: a container of this machine's engine, by name or id.
    Container(String),
    /// `cadvisor:URL`: every container that a cAdvisor knows when the run is set up.
    Cadvisor(String),
    /// `gpu`: all GPUs of this machine.
    Gpu,
}

impl SampleFlag {
    /// What is to be read, which may be several things. What is not there now is no error: its series say so.
    ///
    /// Containers by a cAdvisor are targets `container:NAME@cadvisor`, so that one that is sampled by its engine
    /// too is told apart. It is asked which there are, for two seconds at most.
    #[must_use]
    pub fn sources(&self) -> Vec<Box<dyn Source>> {
        match self {
            SampleFlag::Host => vec![Box::new(Host::new())],
            SampleFlag::Own => vec![Box::new(Process::own())],
            SampleFlag::Pid(pid) => vec![Box::new(Process::with_pid(*pid))],
            SampleFlag::Named(name) => vec![Box::new(Process::named(name))],
            SampleFlag::Container(name) => vec![Box::new(Container::named(name))],
            SampleFlag::Cadvisor(url) => cadvisor(url),
            SampleFlag::Gpu => Gpu::all().into_iter().map(|gpu| Box::new(gpu) as _).collect(),
        }
    }
}

/// What several flags name.
///
/// # Errors
/// When two flags name the same thing, whose series nobody could tell apart.
pub(super) fn sources(flags: &[SampleFlag]) -> anyhow::Result<Vec<Box<dyn Source>>> {
    let mut sources: Vec<Box<dyn Source>> = Vec::new();
    for flag in flags {
        for source in flag.sources() {
            if sources.iter().any(|other| other.target() == source.target()) {
                bail!("--sample names {} twice", source.target());
            }
            sources.push(source);
        }
    }
    Ok(sources)
}

/// All containers of a cAdvisor. Where it knows none, or does not answer, one that no engine can have stands for
/// them, and its series say why.
fn cadvisor(url: &str) -> Vec<Box<dyn Source>> {
    let names = known(url).unwrap_or_default();
    let names = if names.is_empty() { vec!["*".to_owned()] } else { names };
    let source = |name: &String| Cadvisor::at(url, name).labelled(&format!("{name}@cadvisor"));
    names.iter().map(|name| Box::new(source(name)) as _).collect()
}

/// The names of all containers that a cAdvisor knows. It is asked from a thread of its own: who asks may be on a
/// runtime, where nobody may wait.
fn known(url: &str) -> Option<Vec<String>> {
    let ask = || {
        let runtime = Builder::new_current_thread().enable_all().build().ok()?;
        let answer = async { timeout(PATIENCE, Cadvisor::all_at(url)).await };
        let containers = runtime.block_on(answer).ok()?.ok()?;
        Some(
            containers
                .iter()
                .filter_map(|one| one.target().strip_prefix("container:").map(str::to_owned))
                .collect(),
        )
    };
    thread::scope(|scope| scope.spawn(ask).join().ok()?)
}

const EXPECTED: &str = "expected host, process, process:ID, process:NAME, container:NAME, cadvisor:URL or gpu; \
                        several with commas";

impl FromStr for SampleFlag {
    type Err = String;

    fn from_str(text: &str) -> Result<SampleFlag, String> {
        let (kind, name) = match text.trim().split_once(':') {
            Some((kind, name)) => (kind, Some(name.trim())),
            None => (text.trim(), None),
        };
        match (kind, name) {
            ("host", None) => Ok(SampleFlag::Host),
            ("process", None) => Ok(SampleFlag::Own),
            ("gpu", None) => Ok(SampleFlag::Gpu),
            ("process" | "container" | "cadvisor", Some("")) => {
                Err(format!("nothing after {kind}:; {EXPECTED}"))
            }
            ("process", Some(name)) => process(name),
            ("container", Some(name)) => Ok(SampleFlag::Container(name.to_owned())),
            ("cadvisor", Some(url)) => address(url).map(SampleFlag::Cadvisor),
            ("container" | "cadvisor", None) => Err(format!("{kind} needs a name after a colon; {EXPECTED}")),
            ("host" | "gpu", Some(_)) => Err(format!("{kind} takes nothing after it; {EXPECTED}")),
            _ => Err(EXPECTED.to_owned()),
        }
    }
}

/// A number is an id, all else a name.
fn process(name: &str) -> Result<SampleFlag, String> {
    if !name.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(SampleFlag::Named(name.to_owned()));
    }
    match name.parse() {
        Ok(pid) if pid > 0 => Ok(SampleFlag::Pid(pid)),
        _ => Err(format!("no process has the id {name}; expected a whole number above 0, or a name")),
    }
}

fn address(url: &str) -> Result<String, String> {
    let is_address = ["http://", "https://"].iter().any(|scheme| {
        url.strip_prefix(scheme).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
    });
    if is_address {
        return Ok(url.to_owned());
    }
    Err("expected the address of a cAdvisor, such as cadvisor:http://127.0.0.1:8080".to_owned())
}

impl Display for SampleFlag {
    /// As it was given, without a secret of an address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SampleFlag::Host => f.write_str("host"),
            SampleFlag::Own => f.write_str("process"),
            SampleFlag::Pid(pid) => write!(f, "process:{pid}"),
            SampleFlag::Named(name) => write!(f, "process:{name}"),
            SampleFlag::Container(name) => write!(f, "container:{name}"),
            SampleFlag::Cadvisor(url) => write!(f, "cadvisor:{}", redact_url(url)),
            SampleFlag::Gpu => f.write_str("gpu"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn every_flag_comes_back_as_it_went_in() {
        let flags = ["host", "process", "process:42", "process:postgres", "container:db", "gpu"];
        for text in flags.into_iter().chain(["cadvisor:http://127.0.0.1:8080"]) {
            assert_eq!(text.parse::<SampleFlag>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_number_is_an_id_and_all_else_a_name() {
        assert_eq!("process:42".parse(), Ok(SampleFlag::Pid(42)));
        assert_eq!("process:42nd".parse(), Ok(SampleFlag::Named("42nd".to_owned())));
    }

    #[test]
    fn the_secret_of_an_address_is_not_shown() {
        let flag: SampleFlag = "cadvisor:http://user:pass@127.0.0.1:8080".parse().unwrap();
        assert!(!flag.to_string().contains("pass"), "{flag}");
    }

    #[test]
    fn each_mistake_says_what_is_expected() {
        let texts = ["disk", "process:", "process:0", "process:99999999999", "container", "host:db"];
        let addresses = ["cadvisor:127.0.0.1:8080", "cadvisor:http://"];
        let errors = texts.iter().chain(&addresses).map(|text| text.parse::<SampleFlag>().unwrap_err());
        insta::assert_snapshot!(errors.collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn what_this_machine_has_not_is_still_a_source() {
        let processes = ["process:4294967295", "process:no such program"];
        for text in processes.into_iter().chain(["container:nobody", "cadvisor:http://127.0.0.1:1", "gpu"]) {
            assert!(!text.parse::<SampleFlag>().unwrap().sources().is_empty(), "{text}");
        }
    }

    #[test]
    fn nothing_is_sampled_twice() {
        let twice = ["host", "process:7", "process:7"].map(|text| text.parse().unwrap());
        let error = sources(&twice).map(|sources| sources.len()).unwrap_err();
        assert_eq!(error.to_string(), "--sample names process:7 twice");
    }

    #[test]
    fn a_cadvisor_that_does_not_answer_is_one_target_that_no_container_can_be() {
        let targets: Vec<_> =
            cadvisor("http://127.0.0.1:1").iter().map(|source| source.target().to_owned()).collect();
        assert_eq!(targets, ["container:*@cadvisor"]);
    }

    #[test]
    fn each_container_of_a_cadvisor_is_a_target_beside_that_of_its_engine() {
        let url = one_answer(r#"{"/docker/7":{"aliases":["db","7"]},"/docker/8":{"aliases":["app","8"]}}"#);
        let flags = ["container:db".to_owned(), format!("cadvisor:{url}")].map(|text| text.parse().unwrap());
        let sources = sources(&flags).unwrap();
        let targets: Vec<_> = sources.iter().map(|source| source.target()).collect();
        assert_eq!(targets, ["container:db", "container:app@cadvisor", "container:db@cadvisor"]);
    }

    /// Where something answers one request over HTTP so.
    fn one_answer(body: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 1024];
            let _ = stream.read(&mut request).unwrap();
            write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        });
        url
    }
}
