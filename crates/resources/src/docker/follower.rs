//! Following one container through its lives.

use std::time::Duration;

use bollard::models::ContainerStatsResponse;
use plimsoll_metrics::{Clock, Timeline};

use super::engine::{Engine, Refusal};
use super::inspection::{Inspection, State};
use super::ledger::Ledger;
use super::listener::{HungUp, Listener};
use super::local::Local;
use super::stats;
use crate::container::{Limits, Pressure};
use crate::source::{Noticed, Raw, Reading};

/// How long limits are taken for granted when nothing was heard. An inspection costs the engine about as much
/// as half a reading.
const TRUSTED: Duration = Duration::from_secs(10);

/// What is known of a container, from the first answer of its engine on.
#[derive(Debug)]
pub(super) struct Follower {
    engine: Engine,
    name: String,
    listener: Listener,
    ledger: Ledger,
    pressure: Pressure,
    warnings: Vec<Noticed>,
    seen: Option<Seen>,
    /// When listening began anew, by the engine's clock: what was before may have been missed.
    resumed_ns: Option<u64>,
    timeline: Timeline,
}

/// The last inspection.
#[derive(Debug)]
struct Seen {
    at_ns: u64,
    inspection: Inspection,
    limits: Limits,
    local: Option<Local>,
}

/// What came of a look at the container.
#[derive(Debug)]
pub(super) enum Sight {
    /// It runs.
    Reading(Reading),
    /// It does not, and why.
    NotRunning(String),
}

impl Follower {
    /// Follows a container of an engine from now on. The container need not be there yet.
    pub(super) async fn begin(address: Option<&str>, name: &str) -> Result<Follower, Refusal> {
        let engine = Engine::connect(address).await?;
        let now_ns = engine.host.now_ns();
        Ok(Follower {
            listener: Listener::begin(&engine, name, now_ns),
            engine,
            name: name.to_owned(),
            ledger: Ledger::since(now_ns),
            pressure: Pressure::default(),
            warnings: Vec::new(),
            seen: None,
            resumed_ns: None,
            timeline: Timeline::start(Clock::System),
        })
    }

    /// Looks at the container once.
    pub(super) async fn look(&mut self) -> Result<Sight, Refusal> {
        let answer = self.engine.stats(&self.name).await;
        // After the counters: a start between the two is heard, so that they are known to be of a new life.
        let happened = self.hear();
        let answer = match answer {
            Err(Refusal::Unknown) => return Ok(self.unknown()),
            answer => answer?,
        };
        if happened || self.must_inspect() {
            match self.engine.inspect(&self.name).await {
                Err(Refusal::Unknown) => return Ok(self.unknown()),
                inspected => self.see(Inspection::of(&inspected?)),
            }
        }
        Ok(self.sight(&answer))
    }

    /// What happened since the last call.
    pub(super) fn noticed(&mut self) -> Vec<Noticed> {
        let mut noticed = self.ledger.take(self.engine.host.now_ns());
        noticed.append(&mut self.warnings);
        noticed
    }

    /// What a metric can be at most.
    pub(super) fn capacity(&self, metric: &str) -> Option<f64> {
        self.seen.as_ref()?.limits.capacity(metric)
    }

    /// Takes in what was heard; whether there was anything. Listens anew when the engine has hung up.
    fn hear(&mut self) -> bool {
        let mut happened = false;
        loop {
            match self.listener.next() {
                Ok(Some(event)) => {
                    self.ledger.hear(&event);
                    happened = true;
                }
                Ok(None) => return happened,
                Err(HungUp) => {
                    self.listener = Listener::begin(&self.engine, &self.name, self.ledger.heard_ns());
                    self.resumed_ns = Some(self.engine.host.now_ns());
                    // What it remembers is heard by the next look.
                    self.seen = None;
                    return happened;
                }
            }
        }
    }

    fn must_inspect(&self) -> bool {
        let trusted_ns = u64::try_from(TRUSTED.as_nanos()).unwrap_or(u64::MAX);
        let fresh = |seen: &Seen| {
            seen.inspection.state == State::Running
                && self.timeline.now().saturating_sub(seen.at_ns) < trusted_ns
        };
        self.resumed_ns.is_some() || !self.seen.as_ref().is_some_and(fresh)
    }

    fn see(&mut self, inspection: Inspection) {
        // Only a look after the one that listened anew has heard all that the engine remembers.
        if let Some(resumed_ns) = self.resumed_ns.filter(|_| self.seen.is_some()) {
            self.ledger.reconcile(&inspection, resumed_ns);
            self.resumed_ns = None;
        }
        self.ledger.explain(&inspection);
        let local = Local::of(&inspection);
        let mut limits = inspection.limits(&self.engine.host);
        limits.cores = Limits::tightest([limits.cores, local.as_ref().and_then(|local| local.cores)]);
        self.seen = Some(Seen { at_ns: self.timeline.now(), inspection, limits, local });
    }

    fn unknown(&mut self) -> Sight {
        self.ledger.unknown();
        self.seen = None;
        Sight::NotRunning(format!("the engine has no container with the name or id {:?}", self.name))
    }

    fn sight(&mut self, answer: &ContainerStatsResponse) -> Sight {
        let Some(seen) = &self.seen else { return Sight::NotRunning("it was not inspected".to_owned()) };
        if let State::NotRunning(state) = &seen.inspection.state {
            return Sight::NotRunning(format!("the engine says that it is {state}"));
        }
        let Some(mut frame) = stats::frame(answer) else {
            return Sight::NotRunning("the engine has no counters of it".to_owned());
        };
        frame.connections = seen.local.as_ref().and_then(Local::connections);
        self.warnings.extend(self.pressure.feel(frame.memory.as_ref(), &seen.limits));
        let mut reading = frame.reading(seen.inspection.life(), &seen.limits);
        reading.values.push(("cpu_docker", by_engine(answer)));
        Sight::Reading(reading)
    }
}

/// CPU as `docker stats` computes it, in cores.
fn by_engine(answer: &ContainerStatsResponse) -> Raw {
    let counters = stats::busy_ns(answer).zip(stats::system_ns_per_core(answer));
    match counters {
        Some((part, whole)) => Raw::Quotient { part, whole },
        None => Raw::Missing {
            cause: plimsoll_model::GapCause::Unsupported,
            detail: "the engine does not say the CPU time of the system".to_owned(),
        },
    }
}
