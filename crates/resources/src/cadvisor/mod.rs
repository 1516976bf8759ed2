//! One container by cAdvisor's HTTP API.

pub(crate) mod document;
mod http;

use async_trait::async_trait;
use plimsoll_model::TargetKind;

use self::document::{Machine, Told};
use self::http::{Address, Answer};
use crate::container::{Limits, METRICS, Pressure};
use crate::source::{Description, Noticed, Reading, Source, SourceError};

/// A version of cAdvisor's API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Api {
    /// Says figures and limits; every cAdvisor has it.
    #[default]
    V1_3,
    /// Says figures only, no limit.
    V2_0,
    /// Says figures and limits; older ones leave out the limit of CPU.
    V2_1,
}

/// A container by cAdvisor, over plain HTTP.
///
/// cAdvisor reads at a beat of its own, so that a reading may be the one of before: that is a gap of cause
/// [`Stale`](plimsoll_model::GapCause::Stale) and no value. Run it with `--housekeeping_interval=1s
/// --allow_dynamic_housekeeping=false`; by default an idle container is read once a minute. Of
/// what happens to the container only memory near its limit is noticed: take the Docker API for the rest.
#[derive(Debug)]
pub struct Cadvisor {
    target: String,
    url: String,
    name: String,
    api: Api,
    /// Asked once.
    machine: Option<Machine>,
    limits: Limits,
    pressure: Pressure,
    noticed: Vec<Noticed>,
}

impl Cadvisor {
    /// The container with a Docker name or id, as target `container:NAME`, by the cAdvisor at an address such
    /// as `http://127.0.0.1:8080`.
    ///
    /// ```
    /// use plimsoll_resources::{Cadvisor, Source};
    ///
    /// assert_eq!(Cadvisor::at("http://127.0.0.1:8080", "db").target(), "container:db");
    /// ```
    #[must_use]
    pub fn at(url: &str, name: &str) -> Cadvisor {
        Cadvisor {
            target: format!("container:{name}"),
            url: url.to_owned(),
            name: name.to_owned(),
            api: Api::default(),
            machine: None,
            limits: Limits::default(),
            pressure: Pressure::default(),
            noticed: Vec::new(),
        }
    }

    /// The same container by another version of the API.
    #[must_use]
    pub fn with_api(self, api: Api) -> Cadvisor {
        Cadvisor { api, ..self }
    }

    /// The same container as target `container:LABEL`.
    #[must_use]
    pub fn labelled(self, label: &str) -> Cadvisor {
        Cadvisor { target: format!("container:{label}"), ..self }
    }

    /// Every Docker container that the cAdvisor at an address knows now, sorted by name.
    ///
    /// # Errors
    /// When it does not answer, or not as a cAdvisor does. A cAdvisor that knows none is no error; with newer
    /// engines it may see none of those that run, and then the Docker API must do.
    pub async fn all_at(url: &str) -> Result<Vec<Cadvisor>, SourceError> {
        let unavailable = |detail| SourceError::Unavailable { target: "cadvisor".to_owned(), detail };
        let address = Address::parse(url).map_err(unavailable)?;
        let answer = address.ask("v1.3/docker/", None).await.map_err(unavailable)?;
        let names = Some(&answer).filter(|answer| answer.ok).and_then(|answer| document::names(&answer.body));
        let names = names.ok_or_else(|| unavailable(format!("it answered {:?}", answer.message())))?;
        Ok(names.iter().map(|name| Cadvisor::at(url, name)).collect())
    }

    async fn ask(&mut self) -> Result<Reading, Failure> {
        let address = Address::parse(&self.url).map_err(Failure::Unavailable)?;
        let answer = match self.api {
            Api::V1_3 => address.ask(&format!("v1.3/docker/{}", self.name), Some(r#"{"num_stats":1}"#)).await,
            Api::V2_0 => address.ask(&format!("v2.0/stats/{}?type=docker&count=1", self.name), None).await,
            Api::V2_1 => address.ask(&format!("v2.1/stats/{}?type=docker&count=1", self.name), None).await,
        };
        let told = told(self.api, &answer.map_err(Failure::Unavailable)?)?;
        let machine = self.machine(&address).await;
        self.limits = told.bounds.on(machine);
        self.noticed.extend(self.pressure.feel(told.frame.memory.as_ref(), &self.limits));
        Ok(told.frame.reading(told.created, &self.limits))
    }

    /// The machine's cores and memory; nothing where cAdvisor does not say, which costs only their metrics.
    async fn machine(&mut self, address: &Address) -> Machine {
        if self.machine.is_none() {
            let answer = address.ask("v1.3/machine", None).await.ok().filter(|answer| answer.ok);
            self.machine = answer.and_then(|answer| document::machine(&answer.body));
        }
        self.machine.unwrap_or_default()
    }
}

/// Why there is no reading.
enum Failure {
    NotRunning(String),
    Unavailable(String),
}

fn told(api: Api, answer: &Answer) -> Result<Told, Failure> {
    if answer.ok {
        return document::told(api, &answer.body).map_err(Failure::Unavailable);
    }
    // It answers 500 for a container that is not there, and says so.
    let message = answer.message();
    if message.contains("unable to find") || message.contains("unknown container") {
        return Err(Failure::NotRunning(format!("cAdvisor does not see it, the Docker API may: {message}")));
    }
    Err(Failure::Unavailable(format!("cAdvisor answered {message:?}")))
}

/// What a damaged answer still says.
#[cfg(feature = "hostile")]
pub(crate) fn read(api: Api, json: &[u8]) -> Option<crate::container::Frame> {
    let told = document::told(api, json).ok()?;
    let _ = (told.bounds.on(Machine::default()), document::names(json));
    Some(told.frame)
}

/// Reads a damaged description of a machine, of which no frame is made.
#[cfg(feature = "hostile")]
pub(crate) fn read_machine(json: &[u8]) -> Option<crate::container::Frame> {
    let _ = document::machine(json)?;
    None
}

#[async_trait]
impl Source for Cadvisor {
    fn target(&self) -> &str {
        &self.target
    }

    fn kind(&self) -> TargetKind {
        TargetKind::Container
    }

    fn metrics(&self) -> &[Description] {
        &METRICS
    }

    async fn read(&mut self) -> Result<Reading, SourceError> {
        let asked = self.ask().await;
        let target = self.target.clone();
        asked.map_err(|failure| match failure {
            Failure::NotRunning(detail) => SourceError::NotRunning { target, detail },
            Failure::Unavailable(detail) => SourceError::Unavailable { target, detail },
        })
    }

    fn capacity(&self, metric: &str) -> Option<f64> {
        self.limits.capacity(metric)
    }

    fn noticed(&mut self) -> Vec<Noticed> {
        std::mem::take(&mut self.noticed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_address_without_a_cadvisor_is_one_clear_line() {
        let error = Cadvisor::at("http://127.0.0.1:1", "db").read().await.expect_err("nobody listens there");
        assert_eq!(
            error.to_string(),
            "container:db cannot be read: nobody answers at http://127.0.0.1:1: Connection refused (os error 111)"
        );
    }

    #[test]
    fn a_container_that_it_does_not_see_is_not_running_and_names_the_other_way() {
        let body =
            b"failed to get Docker container \"db\" with error: unable to find Docker container \"db\"\n";
        let answer = Answer { ok: false, body: body.to_vec() };
        let Err(Failure::NotRunning(detail)) = told(Api::V1_3, &answer) else { panic!("it is not there") };
        assert!(
            detail.starts_with("cAdvisor does not see it, the Docker API may: failed to get"),
            "{detail}"
        );
    }

    #[test]
    fn any_other_error_is_no_answer() {
        let answer = Answer { ok: false, body: b"404 page not found\n".to_vec() };
        let Err(Failure::Unavailable(detail)) = told(Api::V2_1, &answer) else { panic!("it is an error") };
        assert_eq!(detail, "cAdvisor answered \"404 page not found\"");
    }
}
