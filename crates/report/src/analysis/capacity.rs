//! How much of a resource a target may use.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Environment, ResourceSeries, Run, Set, TargetKind};

/// CPU: of a host the share of the machine, of anything else in cores, where 2 is two busy cores.
pub(super) const CPU: &str = "cpu";

/// Memory in bytes.
pub(super) const MEMORY: &str = "memory";

/// Share of the machine that waited for a disk.
pub(super) const IO_WAIT: &str = "iowait";

/// The limits of a container, as series of the same target.
const CPU_LIMIT: &str = "cpu_limit";
const MEMORY_LIMIT: &str = "memory_limit";

/// The series of one metric in all runs, with the index of the run.
pub(super) fn series<'a>(
    set: &'a Set,
    metric: &'a str,
) -> impl Iterator<Item = (usize, &'a Run, &'a ResourceSeries)> {
    set.runs.iter().enumerate().flat_map(move |(index, place)| {
        let of_metric = place.run.resources.iter().filter(move |series| series.metric == metric);
        of_metric.map(move |series| (index, &place.run, series))
    })
}

/// How much CPU a target may use, in the unit of its series; `None` where nobody knows.
pub(super) fn cpu(environment: &Environment, run: &Run, series: &ResourceSeries) -> Option<f64> {
    let machine = positive(to_f64(environment.cores));
    match series.kind {
        TargetKind::Host => Some(1.0),
        TargetKind::Process => {
            let limit = environment.container_limits.and_then(|limits| limits.cpu_millicores);
            smaller(limit.map(|millicores| to_f64(millicores) / 1000.0), machine)
        }
        TargetKind::Container => smaller(limit(run, series, CPU_LIMIT), machine),
        TargetKind::Gpu => None,
    }
}

/// Bytes that a target may use; `None` where nobody knows.
pub(super) fn memory(environment: &Environment, run: &Run, series: &ResourceSeries) -> Option<f64> {
    let host = positive(to_f64(environment.memory_bytes));
    match series.kind {
        TargetKind::Host => host,
        TargetKind::Process => {
            let limit = environment.container_limits.and_then(|limits| limits.memory_bytes);
            smaller(limit.map(to_f64), host)
        }
        TargetKind::Container => smaller(limit(run, series, MEMORY_LIMIT), host),
        TargetKind::Gpu => limit(run, series, MEMORY_LIMIT),
    }
}

/// The largest value that the series of a limit had.
fn limit(run: &Run, of: &ResourceSeries, metric: &str) -> Option<f64> {
    let series = run.resources.iter().find(|series| series.target == of.target && series.metric == metric)?;
    series.summary.peak.and_then(positive)
}

fn positive(capacity: f64) -> Option<f64> {
    (capacity > 0.0 && capacity.is_finite()).then_some(capacity)
}

/// The smaller of two capacities, as far as they are known.
fn smaller(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    one.into_iter().chain(other).reduce(f64::min)
}
