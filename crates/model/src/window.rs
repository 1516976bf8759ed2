//! A stretch of a run on its timeline.

use serde::{Deserialize, Serialize};

use crate::EncodedHistogram;

/// What happened to one scenario in one stretch of the measured time.
///
/// Offered load is counted by intended time, starts by start time, completions by completion time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Window {
    /// Name of the scenario.
    pub scenario: String,
    /// Start, from the start of the run.
    pub start_ns: u64,
    /// Length.
    pub length_ns: u64,
    /// Operations that were due.
    pub offered: u64,
    /// Operations started.
    pub started: u64,
    /// Operations that ended, in whatever way.
    pub completed: u64,
    /// Of these, the successful ones.
    pub ok: u64,
    /// Of these, the failed, timed out and panicked ones.
    pub failed: u64,
    /// Response times of the completed operations.
    pub response: EncodedHistogram,
    /// Service times of the completed operations, in brief.
    pub service: BriefLatency,
    /// Queue times of the completed operations, in brief.
    pub queue: BriefLatency,
}

/// A latency distribution in three figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BriefLatency {
    /// Number of values.
    pub count: u64,
    /// The median in nanoseconds; 0 without values.
    pub p50: u64,
    /// The 99th percentile in nanoseconds; 0 without values.
    pub p99: u64,
    /// The largest value in nanoseconds; 0 without values.
    pub max: u64,
}
