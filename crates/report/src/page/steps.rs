//! Named parts of the operations.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Quantile, Set, StepResult};

use super::latency::{max, quantile};
use super::runs::scenarios;
use super::{Block, Cell, Column, Pointer, Section, Table};
use crate::{format, text};

const COLUMNS: [Column; 11] = [
    Column::name("run"),
    Column::name("scenario"),
    Column::name("step"),
    Column::figure("ok", 3),
    Column::figure("failed", 5),
    Column::figure("average", 4),
    Column::figure("bytes", 1),
    Column::figure("p50", 4),
    Column::figure("p95", 6),
    Column::figure("p99", Column::ALWAYS),
    Column::figure("max", 2),
];

pub(super) fn section(set: &Set) -> Option<Section> {
    let rows = scenarios(set).flat_map(|of| {
        let steps = of.scenario.steps.iter().enumerate();
        steps.map(move |(index, step)| row(of.labels.clone(), step, &of.at.to("steps").to(index)))
    });
    let table = Table::by_run(set, &COLUMNS, rows);
    let has_bytes = scenarios(set).any(|of| of.scenario.steps.iter().any(|step| step.bytes > 0));
    let table = if has_bytes { table } else { table.without("bytes") };
    Section::new("Steps", [Block::Table(table)])
}

/// In each second; nothing where the result is from before that was kept.
pub(super) fn rate(step: &StepResult, at: &Pointer) -> Cell {
    step.per_s.map_or_else(|| Cell::from(""), |rate| Cell::from(format::rate(rate)).at(at.to("per_s")))
}

fn row(mut row: Vec<Cell>, step: &StepResult, at: &Pointer) -> Vec<Cell> {
    let latency = at.to("latency");
    row.extend([
        text::name(&step.name).into(),
        Cell::from(format::count(step.ok)).at(at.to("ok")),
        Cell::unwanted(step.failed).at(at.to("failed")),
        rate(step, at),
        Cell::from(format::bytes(to_f64(step.bytes))).at(at.to("bytes")),
    ]);
    row.extend([Quantile::P50, Quantile::P95, Quantile::P99].map(|q| quantile(&step.latency, q, &latency)));
    row.push(max(&step.latency, false, &latency));
    row
}
