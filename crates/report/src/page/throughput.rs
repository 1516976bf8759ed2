//! Operations in each second, on average and at best.

use plimsoll_model::{Run, ScenarioResult, Set};

use super::runs::scenarios;
use super::spark::completions;
use super::{Block, Cell, Column, Section, Table, Tone};
use crate::format;

const COLUMNS: [Column; 7] = [
    Column::name("run"),
    Column::name("scenario"),
    Column::figure("offered", 4),
    Column::figure("average", Column::ALWAYS),
    Column::figure("peak", 5),
    Column::figure("items", 3),
    Column::words("over time", 2),
];

pub(super) fn section(set: &Set) -> Option<Section> {
    let rows = scenarios(set).map(|(labels, run, scenario)| row(labels, run, scenario));
    let table = Table::by_run(set, &COLUMNS, rows);
    let has_items = scenarios(set).any(|(_, _, scenario)| scenario.throughput.items_per_s > 0.0);
    let table = if has_items { table } else { table.without("items") };
    let no_run =
        set.runs.is_empty().then(|| super::Note::plain("– nothing was run, so there is nothing to show"));
    Section::new("Throughput", [Block::Table(table), Block::Notes(no_run.into_iter().collect())])
}

fn row(mut row: Vec<Cell>, run: &Run, scenario: &ScenarioResult) -> Vec<Cell> {
    let rates = &scenario.throughput;
    let started = scenario.counts.started > 0;
    let measured = |rate: f64| Cell::figure(started.then_some(rate), format::rate);
    let over_time = if started {
        Cell::toned(completions(run, &scenario.name), Tone::Faint)
    } else {
        Cell::toned("nothing was started", Tone::Faint)
    };
    row.extend([
        format::rate(rates.offered_per_s).into(),
        measured(rates.achieved_per_s),
        measured(rates.peak_per_s),
        measured(rates.items_per_s),
        over_time,
    ]);
    row
}
