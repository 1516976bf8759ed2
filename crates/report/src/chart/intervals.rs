//! Values with the range in which they surely are.

use super::Measure;

/// Values with the range in which they surely are, one below the other, beside a value that means no change.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Intervals {
    /// What the values are.
    pub measure: Measure,
    /// The value that means no change: 1 for ratios.
    pub neutral: f64,
    /// From the top.
    pub rows: Vec<Interval>,
}

/// A value with its range.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    /// What it is of.
    pub label: String,
    /// The value.
    pub value: f64,
    /// The lower end; `None` where nobody knows.
    pub lower: Option<f64>,
    /// The upper end; `None` where nobody knows.
    pub upper: Option<f64>,
    /// What is concluded, in a word.
    pub verdict: String,
    /// Whether that is bad.
    pub is_bad: bool,
}

impl Intervals {
    /// Rows that are drawn at most.
    pub const MOST: usize = 24;

    /// Changes against a baseline.
    #[must_use]
    pub fn changes(rows: Vec<Interval>) -> Intervals {
        Intervals { measure: Measure::Change, neutral: 1.0, rows }
    }
}
