//! The measured result of one scenario.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Latency, LatencySummary};

/// What one entry of the mix did in the measured phases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScenarioResult {
    /// Name in the plan.
    pub name: String,
    /// Labels in the plan.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// Every planned operation accounted for.
    pub counts: Counts,
    /// Operations in each second.
    pub throughput: Throughput,
    /// The three latencies.
    pub latency: Latency,
    /// Named parts of an operation.
    #[serde(default)]
    pub steps: Vec<StepResult>,
    /// The same figures for each value of a tag.
    #[serde(default)]
    pub breakdowns: Vec<Breakdown>,
    /// How evenly the values of a tag were served; `null` without such a tag.
    #[serde(default)]
    pub fairness: Option<Fairness>,
    /// Errors by kind, most frequent first: at most 20 kinds, then `other`.
    pub errors: Vec<ErrorCount>,
    /// Yes-or-no observations, which never stop anything.
    #[serde(default)]
    pub checks: Vec<CheckCount>,
    /// What the operations measured themselves.
    #[serde(default)]
    pub metrics: Vec<CustomMetric>,
}

/// The account of a scenario. In every result
/// `planned = started + Σ dropped + not_started` and
/// `started = ok + failed + timed_out + cancelled + panicked + unfinished`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counts {
    /// Arrivals of the schedule, or operations asked for; in a closed model bound by time, what was started.
    pub planned: u64,
    /// Operations started.
    pub started: u64,
    /// Arrivals that were due and never started, by cause.
    pub dropped: BTreeMap<DropCause, u64>,
    /// Arrivals that were never due, or still waiting, when the run ended.
    pub not_started: u64,
    /// Ended well.
    pub ok: u64,
    /// Ended in an error.
    pub failed: u64,
    /// Given up after the timeout.
    pub timed_out: u64,
    /// Given up because the run was cancelled.
    pub cancelled: u64,
    /// Ended in a panic.
    pub panicked: u64,
    /// Still in flight when the drain was over.
    pub unfinished: u64,
    /// Latencies above one hour, kept as that bound.
    pub over_range: u64,
}

impl Counts {
    /// Arrivals dropped for any cause.
    #[must_use]
    pub fn dropped_total(&self) -> u64 {
        self.dropped.values().sum()
    }

    /// Operations that count as errors: failed, timed out, panicked.
    #[must_use]
    pub fn errors(&self) -> u64 {
        self.failed + self.timed_out + self.panicked
    }

    /// Whether both sums of the account are right.
    #[must_use]
    pub fn is_conserved(&self) -> bool {
        self.planned == self.started + self.dropped_total() + self.not_started
            && self.started
                == self.ok + self.failed + self.timed_out + self.cancelled + self.panicked + self.unfinished
    }

    /// Adds another account to this one.
    pub fn add(&mut self, other: &Counts) {
        self.planned += other.planned;
        self.started += other.started;
        for (cause, count) in &other.dropped {
            *self.dropped.entry(*cause).or_default() += count;
        }
        self.not_started += other.not_started;
        self.ok += other.ok;
        self.failed += other.failed;
        self.timed_out += other.timed_out;
        self.cancelled += other.cancelled;
        self.panicked += other.panicked;
        self.unfinished += other.unfinished;
        self.over_range += other.over_range;
    }
}

/// Why an operation never started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DropCause {
    /// As many operations were in flight as may be (policy `drop`).
    InFlightCap,
    /// As many arrivals were waiting as may be (policy `queue`).
    QueueFull,
    /// A newer arrival took its place (policy `skip`).
    Skipped,
    /// A circuit breaker refused it, so that the service was never asked.
    CircuitOpen,
}

/// Operations in each second of the measured time.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Throughput {
    /// Due.
    pub offered_per_s: f64,
    /// Completed well, within the measured time.
    pub achieved_per_s: f64,
    /// The best whole window of `achieved_per_s`.
    pub peak_per_s: f64,
    /// Items reported by the operations that completed well, within the measured time.
    pub items_per_s: f64,
}

/// A named part of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StepResult {
    /// Its name.
    pub name: String,
    /// How often it ended well.
    pub ok: u64,
    /// How often it failed.
    pub failed: u64,
    /// How often it ended well in each second of the measured time; `null` in results from before this was kept.
    #[serde(default)]
    pub per_s: Option<f64>,
    /// Bytes that it reported.
    pub bytes: u64,
    /// How long it took.
    pub latency: LatencySummary,
}

/// The figures of a scenario for one combination of tags.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Breakdown {
    /// The tags.
    pub tags: BTreeMap<String, String>,
    /// Their account.
    pub counts: Counts,
    /// Their throughput.
    pub throughput: Throughput,
    /// Their latencies.
    pub latency: Latency,
}

/// How evenly the values of a tag were served.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fairness {
    /// The tag, such as `tenant`.
    pub tag: String,
    /// Jain's index of throughput by weight: 1 when all got what they were due, 1/n when one has everything.
    pub jain_index: f64,
    /// The value that fared worst: the one with the least of its operations ended well; of equals the one with the
    /// highest p99.
    pub worst: String,
    /// The p99 of the response times of that value over that of all the others together; `null` where one of them
    /// has none. Far above 1, it has noisy neighbours, or is slow by itself.
    #[serde(default)]
    pub worst_over_others: Option<f64>,
}

/// One kind of error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErrorCount {
    /// Its kind.
    pub kind: String,
    /// How often.
    pub count: u64,
    /// Of all errors of the scenario, 0 to 1.
    pub share: f64,
    /// First seen, from the start of the run.
    pub first_ns: u64,
    /// Last seen, from the start of the run.
    pub last_ns: u64,
    /// One message, redacted and cut to 500 bytes.
    pub sample: String,
}

/// A yes-or-no observation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckCount {
    /// Its name.
    pub name: String,
    /// How often yes.
    pub passed: u64,
    /// How often no.
    pub failed: u64,
}

/// A metric that the operations report themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CustomMetric {
    /// Its name.
    pub name: String,
    /// What kind of metric.
    pub kind: CustomMetricKind,
    /// How many values.
    pub count: u64,
    /// A counter's sum, a gauge's last value, a rate's share of true; `null` for a trend.
    pub value: Option<f64>,
    /// A trend's distribution, in whose fields `_ns` stands for the trend's own unit; `null` for the others.
    pub distribution: Option<LatencySummary>,
}

/// The kinds of custom metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum CustomMetricKind {
    /// A sum.
    Counter,
    /// The last value, by the time at which its operation ended.
    Gauge,
    /// The share of true.
    Rate,
    /// A distribution.
    Trend,
}
