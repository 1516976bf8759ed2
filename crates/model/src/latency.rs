//! Latency distributions as they are stored.

use serde::{Deserialize, Serialize};

use crate::Quantile;

/// A histogram at the wire: HdrHistogram V2, deflated, base64.
///
/// This is the stored truth of a distribution; every figure beside it can be computed from it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct EncodedHistogram(pub String);

/// The three latencies of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Latency {
    /// From the intended start to the end: what a user waits for.
    pub response: LatencySummary,
    /// From the actual start to the end: what the system under test took.
    pub service: LatencySummary,
    /// From the intended start to the actual start: the wait in the generator's own queue.
    pub queue: LatencySummary,
}

/// A latency distribution: its figures, and the histogram they come from.
///
/// It counts every operation that was started. One that timed out, was cancelled or never finished is in it
/// with its age when it was given up, as a lower bound (`censored`).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LatencySummary {
    /// Number of values.
    pub count: u64,
    /// Smallest value; 0 without values.
    pub min_ns: u64,
    /// Arithmetic mean; `null` without values.
    pub mean_ns: Option<f64>,
    /// Standard deviation of the values; `null` without values.
    pub stddev_ns: Option<f64>,
    /// Largest value; 0 without values.
    pub max_ns: u64,
    /// Ascending by `q`; empty without values.
    pub quantiles: Vec<QuantileValue>,
    /// All values, to three digits.
    pub histogram: EncodedHistogram,
}

impl LatencySummary {
    /// The stored value at a quantile, if it is one of those stored.
    #[must_use]
    pub fn quantile(&self, q: Quantile) -> Option<&QuantileValue> {
        self.quantiles.iter().find(|value| value.q == q)
    }
}

/// One quantile with its 95 % confidence interval.
///
/// The interval describes this run's sampling; it says nothing about the next run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuantileValue {
    /// Which quantile.
    pub q: Quantile,
    /// The value at rank ⌈q·n⌉, as the upper edge of its histogram bucket.
    pub value_ns: u64,
    /// Lower end of the interval, as the lower edge of its bucket; 0 when there are too few samples to bound it.
    pub lower_ns: u64,
    /// Upper end of the interval; `null` when there are too few samples to bound it.
    pub upper_ns: Option<u64>,
    /// True when the value is only a lower bound, because operations at or below it never finished.
    pub censored: bool,
}
