//! Values along an axis.

use super::Axis;

/// Values along an axis, most often time: lines, with phases, events and limits behind them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Lines {
    /// The axis along.
    pub x: Axis,
    /// The axis upwards.
    pub y: Axis,
    /// The lines; at most [`Lines::MOST`] are drawn.
    pub lines: Vec<Line>,
    /// Stretches of the axis along, such as phases.
    pub bands: Vec<Band>,
    /// Places of the axis along at which something happened.
    pub events: Vec<Event>,
    /// Values that must not be crossed.
    pub limits: Vec<Limit>,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Line {
    /// What it is.
    pub name: String,
    /// How it is drawn.
    pub style: LineStyle,
    /// Places and values, ascending; `None` is a gap, in which no line is drawn.
    pub points: Vec<(f64, Option<f64>)>,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum LineStyle {
    /// In a colour and a dash of its own.
    #[default]
    Plain,
    /// The same, with the area below it tinted.
    Area,
    /// Fine and grey: what others are held against.
    Reference,
    /// A sign at each value, joined by a fine line: for few values.
    Dots,
}

/// A stretch of the axis along.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Its start.
    pub from: f64,
    /// Its end.
    pub to: f64,
    /// Its name.
    pub label: String,
}

/// A place of the axis along at which something happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Where.
    pub at: f64,
    /// What, in a few words.
    pub label: String,
}

/// A value that must not be crossed.
#[derive(Debug, Clone, PartialEq)]
pub struct Limit {
    /// The value.
    pub value: f64,
    /// What it is.
    pub label: String,
}

impl Lines {
    /// Lines that are told from each other; more are left out of the drawing, never of the document.
    pub const MOST: usize = 8;

    /// Lines on two axes, with nothing behind them.
    #[must_use]
    pub fn new(x: Axis, y: Axis, lines: Vec<Line>) -> Lines {
        Lines { x, y, lines, bands: Vec::new(), events: Vec::new(), limits: Vec::new() }
    }
}

impl Line {
    /// A plain line.
    #[must_use]
    pub fn new(name: impl Into<String>, points: impl IntoIterator<Item = (f64, Option<f64>)>) -> Line {
        Line { name: name.into(), style: LineStyle::Plain, points: points.into_iter().collect() }
    }

    /// The same line in another style.
    #[must_use]
    pub fn styled(self, style: LineStyle) -> Line {
        Line { style, ..self }
    }

    /// Its finite values.
    pub fn values(&self) -> impl Iterator<Item = f64> + '_ {
        self.points.iter().filter_map(|(_, value)| *value).filter(|value| value.is_finite())
    }

    /// The value nearest to a place, no farther from it than `reach`.
    pub(super) fn near(&self, place: f64, reach: f64) -> Option<f64> {
        let after = self.points.partition_point(|(x, _)| *x < place);
        let candidates = self.points[after.saturating_sub(1)..].iter().take(2);
        let nearest = candidates.min_by(|a, b| (a.0 - place).abs().total_cmp(&(b.0 - place).abs()))?;
        nearest.1.filter(|value| (nearest.0 - place).abs() <= reach && value.is_finite())
    }
}
