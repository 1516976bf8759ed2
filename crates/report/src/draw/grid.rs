//! Draws rows and columns of values.

use super::pen::{Pen, fit, width};
use super::{Drawing, LETTERS, WIDTH};
use crate::chart::{Grid, Heatmap};
use crate::text;

const ROW: f64 = 26.0;
const GAP: f64 = 2.0;
const WIDEST_CELL: f64 = 96.0;
/// Height of slanted names of columns.
const SLANTED: f64 = 84.0;

pub(super) fn draw(grid: &Grid) -> Drawing {
    let columns = &grid.columns[..grid.columns.len().min(Grid::MOST_COLUMNS)];
    let rows = &grid.rows[..grid.rows.len().min(Grid::MOST_ROWS)];
    let names = rows.iter().map(|(name, _)| width(&text::name(name), LETTERS)).fold(40.0, f64::max);
    // The end of a long name often tells it from the others; few columns leave room for it.
    let most = if columns.len() <= 4 { 240.0 } else { 170.0 };
    let left = (names + 12.0).min(most);
    let cell = ((WIDTH - left) / columns.len().max(1) as f64).min(WIDEST_CELL);
    let is_slanted = columns.iter().any(|name| width(&text::name(name), LETTERS) > cell - 6.0);
    let top = if is_slanted { SLANTED } else { 22.0 };
    let mut pen = Pen::default();
    for (index, name) in columns.iter().enumerate() {
        let middle = left + (index as f64 + 0.5) * cell;
        let y = top - 8.0;
        if is_slanted {
            let name = fit(&text::name(name), 110.0, LETTERS);
            pen.raw(format_args!("<g transform=\"translate({middle:.1} {y:.1}) rotate(-38)\">"));
            pen.text("k", (0.0, 0.0), &name);
            pen.raw("</g>");
        } else {
            pen.text("k m", (middle, y), &text::name(name));
        }
    }
    for (index, (name, values)) in rows.iter().enumerate() {
        let y = top + index as f64 * ROW;
        pen.text("k e", (left - 8.0, y + ROW / 2.0 + 3.8), &fit(&text::name(name), left - 10.0, LETTERS));
        for (column, value) in values.iter().take(columns.len()).enumerate() {
            let at = (left + column as f64 * cell, y);
            place(&mut pen, grid, at, cell, *value);
        }
    }
    let height = top + rows.len().max(1) as f64 * ROW + 6.0;
    Drawing { width: WIDTH, height, body: pen.finish(), field: None, legend: Vec::new(), is_labelled: true }
}

fn place(pen: &mut Pen, grid: &Grid, (x, y): (f64, f64), cell: f64, value: Option<f64>) {
    let middle = (x + cell / 2.0, y + ROW / 2.0 + 3.6);
    let Some(value) = value.filter(|value| value.is_finite()) else {
        pen.rect("ph", (x, y), (cell - GAP, ROW - GAP));
        return pen.text("m", middle, crate::format::EMPTY);
    };
    let share = if grid.full > 0.0 { (value / grid.full).clamp(0.0, 1.0) } else { 0.0 };
    let shade = (share * (Heatmap::CLASSES as f64 - 1.0)).round() as usize + 1;
    let on = if shade > 4 { "td" } else { "tl" };
    pen.rect(&format!("c{shade}"), (x, y), (cell - GAP, ROW - GAP));
    pen.text(&format!("m {on}"), middle, &fit(&grid.measure.label(value), cell - 4.0, LETTERS));
}
