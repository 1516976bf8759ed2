//! What the operations observed themselves: checks and metrics of their own.

use plimsoll_model::{CheckCount, CustomMetric, CustomMetricKind, Quantile, Set};

use super::runs::scenarios;
use super::{Block, Cell, Column, Pointer, Section, Table, Tone};
use crate::{format, text};

const CHECKS: [Column; 5] = [
    Column::name("run"),
    Column::name("scenario"),
    Column::name("check"),
    Column::figure("passed", 5),
    Column::figure("failed", Column::ALWAYS),
];

const METRICS: [Column; 8] = [
    Column::name("run"),
    Column::name("scenario"),
    Column::name("metric"),
    Column::words("kind", 1),
    Column::figure("values", 2),
    Column::figure("value", Column::ALWAYS),
    Column::figure("p50", 3),
    Column::figure("p99", 4),
];

pub(super) fn section(set: &Set) -> Option<Section> {
    let checks = scenarios(set).flat_map(|of| {
        let checks = of.scenario.checks.iter().enumerate();
        checks.map(move |(index, check)| check_row(of.labels.clone(), check, &of.at.to("checks").to(index)))
    });
    let metrics = scenarios(set).flat_map(|of| {
        let metrics = of.scenario.metrics.iter().enumerate();
        metrics.map(move |(index, it)| metric_row(of.labels.clone(), it, &of.at.to("metrics").to(index)))
    });
    let checks = Table::by_run(set, &CHECKS, checks);
    let metrics = Table::by_run(set, &METRICS, metrics);
    Section::new("Checks and own metrics", [Block::Table(checks), Block::Table(metrics)])
}

fn check_row(mut row: Vec<Cell>, check: &CheckCount, at: &Pointer) -> Vec<Cell> {
    row.extend([
        text::name(&check.name).into(),
        Cell::from(format::count(check.passed)).at(at.to("passed")),
        Cell::unwanted(check.failed).at(at.to("failed")),
    ]);
    row
}

fn metric_row(mut row: Vec<Cell>, metric: &CustomMetric, at: &Pointer) -> Vec<Cell> {
    let value = |form: fn(f64) -> String| Cell::figure(metric.value, form).at(at.to("value"));
    let (kind, value) = match metric.kind {
        CustomMetricKind::Counter => ("sum", value(format::number)),
        CustomMetricKind::Gauge => ("last", value(format::number)),
        CustomMetricKind::Rate => ("share", value(format::share)),
        CustomMetricKind::Trend => ("trend", Cell::toned("see p50, p99", Tone::Faint)),
    };
    let quantile = |q: Quantile| {
        let summary = metric.distribution.as_ref();
        let value = summary.and_then(|summary| summary.quantile(q));
        Cell::figure(value, |value| format::count(value.value_ns))
    };
    let count = Cell::from(format::count(metric.count)).at(at.to("count"));
    row.extend([text::name(&metric.name).into(), kind.into(), count, value]);
    row.extend([quantile(Quantile::P50), quantile(Quantile::P99)]);
    row
}
