//! One figure over several runs.

use plimsoll_model::{Aggregate, Set};

use super::{Block, Cell, Column, Note, Section, Table};
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
    let rows = set.aggregates.iter().map(row);
    let mut notes = Vec::new();
    if set.aggregates.iter().any(|aggregate| aggregate.stddev.is_none()) {
        notes.push(Note::plain("– where one run says nothing about the spread between runs."));
    }
    Section::new("Over iterations", [Block::Table(Table::new(&COLUMNS, rows)), Block::Notes(notes)])
}

fn row(aggregate: &Aggregate) -> Vec<Cell> {
    let form = |value| format::value(value, aggregate.unit);
    let metric = match &aggregate.scenario {
        Some(scenario) => format!("{}({})", text::name(&aggregate.metric), text::name(scenario)),
        None => text::name(&aggregate.metric),
    };
    let interval = aggregate.lower.zip(aggregate.upper);
    vec![
        text::name(&aggregate.workload).into(),
        metric.into(),
        format::count(aggregate.n).into(),
        form(aggregate.mean).into(),
        Cell::figure(aggregate.stddev, form),
        Cell::figure(interval, |(lower, upper)| format!("{} to {}", form(lower), form(upper))),
    ]
}
