//! How long operations took.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{Counts, LatencySummary, Quantile, QuantileValue, Set};

use super::runs::{Placed, scenarios};
use super::{Block, Cell, Column, Note, Pointer, Section, Table};
use crate::format;

const COLUMNS: [Column; 12] = [
    Column::name("run"),
    Column::name("scenario"),
    // Without it a row would not say what it is of.
    Column::name("time"),
    Column::figure("mean", 1),
    Column::figure("p50", 6),
    Column::figure("p75", 2),
    Column::figure("p90", 4),
    Column::figure("p95", 8),
    Column::figure("p99", Column::ALWAYS),
    Column::figure("p99.9", 5),
    Column::figure("max", 7),
    Column::figure("95 % interval of p99", 0),
];

pub(super) fn section(set: &Set) -> Option<Section> {
    let rows = scenarios(set).flat_map(|of| scenario_rows(&of));
    let table = Table::by_run(set, &COLUMNS, rows);
    Section::new("Latency", [Block::Table(table), Block::Notes(notes(set))])
}

fn scenario_rows(Placed { labels, scenario, at, .. }: &Placed<'_>) -> Vec<Vec<Cell>> {
    let latency = &scenario.latency;
    let has_bounds = has_bounds(&scenario.counts);
    [
        ("response", &latency.response, has_bounds),
        ("service", &latency.service, has_bounds),
        ("queue", &latency.queue, false),
    ]
    .map(|(kind, summary, has_bounds)| {
        let mut row = labels.clone();
        row.push(kind.into());
        row.extend(figures(summary, has_bounds, &at.to("latency").to(kind)));
        row
    })
    .into()
}

fn figures(summary: &LatencySummary, has_bounds: bool, at: &Pointer) -> Vec<Cell> {
    let mut figures = vec![Cell::figure(summary.mean_ns, format::time).at(at.to("mean_ns"))];
    figures.extend(Quantile::STANDARD.map(|q| quantile(summary, q, at)));
    figures.push(max(summary, has_bounds, at));
    figures.push(Cell::figure(summary.quantile(Quantile::P99), interval));
    figures
}

/// What this run's sampling leaves open about a quantile; a few samples do not bound it from above.
fn interval(value: &QuantileValue) -> String {
    let lower = format::time(to_f64(value.lower_ns));
    match value.upper_ns {
        Some(upper) => format!("{lower} to {}", bound(upper, value.censored)),
        None => format!("{lower} to unbounded"),
    }
}

/// A stored quantile, with `≥` where it is only a lower bound. The summary is at that place of the document.
pub(super) fn quantile(summary: &LatencySummary, q: Quantile, at: &Pointer) -> Cell {
    let Some(index) = summary.quantiles.iter().position(|value| value.q == q) else { return Cell::empty() };
    let value = &summary.quantiles[index];
    Cell::from(bound(value.value_ns, value.censored)).at(at.to("quantiles").to(index).to("value_ns"))
}

/// The largest value. Where some operations never ended it is a lower bound: they would have taken longer.
pub(super) fn max(summary: &LatencySummary, has_bounds: bool, at: &Pointer) -> Cell {
    let max = (summary.count > 0).then_some(summary.max_ns);
    Cell::figure(max, |max| bound(max, has_bounds)).at(at.to("max_ns"))
}

fn bound(ns: u64, is_bound: bool) -> String {
    let time = format::time(to_f64(ns));
    if is_bound { format!("≥ {time}") } else { time }
}

/// Whether some latencies are ages of operations that were given up.
fn has_bounds(counts: &Counts) -> bool {
    counts.timed_out + counts.cancelled + counts.unfinished + counts.over_range > 0
}

fn notes(set: &Set) -> Vec<Note> {
    let all = || scenarios(set).map(|of| of.scenario);
    let mut notes = Vec::new();
    if all().any(|scenario| has_bounds(&scenario.counts)) {
        notes.push(Note::plain("≥ is a lower bound: operations that never ended would have taken longer."));
    }
    if all().any(|scenario| scenario.latency.response.count == 0) {
        notes.push(Note::plain("– where no operation was started, so no latency was measured."));
    }
    notes
}
