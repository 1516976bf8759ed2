//! Operations in each second, on average and at best.

use plimsoll_model::Set;

use super::runs::{Placed, scenarios};
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
    let rows = scenarios(set).map(row);
    let table = Table::by_run(set, &COLUMNS, rows);
    let has_items = scenarios(set).any(|of| of.scenario.throughput.items_per_s > 0.0);
    let table = if has_items { table } else { table.without("items") };
    let no_run =
        set.runs.is_empty().then(|| super::Note::plain("– nothing was run, so there is nothing to show"));
    Section::new("Throughput", [Block::Table(table), Block::Notes(no_run.into_iter().collect())])
}

fn row(Placed { labels: mut row, run, scenario, at }: Placed<'_>) -> Vec<Cell> {
    let rates = &scenario.throughput;
    let at = at.to("throughput");
    let started = scenario.counts.started > 0;
    let measured =
        |rate: f64, field: &str| Cell::figure(started.then_some(rate), format::rate).at(at.to(field));
    let over_time = if started {
        Cell::toned(completions(run, &scenario.name), Tone::Faint)
    } else {
        Cell::toned("nothing was started", Tone::Faint)
    };
    row.extend([
        Cell::from(format::rate(rates.offered_per_s)).at(at.to("offered_per_s")),
        measured(rates.achieved_per_s, "achieved_per_s"),
        measured(rates.peak_per_s, "peak_per_s"),
        measured(rates.items_per_s, "items_per_s"),
        over_time,
    ]);
    row
}
