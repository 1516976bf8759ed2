//! What hosts, processes and containers used, over time.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{ResourceSeries, Run, Set, TargetKind};

use super::runs::{Charted, charted, events, phases, time};
use crate::chart::{Axis, Chart, Limit, Line, Lines, Measure, Plot, Topic};
use crate::{format, text};

/// What is drawn, and of how many runs: of every run only what is asked first.
const METRICS: [(&str, &str, bool); 14] = [
    ("cpu", "CPU", true),
    ("memory", "Memory", true),
    ("threads", "Threads", false),
    ("file_descriptors", "File descriptors", false),
    ("cpu_throttled", "CPU throttled", false),
    ("cpu_pressure", "Waiting for CPU", false),
    ("memory_pressure", "Waiting for memory", false),
    ("io_pressure", "Waiting for disks", false),
    ("iowait", "CPU idle for disks", false),
    ("disk_read", "Disk reads", false),
    ("disk_write", "Disk writes", false),
    ("network_receive", "Network received", false),
    ("network_transmit", "Network sent", false),
    ("utilization", "GPU", false),
];

/// Places of a line at most.
pub(super) const MOST: usize = 300;

pub(super) fn charts(set: &Set) -> Vec<Chart> {
    let runs = charted(set);
    let is_only = runs.len() == 1;
    let most = MOST / runs.len().clamp(1, 3);
    let wanted = || METRICS.iter().filter(move |(_, _, is_first)| is_only || *is_first);
    let of_run = |it: &Charted<'_>| {
        let charts = wanted().flat_map(|(metric, title, _)| {
            [false, true]
                .into_iter()
                .filter_map(|is_host| chart(it, metric, title, is_host, most))
                .collect::<Vec<_>>()
        });
        charts.collect::<Vec<_>>()
    };
    runs.iter().flat_map(of_run).collect()
}

/// A metric of all targets, the host apart from the others: its sizes are others.
fn chart(it: &Charted<'_>, metric: &str, title: &str, is_host: bool, most: usize) -> Option<Chart> {
    let series: Vec<&ResourceSeries> = drawn(it.run, metric, is_host).collect();
    let first = series.first()?;
    let unit = first.unit;
    let lines: Vec<Line> = series.iter().take(Lines::MOST).map(|series| line(it.run, series, most)).collect();
    let (title, name) = if is_host {
        (format!("{title} of the host"), format!("{metric}_host"))
    } else {
        (title.to_owned(), metric.to_owned())
    };
    let limits = limits(it.run, metric, &series);
    let values: Vec<f64> =
        lines.iter().flat_map(Line::values).chain(limits.iter().map(|limit| limit.value)).collect();
    let mut plot = Lines::new(time(it.run), Axis::from_zero("", Measure::Value(unit), values), lines);
    (plot.bands, plot.events, plot.limits) = (phases(it.run), events(it.run), limits);
    Some(Chart {
        name: it.name(&name),
        topic: Topic::Resources,
        title: it.title(&title),
        finding: finding(&series),
        plot: Plot::Lines(plot),
    })
}

fn drawn<'a>(run: &'a Run, metric: &'a str, is_host: bool) -> impl Iterator<Item = &'a ResourceSeries> {
    let is_used = |series: &&ResourceSeries| series.summary.peak.is_some_and(|peak| peak > 0.0);
    let is_asked = move |series: &&ResourceSeries| {
        series.metric == metric && (series.kind == TargetKind::Host) == is_host
    };
    run.resources.iter().filter(is_asked).filter(is_used).filter(|series| !series.points.is_empty())
}

/// The values, the highest of each stretch where there are more than can be drawn.
pub(super) fn line(run: &Run, series: &ResourceSeries, most: usize) -> Line {
    if series.points.len() <= most {
        return Line::new(
            target(&series.target),
            series.points.iter().map(|(at, value)| (to_f64(*at), *value)),
        );
    }
    let each = (run.duration_ns / most as u64).max(1);
    let mut stretches = std::collections::BTreeMap::<u64, Option<f64>>::new();
    for (at, value) in &series.points {
        let highest = stretches.entry(at / each).or_default();
        *highest = match (*highest, *value) {
            (Some(one), Some(other)) => Some(one.max(other)),
            (one, other) => one.or(other),
        };
    }
    let middle = |index: u64| to_f64(index * each + each / 2);
    Line::new(target(&series.target), stretches.into_iter().map(|(index, value)| (middle(index), value)))
}

/// A target without its kind, which its chart says: `postgres`.
pub(super) fn target(target: &str) -> String {
    text::name(target.split_once(':').map_or(target, |(_, name)| name))
}

/// The limits of containers that come near them.
fn limits(run: &Run, metric: &str, series: &[&ResourceSeries]) -> Vec<Limit> {
    const NEAR: f64 = 0.5;
    let limit = |series: &&ResourceSeries| {
        let of_limit = |other: &&ResourceSeries| {
            other.target == series.target
                && other.metric == format!("{metric}_limit")
                && other.unit == series.unit
        };
        let limit = run.resources.iter().find(of_limit)?.summary.peak?;
        let is_near = series.summary.peak? >= limit * NEAR;
        is_near.then(|| Limit { value: limit, label: format!("limit of {}", target(&series.target)) })
    };
    series.iter().filter_map(limit).collect()
}

/// Average and peak of the targets that used most.
fn finding(series: &[&ResourceSeries]) -> String {
    let mut sorted: Vec<&&ResourceSeries> = series.iter().collect();
    sorted.sort_by(|a, b| b.summary.peak.unwrap_or(0.0).total_cmp(&a.summary.peak.unwrap_or(0.0)));
    let figures = sorted.iter().take(3).filter_map(|series| {
        let form = |value| format::value(value, series.unit);
        let (mean, peak) = (form(series.summary.mean?), form(series.summary.peak?));
        Some(format!("{} {mean} on average, {peak} at most", target(&series.target)))
    });
    let mut sentence = figures.collect::<Vec<_>>().join("; ");
    if !sentence.is_empty() {
        sentence.push('.');
    }
    sentence
}
