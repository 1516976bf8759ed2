//! One container by the Docker API.

mod compose;
mod engine;
mod follower;
mod inspection;
mod ledger;
mod listener;
mod local;
pub(crate) mod stats;

use async_trait::async_trait;
use plimsoll_model::{TargetKind, Unit};

pub use self::compose::{Compose, ComposeError, ProjectContainer};
use self::engine::{Engine, Refusal};
use self::follower::{Follower, Sight};
use crate::container::METRICS;
use crate::health::Health;
use crate::source::{Description, Noticed, Reading, Source, SourceError};

/// A container by the Docker API, also of Podman, through all its lives.
///
/// The engine is the one that `DOCKER_HOST` names, or else this machine's. CPU is in cores and never clamped,
/// over the engine's own wall clock and not over its count of system time, which is coarse and leaves steal
/// out; `cpu_docker` is the figure of `docker stats`, for comparison. A container that does not run is a gap
/// and never zero, and one that starts again begins anew.
///
/// What the engine says happens to it is noticed: processes killed for lack of memory, ends and starts, also
/// of lives too short for any reading, changes of health and of limits. After the engine was away, what it
/// has forgotten is found out by comparing, as far as that goes.
#[derive(Debug)]
pub struct Container {
    target: String,
    name: String,
    address: Option<String>,
    metrics: Vec<Description>,
    follower: Option<Follower>,
}

impl Container {
    /// The container with a name or id, as target `container:NAME`. It need not be there yet.
    ///
    /// ```
    /// use plimsoll_resources::{Container, Source};
    ///
    /// assert_eq!(Container::named("postgres").target(), "container:postgres");
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Container {
        let mut metrics = METRICS.to_vec();
        metrics.push(Description::new("cpu_docker", Unit::Ratio));
        Container {
            target: format!("container:{name}"),
            name: name.to_owned(),
            address: None,
            metrics,
            follower: None,
        }
    }

    /// The same container of another engine: `unix:///run/podman/podman.sock`, `tcp://10.0.0.2:2375`.
    #[must_use]
    pub fn of_engine(self, address: &str) -> Container {
        Container { address: Some(address.to_owned()), follower: None, ..self }
    }

    /// The same container as target `container:LABEL`, which may be the same in every run where the name is
    /// not.
    #[must_use]
    pub fn labelled(self, label: &str) -> Container {
        Container { target: format!("container:{label}"), ..self }
    }

    /// How the container is now, by the engine and by the container's own check.
    ///
    /// ```no_run
    /// use plimsoll_resources::Container;
    ///
    /// # async fn example() -> Result<(), plimsoll_resources::SourceError> {
    /// let health = Container::named("postgres").health().await?;
    /// println!("postgres {health}, exit code {}", health.exit_code());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`SourceError::Unavailable`] when the engine does not answer. That it has no such container is a value.
    pub async fn health(&self) -> Result<Health, SourceError> {
        match self.asked().await {
            Ok(health) => Ok(health),
            Err(Refusal::Unknown) => Ok(Health::Missing),
            Err(Refusal::Unavailable(detail)) => {
                Err(SourceError::Unavailable { target: self.target.clone(), detail })
            }
        }
    }

    async fn asked(&self) -> Result<Health, Refusal> {
        let engine = Engine::connect(self.address.as_deref()).await?;
        Ok(inspection::health(&engine.inspect(&self.name).await?))
    }

    async fn look(&mut self) -> Result<Sight, Refusal> {
        let follower = match &mut self.follower {
            Some(follower) => follower,
            none => none.insert(Follower::begin(self.address.as_deref(), &self.name).await?),
        };
        follower.look().await
    }
}

#[async_trait]
impl Source for Container {
    fn target(&self) -> &str {
        &self.target
    }

    fn kind(&self) -> TargetKind {
        TargetKind::Container
    }

    fn metrics(&self) -> &[Description] {
        &self.metrics
    }

    async fn read(&mut self) -> Result<Reading, SourceError> {
        let looked = self.look().await;
        let target = self.target.clone();
        match looked {
            Ok(Sight::Reading(reading)) => Ok(reading),
            Ok(Sight::NotRunning(detail)) => Err(SourceError::NotRunning { target, detail }),
            Err(Refusal::Unknown) => {
                let detail = format!("the engine has no container with the name or id {:?}", self.name);
                Err(SourceError::NotRunning { target, detail })
            }
            Err(Refusal::Unavailable(detail)) => Err(SourceError::Unavailable { target, detail }),
        }
    }

    fn capacity(&self, metric: &str) -> Option<f64> {
        self.follower.as_ref()?.capacity(metric)
    }

    fn noticed(&mut self) -> Vec<Noticed> {
        self.follower.as_mut().map(Follower::noticed).unwrap_or_default()
    }
}

/// What a damaged answer of the engine with counters still says.
#[cfg(feature = "hostile")]
pub(crate) fn read_stats(json: &[u8]) -> Option<crate::container::Frame> {
    stats::frame(&serde_json::from_slice(json).ok()?)
}

/// Reads a damaged inspection, of which no frame is made.
#[cfg(feature = "hostile")]
pub(crate) fn read_inspection(json: &[u8]) -> Option<crate::container::Frame> {
    let answer = serde_json::from_slice(json).ok()?;
    let inspection = inspection::Inspection::of(&answer);
    let _ = (inspection.limits(&engine::Host::default()), inspection.life(), inspection::health(&answer));
    let mut ledger = ledger::Ledger::since(1);
    ledger.reconcile(&inspection, u64::MAX);
    ledger.explain(&inspection);
    let _ = ledger.take(0);
    None
}

/// Reads damaged events, of which no frame is made.
#[cfg(feature = "hostile")]
pub(crate) fn read_events(lines: &[u8]) -> Option<crate::container::Frame> {
    let mut ledger = ledger::Ledger::since(0);
    let events = lines.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok());
    events.for_each(|event| ledger.hear(&event));
    let _ = ledger.take(0);
    None
}
