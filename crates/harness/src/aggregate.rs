//! Several runs of a workload in one figure each.

use plimsoll_metrics::observe;
use plimsoll_metrics::stats::{mean, mean_interval, standard_deviation};
use plimsoll_model::{Aggregate, MetricRef, SetRun, Side, Unit};

/// Confidence of the interval of a mean.
const CONFIDENCE: f64 = 0.95;

/// What is aggregated, for each scenario and for the whole run.
const METRICS: [&str; 8] = ["throughput", "items_rate", "mean", "p50", "p95", "p99", "max", "error_rate"];

/// Resources that are aggregated where they were sampled.
const RESOURCES: [&str; 2] = ["cpu.mean", "memory.peak"];

/// The figures of every workload over its runs: mean, standard deviation, and the 95 % interval of the mean
/// by Student's t. Runs are the unit, so that the interval speaks of the next run too.
///
/// A figure that some run of the workload does not have is left out. Runs of side A of a comparison are the
/// baseline's and stay out as well.
#[must_use]
pub fn aggregates(runs: &[SetRun]) -> Vec<Aggregate> {
    let mut workloads: Vec<&str> = runs.iter().map(|run| run.workload.as_str()).collect();
    let mut seen = std::collections::BTreeSet::new();
    workloads.retain(|workload| seen.insert(*workload));
    workloads.into_iter().flat_map(|workload| of_workload(workload, runs)).collect()
}

fn of_workload(workload: &str, runs: &[SetRun]) -> Vec<Aggregate> {
    let runs: Vec<&SetRun> =
        runs.iter().filter(|run| run.workload == workload && run.side != Some(Side::A)).collect();
    let Some(first) = runs.first() else { return Vec::new() };
    let scenarios = first.run.scenarios.iter().map(|scenario| Some(scenario.name.clone()));
    // With one scenario, the whole run has nothing else to say.
    let scopes = if first.run.scenarios.len() == 1 {
        scenarios.collect()
    } else {
        scenarios.chain([None]).collect::<Vec<_>>()
    };
    let of_scope = |scope: &Option<String>| {
        let metrics = METRICS.iter().filter_map(|name| name.parse::<MetricRef>().ok());
        let scoped = metrics.map(|metric| MetricRef { scope: scope.clone(), ..metric });
        scoped.filter_map(|metric| of_metric(workload, scope.clone(), &metric, &runs)).collect::<Vec<_>>()
    };
    let latencies = scopes.iter().flat_map(of_scope);
    let targets = first.run.resources.iter().flat_map(|series| {
        RESOURCES.iter().filter_map(|name| format!("{name}({})", series.target).parse::<MetricRef>().ok())
    });
    let mut resources: Vec<MetricRef> = Vec::new();
    targets.for_each(|metric| {
        if !resources.contains(&metric) {
            resources.push(metric);
        }
    });
    let resources = resources.iter().filter_map(|metric| of_metric(workload, None, metric, &runs));
    latencies.chain(resources).collect()
}

fn of_metric(
    workload: &str,
    scenario: Option<String>,
    metric: &MetricRef,
    runs: &[&SetRun],
) -> Option<Aggregate> {
    let value = |run: &&SetRun| observe(&run.run, metric).ok().flatten().map(|observed| observed.value);
    let per_run: Vec<f64> = runs.iter().map(value).collect::<Option<_>>()?;
    let interval = mean_interval(&per_run, CONFIDENCE);
    let name = if metric.metric.unit().is_none() { metric.to_string() } else { metric.metric.to_string() };
    Some(Aggregate {
        workload: workload.to_owned(),
        scenario,
        metric: name,
        unit: unit(metric, runs)?,
        better: metric.metric.better(),
        n: per_run.len() as u64,
        mean: mean(&per_run)?,
        stddev: standard_deviation(&per_run),
        lower: interval.map(|interval| interval.lower),
        upper: interval.map(|interval| interval.upper),
        per_run,
    })
}

/// The unit of a metric; of a resource, the one that its series says.
fn unit(metric: &MetricRef, runs: &[&SetRun]) -> Option<Unit> {
    metric.metric.unit().or_else(|| {
        let plimsoll_model::Metric::Resource { name, .. } = &metric.metric else { return None };
        let mut series = runs.first()?.run.resources.iter();
        series
            .find(|series| series.metric == *name && Some(&series.target) == metric.scope.as_ref())
            .map(|series| series.unit)
    })
}
