//! A row for each scenario and each of its components, over many results.

use std::collections::BTreeSet;

use plimsoll_metrics::num::{ratio, to_f64};
use plimsoll_model::{LatencySummary, Quantile, Run, ScenarioResult, Set, Status, StepResult};

use super::latency::quantile;
use super::runs::{label, runs};
use super::summary::standings;
use super::{Block, Cell, Column, Mark, Note, Observation, Pointer, Section, Table, Tone};
use crate::{format, text};

const COLUMNS: [Column; 10] = [
    Column::name("run"),
    Column::name("scenario"),
    Column::words("component", 9),
    Column::name(""),
    Column::figure("average", 4),
    Column::figure("p50", 6),
    Column::figure("p95", 7),
    Column::figure("p99", Column::ALWAYS),
    Column::figure("success", 8),
    Column::figure("errors", 8),
];

pub(super) fn section(set: &Set) -> Option<Section> {
    let targets = Observation::all(set);
    let rows = runs(set).enumerate().flat_map(|(index, (label, run))| {
        let at = Pointer::run(index).to("scenarios");
        let scenarios = run.scenarios.iter().enumerate();
        scenarios
            .flat_map(|(index, scenario)| rows(&label, run, scenario, &at.to(index), &targets))
            .collect::<Vec<_>>()
    });
    let table = Table::whole(&COLUMNS, rows.collect());
    // Both shares say the same, and there is room for one where there is room for names.
    let table =
        if are_told_apart(set) { table.without("run").without("errors") } else { table.without("success") };
    let explained = Note::plain("– where no target is about a scenario or component alone.");
    let mut notes = if table.rows.is_empty() { Vec::new() } else { vec![explained] };
    notes.extend(standings(set));
    Section::new("Scenarios and components", [Block::Table(table), Block::Notes(notes)])
}

/// Whether each run has one scenario, by whose name it is called, and no other run has one of that name: the label of the
/// run says nothing more then.
fn are_told_apart(set: &Set) -> bool {
    let mut names = BTreeSet::new();
    set.runs.iter().all(|place| match &place.run.scenarios[..] {
        [only] => label(set, place).ends_with(&text::name(&only.name)) && names.insert(only.name.as_str()),
        _ => false,
    })
}

/// The scenario, then the named parts of its operations.
fn rows(
    label: &Cell,
    run: &Run,
    scenario: &ScenarioResult,
    at: &Pointer,
    targets: &[Observation],
) -> Vec<Vec<Cell>> {
    let is_only = run.scenarios.len() == 1;
    let status_of = |name: &str, is_whole: bool| {
        let about = targets.iter().filter(|target| target.run == label.text);
        let own = about.filter(|target| match &target.scope {
            Some(scope) => scope == name,
            None => is_whole,
        });
        status(run, own.map(|target| target.status).reduce(Status::worse))
    };
    let start = |component: &str, status: Cell| {
        vec![label.clone(), text::name(&scenario.name).into(), text::name(component).into(), status]
    };
    let mut first = start("", status_of(&scenario.name, is_only));
    first.push(rate(scenario).at(at.to("throughput").to("achieved_per_s")));
    first.extend(latencies(&scenario.latency.response, &at.to("latency").to("response")));
    first.extend(ends(scenario.counts.errors(), scenario.counts.started));
    let of_step = |(index, step): (usize, &StepResult)| {
        let mut row = start(&step.name, status_of(&step.name, false));
        let at = at.to("steps").to(index);
        row.push(super::steps::rate(step, &at));
        row.extend(latencies(&step.latency, &at.to("latency")));
        row.extend(ends(step.failed, step.ok + step.failed));
        row
    };
    std::iter::once(first).chain(scenario.steps.iter().enumerate().map(of_step)).collect()
}

/// What the targets say, unless the run itself says nothing.
fn status(run: &Run, targets: Option<Status>) -> Cell {
    let of_run = Some(run.verdict.status).filter(|it| matches!(it, Status::Invalid | Status::Interrupted));
    match (of_run, targets) {
        (Some(of_run), Some(targets)) => Mark::from(of_run.worse(targets)).into(),
        (Some(only), None) | (None, Some(only)) => Mark::from(only).into(),
        (None, None) => Cell::empty(),
    }
}

fn rate(scenario: &ScenarioResult) -> Cell {
    let started = scenario.counts.started > 0;
    Cell::figure(started.then_some(scenario.throughput.achieved_per_s), format::rate)
}

fn latencies(summary: &LatencySummary, at: &Pointer) -> [Cell; 3] {
    [Quantile::P50, Quantile::P95, Quantile::P99].map(|q| quantile(summary, q, at))
}

/// The shares that went well and that did not.
fn ends(errors: u64, all: u64) -> [Cell; 2] {
    let tone = if errors > 0 { Tone::Bad } else { Tone::Plain };
    let share = |part: u64| Cell::figure(ratio(to_f64(part), to_f64(all)), format::share);
    [share(all.saturating_sub(errors)), Cell { tone, ..share(errors) }]
}
