//! Does a stored result agree with itself?

use plimsoll_model::{LatencySummary, QuantileValue, Run, ScenarioResult, human};

use crate::Histogram;
use crate::num::to_f64;

/// How far a figure may lie beyond another that bounds it: the width of a bucket of a histogram, and rounding.
const SLACK: f64 = 0.002;

/// The first thing in a run that cannot be, in one sentence; `None` where nothing contradicts anything.
///
/// Looked at are the account of every scenario, the order of the figures of every latency, and whether they are those
/// of the stored histogram. A result that was edited by hand, or put together from several, says something here.
#[must_use]
pub fn contradiction(run: &Run) -> Option<String> {
    let lag = of_latency(&run.generator.schedule_lag).map(|what| format!("schedule lag: {what}"));
    let of_scenario = |scenario: &ScenarioResult| {
        of_scenario(scenario).map(|what| format!("scenario {:?}: {what}", scenario.name))
    };
    lag.or_else(|| run.scenarios.iter().find_map(of_scenario))
}

fn of_scenario(scenario: &ScenarioResult) -> Option<String> {
    let counts = &scenario.counts;
    if !counts.is_conserved() {
        return Some(format!(
            "{} planned and {} started operations are not the sums of their parts",
            human::count(counts.planned),
            human::count(counts.started)
        ));
    }
    let kinds: u64 = scenario.errors.iter().map(|error| error.count).fold(0, u64::saturating_add);
    // A result without kinds names none; one with kinds names all.
    if kinds > 0 && kinds != counts.errors() {
        let (kinds, errors) = (human::count(kinds), human::count(counts.errors()));
        return Some(format!("its kinds of errors add up to {kinds}, but {errors} operations failed"));
    }
    let latency = &scenario.latency;
    [("response", &latency.response), ("service", &latency.service), ("queue", &latency.queue)]
        .into_iter()
        .find_map(|(name, summary)| of_latency(summary).map(|what| format!("{name} time: {what}")))
}

fn of_latency(summary: &LatencySummary) -> Option<String> {
    if summary.count == 0 {
        return None;
    }
    of_order(summary).or_else(|| of_histogram(summary))
}

/// Figures that must ascend: the smallest, the quantiles, the largest; the mean lies between the ends.
fn of_order(summary: &LatencySummary) -> Option<String> {
    let (min, max) = (("min".to_owned(), summary.min_ns), ("max".to_owned(), summary.max_ns));
    let quantiles = summary.quantiles.iter().map(|value| (value.q.to_string(), value.value_ns));
    let ascending: Vec<(String, u64)> = std::iter::once(min).chain(quantiles).chain([max]).collect();
    let too_low = ascending.windows(2).find(|pair| is_beyond(to_f64(pair[0].1), to_f64(pair[1].1)));
    if let Some([(low, low_ns), (high, high_ns)]) = too_low {
        let (below, above) = (human::time(to_f64(*high_ns)), human::time(to_f64(*low_ns)));
        return Some(format!("its {high} of {below} is below its {low} of {above}"));
    }
    let mean = summary.mean_ns?;
    let is_outside = is_beyond(mean, to_f64(summary.max_ns)) || is_beyond(to_f64(summary.min_ns), mean);
    is_outside.then(|| format!("its mean of {} lies outside of its values", human::time(mean)))
}

/// Whether a value lies above what bounds it, by more than the histograms tell apart.
fn is_beyond(value: f64, bound: f64) -> bool {
    value > bound * (1.0 + SLACK) + 1.0
}

/// Figures that must be those of the histogram, where one is stored.
fn of_histogram(summary: &LatencySummary) -> Option<String> {
    if summary.histogram.0.is_empty() {
        return None;
    }
    let stored = match Histogram::decode(&summary.histogram) {
        Ok(stored) => stored,
        Err(error) => return Some(format!("its histogram cannot be read: {error}")),
    };
    if stored.len() != summary.count {
        let (count, len) = (human::count(summary.count), human::count(stored.len()));
        return Some(format!("it counts {count} values, and its histogram {len}"));
    }
    let differs = |value: &&QuantileValue| stored.value_at(value.q) != Some(value.value_ns);
    summary.quantiles.iter().find(differs).map(|value| {
        let found = human::time(to_f64(value.value_ns));
        let truth = human::or_empty(stored.value_at(value.q), |ns| human::time(to_f64(ns)));
        format!("its {} is {found}, and that of its histogram {truth}", value.q)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summarize;

    /// A hundred values from 1 to 100 ms.
    fn summary() -> LatencySummary {
        let mut histogram = Histogram::new();
        (1..=100).for_each(|ms| histogram.record(ms * 1_000_000));
        summarize(&histogram, None)
    }

    #[test]
    fn what_was_measured_agrees_with_itself() {
        assert_eq!(of_latency(&summary()), None);
        assert_eq!(of_latency(&LatencySummary::default()), None);
    }

    #[test]
    fn a_largest_value_below_the_quantiles_is_named() {
        let edited = LatencySummary { max_ns: 1_000_000, ..summary() };
        assert_eq!(of_latency(&edited).as_deref(), Some("its max of 1 ms is below its p99.9 of 100 ms"));
    }

    #[test]
    fn an_edited_quantile_is_not_that_of_the_histogram() {
        let mut edited = summary();
        edited.quantiles[0].value_ns = 40_000_000;
        let what = of_latency(&edited);
        assert!(
            what.as_deref().is_some_and(|it| it.starts_with("its p50 is 40 ms, and that of its histogram 5")),
            "{what:?}"
        );
    }

    #[test]
    fn a_mean_and_a_count_have_their_bounds_too() {
        let mean = LatencySummary { mean_ns: Some(2e9), ..summary() };
        assert_eq!(of_latency(&mean).as_deref(), Some("its mean of 2 s lies outside of its values"));
        let count = LatencySummary { count: 99, ..summary() };
        assert_eq!(of_latency(&count).as_deref(), Some("it counts 99 values, and its histogram 100"));
    }
}
