//! The document form of what was recorded.

use std::collections::BTreeMap;

use plimsoll_model::{
    Breakdown, Counts, DropCause, Fairness, Latency, LatencySummary, PlannedScenario, Quantile,
    QuantileValue, ScenarioResult, StepResult, Throughput,
};

use crate::num::{per_second, ratio, to_f64};
use crate::stats::jain_index;
use crate::{Ending, Histogram, ScenarioShard, Tally, summarize};

/// The result of a scenario: what was planned of it, what was recorded, over how long, and its best window.
///
/// `planned` is the number of arrivals in the schedule; `None` in a closed model bound by time, where what was
/// planned is what was started.
#[must_use]
pub fn scenario_result(
    scenario: &PlannedScenario,
    recorded: &ScenarioShard,
    planned: Option<u64>,
    measured_ns: u64,
    peak_per_s: f64,
) -> ScenarioResult {
    let tally = recorded.tally();
    ScenarioResult {
        name: scenario.name.clone(),
        tags: scenario.tags.clone(),
        counts: counts(tally, planned),
        throughput: throughput(recorded, measured_ns, peak_per_s),
        latency: latency(recorded),
        steps: recorded.steps.iter().map(|step| step_result(step, measured_ns)).collect(),
        breakdowns: Vec::new(),
        fairness: None,
        errors: recorded.errors().counts(),
        checks: recorded.own.checks(),
        metrics: recorded.own.metrics(),
    }
}

/// The figures of a scenario for each value of a tag, and how evenly the values were served.
///
/// `parts` has the value, the weight at which it is due operations, and what was recorded of it. What was planned of
/// a value is what became due; its best window is not known, so that its peak is its average. There is no fairness
/// where nothing ended well.
#[must_use]
pub fn breakdowns(
    tag: &str,
    parts: &[(String, u64, &ScenarioShard)],
    measured_ns: u64,
) -> (Vec<Breakdown>, Option<Fairness>) {
    let breakdown = |(value, _, recorded): &(String, u64, &ScenarioShard)| Breakdown {
        tags: BTreeMap::from([(tag.to_owned(), value.clone())]),
        counts: counts(recorded.tally(), None),
        throughput: {
            let average = per_second(recorded.tally().ok_in_time, measured_ns);
            throughput(recorded, measured_ns, average)
        },
        latency: latency(recorded),
    };
    (parts.iter().map(breakdown).collect(), fairness(tag, parts))
}

fn fairness(tag: &str, parts: &[(String, u64, &ScenarioShard)]) -> Option<Fairness> {
    let served = |(_, weight, recorded): &(String, u64, &ScenarioShard)| {
        to_f64(recorded.tally().ok_in_time) / to_f64(*weight)
    };
    let jain_index = jain_index(&parts.iter().map(served).collect::<Vec<_>>())?;
    let p99 = |values: &Histogram| values.value_at(Quantile::P99);
    let well = |recorded: &ScenarioShard| {
        let counts = counts(recorded.tally(), None);
        ratio(to_f64(counts.ok), to_f64(counts.planned)).unwrap_or(1.0)
    };
    let (index, (worst, _, of_worst)) =
        parts.iter().enumerate().min_by(|(_, (_, _, a)), (_, (_, _, b))| {
            well(a).total_cmp(&well(b)).then_with(|| p99(b.response()).cmp(&p99(a.response())))
        })?;
    let mut others = Histogram::new();
    let all_others = parts.iter().enumerate().filter(|(other, _)| *other != index);
    all_others.for_each(|(_, (_, _, recorded))| others.merge(recorded.response()));
    let worst_over_others = p99(of_worst.response()).zip(p99(&others));
    Some(Fairness {
        tag: tag.to_owned(),
        jain_index,
        worst: worst.clone(),
        worst_over_others: worst_over_others.and_then(|(worst, others)| ratio(to_f64(worst), to_f64(others))),
    })
}

fn throughput(recorded: &ScenarioShard, measured_ns: u64, peak_per_s: f64) -> Throughput {
    let tally = recorded.tally();
    Throughput {
        offered_per_s: per_second(recorded.offered(), measured_ns),
        achieved_per_s: per_second(tally.ok_in_time, measured_ns),
        peak_per_s,
        items_per_s: per_second(tally.items_in_time, measured_ns),
    }
}

fn counts(tally: &Tally, planned: Option<u64>) -> Counts {
    let causes = [DropCause::InFlightCap, DropCause::QueueFull, DropCause::Skipped];
    let refused = (DropCause::CircuitOpen, tally.ended(Ending::Refused));
    let dropped: BTreeMap<_, _> =
        causes.into_iter().zip(tally.dropped).chain([refused]).filter(|(_, count)| *count > 0).collect();
    let accounted = tally.started + tally.dropped.iter().sum::<u64>();
    let planned = planned.unwrap_or(accounted);
    Counts {
        planned,
        started: tally.admitted(),
        dropped,
        not_started: planned.saturating_sub(accounted),
        ok: tally.ended(Ending::Ok),
        failed: tally.ended(Ending::Failed),
        timed_out: tally.ended(Ending::TimedOut),
        cancelled: tally.ended(Ending::Cancelled),
        panicked: tally.ended(Ending::Panicked),
        unfinished: tally.ended(Ending::Unfinished),
        over_range: tally.over_range,
    }
}

fn latency(recorded: &ScenarioShard) -> Latency {
    let response = summarize(recorded.response(), recorded.censored_from());
    match recorded.queue() {
        Some(queue) => Latency {
            response,
            // A service time is never longer than the response time: the same bound holds for it.
            service: summarize(recorded.service(), recorded.censored_from()),
            queue: summarize(queue, None),
        },
        None => Latency { service: response.clone(), queue: no_wait(response.count), response },
    }
}

/// The queue times of a closed model: as many zeros as there are operations.
fn no_wait(count: u64) -> LatencySummary {
    if count == 0 {
        return LatencySummary::default();
    }
    let zero =
        |q: Quantile| QuantileValue { q, value_ns: 0, lower_ns: 0, upper_ns: Some(0), censored: false };
    let mut histogram = Histogram::new();
    histogram.record_n(0, count);
    LatencySummary {
        count,
        min_ns: 0,
        mean_ns: Some(0.0),
        stddev_ns: Some(0.0),
        max_ns: 0,
        quantiles: Quantile::STANDARD.iter().map(|q| zero(*q)).collect(),
        histogram: histogram.encode(),
    }
}

fn step_result(step: &crate::record::StepShard, measured_ns: u64) -> StepResult {
    StepResult {
        name: step.name.to_owned(),
        ok: step.ok,
        failed: step.failed,
        per_s: Some(per_second(step.ok_in_time, measured_ns)),
        bytes: step.bytes,
        latency: summarize(&step.latency, None),
    }
}
