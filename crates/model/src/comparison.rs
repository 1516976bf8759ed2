//! How one set stands against targets or another set.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Better, Caveat, Kind, SchemaVersion, Unit, Verdict};

/// How a candidate stands against targets or a baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comparison {
    /// Version of the format.
    pub schema_version: SchemaVersion,
    /// Always `comparison`.
    pub kind: Kind,
    /// Unique, except under the virtual clock.
    pub id: String,
    /// How it was decided.
    pub procedure: Procedure,
    /// What it is compared with; `null` for targets only.
    pub baseline: Option<SetRef>,
    /// What is judged.
    pub candidate: SetRef,
    /// What had to agree before numbers could be compared.
    pub comparability: Vec<Comparability>,
    /// The limits applied, by name, in their text form.
    pub policy: BTreeMap<String, String>,
    /// One for each metric that was compared.
    pub metrics: Vec<MetricComparison>,
    /// The rating of the whole; `null` when invalid.
    pub rating: Option<Rating>,
    /// The conclusion.
    pub verdict: Verdict,
    /// What should be kept in mind.
    pub caveats: Vec<Caveat>,
}

/// How a comparison decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Procedure {
    /// Against written targets.
    Targets,
    /// Against stored results: edges crossed, no control in the same sitting.
    Screening,
    /// Both sides in turn, in one sitting.
    Interleaved,
}

/// A document that a comparison refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetRef {
    /// Its id, or the name of a baseline file.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Number of runs in it.
    pub runs: u64,
}

/// One thing that two sides must share before their numbers mean anything together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Comparability {
    /// What: `cpu_model`, `plan.in_flight`, …
    pub field: String,
    /// On the baseline's side.
    pub baseline: String,
    /// On the candidate's side.
    pub candidate: String,
    /// What a difference means.
    pub effect: Effect,
}

/// What a difference in the circumstances does to a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// They agree.
    Same,
    /// They differ, and the result says so.
    Caveat,
    /// They differ, and the numbers are not compared.
    Refused,
}

/// One metric compared. Ratios are current / baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MetricComparison {
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
    /// The conclusion for this metric.
    pub verdict: ComparisonVerdict,
    /// How grave a regression or a missed target is; `null` otherwise.
    pub severity: Option<Alarm>,
    /// The baseline's value, or the target's limit.
    pub baseline: Option<f64>,
    /// The candidate's value; `null` when it measured none.
    pub current: Option<f64>,
    /// current / baseline; `null` where that has no meaning.
    pub ratio: Option<f64>,
    /// Lower end of the ratio's interval; `null` without replicates.
    pub lower: Option<f64>,
    /// Upper end of the ratio's interval; `null` without replicates.
    pub upper: Option<f64>,
    /// Confidence that the interval really has, 0 to 1; `null` without replicates.
    pub confidence: Option<f64>,
    /// One-sided p-value; `null` without a test.
    pub p: Option<f64>,
    /// The same after Holm's correction over the gating metrics; `null` without a test.
    pub p_adjusted: Option<f64>,
    /// Smallest relative change that this comparison would find nine times in ten; `null` when unknown.
    pub mde: Option<f64>,
    /// Whether it decides the verdict.
    pub gating: bool,
    /// The limit and how it was met or crossed, in one line.
    pub detail: String,
}

/// The conclusion for one metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ComparisonVerdict {
    /// Within its limits.
    Pass,
    /// Worse by more than its limit, or a target missed.
    Regression,
    /// Better by more than its limit.
    Improvement,
    /// Too little to decide.
    Inconclusive,
    /// Nothing to decide on.
    Invalid,
}

/// Which limit a regression or a missed target went beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Alarm {
    /// Beyond the warning limit.
    Warning,
    /// Beyond the critical limit.
    Critical,
}

/// How a comparison reads as a whole (B4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rating {
    /// Every metric improved or within 5 %, and all targets met.
    Excellent,
    /// Minor regressions only, and overall not worse.
    Good,
    /// Mixed, or inconclusive on a gating metric.
    Fair,
    /// A critical regression or a missed hard target.
    Poor,
}
