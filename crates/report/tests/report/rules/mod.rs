//! Each rule fires where its figures say so, and is silent just below.

mod advice;
mod leaks;
mod of_load;
mod of_resources;
mod scaling;

use plimsoll_model::{Analysis, ResourceSeries, Run, ScenarioResult, Set, TargetKind, Unit};
use plimsoll_report::analyze;

use crate::support;

/// A set with one run in which no rule finds anything.
fn calm() -> Set {
    let mut set = support::checkout();
    set.comparisons.clear();
    let run = &mut set.runs[0].run;
    run.resources.clear();
    run.scenarios.truncate(1);
    set.analysis = None;
    set
}

/// What is found after a change to that run.
fn with_run(change: impl FnOnce(&mut Run)) -> Analysis {
    let mut set = calm();
    change(&mut set.runs[0].run);
    analyze(&set)
}

fn with_scenario(change: impl FnOnce(&mut ScenarioResult)) -> Analysis {
    with_run(|run| change(&mut run.scenarios[0]))
}

fn with_resources(resources: impl IntoIterator<Item = ResourceSeries>) -> Analysis {
    with_run(|run| run.resources = resources.into_iter().collect())
}

/// The rules that recommend something.
fn rules(analysis: &Analysis) -> Vec<&str> {
    analysis.recommendations.iter().map(|advice| advice.rule.as_str()).collect()
}

/// A metric of the host that stayed at one value.
fn host(metric: &str, unit: Unit, value: f64) -> ResourceSeries {
    support::series("host", TargetKind::Host, metric, unit, value, value)
}
