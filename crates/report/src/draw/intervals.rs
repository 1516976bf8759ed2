//! Draws values with their ranges.

use super::pen::{Pen, fit, width};
use super::{Drawing, Field, LETTERS, WIDTH, frame};
use crate::chart::{Axis, Interval, Intervals};
use crate::text;

const ROW: f64 = 22.0;
const TOP: f64 = 10.0;
const VERDICT: f64 = 74.0;

pub(super) fn draw(intervals: &Intervals) -> Drawing {
    let rows = &intervals.rows[..intervals.rows.len().min(Intervals::MOST)];
    let names = rows.iter().map(|row| width(&text::name(&row.label), LETTERS)).fold(40.0, f64::max);
    let left = (names + 14.0).min(190.0);
    let ends = rows.iter().flat_map(|row| [Some(row.value), row.lower, row.upper]).flatten();
    let axis = Axis::around("", intervals.measure, ends.chain([intervals.neutral]));
    let field =
        Field { left, top: TOP, width: WIDTH - left - VERDICT, height: rows.len().max(1) as f64 * ROW };
    let at = |value: f64| field.left + axis.place(value) * field.width;
    let mut pen = Pen::default();
    for tick in axis.ticks((field.width / 60.0) as usize) {
        pen.line("gr", (at(tick), field.top), (at(tick), field.bottom()));
    }
    frame::along(&mut pen, &field, &axis);
    pen.line("rf", (at(intervals.neutral), field.top - 6.0), (at(intervals.neutral), field.bottom()));
    for (index, row) in rows.iter().enumerate() {
        let y = field.top + (index as f64 + 0.5) * ROW;
        let name = fit(&text::name(&row.label), left - 12.0, LETTERS);
        pen.text("k e", (left - 10.0, y + 3.8), &name);
        draw_row(&mut pen, row, y, at);
        let class = if row.is_bad { "bad" } else { "" };
        pen.text(class, (field.right() + 10.0, y + 3.8), &fit(&row.verdict, VERDICT - 12.0, LETTERS));
    }
    let height = field.bottom() + 26.0;
    Drawing { width: WIDTH, height, body: pen.finish(), field: None, legend: Vec::new(), is_labelled: true }
}

fn draw_row(pen: &mut Pen, row: &Interval, y: f64, at: impl Fn(f64) -> f64) {
    let (line, dot) = if row.is_bad { ("ln bs", "bad") } else { ("ln s1", "f1") };
    if let (Some(lower), Some(upper)) = (row.lower, row.upper) {
        pen.line(line, (at(lower), y), (at(upper), y));
        for end in [lower, upper] {
            pen.line(line, (at(end), y - 3.5), (at(end), y + 3.5));
        }
    }
    // Told apart by shape as well as by colour.
    if row.is_bad {
        pen.rect(dot, (at(row.value) - 3.2, y - 3.2), (6.4, 6.4));
    } else {
        pen.circle(dot, (at(row.value), y), 3.2);
    }
}
