//! Rows and columns of values.

use super::Measure;

/// Rows and columns of values, each cell shaded by how much of the whole it is.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Grid {
    /// What the values are.
    pub measure: Measure,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Names of the rows, each with a value for each column; `None` where there is none.
    pub rows: Vec<(String, Vec<Option<f64>>)>,
    /// The value of the darkest shade.
    pub full: f64,
}

impl Grid {
    /// Rows that are drawn at most.
    pub const MOST_ROWS: usize = 24;
    /// Columns that are drawn at most.
    pub const MOST_COLUMNS: usize = 8;

    /// A grid whose darkest shade is its largest value.
    #[must_use]
    pub fn new(measure: Measure, columns: Vec<String>, rows: Vec<(String, Vec<Option<f64>>)>) -> Grid {
        let values = rows.iter().flat_map(|(_, values)| values.iter().flatten());
        let full = values.copied().filter(|value| value.is_finite()).fold(0.0, f64::max);
        Grid { measure, columns, rows, full }
    }
}
