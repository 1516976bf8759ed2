//! Throughput at each level of what was varied.

use std::collections::{BTreeMap, BTreeSet};

use plimsoll_metrics::num::{per_second, to_f64};
use plimsoll_metrics::stats::median;
use plimsoll_model::{Profile, Run, Set};

use super::LEAST;
use crate::analysis::level::{Level, measured};

/// What was varied.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Dimension {
    /// Arrivals in each second.
    Rate,
    /// Users at the same time.
    Users,
    /// A parameter of the workload: `workers`.
    Parameter(String),
}

impl Dimension {
    /// Its name in the document.
    pub(super) fn name(&self) -> String {
        match self {
            Dimension::Rate => "rate".to_owned(),
            Dimension::Users => "users".to_owned(),
            Dimension::Parameter(name) => name.clone(),
        }
    }
}

/// One level and what it gave.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point {
    pub(super) level: f64,
    /// Operations completed well in each second; the median of the runs at this level.
    pub(super) throughput: f64,
    /// Places of these runs in the set.
    pub(super) runs: Vec<usize>,
}

/// The levels of a set in ascending order: those of a parameter in which alone its runs differ, of users, of a rate,
/// or those that one run stepped through. `None` where none of them has three.
pub(super) fn points(set: &Set) -> Option<(Dimension, Vec<Point>)> {
    by_parameter(set)
        .or_else(|| by_load(set, Dimension::Users))
        .or_else(|| by_load(set, Dimension::Rate))
        .or_else(|| by_steps(set))
        .filter(|(_, points)| points.len() >= LEAST && points.iter().all(|point| point.level > 0.0))
}

fn by_parameter(set: &Set) -> Option<(Dimension, Vec<Point>)> {
    let names: BTreeSet<&String> =
        set.runs.iter().flat_map(|place| place.run.plan.parameters.keys()).collect();
    let varied: Vec<&String> = names
        .into_iter()
        .filter(|name| {
            let values: BTreeSet<_> =
                set.runs.iter().map(|place| place.run.plan.parameters.get(*name)).collect();
            values.len() > 1
        })
        .collect();
    let [name] = varied[..] else { return None };
    let level = |run: &Run| run.plan.parameters.get(name)?.parse().ok();
    let points = gathered(set, level)?;
    (points.len() >= LEAST).then(|| (Dimension::Parameter(name.clone()), points))
}

fn by_load(set: &Set, dimension: Dimension) -> Option<(Dimension, Vec<Point>)> {
    let is_one_operation = set.runs.windows(2).all(|pair| {
        let [one, other] = [&pair[0].run.plan, &pair[1].run.plan];
        one.scenarios == other.scenarios && one.parameters == other.parameters
    });
    let level = |run: &Run| match (Level::of_plan(&run.plan)?, &dimension) {
        (Level::Rate(rate), Dimension::Rate) => Some(rate),
        (Level::Users(users), Dimension::Users) => Some(users),
        _ => None,
    };
    let points = is_one_operation.then(|| gathered(set, level)).flatten()?;
    (points.len() >= LEAST).then_some((dimension, points))
}

/// The runs by their level; `None` where one of them has none.
fn gathered(set: &Set, level: impl Fn(&Run) -> Option<f64>) -> Option<Vec<Point>> {
    let mut levels: BTreeMap<u64, (f64, Vec<usize>)> = BTreeMap::new();
    for (index, place) in set.runs.iter().enumerate() {
        let level = level(&place.run).filter(|level| level.is_finite() && *level > 0.0)?;
        // Positive floats sort as their bits do.
        levels.entry(level.to_bits()).or_insert((level, Vec::new())).1.push(index);
    }
    let point = |(level, runs): (f64, Vec<usize>)| {
        let throughputs: Vec<f64> = runs.iter().map(|index| throughput(&set.runs[*index].run)).collect();
        median(&throughputs).map(|throughput| Point { level, throughput, runs })
    };
    levels.into_values().map(point).collect()
}

fn throughput(run: &Run) -> f64 {
    run.scenarios.iter().map(|scenario| scenario.throughput.achieved_per_s).sum()
}

/// The constant stages of the only run, each from the windows that lie in it.
fn by_steps(set: &Set) -> Option<(Dimension, Vec<Point>)> {
    let [only] = set.runs.as_slice() else { return None };
    let run = &only.run;
    let mut points: Vec<Point> = Vec::new();
    for (planned, phase) in measured(&run.plan).filter_map(|planned| {
        run.phases.iter().find(|phase| phase.name == planned.name).map(|phase| (planned, phase))
    }) {
        let Profile::Rate { stages } = &planned.profile else { return None };
        let mut start = phase.start_ns;
        for stage in stages {
            let end = start.saturating_add(stage.length_ns);
            if stage.from == stage.to
                && let Some(throughput) = throughput_within(run, start, end)
            {
                points.push(Point { level: stage.to, throughput, runs: vec![0] });
            }
            start = end;
        }
    }
    // A level that comes twice, up and down again, says as much about what was before as about itself.
    let is_ascending = points.windows(2).all(|pair| pair[0].level < pair[1].level);
    is_ascending.then_some((Dimension::Rate, points))
}

/// Operations completed well in each second of the windows that lie in a stretch.
fn throughput_within(run: &Run, start: u64, end: u64) -> Option<f64> {
    let inside = run
        .windows
        .iter()
        .filter(|window| window.start_ns >= start && window.start_ns + window.length_ns <= end);
    let (mut ok, mut length) = (0, BTreeMap::new());
    for window in inside {
        ok += window.ok;
        length.insert(window.start_ns, window.length_ns);
    }
    let length: u64 = length.into_values().sum();
    (to_f64(length) > 0.0).then(|| per_second(ok, length))
}
