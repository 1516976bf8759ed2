//! What the operations observed themselves: checks and metrics of their own.

use plimsoll_model::{CheckCount, CustomMetric, CustomMetricKind, Quantile, Set};

use super::runs::scenarios;
use super::{Block, Cell, Column, Section, Table, Tone};
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
    let checks = scenarios(set).flat_map(|(labels, _, scenario)| {
        scenario.checks.iter().map(move |check| check_row(labels.clone(), check))
    });
    let metrics = scenarios(set).flat_map(|(labels, _, scenario)| {
        scenario.metrics.iter().map(move |metric| metric_row(labels.clone(), metric))
    });
    let checks = Table::by_run(set, &CHECKS, checks);
    let metrics = Table::by_run(set, &METRICS, metrics);
    Section::new("Checks and own metrics", [Block::Table(checks), Block::Table(metrics)])
}

fn check_row(mut row: Vec<Cell>, check: &CheckCount) -> Vec<Cell> {
    row.extend([
        text::name(&check.name).into(),
        format::count(check.passed).into(),
        Cell::unwanted(check.failed),
    ]);
    row
}

fn metric_row(mut row: Vec<Cell>, metric: &CustomMetric) -> Vec<Cell> {
    let (kind, value) = match metric.kind {
        CustomMetricKind::Counter => ("sum", Cell::figure(metric.value, format::number)),
        CustomMetricKind::Gauge => ("last", Cell::figure(metric.value, format::number)),
        CustomMetricKind::Rate => ("share", Cell::figure(metric.value, format::share)),
        CustomMetricKind::Trend => ("trend", Cell::toned("see p50, p99", Tone::Faint)),
    };
    let at = |q: Quantile| {
        let summary = metric.distribution.as_ref();
        let value = summary.and_then(|summary| summary.quantile(q));
        Cell::figure(value, |value| format::count(value.value_ns))
    };
    row.extend([text::name(&metric.name).into(), kind.into(), format::count(metric.count).into(), value]);
    row.extend([at(Quantile::P50), at(Quantile::P99)]);
    row
}
