//! What is seen of a run while it goes on.

use serde::{Deserialize, Serialize};

/// A look at a run while it goes on. Load sends them; cli and pages show them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Snapshot {
    /// Name of the workload.
    pub name: String,
    /// What is going on.
    pub activity: Activity,
    /// Name of the phase.
    pub phase: String,
    /// Since the start of the run.
    pub elapsed_ns: u64,
    /// Planned length of all phases; `null` when bound by a number of operations.
    pub planned_ns: Option<u64>,
    /// Operations planned altogether; `null` when bound by time in a closed model.
    pub planned: Option<u64>,
    /// Rate that the plan asks for now; `null` in closed models.
    pub target_per_s: Option<f64>,
    /// Operations started in all phases.
    pub started: u64,
    /// Operations ended in all phases.
    pub completed: u64,
    /// Of these, errors.
    pub errors: u64,
    /// Arrivals dropped.
    pub dropped: u64,
    /// Operations in flight.
    pub in_flight: u64,
    /// Completions in each second since the snapshot before.
    pub rate_per_s: f64,
    /// Median response time of the last window; `null` before the first.
    pub p50_ns: Option<u64>,
    /// 99th percentile of the response time of the last window; `null` before the first.
    pub p99_ns: Option<u64>,
}

/// What a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Starting operations.
    Running,
    /// Waiting for operations in flight.
    Draining,
    /// Over.
    Done,
}
