//! Axes around a field.

use super::pen::{Pen, Tenths, width};
use super::{Field, LETTERS};
use crate::chart::Axis;
use crate::text;

/// Room of a label along the axis.
const LABEL: f64 = 76.0;

/// The grid and its labels: fine lines across, ticks below.
pub(super) fn axes(pen: &mut Pen, field: &Field, x: &Axis, y: &Axis) {
    upwards(pen, field, y);
    along(pen, field, x);
}

fn upwards(pen: &mut Pen, field: &Field, axis: &Axis) {
    pen.text("", (0.0, field.top - 10.0), &text::name(&axis.title));
    for tick in axis.ticks(5) {
        let y = field.bottom() - axis.place(tick) * field.height;
        pen.line("gr", (field.left, y), (field.right(), y));
        pen.text("e", (field.left - 7.0, y + 3.8), &axis.label(tick));
    }
}

/// Ticks along the axis; the labels in a group that a page may hide.
pub(super) fn along(pen: &mut Pen, field: &Field, axis: &Axis) {
    pen.line("ax", (field.left, field.bottom()), (field.right(), field.bottom()));
    let ticks = axis.ticks((field.width / LABEL) as usize);
    pen.raw("<g class=\"tx\">");
    let mut free_from = f64::MIN;
    for tick in ticks {
        let x = field.left + axis.place(tick) * field.width;
        pen.line("ax", (x, field.bottom()), (x, field.bottom() + 4.0));
        let label = axis.label(tick);
        // On a narrow page letters are a third larger.
        let half = width(&label, LETTERS * 1.33) / 2.0;
        if x - half >= free_from {
            pen.text("m", (x, field.bottom() + 16.0), &label);
            free_from = x + half + 4.0;
        }
    }
    pen.raw("</g>");
    if !axis.title.is_empty() {
        pen.text("e", (field.right(), field.bottom() + 29.0), &text::name(&axis.title));
    }
}

/// Opens the inner drawing of the marks, whose units are those around it until it is zoomed.
pub(super) fn open(pen: &mut Pen, field: &Field, view: (f64, f64)) {
    let [x, y, w, h, vw, vh] =
        [field.left, field.top, field.width, field.height, view.0, view.1].map(Tenths::of);
    pen.raw(format_args!(
        "<svg class=\"z\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {vw} {vh}\" \
         preserveAspectRatio=\"none\">"
    ));
}

pub(super) fn close(pen: &mut Pen) {
    pen.raw("</svg>");
}
