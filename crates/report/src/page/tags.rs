//! The same figures for each value of a tag.

use plimsoll_model::{Breakdown, Quantile, Set};

use super::latency::quantile;
use super::runs::{Placed, scenarios};
use super::{Block, Cell, Column, Note, Pointer, Section, Table};
use crate::{format, text};

const COLUMNS: [Column; 8] = [
    Column::name("run"),
    Column::name("scenario"),
    Column::name("tags"),
    Column::figure("started", 2),
    Column::figure("errors", 5),
    Column::figure("average", 4),
    Column::figure("p50", 3),
    Column::figure("p99", Column::ALWAYS),
];

pub(super) fn section(set: &Set) -> Option<Section> {
    let rows = scenarios(set).flat_map(|of| {
        let breakdowns = of.scenario.breakdowns.iter().enumerate();
        breakdowns.map(move |(index, it)| row(of.labels.clone(), it, &of.at.to("breakdowns").to(index)))
    });
    let table = Table::by_run(set, &COLUMNS, rows);
    Section::new("By tag", [Block::Table(table), Block::Notes(fairness(set))])
}

fn row(mut row: Vec<Cell>, breakdown: &Breakdown, at: &Pointer) -> Vec<Cell> {
    let tags: Vec<String> = breakdown
        .tags
        .iter()
        .map(|(tag, value)| format!("{} = {}", text::name(tag), text::name(value)))
        .collect();
    row.extend([
        tags.join(", ").into(),
        Cell::from(format::count(breakdown.counts.started)).at(at.to("counts").to("started")),
        Cell::unwanted(breakdown.counts.errors()),
        Cell::from(format::rate(breakdown.throughput.achieved_per_s))
            .at(at.to("throughput").to("achieved_per_s")),
    ]);
    let latency = at.to("latency").to("response");
    row.extend([Quantile::P50, Quantile::P99].map(|q| quantile(&breakdown.latency.response, q, &latency)));
    row
}

fn fairness(set: &Set) -> Vec<Note> {
    let of_scenario = |Placed { labels, scenario, .. }: Placed<'_>| {
        let fairness = scenario.fairness.as_ref()?;
        Some(Note::plain(format!(
            "{}: Jain's index by {} is {} (1 is even); {} fared worst.",
            labels.last()?.text,
            text::name(&fairness.tag),
            format::number(fairness.jain_index),
            text::name(&fairness.worst),
        )))
    };
    scenarios(set).filter_map(of_scenario).collect()
}
