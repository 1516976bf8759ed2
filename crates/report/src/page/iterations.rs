//! One figure over several runs. With one run each there is nothing that the sections before do not say.

use plimsoll_model::{Aggregate, Set};

use super::{Block, Cell, Column, Note, Pointer, Section, Table};
use crate::{format, text};

const COLUMNS: [Column; 6] = [
    Column::words("workload", 2),
    Column::name("metric"),
    Column::figure("runs", 3),
    Column::figure("mean", Column::ALWAYS),
    Column::figure("stddev", 4),
    Column::figure("95 % interval of the mean", 5),
];

pub(super) fn section(set: &Set) -> Option<Section> {
    if set.aggregates.iter().all(|aggregate| aggregate.n == 1) {
        return None;
    }
    let at = Pointer::document().to("aggregates");
    let rows = set.aggregates.iter().enumerate().map(|(index, it)| row(it, &at.to(index)));
    let mut notes = Vec::new();
    if set.aggregates.iter().any(|aggregate| aggregate.stddev.is_none()) {
        notes.push(Note::plain("– where one run says nothing about the spread between runs."));
    }
    Section::new("Over iterations", [Block::Table(Table::new(&COLUMNS, rows)), Block::Notes(notes)])
}

fn row(aggregate: &Aggregate, at: &Pointer) -> Vec<Cell> {
    let form = |value| format::value(value, aggregate.unit);
    let metric = match &aggregate.scenario {
        Some(scenario) => format!("{}({})", text::name(&aggregate.metric), text::name(scenario)),
        None => text::name(&aggregate.metric),
    };
    let interval = aggregate.lower.zip(aggregate.upper);
    vec![
        text::name(&aggregate.workload).into(),
        metric.into(),
        Cell::from(format::count(aggregate.n)).at(at.to("n")),
        Cell::from(form(aggregate.mean)).at(at.to("mean")),
        Cell::figure(aggregate.stddev, form).at(at.to("stddev")),
        Cell::figure(interval, |(lower, upper)| format!("{} to {}", form(lower), form(upper))),
    ]
}
