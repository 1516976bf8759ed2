//! A target has no CPU left.

use plimsoll_model::{ResourceSeries, Run, Set, Severity, Unit};

use super::capacity::{CPU, IO_WAIT, cpu, series};
use super::insight::{Insight, subject};
use crate::format;

const RULE: &str = "cpu_saturation";

/// Share of what it may use above which work begins to wait for a core.
const LIMIT: f64 = 0.8;

/// Share above which nothing is left.
const GRAVE: f64 = 0.95;

/// I/O wait from which on the disk is the more likely cause.
const IO_BOUND: f64 = 0.1;

pub(super) fn find(set: &Set) -> Vec<Insight> {
    let found = series(set, CPU).filter_map(|(index, run, series)| insight(set, index, run, series));
    found.collect()
}

fn insight(set: &Set, index: usize, run: &Run, series: &ResourceSeries) -> Option<Insight> {
    let capacity = cpu(&set.environment, run, series).filter(|_| series.unit == Unit::Ratio)?;
    let mean = series.summary.mean?;
    let share = mean / capacity;
    if share <= LIMIT || io_wait(run) > IO_BOUND {
        return None;
    }
    let target = subject(set, index, &series.target);
    let message = format!(
        "CPU of {target} averaged {} of what it may use, above {}",
        format::share(share),
        format::share(LIMIT)
    );
    let advice = "give it more cores where one instance can use them (vertical), add instances where it cannot \
                  (horizontal), and profile it first for what can be saved";
    let figure = |stat, value| format!("cpu.{stat}({}) = {}", series.target, format::share(value));
    let mut evidence = vec![figure("mean", mean)];
    evidence.extend(series.summary.peak.map(|peak| figure("peak", peak)));
    let severity = if share > GRAVE { Severity::High } else { Severity::Medium };
    Some(Insight::new(RULE, severity, target, message, advice, evidence))
}

/// Average I/O wait of the machine; 0 where it was not sampled.
fn io_wait(run: &Run) -> f64 {
    let of_host = run.resources.iter().find(|series| series.metric == IO_WAIT);
    of_host.and_then(|series| series.summary.mean).unwrap_or(0.0)
}
