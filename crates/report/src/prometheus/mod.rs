//! Prometheus text, classic format 0.0.4.

mod exposition;

use std::collections::BTreeMap;
use std::io;

use plimsoll_metrics::num::to_f64;
use plimsoll_metrics::{Histogram, NANOS_PER_SECOND};
use plimsoll_model::{LatencySummary, Metric, ScenarioResult, Set, SetRun, Side, Unit};

use crate::Renderer;
use exposition::{Family, Labels, Type};

/// Prints a set for the text file collector of a node exporter: `metrics.prom`.
///
/// Three families, labelled with workload and scenario, and with iteration, step and side where a set has
/// several: `plimsoll_throughput_per_second`, `plimsoll_latency_seconds` (response times, from the stored
/// histograms) and `plimsoll_errors_total` by kind. No timestamps, which that collector refuses.
///
/// Rendering fails with [`io::ErrorKind::InvalidData`] when a stored histogram cannot be read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Prometheus;

/// Edges of the buckets in nanoseconds: 1 ms to a minute.
const EDGES: [u64; 15] = [
    1_000_000,
    2_500_000,
    5_000_000,
    10_000_000,
    25_000_000,
    50_000_000,
    100_000_000,
    250_000_000,
    500_000_000,
    1_000_000_000,
    2_500_000_000,
    5_000_000_000,
    10_000_000_000,
    30_000_000_000,
    60_000_000_000,
];

impl Renderer for Prometheus {
    fn name(&self) -> &str {
        "prometheus"
    }

    fn file_name(&self, _set: &Set) -> String {
        "metrics.prom".to_owned()
    }

    fn render(&self, set: &Set, out: &mut dyn io::Write) -> io::Result<()> {
        for family in [throughput(set), latency(set)?, errors(set)] {
            family.write(out)?;
        }
        Ok(())
    }
}

fn throughput(set: &Set) -> Family {
    let help = "Operations completed well in each second of the measured time.";
    let mut family = Family::new("plimsoll_throughput_per_second", Type::Gauge, help);
    for (labels, scenario) in scenarios(set) {
        family.sample(&labels, scenario.throughput.achieved_per_s);
    }
    family
}

fn latency(set: &Set) -> io::Result<Family> {
    let help = "Response time from the intended start to the end.";
    let mut family = Family::new("plimsoll_latency_seconds", Type::Histogram, help);
    let edges = edges(set);
    for (labels, scenario) in scenarios(set) {
        let response = &scenario.latency.response;
        let histogram = Histogram::decode(&response.histogram).map_err(|error| {
            let message = format!("response histogram of scenario {:?}: {error}", scenario.name);
            io::Error::new(io::ErrorKind::InvalidData, message)
        })?;
        let buckets = edges.iter().map(|edge| (seconds(*edge), histogram.count_at_or_below(*edge)));
        family.histogram(&labels, buckets, histogram.len(), sum_seconds(response, &histogram));
    }
    Ok(family)
}

fn errors(set: &Set) -> Family {
    let help = "Operations that failed, timed out or panicked, by kind.";
    let mut family = Family::new("plimsoll_errors_total", Type::Counter, help);
    for (labels, scenario) in scenarios(set) {
        for error in &scenario.errors {
            family.sample(&labels.with("kind", &error.kind), to_f64(error.count));
        }
    }
    family
}

/// The scenarios of all runs with their labels.
fn scenarios(set: &Set) -> impl Iterator<Item = (Labels, &ScenarioResult)> {
    let mut runs_of: BTreeMap<&str, usize> = BTreeMap::new();
    for place in &set.runs {
        *runs_of.entry(&place.workload).or_default() += 1;
    }
    set.runs.iter().flat_map(move |place| {
        let labels = labels(place, runs_of[place.workload.as_str()] > 1);
        place.run.scenarios.iter().map(move |scenario| (labels.with("scenario", &scenario.name), scenario))
    })
}

fn labels(place: &SetRun, is_repeated: bool) -> Labels {
    let mut labels = Labels::default().with("workload", &place.workload);
    if is_repeated {
        labels = labels.with("iteration", &place.iteration.to_string());
    }
    if let Some(step) = &place.step {
        labels = labels.with("step", step);
    }
    match place.side {
        Some(Side::A) => labels.with("side", "a"),
        Some(Side::B) => labels.with("side", "b"),
        None => labels,
    }
}

/// The usual edges, and every latency that the plans set a limit at, so that the share within it can be read off.
fn edges(set: &Set) -> Vec<u64> {
    let conditions = set.runs.iter().flat_map(|place| &place.run.plan.thresholds);
    let limits = conditions
        .filter(|condition| matches!(condition.metric.metric, Metric::Latency { .. }))
        .filter(|condition| condition.limit.unit == Unit::Nanoseconds && condition.limit.value >= 1.0)
        .map(|condition| condition.limit.value as u64);
    let mut edges: Vec<u64> = EDGES.into_iter().chain(limits).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// The stored mean is exact where the buckets are not.
fn sum_seconds(summary: &LatencySummary, histogram: &Histogram) -> f64 {
    let sum = summary.mean_ns.map_or_else(|| histogram.sum(), |mean| mean * to_f64(histogram.len()));
    sum / to_f64(NANOS_PER_SECOND)
}

fn seconds(ns: u64) -> f64 {
    to_f64(ns) / to_f64(NANOS_PER_SECOND)
}
