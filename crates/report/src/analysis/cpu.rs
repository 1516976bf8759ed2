//! A target has no CPU left.

use plimsoll_model::{Environment, ResourceSeries, Run, Set, Severity, Unit};

use super::capacity::{CPU, IO_WAIT, cores, series};
use super::insight::{Insight, subject};
use crate::format;

const RULE: &str = "cpu_saturation";

/// Share of the cores above which requests begin to wait for one.
const LIMIT: f64 = 0.8;

/// Share of the cores in I/O wait from which on the disk is the more likely cause.
const IO_BOUND: f64 = 0.1;

pub(super) fn find(set: &Set) -> Vec<Insight> {
    let found = series(set, CPU).filter_map(|(index, run, series)| insight(set, index, run, series));
    found.collect()
}

fn insight(set: &Set, index: usize, run: &Run, series: &ResourceSeries) -> Option<Insight> {
    let cores = cores(&set.environment, run, series).filter(|_| series.unit == Unit::Ratio)?;
    let mean = series.summary.mean?;
    let share = mean / cores;
    if share <= LIMIT || io_wait(&set.environment, run) > IO_BOUND {
        return None;
    }
    let target = subject(set, index, &series.target);
    let message = format!(
        "CPU of {target} averaged {} of its {} cores, above {}",
        format::share(share),
        format::number(cores),
        format::share(LIMIT)
    );
    let advice = "give it more cores where one instance can use them (vertical), add instances where it cannot \
                  (horizontal), and profile it first for what can be saved";
    let mut evidence = vec![format!("cpu.mean({}) = {}", series.target, format::share(mean))];
    evidence.extend(
        series.summary.peak.map(|peak| format!("cpu.peak({}) = {}", series.target, format::share(peak))),
    );
    let severity = if share > 0.95 { Severity::High } else { Severity::Medium };
    Some(Insight::new(RULE, severity, target, message, advice, evidence))
}

/// Average I/O wait as a share of the host's cores; 0 where it was not sampled.
fn io_wait(environment: &Environment, run: &Run) -> f64 {
    let of_host = run.resources.iter().find(|series| series.metric == IO_WAIT);
    let share = of_host.and_then(|series| Some(series.summary.mean? / cores(environment, run, series)?));
    share.unwrap_or(0.0)
}
