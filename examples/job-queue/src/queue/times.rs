//! How long jobs took, as monitoring wants it.

use std::time::Duration;

/// Upper ends of the buckets but the last, which has none.
const BOUNDS: [Duration; 14] = [
    Duration::from_micros(50),
    Duration::from_micros(100),
    Duration::from_micros(250),
    Duration::from_micros(500),
    Duration::from_millis(1),
    Duration::from_micros(2_500),
    Duration::from_millis(5),
    Duration::from_millis(10),
    Duration::from_millis(25),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(10),
];

/// Processing times in fixed buckets, 50 µs to 10 s and above. Coarse on purpose: it is what a service shows
/// to monitoring; a load test measures finer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessingTimes {
    counts: [u64; BOUNDS.len() + 1],
    sum: Duration,
}

impl ProcessingTimes {
    /// How many times were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// All times together.
    #[must_use]
    pub fn sum(&self) -> Duration {
        self.sum
    }

    /// For each bucket its upper end, inclusive, `None` for the last, and how many times are in it or below:
    /// the form that Prometheus wants.
    pub fn cumulative(&self) -> impl Iterator<Item = (Option<Duration>, u64)> {
        let ends = BOUNDS.into_iter().map(Some).chain([None]);
        ends.zip(self.counts).scan(0, |below, (end, count)| {
            *below += count;
            Some((end, *below))
        })
    }

    pub(super) fn record(&mut self, time: Duration) {
        self.counts[BOUNDS.partition_point(|bound| *bound < time)] += 1;
        self.sum = self.sum.saturating_add(time);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_in_its_bucket_and_all_above() {
        let mut times = ProcessingTimes::default();
        for micros in [50, 51, 100, 20_000_000] {
            times.record(Duration::from_micros(micros));
        }
        let counts: Vec<_> = times.cumulative().map(|(_, count)| count).collect();
        assert_eq!(counts, [1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 4]);
        assert_eq!(times.cumulative().last(), Some((None, times.count())));
    }

    #[test]
    fn bounds_ascend() {
        assert!(BOUNDS.is_sorted_by(|lower, upper| lower < upper));
    }
}
