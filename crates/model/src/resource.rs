//! Resources of hosts, processes, containers and GPUs over the time of a run.

use serde::{Deserialize, Serialize};

use crate::Unit;

/// What kind of thing a series or an event is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum TargetKind {
    /// The whole machine.
    Host,
    /// One process, with its children.
    Process,
    /// A container.
    Container,
    /// A GPU.
    Gpu,
}

/// One metric of one target over the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResourceSeries {
    /// `host`, `process`, `process:NAME`, `container:NAME`, `gpu:0`.
    pub target: String,
    /// What kind of thing that is.
    pub kind: TargetKind,
    /// `cpu`, `memory`, `disk_read`, …
    pub metric: String,
    /// Base unit of the values.
    pub unit: Unit,
    /// Time from the start of the run in nanoseconds, and the value then; `null` where there was none.
    pub points: Vec<(u64, Option<f64>)>,
    /// Why values are missing, and for how long.
    pub gaps: Vec<Gap>,
    /// The figures of the points.
    pub summary: ResourceSummary,
}

/// A stretch without values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Gap {
    /// Start, from the start of the run.
    pub start_ns: u64,
    /// End, from the start of the run.
    pub end_ns: u64,
    /// Why.
    pub cause: GapCause,
    /// One line for people.
    pub detail: String,
}

/// Why a value is missing. Missing is never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum GapCause {
    /// A rate needs two readings, and this was the first.
    First,
    /// The target was not running.
    NotRunning,
    /// A counter restarted, so that the difference means nothing.
    CounterReset,
    /// The source answered with the reading of before.
    Stale,
    /// Nothing happened that the value could be a share or an average of: no request, so no wait.
    Idle,
    /// The sampler could not keep its interval.
    Late,
    /// The source could not be asked, or refused.
    Unavailable,
    /// The platform does not have this metric.
    Unsupported,
    /// The source said more than there can be, as some do in the first moment after a start.
    Suspect,
}

/// Figures of a series.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ResourceSummary {
    /// Number of values.
    pub count: u64,
    /// Average over the time that was measured, each value weighted by its interval; `null` without values.
    pub mean: Option<f64>,
    /// Largest value; `null` without values.
    pub peak: Option<f64>,
    /// Least-squares change in each minute; `null` with fewer than three values.
    pub slope_per_min: Option<f64>,
}

/// Something that happened to a target during a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Event {
    /// When, from the start of the run.
    pub t_ns: u64,
    /// The target.
    pub target: String,
    /// What.
    pub kind: EventKind,
    /// One line for people.
    pub detail: String,
}

/// What kind of thing happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// Killed for lack of memory.
    Oom,
    /// Started.
    Start,
    /// Ended.
    Die,
    /// Its health changed.
    Health,
    /// Its limits changed.
    Update,
    /// The wall clock was set.
    ClockStep,
    /// It met the limit of a watch.
    Limit,
}
