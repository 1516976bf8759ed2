//! Distributions from a few values.

use plimsoll_metrics::{Histogram, summarize};
use plimsoll_model::LatencySummary;

pub(crate) const SECOND: u64 = 1_000_000_000;
pub(crate) const MILLI: u64 = 1_000_000;

/// A latency summary of so many values each.
pub(crate) fn latency(values: &[(u64, u64)]) -> LatencySummary {
    summarize(&histogram(values), None)
}

pub(crate) fn histogram(values: &[(u64, u64)]) -> Histogram {
    let mut histogram = Histogram::new();
    values.iter().for_each(|(ns, times)| histogram.record_n(*ns, *times));
    histogram
}
