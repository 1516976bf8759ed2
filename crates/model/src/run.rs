//! One execution of one plan.

use serde::{Deserialize, Serialize};

use crate::{
    Caveat, Condition, Event, Generator, Kind, MemoryProfile, PhaseKind, Plan, ResourceSeries, Sampler,
    ScenarioResult, SchemaVersion, Status, Timestamp, Verdict, Window,
};

/// One execution of one plan: what was asked, what happened, what is concluded.
///
/// All times are nanoseconds from the start of the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Run {
    /// Version of the format.
    pub schema_version: SchemaVersion,
    /// Always `run`.
    pub kind: Kind,
    /// Unique, except under the virtual clock, where it derives from plan and seed.
    pub id: String,
    /// Name of the workload.
    pub name: String,
    /// Wall time of the start.
    pub started_at: Timestamp,
    /// From the start of the first phase to the end of the drain.
    pub duration_ns: u64,
    /// Fixes arrivals, mix and data.
    pub seed: u64,
    /// What was asked.
    pub plan: Plan,
    /// The phases as they took place.
    pub phases: Vec<Phase>,
    /// Why it ended.
    pub stop: Stop,
    /// One for each entry of the mix, in the plan's order.
    pub scenarios: Vec<ScenarioResult>,
    /// By start, then by scenario; at most 1,200 for each scenario.
    pub windows: Vec<Window>,
    /// The generator's check of itself.
    pub generator: Generator,
    /// The sampler's check of itself; `null` when nothing was sampled.
    #[serde(default)]
    pub sampler: Option<Sampler>,
    /// What was sampled.
    #[serde(default)]
    pub resources: Vec<ResourceSeries>,
    /// What happened to the targets.
    #[serde(default)]
    pub events: Vec<Event>,
    /// What the memory of processes and containers did.
    #[serde(default)]
    pub memory: Vec<MemoryProfile>,
    /// The conditions, judged.
    pub thresholds: Vec<Threshold>,
    /// The conclusion.
    pub verdict: Verdict,
    /// What should be kept in mind.
    pub caveats: Vec<Caveat>,
}

impl Run {
    /// Total length of the measured phases.
    #[must_use]
    pub fn measured_ns(&self) -> u64 {
        self.phases.iter().filter(|phase| phase.kind == PhaseKind::Measure).map(|phase| phase.length_ns).sum()
    }

    /// The scenario of that name.
    #[must_use]
    pub fn scenario(&self, name: &str) -> Option<&ScenarioResult> {
        self.scenarios.iter().find(|scenario| scenario.name == name)
    }
}

/// A phase as it took place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Phase {
    /// Its name.
    pub name: String,
    /// What it was for.
    pub kind: PhaseKind,
    /// Its start.
    pub start_ns: u64,
    /// Its length.
    pub length_ns: u64,
}

/// Why a run ended. The last four are `null` unless a rule or a watch stopped it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Stop {
    /// The cause.
    pub cause: StopCause,
    /// The container, process or scenario that met its limit.
    pub target: Option<String>,
    /// The metric that met its limit.
    pub metric: Option<String>,
    /// Its value.
    pub value: Option<f64>,
    /// The limit.
    pub limit: Option<f64>,
    /// When, from the start of the run.
    pub at_ns: u64,
}

impl Stop {
    /// A stop without a target.
    #[must_use]
    pub fn plain(cause: StopCause, at_ns: u64) -> Stop {
        Stop { cause, target: None, metric: None, value: None, limit: None, at_ns }
    }
}

/// Causes of a run's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StopCause {
    /// The plan was done.
    Finished,
    /// A rule on the run's own figures.
    AbortRule,
    /// A watch on a resource.
    Watch,
    /// A target ran out of memory.
    Oom,
    /// A signal: no new starts, operations in flight drained.
    Interrupt,
    /// From code: operations in flight given up.
    Cancelled,
}

/// A condition, judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Threshold {
    /// The condition.
    pub condition: Condition,
    /// What was observed, in the limit's base unit; `null` when nothing was measured.
    pub observed: Option<f64>,
    /// Whether it holds; false too when nothing, or too little, was measured.
    pub passed: bool,
    /// Pass, fail, invalid (nothing measured) or inconclusive (too few samples).
    pub status: Status,
}
