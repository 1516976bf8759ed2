//! A row for each scenario and each of its components, over many results.

use plimsoll_metrics::num::{ratio, to_f64};
use plimsoll_model::{LatencySummary, Quantile, Run, ScenarioResult, Set, Status, StepResult};

use super::latency::quantile;
use super::runs::runs;
use super::summary::standings;
use super::{Block, Cell, Column, Mark, Note, Observation, Pointer, Section, Table, Tone};
use crate::{format, text};

const COLUMNS: [Column; 8] = [
    Column::name("run"),
    Column::name("scenario"),
    Column::words("component", 9),
    Column::name(""),
    Column::figure("average", 5),
    Column::figure("p95", 7),
    Column::figure("p99", Column::ALWAYS),
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
    let mut notes = vec![Note::plain("– where no target is about a scenario or component alone.")];
    notes.extend(standings(set));
    Section::new("Scenarios and components", [Block::Table(table), Block::Notes(notes)])
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
    first.push(share(scenario.counts.errors(), scenario.counts.started));
    let of_step = |(index, step): (usize, &StepResult)| {
        let mut row = start(&step.name, status_of(&step.name, false));
        let at = at.to("steps").to(index);
        row.push(super::steps::rate(step, &at));
        row.extend(latencies(&step.latency, &at.to("latency")));
        row.push(share(step.failed, step.ok + step.failed));
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

fn latencies(summary: &LatencySummary, at: &Pointer) -> [Cell; 2] {
    [Quantile::P95, Quantile::P99].map(|q| quantile(summary, q, at))
}

fn share(part: u64, whole: u64) -> Cell {
    let tone = if part > 0 { Tone::Bad } else { Tone::Plain };
    let share = ratio(to_f64(part), to_f64(whole));
    Cell { tone, ..Cell::figure(share, format::share) }
}
