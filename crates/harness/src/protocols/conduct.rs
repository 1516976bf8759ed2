//! A protocol, a system and a watcher joined.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use plimsoll_model::ProtocolScenario;
use plimsoll_resources::Sampled;
use serde_json::{Value, json};

use super::moves::{Findings, Move, Protocol, Seen, Stretch};
use super::system::{SystemError, SystemUnderTest};

/// Lets time pass and says what was seen.
///
/// Beside a real system it samples resources at the interval of the stretch; in a simulation all time passes at once.
#[async_trait]
pub trait Watcher: Send {
    /// The time now, from any zero that stays the same.
    fn now_ns(&self) -> u64;

    /// Lets a stretch pass, or as much of it as its end before its time leaves.
    ///
    /// # Errors
    /// When the system does not say whether it is drained.
    async fn watch(
        &mut self,
        stretch: &Stretch,
        system: &mut dyn SystemUnderTest,
    ) -> Result<Watched, SystemError>;

    /// All that was sampled until now, on the watcher's time; nothing where nothing is sampled.
    fn sampled(&self) -> Sampled {
        Sampled::default()
    }
}

/// What came of a stretch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Watched {
    /// For the protocol.
    pub seen: Seen,
    /// Readings of resources in it.
    pub samples: u64,
}

/// A protocol as it took place, to its end or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Conducted {
    /// Name of the protocol.
    pub name: &'static str,
    /// What it found; `aborted` also where the system failed it.
    pub findings: Findings,
    /// Its stretches, in order.
    pub phases: Vec<PhaseTime>,
    /// Its start, on the time of the watcher.
    pub start_ns: u64,
    /// Its end.
    pub end_ns: u64,
    /// What was sampled in it, with times from its start.
    pub sampled: Sampled,
    /// What was seen last: what ended it.
    pub last: Seen,
}

/// When a stretch was, on the time of the watcher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseTime {
    /// Its name.
    pub name: String,
    /// Its start.
    pub start_ns: u64,
    /// Its end.
    pub end_ns: u64,
    /// Readings of resources in it.
    pub samples: u64,
}

/// Carries out what a protocol wants until it wants nothing more, the system fails it, or somebody wants to stop. What was
/// found until then is not lost.
pub async fn conduct(
    protocol: &mut dyn Protocol,
    system: &mut dyn SystemUnderTest,
    watcher: &mut dyn Watcher,
) -> Conducted {
    let mut phases = Vec::new();
    let mut seen = Seen::default();
    let mut failure = system.begin(protocol.name()).await.err().map(|error| error.to_string());
    let start_ns = watcher.now_ns();
    while failure.is_none() {
        let wanted = protocol.next(&seen);
        if wanted == Move::Done {
            break;
        }
        match carry_out(wanted, system, watcher, &mut phases).await {
            Ok(then) => seen = then,
            Err(error) => failure = Some(error.to_string()),
        }
        if seen.is_interrupted {
            failure = Some("it was interrupted".to_owned());
        }
    }
    let end_ns = watcher.now_ns();
    let found = protocol.found();
    Conducted {
        name: protocol.name(),
        findings: Findings { aborted: failure.or(found.aborted), ..found },
        phases,
        start_ns,
        end_ns,
        sampled: watcher.sampled().between(start_ns..end_ns.saturating_add(1)),
        last: seen,
    }
}

async fn carry_out(
    wanted: Move,
    system: &mut dyn SystemUnderTest,
    watcher: &mut dyn Watcher,
    phases: &mut Vec<PhaseTime>,
) -> Result<Seen, SystemError> {
    match wanted {
        Move::Reset => system.reset().await?,
        Move::SetLoad(units) => system.set_load(units).await?,
        Move::SetSpeed(multiplier) => system.set_speed(multiplier).await?,
        Move::Pause => system.pause().await?,
        Move::Watch(stretch) => {
            let start_ns = watcher.now_ns();
            let watched = watcher.watch(&stretch, system).await?;
            let (end_ns, samples) = (watcher.now_ns(), watched.samples);
            phases.push(PhaseTime { name: stretch.phase, start_ns, end_ns, samples });
            return Ok(watched.seen);
        }
        Move::Done => {}
    }
    Ok(Seen::default())
}

impl PhaseTime {
    /// How long it was.
    #[must_use]
    pub fn length(&self) -> Duration {
        Duration::from_nanos(self.end_ns.saturating_sub(self.start_ns))
    }
}

impl Conducted {
    /// What was sampled in one of its phases, with times from the start of that.
    #[must_use]
    pub fn during(&self, phase: &PhaseTime) -> Sampled {
        self.part(&(phase.start_ns..phase.end_ns))
    }

    /// What was sampled in a part of it by the watcher's time. A reading tells of the time before it: that of the very
    /// start is of what was before, that of the very end belongs to the part.
    pub(super) fn part(&self, stretch: &Range<u64>) -> Sampled {
        let from_start = |t_ns: u64| t_ns.saturating_sub(self.start_ns).saturating_add(1);
        self.sampled.between(from_start(stretch.start)..from_start(stretch.end))
    }

    /// As it stands in a result, by its course alone: without what was sampled.
    #[must_use]
    pub fn scenario(&self) -> ProtocolScenario {
        let mut metadata: BTreeMap<String, Value> = self.findings.metadata.clone();
        let times = self
            .phases
            .iter()
            .map(|phase| (phase.name.clone(), json!({"start_ns": phase.start_ns, "end_ns": phase.end_ns})));
        metadata.insert("phase_timestamps".to_owned(), Value::Object(times.collect()));
        let counts = self.phases.iter().map(|phase| (phase.name.clone(), phase.samples.into()));
        metadata.insert("phase_sample_counts".to_owned(), Value::Object(counts.collect()));
        if let Some(why) = &self.findings.aborted {
            metadata.insert("aborted_because".to_owned(), why.as_str().into());
        }
        if !self.findings.caveats.is_empty() {
            metadata.insert("caveats".to_owned(), self.findings.caveats.clone().into());
        }
        ProtocolScenario {
            scenario_name: self.name.to_owned(),
            scenario_params: self.findings.params.clone(),
            aborted: self.findings.aborted.is_some(),
            metadata,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::simulated::{Machine, run};
    use super::super::{Stress, StressPlan};

    fn stress() -> Stress {
        Stress::new(StressPlan { batch: 2, most: 100, ..StressPlan::default() })
    }

    #[tokio::test]
    async fn a_system_that_fails_ends_the_protocol_and_what_was_found_stays() {
        let conducted = run(&mut stress(), &mut Machine::of(100).failing_at(8)).await;
        assert_eq!(conducted.findings.aborted.as_deref(), Some("cannot set the load to 8: status 500"));
        assert_eq!(conducted.findings.held, Some(6));
        assert!(conducted.scenario().aborted);
    }

    #[tokio::test]
    async fn each_stretch_stands_in_the_result_with_its_time_and_its_readings() {
        let scenario = run(&mut stress(), &mut Machine::of(5)).await.scenario();
        let times = &scenario.metadata["phase_timestamps"];
        assert_eq!(times["load-2"]["end_ns"], times["load-4"]["start_ns"]);
        assert_eq!(scenario.metadata["phase_sample_counts"]["load-2"], 5);
        // The limit was met twice in a row, and ended it.
        assert_eq!(scenario.metadata["phase_sample_counts"]["load-6"], 2);
        assert!(!scenario.aborted);
    }
}
