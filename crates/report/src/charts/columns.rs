//! The windows of a run, joined into as many stretches as a chart can show.

use std::collections::BTreeMap;

use plimsoll_metrics::num::to_f64;
use plimsoll_metrics::{Histogram, Nanos};
use plimsoll_model::{Quantile, Run, Window};

/// Steps of latency in which the counts of a heatmap are kept: eight for each doubling.
const STEPS: f64 = 8.0;

/// A run in stretches of equal length.
pub(super) struct Columns {
    /// Start of the first, from the start of the run.
    pub(super) start_ns: u64,
    /// Length of each but the last.
    pub(super) step_ns: u64,
    /// Names of the scenarios, in their order.
    pub(super) scenarios: Vec<String>,
    pub(super) columns: Vec<Column>,
}

/// One stretch: all scenarios together, and each.
#[derive(Default)]
pub(super) struct Column {
    /// Its length.
    pub(super) length_ns: u64,
    /// Whether there is a window in it.
    pub(super) is_measured: bool,
    pub(super) all: Stretch,
    /// One for each scenario.
    pub(super) each: Vec<Stretch>,
}

/// What happened in a stretch.
#[derive(Default, Clone)]
pub(super) struct Stretch {
    pub(super) offered: u64,
    pub(super) ok: u64,
    pub(super) failed: u64,
    /// Response times of what ended in it; `None` where nothing did.
    pub(super) response: Option<Response>,
    /// Step of latency, and how many.
    pub(super) heat: BTreeMap<usize, u64>,
}

/// Figures of merged histograms, never averaged.
#[derive(Clone, Copy)]
pub(super) struct Response {
    pub(super) p50: u64,
    pub(super) p95: u64,
    pub(super) p99: u64,
    pub(super) max: u64,
}

impl Columns {
    /// Joins the windows of a run into `most` stretches or fewer; `None` without windows.
    pub(super) fn of(run: &Run, most: usize) -> Option<Columns> {
        Columns::of_some(run, most, run.scenarios.iter().map(|scenario| scenario.name.clone()).collect())
    }

    /// As [`Columns::of`], as if the run had these scenarios alone.
    pub(super) fn of_some(run: &Run, most: usize, scenarios: Vec<String>) -> Option<Columns> {
        let start_ns = run.windows.iter().map(|window| window.start_ns).min()?;
        let end_ns = run.windows.iter().map(|window| window.start_ns + window.length_ns).max()?;
        let window_ns = run.windows.iter().map(|window| window.length_ns).max()?.max(1);
        let windows = (end_ns - start_ns).div_ceil(window_ns).max(1);
        let step_ns = window_ns * windows.div_ceil(most.max(1) as u64);
        let count = usize::try_from((end_ns - start_ns).div_ceil(step_ns)).ok()?.max(1);
        let mut places: Vec<Vec<&Window>> = vec![Vec::new(); count];
        for window in &run.windows {
            let index = usize::try_from((window.start_ns - start_ns) / step_ns).unwrap_or(usize::MAX);
            places.get_mut(index)?.push(window);
        }
        let last_ns = end_ns - start_ns - step_ns * (count as u64 - 1);
        let mut lengths = vec![step_ns; count];
        lengths[count - 1] = last_ns;
        // What is left over at the end would be a rate, and percentiles, of next to nothing.
        if count > 1 && last_ns * 2 < step_ns {
            let rest = places.remove(count - 1);
            places[count - 2].extend(rest);
            lengths.remove(count - 1);
            lengths[count - 2] += last_ns;
        }
        let filled = places.iter().zip(lengths);
        let columns =
            filled.map(|(windows, length_ns)| Column { length_ns, ..column(&scenarios, windows) }).collect();
        Some(Columns { start_ns, step_ns, scenarios, columns })
    }

    /// The middle of each stretch, and the stretch.
    pub(super) fn middles(&self) -> impl Iterator<Item = (f64, &Column)> {
        let first = to_f64(self.start_ns) + to_f64(self.step_ns) / 2.0;
        self.columns
            .iter()
            .enumerate()
            .map(move |(index, column)| (first + to_f64(index as u64) * to_f64(self.step_ns), column))
    }
}

impl Column {
    /// Events in it as a rate; `None` where nothing was measured, which is not zero.
    pub(super) fn rate(&self, count: u64) -> Option<f64> {
        self.is_measured.then(|| plimsoll_metrics::num::per_second(count, self.length_ns))
    }
}

fn column(scenarios: &[String], windows: &[&Window]) -> Column {
    let mut column = Column { is_measured: !windows.is_empty(), ..Column::default() };
    let mut all = Histogram::new();
    let mut own = Histogram::new();
    for name in scenarios {
        own.clear();
        let mut stretch = Stretch::default();
        for window in windows.iter().filter(|window| window.scenario == *name) {
            stretch.offered += window.offered;
            stretch.ok += window.ok;
            stretch.failed += window.failed;
            // A histogram that cannot be read adds nothing: it is a contradiction, which the reader of the document
            // names.
            let _ = own.merge_encoded(&window.response);
        }
        column.all.offered += stretch.offered;
        column.all.ok += stretch.ok;
        column.all.failed += stretch.failed;
        all.merge(&own);
        stretch.response = response(&own);
        stretch.heat = heat(&own);
        column.each.push(stretch);
    }
    column.all.response = response(&all);
    for (step, count) in column.each.iter().flat_map(|stretch| &stretch.heat) {
        *column.all.heat.entry(*step).or_default() += count;
    }
    column
}

fn response(histogram: &Histogram) -> Option<Response> {
    let at = |quantile| histogram.value_at(quantile);
    Some(Response {
        p50: at(Quantile::P50)?,
        p95: at(Quantile::P95)?,
        p99: at(Quantile::P99)?,
        max: histogram.upper_edge(histogram.max()),
    })
}

fn heat(histogram: &Histogram) -> BTreeMap<usize, u64> {
    let mut heat = BTreeMap::new();
    for (latency, count) in histogram.buckets() {
        *heat.entry(step(latency)).or_default() += count;
    }
    heat
}

/// The step that a latency is in.
fn step(latency: Nanos) -> usize {
    (to_f64(latency.max(1)).log2() * STEPS).floor() as usize
}

/// The latency at which a step begins.
pub(super) fn lower_edge(step: usize) -> f64 {
    (to_f64(step as u64) / STEPS).exp2()
}
