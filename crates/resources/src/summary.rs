//! The figures of a series, kept up with each value so that merged points lose nothing.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::ResourceSummary;

const NANOS_PER_MINUTE: f64 = 60e9;

/// Running figures: mean weighted by time, peak, and the least-squares line through all values.
///
/// The line is kept by its means and co-moments (Welford 1962), which stay exact where plain sums of squares
/// of nanoseconds would not.
#[derive(Debug, Clone, Default)]
pub(crate) struct Summary {
    count: u64,
    peak: f64,
    plain_mean: f64,
    weight: f64,
    weighted_mean: f64,
    mean_minutes: f64,
    spread_minutes: f64,
    co_moment: f64,
}

impl Summary {
    /// Takes in the value at a time, which stands for the `weight_ns` before it.
    pub(crate) fn add(&mut self, t_ns: u64, value: f64, weight_ns: u64) {
        let minutes = to_f64(t_ns) / NANOS_PER_MINUTE;
        self.count += 1;
        self.peak = self.peak.max(value);
        let from_mean_minutes = minutes - self.mean_minutes;
        self.mean_minutes += from_mean_minutes / to_f64(self.count);
        self.spread_minutes += from_mean_minutes * (minutes - self.mean_minutes);
        self.plain_mean += (value - self.plain_mean) / to_f64(self.count);
        self.co_moment += from_mean_minutes * (value - self.plain_mean);
        self.weigh(value, to_f64(weight_ns));
    }

    fn weigh(&mut self, value: f64, weight: f64) {
        if weight > 0.0 {
            self.weight += weight;
            self.weighted_mean += (value - self.weighted_mean) * weight / self.weight;
        }
    }

    /// The figures so far.
    pub(crate) fn figures(&self) -> ResourceSummary {
        let some = self.count > 0;
        // Only a first gauge stands for no time; alone it is the best that is known.
        let mean = if self.weight > 0.0 { self.weighted_mean } else { self.plain_mean };
        ResourceSummary {
            count: self.count,
            mean: some.then_some(mean),
            peak: some.then_some(self.peak),
            slope_per_min: (self.count >= 3 && self.spread_minutes > 0.0)
                .then(|| self.co_moment / self.spread_minutes),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn summary(values: &[(u64, f64, u64)]) -> ResourceSummary {
        let mut summary = Summary::default();
        for (second, value, weight) in values {
            summary.add(second * SECOND, *value, weight * SECOND);
        }
        summary.figures()
    }

    #[test]
    fn no_values_have_no_figures() {
        assert_eq!(summary(&[]), ResourceSummary::default());
    }

    #[test]
    fn each_value_weighs_as_much_as_its_interval() {
        // Two seconds at 1, then eight at 6: (2·1 + 8·6) / 10.
        assert_eq!(summary(&[(2, 1.0, 2), (10, 6.0, 8)]).mean, Some(5.0));
    }

    #[test]
    fn a_value_that_stands_for_no_time_counts_only_alone() {
        assert_eq!(summary(&[(0, 4.0, 0)]).mean, Some(4.0));
        assert_eq!(summary(&[(0, 4.0, 0), (2, 8.0, 2)]).mean, Some(8.0));
    }

    #[test]
    fn the_peak_is_the_largest_value() {
        assert_eq!(summary(&[(0, 4.0, 0), (2, 8.0, 2), (4, 1.0, 2)]).peak, Some(8.0));
    }

    #[test]
    fn two_values_are_too_few_for_a_slope() {
        assert_eq!(summary(&[(0, 4.0, 2), (2, 8.0, 2)]).slope_per_min, None);
    }

    proptest! {
        #[test]
        fn a_straight_line_has_its_own_slope(
            per_minute in -1e9_f64..1e9,
            start in 0.0_f64..1e12,
            seconds in proptest::collection::btree_set(0_u64..86_400, 3..50),
        ) {
            let at = |second: u64| start + per_minute * to_f64(second) / 60.0;
            let values: Vec<_> = seconds.into_iter().map(|second| (second, at(second), 1)).collect();
            let slope = summary(&values).slope_per_min.expect("three values or more");
            prop_assert!((slope - per_minute).abs() <= 1e-6 * (per_minute.abs() + start + 1.0), "{slope}");
        }
    }
}
