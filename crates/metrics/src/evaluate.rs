//! Judging a condition.

use plimsoll_model::{
    Condition, LatencyKind, LatencyStat, Metric, Op, Quantile, Run, Status, Threshold, Window,
};

use crate::num::{per_second, ratio, to_f64};
use crate::observe::{Distribution, measured_end};
use crate::stats::quantile_interval_ranks;
use crate::{Histogram, ObserveError, Observed, observe};

/// Confidence with which a quantile must be known before it can pass.
const CONFIDENCE: f64 = 0.95;

/// Judges a condition on a run.
///
/// - Nothing measured is invalid, whatever the limit.
/// - A percentile that too few samples bound from above (72 for p95, 368 for p99, 3,688 for p99.9), or that is
///   only a lower bound, is inconclusive where it would pass; it fails where even that is beyond the limit.
/// - With a window, every stretch of that length must satisfy the condition; the worst one is observed. Only
///   response times, `error_rate`, `success_rate` and `throughput` are known by window; the throughput within
///   the measured time, since what is in flight at its end only runs out.
///
/// # Errors
/// When the metric names a scenario, step or target that the run does not have.
pub fn evaluate(condition: &Condition, run: &Run) -> Result<Threshold, ObserveError> {
    let observed = match condition.window {
        None => observe(run, &condition.metric)?,
        Some(window) => {
            // For its error: the name must exist, whatever the windows say.
            observe(run, &condition.metric)?;
            worst_stretch(condition, run, u64::try_from(window.as_nanos()).unwrap_or(u64::MAX))
        }
    };
    let status = observed.map_or(Status::Invalid, |observed| judge(condition, &observed));
    Ok(Threshold {
        condition: condition.clone(),
        observed: observed.map(|observed| observed.value),
        passed: status == Status::Pass,
        status,
    })
}

fn judge(condition: &Condition, observed: &Observed) -> Status {
    let is_upper_limit = matches!(condition.op, Op::Less | Op::AtMost);
    match condition.holds(observed.value) {
        false if is_upper_limit || !observed.censored => Status::Fail,
        // A lower bound that is below a lower limit says nothing.
        false => Status::Inconclusive,
        true if is_upper_limit && (observed.censored || is_unbounded(condition, observed.samples)) => {
            Status::Inconclusive
        }
        true => Status::Pass,
    }
}

/// Whether a condition is about a quantile that so few samples do not bound from above.
fn is_unbounded(condition: &Condition, samples: u64) -> bool {
    let (Metric::Latency { stat, .. } | Metric::Trend { stat, .. }) = &condition.metric.metric else {
        return false;
    };
    let LatencyStat::Quantile(quantile) = stat else { return false };
    // The largest value is no estimate of anything beyond it.
    quantile.share() < 1.0 && quantile_interval_ranks(samples, quantile.share(), CONFIDENCE).1.is_none()
}

/// The stretch of windows that satisfies a condition least.
fn worst_stretch(condition: &Condition, run: &Run, length: u64) -> Option<Observed> {
    let scope = condition.metric.scope.as_deref();
    let mut windows: Vec<&Window> =
        run.windows.iter().filter(|window| scope.is_none_or(|scope| scope == window.scenario)).collect();
    if condition.metric.metric == Metric::Throughput {
        let end = measured_end(run);
        let is_whole = |window: &&Window| window.start_ns + window.length_ns <= end;
        // A run of less than a window has none that is whole.
        if windows.iter().any(is_whole) {
            windows.retain(is_whole);
        }
    }
    windows.sort_by_key(|window| window.start_ns);
    let mut worst: Option<Observed> = None;
    let mut rest = windows.as_slice();
    while let Some(first) = rest.first() {
        let end = first.start_ns.saturating_add(length);
        let count = rest.partition_point(|window| window.start_ns < end);
        let (stretch, later) = rest.split_at(count);
        rest = later;
        if let Some(observed) = observe_stretch(run, &condition.metric.metric, stretch) {
            worst = Some(match worst {
                Some(worst) if !is_worse(condition, observed.value, worst.value) => worst,
                _ => observed,
            });
        }
    }
    worst
}

fn is_worse(condition: &Condition, value: f64, other: f64) -> bool {
    match condition.op {
        Op::Less | Op::AtMost => value > other,
        Op::Greater | Op::AtLeast => value < other,
    }
}

fn observe_stretch(run: &Run, metric: &Metric, stretch: &[&Window]) -> Option<Observed> {
    let sum = |of: fn(&Window) -> u64| stretch.iter().map(|window| of(window)).sum::<u64>();
    let completed = sum(|window| window.completed);
    let value = match metric {
        Metric::Latency { kind: LatencyKind::Response, stat } => {
            return observe_response(run, *stat, stretch);
        }
        Metric::ErrorRate => ratio(to_f64(sum(|window| window.failed)), to_f64(completed))?,
        Metric::SuccessRate => ratio(to_f64(sum(|window| window.ok)), to_f64(completed))?,
        Metric::Throughput => {
            let start = stretch.first()?.start_ns;
            let end = stretch.iter().map(|window| window.start_ns + window.length_ns).max()?;
            let value = per_second(sum(|window| window.ok), end - start);
            return Some(Observed { value, samples: completed.max(1), censored: false });
        }
        _ => return None,
    };
    Some(Observed { value, samples: completed, censored: false })
}

fn observe_response(run: &Run, stat: LatencyStat, stretch: &[&Window]) -> Option<Observed> {
    let mut all = Histogram::new();
    for window in stretch {
        all.merge_encoded(&window.response).ok()?;
    }
    let value = match stat {
        LatencyStat::Min => all.value_at(Quantile::new(0.0).ok()?).map(to_f64),
        LatencyStat::Mean => all.mean(),
        LatencyStat::Stddev => all.stddev(),
        LatencyStat::Quantile(quantile) => all.value_at(quantile).map(to_f64),
        LatencyStat::Max => (!all.is_empty()).then(|| to_f64(all.max())),
    }?;
    // Only what did not end well was given up.
    let censored = stretch.iter().filter(|window| window.ok < window.completed).any(|window| {
        let scenario = run.scenario(&window.scenario);
        scenario.is_some_and(|scenario| Distribution::response(scenario).is_censored(stat, value))
    });
    Some(Observed { value, samples: all.len(), censored })
}
