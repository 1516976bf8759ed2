//! How latencies are distributed: percentiles by their nines.

use plimsoll_metrics::Histogram;
use plimsoll_metrics::num::to_f64;
use plimsoll_model::{LatencySummary, Run, Set, Side, Unit};

use super::runs::Charted;
use crate::chart::{Axis, Chart, Line, LineStyle, Lines, Measure, Plot, Scale, Topic};
use crate::format;

/// Places along the axis for each nine.
const EACH: u32 = 24;

/// Nines of the axis at most: one in a million.
const MOST_NINES: f64 = 6.0;

/// The response of each scenario; of a single one, its service time beside it.
pub(super) fn of_run(it: &Charted<'_>) -> Option<Chart> {
    let lines = match it.run.scenarios.as_slice() {
        [only] => [("response", &only.latency.response), ("service", &only.latency.service)]
            .into_iter()
            .filter_map(|(name, summary)| curve(name, &histogram(summary)?))
            .enumerate()
            .map(|(index, line)| if index == 0 { line } else { line.styled(LineStyle::Reference) })
            .collect(),
        several => several
            .iter()
            .take(Lines::MOST)
            .filter_map(|scenario| curve(&scenario.name, &histogram(&scenario.latency.response)?))
            .collect::<Vec<_>>(),
    };
    let all = all(it.run);
    let finding = match (all.value_at_rank(rank(&all, 0.5)), all.value_at_rank(rank(&all, 0.99))) {
        (Some(half), Some(most)) => format!(
            "Half of all operations took {} or less, 99 in 100 took {} or less.",
            format::time(to_f64(half)),
            format::time(to_f64(most))
        ),
        _ => return None,
    };
    Some(chart(it.name("latency_distribution"), it.title("Latency by percentile"), finding, lines))
}

/// Both sides of an A/B comparison, all of their runs merged, for each workload.
pub(super) fn charts(set: &Set) -> Vec<Chart> {
    let mut workloads: Vec<&str> =
        set.runs.iter().filter(|place| place.side.is_some()).map(|place| place.workload.as_str()).collect();
    workloads.dedup();
    workloads.sort_unstable();
    workloads.dedup();
    let of = |workload: &str, side: Side| {
        let mut merged = Histogram::new();
        let own = set.runs.iter().filter(|place| place.workload == workload && place.side == Some(side));
        own.for_each(|place| merged.merge(&all(&place.run)));
        merged
    };
    let of_workload = |workload: &str| {
        let (a, b) = (of(workload, Side::A), of(workload, Side::B));
        let lines: Vec<Line> = [curve("A", &a), curve("B", &b)].into_iter().flatten().collect();
        (lines.len() == 2).then(|| Chart {
            topic: Topic::Comparison,
            ..chart(
                format!("comparison/distribution_{workload}"),
                format!("A and B by percentile · {workload}"),
                "A is the baseline, B the candidate; all their runs together.".to_owned(),
                lines,
            )
        })
    };
    workloads.into_iter().take(6).filter_map(of_workload).collect()
}

fn chart(name: String, title: String, finding: String, lines: Vec<Line>) -> Chart {
    let most = lines.iter().flat_map(|line| line.points.last()).map(|(nines, _)| *nines).fold(1.0, f64::max);
    let x = Axis { title: String::new(), measure: Measure::Nines, scale: Scale::Linear, from: 0.0, to: most };
    let values: Vec<f64> = lines.iter().flat_map(Line::values).collect();
    let y = Axis::log("response time", Measure::Value(Unit::Nanoseconds), values);
    Chart { name, topic: Topic::Latency, title, finding, plot: Plot::Lines(Lines::new(x, y, lines)) }
}

fn all(run: &Run) -> Histogram {
    let mut all = Histogram::new();
    let own = run.scenarios.iter().filter_map(|scenario| histogram(&scenario.latency.response));
    own.for_each(|one| all.merge(&one));
    all
}

fn histogram(summary: &LatencySummary) -> Option<Histogram> {
    (summary.count > 0).then(|| Histogram::decode(&summary.histogram).ok())?
}

/// Values at evenly spaced nines, as far as there are values to tell them apart.
fn curve(name: &str, histogram: &Histogram) -> Option<Line> {
    if histogram.is_empty() {
        return None;
    }
    let most = to_f64(histogram.len()).log10().clamp(0.3, MOST_NINES);
    let steps = (most * f64::from(EACH)).ceil() as u32;
    let point = |step: u32| {
        let nines = most * f64::from(step) / f64::from(steps);
        let value = histogram.value_at_rank(rank(histogram, 1.0 - 10_f64.powf(-nines)));
        (nines, value.map(to_f64))
    };
    Some(Line::new(name, (0..=steps).map(point)))
}

/// ⌈q·n⌉, from 1.
fn rank(histogram: &Histogram, q: f64) -> u64 {
    // A hair less, so that 1 − 0.1 does not step over the rank that it means.
    plimsoll_metrics::num::to_u64_saturating((q * to_f64(histogram.len()) - 1e-9).ceil())
        .clamp(1, histogram.len().max(1))
}
