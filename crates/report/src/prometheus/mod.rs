//! Prometheus text, classic format 0.0.4.

mod exposition;
mod job;
mod live;
mod set;

use std::io;

use plimsoll_metrics::num::to_f64;
use plimsoll_metrics::{Histogram, NANOS_PER_SECOND};
use plimsoll_model::{
    EncodedHistogram, LatencySummary, Metric, Run, ScenarioResult, Set, SetRun, Side, Snapshot, Unit,
};

use crate::Renderer;
use exposition::{Family, Labels, Type};
use job::Jobs;

/// Prints a set for the text file collector of a node exporter: `metrics.prom`.
///
/// Of each scenario, labelled with workload and scenario, and with iteration, step and side where a set has several:
/// `plimsoll_throughput_per_second`, `plimsoll_latency_seconds` (response times, from the stored histograms),
/// `plimsoll_latency_quantile_seconds` (the stored quantiles, exact where buckets are not),
/// `plimsoll_operations_total`, `plimsoll_errors_total` by kind and `plimsoll_error_ratio`. Of each run, where it was
/// sampled: `plimsoll_cpu_ratio` and `plimsoll_memory_ratio` by target. Of the set: `plimsoll_baseline_ratio` by
/// metric where it was compared with an earlier one, and `plimsoll_completed_timestamp_seconds`.
///
/// Of scenarios that work for tenants, and of those called `job`, for each tenant: `job_queue_depth` by status,
/// `job_semaphore_utilization` where the service tells it, `job_error_rate`, `job_errors_total`,
/// `job_processing_time_seconds` and `job_throughput_total`.
///
/// No timestamps on samples, which that collector refuses.
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
        write_scenarios(&scenarios(set), &edges(set.runs.iter().map(|place| &place.run)), out)?;
        let places = set.runs.iter().map(|place| (labels(place, is_repeated(set, place)), &place.run));
        set::families(set, places).iter().try_for_each(|family| family.write(out))
    }
}

impl Prometheus {
    /// Prints a single run, under the same names as a set of it would be; without what is only known of a set.
    ///
    /// # Errors
    /// When a histogram cannot be read ([`io::ErrorKind::InvalidData`]), or `out` cannot be written to.
    pub fn write_run(run: &Run, out: &mut dyn io::Write) -> io::Result<()> {
        let labels = Labels::default().with("workload", &run.name);
        let scenarios: Vec<_> = run
            .scenarios
            .iter()
            .map(|scenario| (labels.with("scenario", &scenario.name), scenario))
            .collect();
        write_scenarios(&scenarios, &edges(std::iter::once(run)), out)
    }

    /// Prints how a run stands that goes on: `plimsoll_live_…`, labelled with its workload.
    ///
    /// # Errors
    /// When `out` cannot be written to.
    pub fn write_snapshot(now: &Snapshot, out: &mut dyn io::Write) -> io::Result<()> {
        live::write(now, out)
    }
}

/// Prints what is known of scenarios.
fn write_scenarios(
    scenarios: &[(Labels, &ScenarioResult)],
    edges: &[u64],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut jobs = Jobs::new();
    for (labels, scenario) in scenarios {
        jobs.add(labels, scenario, edges)?;
    }
    let own = [
        throughput(scenarios),
        latency(scenarios, edges)?,
        quantiles(scenarios),
        operations(scenarios),
        errors(scenarios),
        error_ratio(scenarios),
    ];
    own.iter().chain(&jobs.into_families()).try_for_each(|family| family.write(out))
}

fn throughput(scenarios: &[(Labels, &ScenarioResult)]) -> Family {
    let help = "Operations completed well in each second of the measured time.";
    let mut family = Family::new("plimsoll_throughput_per_second", Type::Gauge, help);
    for (labels, scenario) in scenarios {
        family.sample(labels, scenario.throughput.achieved_per_s);
    }
    family
}

fn latency(scenarios: &[(Labels, &ScenarioResult)], edges: &[u64]) -> io::Result<Family> {
    let help = "Response time from the intended start to the end.";
    let mut family = Family::new("plimsoll_latency_seconds", Type::Histogram, help);
    for (labels, scenario) in scenarios {
        let response = &scenario.latency.response;
        let histogram = decode(&response.histogram, "response", &scenario.name)?;
        let sum = sum_seconds(response, &histogram);
        family.histogram(labels, buckets(&histogram, edges), histogram.len(), sum);
    }
    Ok(family)
}

fn quantiles(scenarios: &[(Labels, &ScenarioResult)]) -> Family {
    let help = "Response time from the intended start to the end, by quantile, to three digits.";
    let mut family = Family::new("plimsoll_latency_quantile_seconds", Type::Gauge, help);
    for (labels, scenario) in scenarios {
        for quantile in &scenario.latency.response.quantiles {
            let labels = labels.with("q", &quantile.q.share().to_string());
            family.sample(&labels, seconds(quantile.value_ns));
        }
    }
    family
}

fn operations(scenarios: &[(Labels, &ScenarioResult)]) -> Family {
    let mut family = Family::new("plimsoll_operations_total", Type::Counter, "Operations started.");
    for (labels, scenario) in scenarios {
        family.sample(labels, to_f64(scenario.counts.started));
    }
    family
}

fn errors(scenarios: &[(Labels, &ScenarioResult)]) -> Family {
    let help = "Operations that failed, timed out or panicked, by kind.";
    let mut family = Family::new("plimsoll_errors_total", Type::Counter, help);
    for (labels, scenario) in scenarios {
        for error in &scenario.errors {
            family.sample(&labels.with("kind", &error.kind), to_f64(error.count));
        }
    }
    family
}

/// No sample where nothing was started.
fn error_ratio(scenarios: &[(Labels, &ScenarioResult)]) -> Family {
    let help = "Operations that failed, timed out or panicked as a share of those started, 0 to 1.";
    let mut family = Family::new("plimsoll_error_ratio", Type::Gauge, help);
    for (labels, scenario) in scenarios {
        family.sample(labels, to_f64(scenario.counts.errors()) / to_f64(scenario.counts.started));
    }
    family
}

/// The scenarios of all runs with their labels.
fn scenarios(set: &Set) -> Vec<(Labels, &ScenarioResult)> {
    let mut scenarios = Vec::new();
    for place in &set.runs {
        let labels = labels(place, is_repeated(set, place));
        let of_place = place.run.scenarios.iter();
        scenarios.extend(of_place.map(|scenario| (labels.with("scenario", &scenario.name), scenario)));
    }
    scenarios
}

fn is_repeated(set: &Set, place: &SetRun) -> bool {
    set.runs.iter().filter(|other| other.workload == place.workload).nth(1).is_some()
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
fn edges<'a>(runs: impl Iterator<Item = &'a Run>) -> Vec<u64> {
    let conditions = runs.flat_map(|run| &run.plan.thresholds);
    let limits = conditions
        .filter(|condition| matches!(condition.metric.metric, Metric::Latency { .. }))
        .filter(|condition| condition.limit.unit == Unit::Nanoseconds && condition.limit.value >= 1.0)
        .map(|condition| condition.limit.value as u64);
    let mut edges: Vec<u64> = EDGES.into_iter().chain(limits).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

/// The cumulative count at each edge, in seconds.
fn buckets(histogram: &Histogram, edges: &[u64]) -> impl Iterator<Item = (f64, u64)> {
    edges.iter().map(|edge| (seconds(*edge), histogram.count_at_or_below(*edge)))
}

fn decode(histogram: &EncodedHistogram, which: &str, scenario: &str) -> io::Result<Histogram> {
    Histogram::decode(histogram).map_err(|error| {
        let message = format!("{which} histogram of scenario {scenario:?}: {error}");
        io::Error::new(io::ErrorKind::InvalidData, message)
    })
}

/// The stored mean is exact where the buckets are not.
fn sum_seconds(summary: &LatencySummary, histogram: &Histogram) -> f64 {
    let sum = summary.mean_ns.map_or_else(|| histogram.sum(), |mean| mean * to_f64(histogram.len()));
    sum / to_f64(NANOS_PER_SECOND)
}

fn seconds(ns: u64) -> f64 {
    to_f64(ns) / to_f64(NANOS_PER_SECOND)
}
