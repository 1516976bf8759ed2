//! The figures of a drawing as a table.

use super::{Axis, Bars, Grid, Heatmap, Intervals, Lines, Measure, Plot};
use crate::format;

/// The figures of a drawing as a table: the same that it shows, in words.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub struct ChartData {
    /// Titles of the columns; the first is what a row is about.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<DataRow>,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "html", derive(serde::Serialize))]
pub struct DataRow {
    /// The place along the drawing, 0 at its left end and 1 at its right, in whole ten-thousandths; `None` where the
    /// rows stand below each other.
    pub place: Option<u32>,
    /// A cell for each column.
    pub cells: Vec<String>,
}

/// Stretches that the latencies of a heatmap's table are summed up in.
const HEAT_ROWS: usize = 12;

pub(super) fn of(plot: &Plot) -> ChartData {
    match plot {
        Plot::Lines(lines) => of_lines(lines),
        Plot::Heatmap(map) => of_heatmap(map),
        Plot::Grid(grid) => of_grid(grid),
        Plot::Bars(bars) => of_bars(bars),
        Plot::Intervals(intervals) => of_intervals(intervals),
        Plot::Missing(_) => ChartData { columns: Vec::new(), rows: Vec::new() },
    }
}

/// A row for each place of the line that has most; the others at the nearest.
fn of_lines(lines: &Lines) -> ChartData {
    let drawn = || lines.lines.iter().take(Lines::MOST);
    let places: Vec<f64> = drawn()
        .max_by_key(|line| line.points.len())
        .map(|line| line.points.iter().map(|(x, _)| *x).collect())
        .unwrap_or_default();
    let first = match lines.x.measure {
        Measure::Elapsed => "time".to_owned(),
        Measure::Date => "date".to_owned(),
        Measure::Nines => "percentile".to_owned(),
        _ => lines.x.title.clone(),
    };
    let reach = reach(&places);
    let row = |place: &f64| {
        let cells = drawn().map(|line| {
            line.near(*place, reach).map_or_else(|| format::EMPTY.to_owned(), |value| lines.y.label(value))
        });
        DataRow {
            place: Some(ten_thousandths(lines.x.place(*place))),
            cells: std::iter::once(x_label(&lines.x, *place)).chain(cells).collect(),
        }
    };
    let columns = std::iter::once(first).chain(drawn().map(|line| line.name.clone())).collect();
    ChartData { columns, rows: places.iter().map(row).collect() }
}

/// Half of the usual distance between two places.
fn reach(places: &[f64]) -> f64 {
    let mut steps: Vec<f64> = places.windows(2).map(|pair| pair[1] - pair[0]).collect();
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).map_or(f64::INFINITY, |step| step * 0.6)
}

/// A place along the axis, fine enough to tell it from its neighbours.
fn x_label(axis: &Axis, place: f64) -> String {
    match axis.measure {
        Measure::Elapsed if place < 120e9 => format::time((place / 1e7).round() * 1e7),
        _ => axis.label(place),
    }
}

fn ten_thousandths(place: f64) -> u32 {
    (place * 10_000.0).round() as u32
}

/// A row for each column of the drawing, with the counts of a few stretches of its rows.
fn of_heatmap(map: &Heatmap) -> ChartData {
    let each = map.rows.div_ceil(HEAT_ROWS).max(1);
    let groups = map.rows.div_ceil(each);
    let edge = |row: usize| edge(map, row.min(map.rows));
    let titles = (0..groups).map(|group| format!("{} to {}", edge(group * each), edge((group + 1) * each)));
    let columns = ["time".to_owned(), "all".to_owned()].into_iter().chain(titles).collect();
    let mut rows: Vec<DataRow> = Vec::new();
    for (index, pair) in map.columns.windows(2).enumerate() {
        let mut counts = vec![0_u64; groups];
        let own = map.cells.iter().filter(|(column, _, _)| *column == index);
        own.for_each(|(_, row, count)| counts[row / each] += count);
        let shown = |count: &u64| if *count == 0 { String::new() } else { format::count(*count) };
        let middle = (pair[0] + pair[1]) / 2.0;
        let mut cells = vec![x_label(&map.x, pair[0]), format::count(counts.iter().sum())];
        cells.extend(counts.iter().map(shown));
        rows.push(DataRow { place: Some(ten_thousandths(map.x.place(middle))), cells });
    }
    ChartData { columns, rows }
}

/// The lower edge of a row.
fn edge(map: &Heatmap, row: usize) -> String {
    let share = row as f64 / map.rows.max(1) as f64;
    map.y.label(map.y.from * (map.y.to / map.y.from).powf(share))
}

fn of_grid(grid: &Grid) -> ChartData {
    let columns = std::iter::once(String::new()).chain(grid.columns.iter().cloned()).collect();
    let cell = |value: &Option<f64>| {
        value.map_or_else(|| format::EMPTY.to_owned(), |value| grid.measure.label(value))
    };
    let row = |(name, values): &(String, Vec<Option<f64>>)| DataRow {
        place: None,
        cells: std::iter::once(name.clone()).chain(values.iter().map(cell)).collect(),
    };
    ChartData { columns, rows: grid.rows.iter().map(row).collect() }
}

fn of_bars(bars: &Bars) -> ChartData {
    let has_limits = bars.groups.iter().flat_map(|group| &group.bars).any(|bar| bar.limit.is_some());
    let label = |value: Option<f64>| {
        value.map_or_else(|| format::EMPTY.to_owned(), |value| bars.measure.label(value))
    };
    let titles = bars.names.iter().flat_map(|name| {
        let limit = has_limits.then(|| format!("limit of {name}"));
        std::iter::once(name.clone()).chain(limit)
    });
    let row = |group: &super::BarGroup| {
        let cells = group
            .bars
            .iter()
            .flat_map(|bar| std::iter::once(label(bar.value)).chain(has_limits.then(|| label(bar.limit))));
        DataRow { place: None, cells: std::iter::once(group.label.clone()).chain(cells).collect() }
    };
    let columns = std::iter::once(String::new()).chain(titles).collect();
    ChartData { columns, rows: bars.groups.iter().map(row).collect() }
}

fn of_intervals(intervals: &Intervals) -> ChartData {
    let label = |value: Option<f64>| {
        value.map_or_else(|| format::EMPTY.to_owned(), |value| intervals.measure.label(value))
    };
    let row = |row: &super::Interval| DataRow {
        place: None,
        cells: vec![
            row.label.clone(),
            label(Some(row.value)),
            label(row.lower),
            label(row.upper),
            row.verdict.clone(),
        ],
    };
    let columns = ["", "change", "from", "to", "verdict"].map(str::to_owned).into();
    ChartData { columns, rows: intervals.rows.iter().map(row).collect() }
}
