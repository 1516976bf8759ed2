//! What a set's figures say about the system.

use serde::{Deserialize, Serialize};

/// Findings, advice, scaling and leaks of a set, each with the figures it rests on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Analysis {
    /// Gravest first.
    pub findings: Vec<Finding>,
    /// Most urgent first.
    pub recommendations: Vec<Recommendation>,
    /// `null` without enough levels of load.
    pub scaling: Option<Scaling>,
    /// One for each target whose memory was followed.
    pub leaks: Vec<Leak>,
}

/// How grave something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth knowing.
    Low,
    /// Worth a look.
    Medium,
    /// Needs attention.
    High,
    /// Breaks what was promised.
    Critical,
}

/// Something that a rule found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Finding {
    /// Id of the rule.
    pub rule: String,
    /// How grave.
    pub severity: Severity,
    /// Workload, scenario or target.
    pub subject: String,
    /// One sentence.
    pub message: String,
    /// The figures it rests on.
    pub evidence: Vec<String>,
}

/// How urgent a recommendation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// When there is time.
    Low,
    /// Soon.
    Medium,
    /// Now.
    High,
}

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Recommendation {
    /// Id of the rule whose finding it answers.
    pub rule: String,
    /// How urgent.
    pub priority: Priority,
    /// One sentence.
    pub message: String,
    /// The figures it rests on.
    pub evidence: Vec<String>,
}

/// How throughput grows with resources or load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Scaling {
    /// What was varied: `workers`, `cpu_limit`, …
    pub dimension: String,
    /// The level, and the throughput at it relative to the first.
    pub points: Vec<(f64, f64)>,
    /// The fitted law, `amdahl` or `usl`; `null` without enough points.
    pub law: Option<String>,
    /// Level beyond which more does not help; `null` when not reached.
    pub knee: Option<f64>,
    /// Where throughput ends to grow by the fitted law, also beyond what was measured; `null` without such a place.
    #[serde(default)]
    pub capacity: Option<Capacity>,
    /// One sentence of advice.
    pub advice: String,
}

/// How much there is to be had by a law that was fitted to what was measured: a range, since the law is only as sure
/// as the points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Capacity {
    /// The level beyond which more gives less.
    pub level: f64,
    /// Lower end of its interval.
    pub lower: f64,
    /// Upper end of its interval; `null` where throughput may grow for ever.
    pub upper: Option<f64>,
    /// Two-sided confidence of the interval, in `0.0..1.0`.
    pub confidence: f64,
    /// Operations in each second at that level.
    pub throughput_per_s: f64,
}

/// What the memory of a target did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Leak {
    /// The target.
    pub target: String,
    /// Step or phase it is about.
    pub phase: String,
    /// The conclusion.
    pub verdict: LeakVerdict,
    /// Growth in bytes per minute; `null` when it could not be estimated.
    pub slope_bytes_per_min: Option<f64>,
    /// Lower end of its interval.
    pub lower_bytes_per_min: Option<f64>,
    /// Upper end of its interval.
    pub upper_bytes_per_min: Option<f64>,
    /// Two-sided confidence of the interval, in `0.0..1.0`; `null` where nobody says.
    #[serde(default)]
    pub interval_confidence: Option<f64>,
    /// One sentence.
    pub detail: String,
}

/// Conclusions about memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LeakVerdict {
    /// Surely below 0.5 MB in a minute.
    Normal,
    /// Surely growing, and 0.5 MB in a minute or more.
    Watch,
    /// Surely above 1 MB in a minute.
    Leak,
    /// Too short or too noisy to say.
    NotEnoughData,
}
