//! The figures of a histogram.

use plimsoll_model::{BriefLatency, EncodedHistogram, LatencySummary, Quantile, QuantileValue};

use crate::stats::quantile_interval_ranks;
use crate::{Histogram, Nanos};

/// Confidence of the intervals of stored quantiles.
const CONFIDENCE: f64 = 0.95;

/// The figures of a histogram, with the histogram.
///
/// `censored_from` is the smallest latency that is only a lower bound, if there is one: from there on, a
/// quantile is a lower bound too.
#[must_use]
pub fn summarize(histogram: &Histogram, censored_from: Option<Nanos>) -> LatencySummary {
    if histogram.is_empty() {
        return LatencySummary { histogram: EncodedHistogram::default(), ..LatencySummary::default() };
    }
    LatencySummary {
        count: histogram.len(),
        min_ns: histogram.min(),
        mean_ns: histogram.mean(),
        stddev_ns: histogram.stddev(),
        max_ns: histogram.max(),
        quantiles: Quantile::STANDARD.iter().map(|q| quantile_value(histogram, *q, censored_from)).collect(),
        histogram: histogram.encode(),
    }
}

/// The three figures of a histogram that a window keeps.
#[must_use]
pub fn brief(histogram: &Histogram) -> BriefLatency {
    let value_at = |quantile| histogram.value_at(quantile).unwrap_or(0);
    BriefLatency {
        count: histogram.len(),
        p50: value_at(Quantile::P50),
        p99: value_at(Quantile::P99),
        max: histogram.max(),
    }
}

/// A quantile with the interval that its ranks give, from the lower edge of one bucket to the upper edge of another.
fn quantile_value(histogram: &Histogram, q: Quantile, censored_from: Option<Nanos>) -> QuantileValue {
    let value_ns = histogram.value_at(q).unwrap_or(0);
    let (lower, upper) = quantile_interval_ranks(histogram.len(), q.share(), CONFIDENCE);
    QuantileValue {
        q,
        value_ns,
        // Rank 0 is no rank: the values set no lower limit.
        lower_ns: histogram.value_at_rank(lower).map_or(0, |edge| histogram.lower_edge(edge)),
        upper_ns: upper.and_then(|rank| histogram.value_at_rank(rank)),
        censored: censored_from.is_some_and(|from| value_ns >= from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_measured_has_no_figures() {
        let summary = summarize(&Histogram::new(), None);
        assert_eq!(summary, LatencySummary::default());
    }

    #[test]
    fn intervals_hold_the_value_and_are_open_when_samples_are_few() {
        let mut histogram = Histogram::new();
        (1..=100u64).for_each(|ms| histogram.record(ms * 1_000_000));
        let summary = summarize(&histogram, None);
        for value in &summary.quantiles {
            assert!(value.lower_ns <= value.value_ns);
            assert!(value.upper_ns.is_none_or(|upper| upper >= value.value_ns));
        }
        assert!(summary.quantile(Quantile::P95).unwrap().upper_ns.is_some(), "72 values bound p95");
        assert!(summary.quantile(Quantile::P99).unwrap().upper_ns.is_none(), "368 values bound p99");
    }

    #[test]
    fn an_interval_holds_both_edges_of_its_buckets() {
        let mut histogram = Histogram::new();
        histogram.record_n(1_234_567_891, 1_000);
        let summary = summarize(&histogram, None);
        let p50 = summary.quantile(Quantile::P50).unwrap();
        assert!(p50.lower_ns <= 1_234_567_891 && p50.upper_ns.unwrap() >= 1_234_567_891, "{p50:?}");
    }

    #[test]
    fn too_few_values_set_no_lower_limit() {
        let mut histogram = Histogram::new();
        histogram.record_n(5_000_000, 5);
        assert_eq!(summarize(&histogram, None).quantile(Quantile::P50).unwrap().lower_ns, 0);
    }

    #[test]
    fn quantiles_from_the_first_lower_bound_on_are_lower_bounds() {
        let mut histogram = Histogram::new();
        histogram.record_n(1_000, 98);
        histogram.record_n(5_000_000, 2);
        let summary = summarize(&histogram, Some(5_000_000));
        let censored: Vec<_> = summary.quantiles.iter().map(|value| value.censored).collect();
        assert_eq!(censored, [false, false, false, false, true, true]);
    }
}
