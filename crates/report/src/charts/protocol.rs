//! Standing protocols: leak, stress, speed scaling.
//!
//! The runs of a protocol's scenario are those whose step is the scenario's name, or begins with it and a `/`; of speed
//! scaling, what follows is the multiplier (`speed_scaling/4x`).

use plimsoll_model::{Leak, ProtocolScenario, ResourceSeries, Run, Set, TargetKind, Unit};
use serde_json::Value;

use super::resources::{MOST as MOST_PLACES, line, target};
use super::runs::{events, phases, time};
use crate::chart::{Axis, Bar, BarGroup, Bars, Chart, Limit, Lines, Measure, Plot, Topic};
use crate::{format, text};

/// What is drawn of each target.
const METRICS: [(&str, &str); 2] = [("cpu", "CPU"), ("memory", "Memory")];

/// Targets with charts of their own.
const MOST: usize = 12;

/// What a scenario is, by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Leak,
    Stress,
    Speed,
}

impl Sort {
    fn of(name: &str) -> Option<Sort> {
        let name = name.to_ascii_lowercase();
        let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
        match () {
            () if is(&["speed"]) => Some(Sort::Speed),
            () if is(&["stress"]) => Some(Sort::Stress),
            () if is(&["leak", "duration", "soak"]) => Some(Sort::Leak),
            () => None,
        }
    }
}

pub(super) fn charts(set: &Set) -> Vec<Chart> {
    let scenarios = set.protocol.iter().flat_map(|protocol| &protocol.scenarios);
    let of_scenario = |scenario: &ProtocolScenario| match Sort::of(&scenario.scenario_name) {
        Some(Sort::Leak) => leak(set, scenario),
        Some(Sort::Stress) => stress(set, scenario),
        Some(Sort::Speed) => speed(set, scenario),
        None => Vec::new(),
    };
    scenarios.flat_map(of_scenario).collect()
}

/// The runs of a scenario, each with what its step says beyond the scenario's name.
fn runs<'a>(set: &'a Set, scenario: &'a ProtocolScenario) -> impl Iterator<Item = (&'a str, &'a Run)> {
    set.runs.iter().filter_map(|place| {
        let rest = place.step.as_deref()?.strip_prefix(scenario.scenario_name.as_str())?;
        let is_own = rest.is_empty() || rest.starts_with('/');
        is_own.then(|| (rest.trim_start_matches('/'), &place.run))
    })
}

/// The series of a metric: of containers, and where there are none of processes.
fn series<'a>(run: &'a Run, metric: &'a str) -> Vec<&'a ResourceSeries> {
    let of = |kind: TargetKind| -> Vec<&'a ResourceSeries> {
        let own = run.resources.iter().filter(move |series| series.metric == metric && series.kind == kind);
        own.filter(|series| series.summary.peak.is_some()).take(MOST).collect()
    };
    let containers = of(TargetKind::Container);
    if containers.is_empty() { of(TargetKind::Process) } else { containers }
}

/// Memory of each target through load, drain and cooldown.
fn leak(set: &Set, scenario: &ProtocolScenario) -> Vec<Chart> {
    let chart = |run: &Run, series: &ResourceSeries| {
        let name = target(&series.target);
        Chart {
            name: format!("duration/duration_timeline_{name}"),
            topic: Topic::Protocol,
            title: format!("Memory of {name} through load and cooldown"),
            finding: [conclusion(set, scenario, &series.target), given_back(scenario, &series.target)]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
            plot: Plot::Lines(timeline(run, series, Vec::new())),
        }
    };
    runs(set, scenario)
        .flat_map(|(_, run)| {
            series(run, "memory").into_iter().map(move |series| chart(run, hard(run, series)))
        })
        .collect()
}

/// What a target cannot give back, where that is known: page cache comes and goes as it will.
fn hard<'a>(run: &'a Run, memory: &'a ResourceSeries) -> &'a ResourceSeries {
    let is_it = |other: &&ResourceSeries| {
        other.target == memory.target && other.metric == "memory_hard" && other.summary.peak.is_some()
    };
    run.resources.iter().find(is_it).unwrap_or(memory)
}

/// What the analysis says of a target's memory.
fn conclusion(set: &Set, scenario: &ProtocolScenario, target: &str) -> Option<String> {
    let leaks =
        || set.analysis.iter().flat_map(|analysis| &analysis.leaks).filter(|leak| leak.target == target);
    // A phase is named after its run: `active (leak)`.
    let is_of_scenario = |leak: &&Leak| {
        leak.phase == scenario.scenario_name || leak.phase.ends_with(&format!("({})", scenario.scenario_name))
    };
    let leak = leaks().find(is_of_scenario).or_else(|| leaks().next())?;
    let slope = leak.slope_bytes_per_min.map(|slope| format!("{}: ", format::per_minute(slope, Unit::Bytes)));
    Some(format!("{}{}.", slope.unwrap_or_default(), text::sentence(leak.detail.trim_end_matches('.'))))
}

/// What the cooldown gave back.
fn given_back(scenario: &ProtocolScenario, target: &str) -> Option<String> {
    let of_target = scenario.metadata.get("cooldown_analysis")?.get(target)?;
    let delta = of_target.get("delta_mb")?.as_f64()? * 1e6;
    Some(format!("The cooldown changed it by {}.", format::bytes(delta)))
}

/// One series over its run, with the phases behind it.
fn timeline(run: &Run, series: &ResourceSeries, limits: Vec<Limit>) -> Lines {
    let line = line(run, series, MOST_PLACES);
    let values: Vec<f64> = line.values().chain(limits.iter().map(|limit| limit.value)).collect();
    let mut plot =
        Lines::new(time(run), Axis::from_zero("", Measure::Value(series.unit), values), vec![line]);
    (plot.bands, plot.events, plot.limits) = (phases(run), events(run), limits);
    plot
}

/// The threshold that ended the stress.
struct Trigger<'a> {
    container: &'a str,
    metric: &'a str,
    value: Option<f64>,
    limit: f64,
}

fn trigger(scenario: &ProtocolScenario) -> Option<Trigger<'_>> {
    let trigger = scenario.metadata.get("trigger")?;
    let word = |name: &str| trigger.get(name).and_then(Value::as_str);
    let limit = trigger.get("limit")?.as_f64()?;
    let value = trigger.get("value").and_then(Value::as_f64);
    Some(Trigger { container: word("container")?, metric: word("metric")?, value, limit })
}

impl Trigger<'_> {
    fn is_about(&self, series: &ResourceSeries) -> bool {
        series.metric == self.metric
            && (series.target == self.container || target(&series.target) == self.container)
    }
}

/// What each target used until the threshold, and the peaks of all.
fn stress(set: &Set, scenario: &ProtocolScenario) -> Vec<Chart> {
    let trigger = trigger(scenario);
    let timelines = runs(set, scenario).flat_map(|(_, run)| {
        let trigger = trigger.as_ref();
        series(run, "cpu").into_iter().map(move |cpu| {
            // The metric that met its threshold, where this target did.
            let own = run.resources.iter().filter(|other| other.target == cpu.target);
            let met = own.into_iter().find(|other| trigger.is_some_and(|trigger| trigger.is_about(other)));
            stress_timeline(run, met.unwrap_or(cpu), trigger.filter(|_| met.is_some()))
        })
    });
    let timelines: Vec<Chart> = timelines.collect();
    timelines
        .into_iter()
        .chain(METRICS.into_iter().filter_map(|metric| peaks(set, scenario, metric)))
        .collect()
}

fn stress_timeline(run: &Run, series: &ResourceSeries, trigger: Option<&Trigger<'_>>) -> Chart {
    let name = target(&series.target);
    let form = |value: f64| format::value(value, series.unit);
    let limits = trigger
        .map(|trigger| Limit { value: trigger.limit, label: format!("threshold {}", form(trigger.limit)) });
    let finding = match trigger {
        Some(Trigger { value: Some(value), limit, .. }) => {
            format!("It met its threshold of {} with {}.", form(*limit), form(*value))
        }
        _ => format!("At most {}.", form(series.summary.peak.unwrap_or(0.0))),
    };
    Chart {
        name: format!("stress/stress_timeline_{name}"),
        topic: Topic::Protocol,
        title: format!("{} of {name} under stress", title(&series.metric)),
        finding,
        plot: Plot::Lines(timeline(run, series, limits.into_iter().collect())),
    }
}

fn title(metric: &str) -> String {
    let known = METRICS.into_iter().find(|(name, _)| *name == metric);
    known.map_or_else(|| text::name(metric), |(_, title)| title.to_owned())
}

fn peaks(set: &Set, scenario: &ProtocolScenario, (metric, title): (&str, &str)) -> Option<Chart> {
    let trigger = trigger(scenario);
    let (_, run) = runs(set, scenario).last()?;
    let series = series(run, metric);
    let unit = series.first()?.unit;
    let group = |series: &&ResourceSeries| BarGroup {
        label: target(&series.target),
        bars: vec![Bar {
            value: series.summary.peak,
            limit: trigger.as_ref().filter(|trigger| trigger.is_about(series)).map(|trigger| trigger.limit),
        }],
    };
    let groups: Vec<BarGroup> = series.iter().map(group).collect();
    let has_limit = groups.iter().flat_map(|group| &group.bars).any(|bar| bar.limit.is_some());
    let dashed = if has_limit { "; a dashed line is the threshold that was met" } else { "" };
    let bars = Bars::new(Measure::Value(unit), vec!["peak".to_owned()], groups);
    Some(Chart {
        name: format!("stress/stress_comparison_{metric}"),
        topic: Topic::Protocol,
        title: format!("Peak {} under stress", if metric == "cpu" { "CPU" } else { "memory" }),
        finding: format!("{title} of every target at its highest{dashed}."),
        plot: Plot::Bars(bars),
    })
}

/// Mean use at each speed.
fn speed(set: &Set, scenario: &ProtocolScenario) -> Vec<Chart> {
    METRICS.into_iter().filter_map(|metric| speed_chart(set, scenario, metric)).collect()
}

fn speed_chart(set: &Set, scenario: &ProtocolScenario, (metric, title): (&str, &str)) -> Option<Chart> {
    const NAMED: usize = 5;
    let steps: Vec<(&str, &Run)> = runs(set, scenario).filter(|(step, _)| !step.is_empty()).collect();
    let (_, first) = steps.first()?;
    let targets: Vec<&str> =
        series(first, metric).iter().map(|series| series.target.as_str()).take(NAMED).collect();
    let unit = series(first, metric).first()?.unit;
    let group = |(step, run): &(&str, &Run)| {
        let mean = |name: &&str| {
            let found = series(run, metric).into_iter().find(|series| series.target == **name);
            Bar::plain(found.and_then(|series| series.summary.mean))
        };
        BarGroup { label: text::name(step).replace('x', "×"), bars: targets.iter().map(mean).collect() }
    };
    let names = targets.iter().map(|name| target(name)).collect();
    let bars = Bars::new(Measure::Value(unit), names, steps.iter().map(group).collect());
    Some(Chart {
        name: format!("speed_scaling/speed_scaling_{metric}"),
        topic: Topic::Protocol,
        title: format!("{title} by speed"),
        finding: highest(scenario, steps.len()),
        plot: Plot::Bars(bars),
    })
}

/// How far it went.
fn highest(scenario: &ProtocolScenario, steps: usize) -> String {
    let reached = scenario.metadata.get("max_speed_achieved").and_then(Value::as_f64);
    let is_stopped = scenario.metadata.get("stopped_by_threshold").and_then(Value::as_bool) == Some(true);
    let stopped = if is_stopped { "; a threshold ended it" } else { "" };
    match reached {
        Some(speed) => format!("Average at each speed; {}× was reached{stopped}.", format::number(speed)),
        None => format!("Average at each of {} speeds{stopped}.", format::count(steps as u64)),
    }
}
