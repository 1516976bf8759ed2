//! What a command leaves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    Analysis, Better, Caveat, Comparison, Environment, Kind, Protocol, Run, SchemaVersion, Timestamp, Unit,
    Verdict,
};

/// What a command leaves: its runs, what follows from them, and what it concludes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Set {
    /// Version of the format.
    pub schema_version: SchemaVersion,
    /// Always `set`.
    pub kind: Kind,
    /// Unique, except under the virtual clock.
    pub id: String,
    /// Name of the program or protocol.
    pub name: String,
    /// What wrote it.
    pub tool: Tool,
    /// Wall time of the start.
    pub started_at: Timestamp,
    /// Wall time of the end.
    pub completed_at: Timestamp,
    /// What the user asked for, by name, secrets redacted.
    #[serde(default)]
    pub config: BTreeMap<String, String>,
    /// What followed from it, by name.
    #[serde(default)]
    pub derived_config: BTreeMap<String, String>,
    /// Where it was measured.
    pub environment: Environment,
    /// In the order in which they took place.
    pub runs: Vec<SetRun>,
    /// The figures of several runs of the same workload.
    #[serde(default)]
    pub aggregates: Vec<Aggregate>,
    /// What a standing protocol adds; `null` without one.
    #[serde(default)]
    pub protocol: Option<Protocol>,
    /// How this set stands against targets and other sets.
    #[serde(default)]
    pub comparisons: Vec<Comparison>,
    /// Findings and recommendations; `null` before the analysis.
    #[serde(default)]
    pub analysis: Option<Analysis>,
    /// The conclusion.
    pub verdict: Verdict,
    /// What should be kept in mind.
    pub caveats: Vec<Caveat>,
}

/// The program that wrote a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its source revision, where known.
    pub git: Option<String>,
}

/// One run of a set, and its place in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetRun {
    /// The workload, the same for runs that may be aggregated.
    pub workload: String,
    /// From 1.
    pub iteration: u64,
    /// The side of an A/B comparison; `null` outside of one.
    pub side: Option<Side>,
    /// The step of a protocol; `null` outside of one.
    pub step: Option<String>,
    /// Whether a process of its own ran it.
    pub isolation: Isolation,
    /// The run.
    pub run: Run,
}

/// A side of an A/B comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The baseline.
    A,
    /// The candidate.
    B,
}

/// What a run shared with the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Isolation {
    /// Nothing: a process of its own.
    Process,
    /// The process of the runs before it.
    InProcess,
}

/// One figure over several runs of a workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Aggregate {
    /// The workload.
    pub workload: String,
    /// The scenario; `null` for the whole run.
    pub scenario: Option<String>,
    /// The metric, in its text form: `p95`.
    pub metric: String,
    /// Base unit of the values.
    pub unit: Unit,
    /// Which direction is an improvement.
    pub better: Better,
    /// Number of runs.
    pub n: u64,
    /// Mean of the runs.
    pub mean: f64,
    /// Sample standard deviation of the runs; `null` for one run.
    pub stddev: Option<f64>,
    /// Lower end of the 95 % confidence interval of the mean; `null` for one run.
    pub lower: Option<f64>,
    /// Upper end of the 95 % confidence interval of the mean; `null` for one run.
    pub upper: Option<f64>,
    /// The value of each run, in their order.
    pub per_run: Vec<f64>,
}
