//! One figure of a run by its name.

use plimsoll_model::{
    CheckCount, Counts, CustomMetric, CustomMetricKind, LatencyKind, LatencyStat, LatencySummary, Metric,
    MetricRef, PhaseKind, ResourceStat, Run, ScenarioResult, StepResult,
};

use crate::num::{ratio, to_f64};
use crate::{Histogram, HistogramError};

/// A figure of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    /// The value, in the metric's base unit.
    pub value: f64,
    /// How many operations or samples it rests on; above zero.
    pub samples: u64,
    /// Whether the true value may be larger, because operations were given up.
    pub censored: bool,
}

impl Observed {
    fn exact(value: f64, samples: u64) -> Option<Observed> {
        (samples > 0 && value.is_finite()).then_some(Observed { value, samples, censored: false })
    }
}

/// A figure that the run cannot have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ObserveError {
    /// Nothing in the run has the name of the scope.
    #[error("{metric}: the run has no {what} called {scope:?}; it has {known}")]
    UnknownScope {
        /// The metric in its text form.
        metric: String,
        /// `scenario or step`, `resource series`, `check`, or a kind of metric.
        what: &'static str,
        /// The name looked for.
        scope: String,
        /// The names there are.
        known: String,
    },
    /// A stored histogram cannot be read.
    #[error("{metric}: {source}")]
    Histogram {
        /// The metric in its text form.
        metric: String,
        /// What is wrong with it.
        source: HistogramError,
    },
}

/// The figure that a metric names, or `None` when nothing of it was measured.
///
/// Without a scope a figure is about all scenarios together: histograms are merged, counts and rates added.
///
/// # Errors
/// When the scope names nothing in the run, or a stored histogram is damaged.
pub fn observe(run: &Run, metric: &MetricRef) -> Result<Option<Observed>, ObserveError> {
    match &metric.metric {
        Metric::Resource { name, stat } => observe_resource(run, metric, name, *stat),
        Metric::Latency { kind: LatencyKind::ScheduleLag, stat } => {
            observe_latency(&[Distribution::exact(&run.generator.schedule_lag)], *stat, metric)
        }
        Metric::Latency { kind, stat } => {
            let summaries = latencies(run, metric, *kind)?;
            observe_latency(&summaries, *stat, metric)
        }
        Metric::Throughput if is_of_step(run, metric) => observe_step_rate(run, metric),
        Metric::Checks => {
            let checks = scenarios(run, metric)?.into_iter().flat_map(|scenario| &scenario.checks);
            Ok(share_passed(checks))
        }
        Metric::Check { name } => observe_check(metric, name, &scenarios(run, metric)?),
        Metric::Counter { name } => observe_own(metric, name, CustomMetricKind::Counter, run),
        Metric::Gauge { name } => observe_own(metric, name, CustomMetricKind::Gauge, run),
        Metric::Rate { name } => observe_own(metric, name, CustomMetricKind::Rate, run),
        Metric::Trend { name, .. } => observe_own(metric, name, CustomMetricKind::Trend, run),
        _ => Ok(observe_counts(run, metric, &scenarios(run, metric)?)),
    }
}

fn share_passed<'a>(checks: impl Iterator<Item = &'a CheckCount>) -> Option<Observed> {
    let (passed, failed) = checks.fold((0, 0), |(p, f), check| (p + check.passed, f + check.failed));
    Observed::exact(ratio(to_f64(passed), to_f64(passed + failed))?, passed + failed)
}

fn observe_check(
    metric: &MetricRef,
    name: &str,
    scenarios: &[&ScenarioResult],
) -> Result<Option<Observed>, ObserveError> {
    let all = || scenarios.iter().flat_map(|scenario| &scenario.checks);
    if all().any(|check| check.name == name) {
        return Ok(share_passed(all().filter(|check| check.name == name)));
    }
    Err(unknown_own(metric, "check", name, all().map(|check| check.name.as_str())))
}

/// A metric that operations report themselves, of all scenarios that have it together.
fn observe_own(
    metric: &MetricRef,
    name: &str,
    kind: CustomMetricKind,
    run: &Run,
) -> Result<Option<Observed>, ObserveError> {
    let scenarios = scenarios(run, metric)?;
    let of_kind = || scenarios.iter().flat_map(|scenario| &scenario.metrics).filter(|own| own.kind == kind);
    let found: Vec<&CustomMetric> = of_kind().filter(|own| own.name == name).collect();
    if found.is_empty() {
        let what = match kind {
            CustomMetricKind::Counter => "counter",
            CustomMetricKind::Gauge => "gauge",
            CustomMetricKind::Rate => "rate",
            CustomMetricKind::Trend => "trend",
        };
        return Err(unknown_own(metric, what, name, of_kind().map(|own| own.name.as_str())));
    }
    if let Metric::Trend { stat, .. } = &metric.metric {
        let distributions = found.iter().filter_map(|own| own.distribution.as_ref());
        let distributions: Vec<_> = distributions.map(Distribution::exact).collect();
        return observe_latency(&distributions, *stat, metric);
    }
    let count: u64 = found.iter().map(|own| own.count).sum();
    let values = || found.iter().filter_map(|own| Some((own.value?, own.count)));
    let value = match kind {
        CustomMetricKind::Gauge => values().map(|(value, _)| value).reduce(f64::max),
        CustomMetricKind::Rate => {
            ratio(values().map(|(share, count)| share * to_f64(count)).sum(), to_f64(count))
        }
        _ => Some(values().map(|(value, _)| value).sum()),
    };
    Ok(value.and_then(|value| Observed::exact(value, count)))
}

fn unknown_own<'a>(
    metric: &MetricRef,
    what: &'static str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> ObserveError {
    let mut known: Vec<&str> = known.collect();
    known.sort_unstable();
    known.dedup();
    ObserveError::UnknownScope {
        metric: metric.to_string(),
        what,
        scope: name.to_owned(),
        known: if known.is_empty() { "none".to_owned() } else { known.join(", ") },
    }
}

/// The scenarios that a metric is about.
fn scenarios<'a>(run: &'a Run, metric: &MetricRef) -> Result<Vec<&'a ScenarioResult>, ObserveError> {
    match &metric.scope {
        None => Ok(run.scenarios.iter().collect()),
        Some(scope) => match run.scenario(scope) {
            Some(scenario) => Ok(vec![scenario]),
            None => Err(unknown_scope(run, metric, scope)),
        },
    }
}

/// A latency summary, and whether some of its values are only lower bounds.
pub(crate) struct Distribution<'a> {
    summary: &'a LatencySummary,
    has_bounds: bool,
}

impl<'a> Distribution<'a> {
    fn exact(summary: &'a LatencySummary) -> Distribution<'a> {
        Distribution { summary, has_bounds: false }
    }

    /// The response times of a scenario.
    pub(crate) fn response(scenario: &'a ScenarioResult) -> Distribution<'a> {
        Distribution { summary: &scenario.latency.response, has_bounds: has_bounds(&scenario.counts) }
    }

    /// Whether a figure of it may be a lower bound.
    ///
    /// A mean, a deviation and a maximum are, as soon as one value is. A quantile is not while it is at most
    /// the largest stored one that is known to be none.
    pub(crate) fn is_censored(&self, stat: LatencyStat, value: f64) -> bool {
        let known = self.summary.quantiles.iter().rev().find(|quantile| !quantile.censored);
        let is_known = || known.is_some_and(|known| value <= to_f64(known.value_ns));
        let is_quantile = matches!(stat, LatencyStat::Quantile(quantile) if quantile.share() < 1.0);
        self.has_bounds && stat != LatencyStat::Min && !(is_quantile && is_known())
    }
}

fn has_bounds(counts: &Counts) -> bool {
    counts.timed_out + counts.cancelled + counts.unfinished + counts.over_range > 0
}

/// The latency summaries that a metric is about: of scenarios, or of the steps of that name.
fn latencies<'a>(
    run: &'a Run,
    metric: &MetricRef,
    kind: LatencyKind,
) -> Result<Vec<Distribution<'a>>, ObserveError> {
    if is_of_step(run, metric) {
        return Ok(steps(run, metric)?.iter().map(|step| Distribution::exact(&step.latency)).collect());
    }
    let summary = |scenario: &'a ScenarioResult| match kind {
        LatencyKind::Service => {
            Distribution { summary: &scenario.latency.service, has_bounds: has_bounds(&scenario.counts) }
        }
        // How long an operation waited is known, whatever became of it.
        LatencyKind::Queue => Distribution::exact(&scenario.latency.queue),
        LatencyKind::Response | LatencyKind::ScheduleLag => Distribution::response(scenario),
    };
    Ok(scenarios(run, metric)?.into_iter().map(summary).collect())
}

/// Whether the scope of a metric can only be the name of a step: no scenario has it.
fn is_of_step(run: &Run, metric: &MetricRef) -> bool {
    metric.scope.as_deref().is_some_and(|scope| run.scenario(scope).is_none())
}

/// The steps of all scenarios that the scope of a metric names.
fn steps<'a>(run: &'a Run, metric: &MetricRef) -> Result<Vec<&'a StepResult>, ObserveError> {
    let scope = metric.scope.as_deref().unwrap_or_default();
    let steps = run.scenarios.iter().flat_map(|scenario| &scenario.steps);
    let steps: Vec<_> = steps.filter(|step| step.name == scope).collect();
    if steps.is_empty() { Err(unknown_scope(run, metric, scope)) } else { Ok(steps) }
}

/// How often the steps of that name ended well in each second; `None` where a result does not say it.
fn observe_step_rate(run: &Run, metric: &MetricRef) -> Result<Option<Observed>, ObserveError> {
    let steps = steps(run, metric)?;
    let samples = steps.iter().map(|step| step.ok + step.failed).sum();
    let rate: Option<f64> = steps.iter().map(|step| step.per_s).sum();
    Ok(rate.and_then(|rate| Observed::exact(rate, samples)))
}

fn unknown_scope(run: &Run, metric: &MetricRef, scope: &str) -> ObserveError {
    let steps =
        run.scenarios.iter().flat_map(|scenario| scenario.steps.iter().map(|step| step.name.as_str()));
    let mut known: Vec<_> =
        run.scenarios.iter().map(|scenario| scenario.name.as_str()).chain(steps).collect();
    known.dedup();
    ObserveError::UnknownScope {
        metric: metric.to_string(),
        what: "scenario or step",
        scope: scope.to_owned(),
        known: known.join(", "),
    }
}

/// A figure of the values of several summaries together.
fn observe_latency(
    distributions: &[Distribution<'_>],
    stat: LatencyStat,
    metric: &MetricRef,
) -> Result<Option<Observed>, ObserveError> {
    let histogram_error = |source| ObserveError::Histogram { metric: metric.to_string(), source };
    let mut all = Histogram::new();
    for distribution in distributions {
        all.merge_encoded(&distribution.summary.histogram).map_err(histogram_error)?;
    }
    let value = match stat {
        LatencyStat::Min => Some(to_f64(all.min())),
        LatencyStat::Mean => all.mean(),
        LatencyStat::Stddev => all.stddev(),
        LatencyStat::Quantile(quantile) => all.value_at(quantile).map(to_f64),
        LatencyStat::Max => Some(to_f64(all.max())),
    };
    let observed = value.and_then(|value| Observed::exact(value, all.len()));
    let is_censored = |of: &Distribution<'_>| of.is_censored(stat, value.unwrap_or(0.0));
    let censored = distributions.iter().any(is_censored);
    Ok(observed.map(|observed| Observed { censored, ..observed }))
}

fn observe_counts(run: &Run, metric: &MetricRef, scenarios: &[&ScenarioResult]) -> Option<Observed> {
    let mut counts = Counts::default();
    scenarios.iter().for_each(|scenario| counts.add(&scenario.counts));
    let share = |part: u64| {
        let value = ratio(to_f64(part), to_f64(counts.started))?;
        Observed::exact(value, counts.started)
    };
    let rate = |of: fn(&ScenarioResult) -> f64| {
        Observed::exact(scenarios.iter().map(|scenario| of(scenario)).sum(), counts.started)
    };
    let count = |count: u64| Observed::exact(to_f64(count), counts.planned);
    match &metric.metric {
        Metric::ErrorRate => share(counts.errors()),
        Metric::SuccessRate => share(counts.ok),
        Metric::Throughput => rate(|scenario| scenario.throughput.achieved_per_s),
        Metric::ItemsRate => rate(|scenario| scenario.throughput.items_per_s),
        Metric::PeakThroughput => Observed::exact(peak(run, scenarios), counts.started),
        Metric::Started => count(counts.started),
        Metric::Failed => count(counts.failed),
        Metric::TimedOut => count(counts.timed_out),
        Metric::Dropped => count(counts.dropped_total()),
        // Of a run that did nothing, no length is a good one.
        Metric::Duration => Observed::exact(to_f64(run.duration_ns), counts.started),
        Metric::Concurrency => concurrency(run, scenarios),
        _ => None,
    }
}

/// Operations in service at the same time, on average: all service time by the length of the measured time.
fn concurrency(run: &Run, scenarios: &[&ScenarioResult]) -> Option<Observed> {
    let services = || scenarios.iter().map(|scenario| &scenario.latency.service);
    let busy_ns: f64 = services().map(|service| service.mean_ns.unwrap_or(0.0) * to_f64(service.count)).sum();
    let value = ratio(busy_ns, to_f64(run.measured_ns()))?;
    Observed::exact(value, services().map(|service| service.count).sum())
}

/// The best whole window of some scenarios together, within the measured time; without one, all of it.
fn peak(run: &Run, scenarios: &[&ScenarioResult]) -> f64 {
    if let [scenario] = scenarios {
        return scenario.throughput.peak_per_s;
    }
    let end = measured_end(run);
    let windows = run.windows.iter().filter(|window| scenarios.iter().any(|s| s.name == window.scenario));
    let windows = windows.filter(|window| window.start_ns + window.length_ns <= end);
    let mut best: Option<f64> = None;
    let mut current = (u64::MAX, 0u64);
    for window in windows {
        current = if window.start_ns == current.0 {
            (current.0, current.1 + window.ok)
        } else {
            (window.start_ns, window.ok)
        };
        if window.length_ns >= run.plan.window_ns {
            let rate = crate::num::per_second(current.1, window.length_ns);
            best = Some(best.map_or(rate, |best| best.max(rate)));
        }
    }
    best.unwrap_or_else(|| scenarios.iter().map(|scenario| scenario.throughput.achieved_per_s).sum())
}

/// When the last measured phase ended.
pub(crate) fn measured_end(run: &Run) -> u64 {
    let measured = run.phases.iter().filter(|phase| phase.kind == PhaseKind::Measure);
    measured.map(|phase| phase.start_ns + phase.length_ns).max().unwrap_or(0)
}

fn observe_resource(
    run: &Run,
    metric: &MetricRef,
    name: &str,
    stat: ResourceStat,
) -> Result<Option<Observed>, ObserveError> {
    let scope = metric.scope.as_deref().unwrap_or_default();
    let Some(series) = run.resources.iter().find(|series| series.target == scope && series.metric == name)
    else {
        let mut known: Vec<_> =
            run.resources.iter().map(|series| format!("{}({})", series.metric, series.target)).collect();
        known.sort();
        return Err(ObserveError::UnknownScope {
            metric: metric.to_string(),
            what: "resource series",
            scope: format!("{name}({scope})"),
            known: if known.is_empty() {
                "none, as nothing was sampled".to_owned()
            } else {
                known.join(", ")
            },
        });
    };
    let value = match stat {
        ResourceStat::Mean => series.summary.mean,
        ResourceStat::Peak => series.summary.peak,
        ResourceStat::Slope => series.summary.slope_per_min,
    };
    Ok(value.and_then(|value| Observed::exact(value, series.summary.count)))
}
