//! How a chart is drawn: SVG, once, for pages and for pictures.
//!
//! Colours, dashes and sizes of letters are classes. A page gives them its colours, so that one drawing fits light and
//! dark paper; a picture carries its own. The marks are in an inner drawing of their own, which a page can zoom
//! without zooming the letters.

mod bars;
mod frame;
mod grid;
mod heatmap;
mod intervals;
mod lines;
mod missing;
mod pen;
mod picture;
pub(crate) mod theme;

use crate::chart::{Chart, LineStyle, Plot};

pub use picture::svg;

/// Width of every drawing, in its own units. A page shows it between 330 and 620 pixels wide.
const WIDTH: f64 = 480.0;

/// Size of the letters.
const LETTERS: f64 = 12.0;

/// What is inside of the `svg` element of a chart, and what belongs beside it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drawing {
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) body: String,
    /// The part with the marks; `None` where places mean nothing.
    pub(crate) field: Option<Field>,
    /// What the marks mean; empty where they say it themselves.
    pub(crate) legend: Vec<Key>,
    /// Whether the marks have their names beside them.
    pub(crate) is_labelled: bool,
}

/// The part of a drawing with the marks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Field {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Field {
    pub(crate) fn right(&self) -> f64 {
        self.left + self.width
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.top + self.height
    }
}

/// An entry of a legend.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    pub(crate) name: String,
    /// Which of the marks of the drawing.
    pub(crate) index: usize,
    pub(crate) sign: Sign,
}

/// The sign of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A piece of line.
    Line(LineStyle),
    /// A piece of bar.
    Bar,
}

impl Key {
    /// The sign as a drawing of 24 by 10.
    pub(crate) fn sign(&self) -> String {
        let mut pen = pen::Pen::default();
        match self.sign {
            Sign::Line(style) => lines::sign(&mut pen, self.index, style),
            Sign::Bar => pen.rect(&bars::class(self.index), (2.0, 1.0), (18.0, 8.0)),
        }
        pen.finish()
    }
}

/// Draws a chart.
pub(crate) fn draw(chart: &Chart) -> Drawing {
    match &chart.plot {
        Plot::Lines(lines) => lines::draw(lines),
        Plot::Heatmap(map) => heatmap::draw(map),
        Plot::Grid(grid) => grid::draw(grid),
        Plot::Bars(bars) => bars::draw(bars),
        Plot::Intervals(intervals) => intervals::draw(intervals),
        Plot::Missing(reason) => missing::draw(reason),
    }
}
