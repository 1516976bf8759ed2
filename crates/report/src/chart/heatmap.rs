//! How often values fell where and when.

use super::Axis;

/// How often values fell where and when: columns along an axis, rows upwards, a count in each cell.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Heatmap {
    /// The axis along, from the left edge of the first column to the right edge of the last.
    pub x: Axis,
    /// The axis upwards, from the lower edge of the first row to the upper edge of the last.
    pub y: Axis,
    /// Edges of the columns, ascending: one more than there are columns.
    pub columns: Vec<f64>,
    /// Number of rows, all of the same height on the axis.
    pub rows: usize,
    /// Column, row and count of the cells that are not empty, in that order.
    pub cells: Vec<(usize, usize, u64)>,
}

impl Heatmap {
    /// Columns of a heatmap at most.
    pub const MOST_COLUMNS: usize = 120;
    /// Rows of a heatmap at most.
    pub const MOST_ROWS: usize = 48;
    /// Shades that counts are sorted into.
    pub const CLASSES: usize = 9;

    /// A heatmap of cells.
    #[must_use]
    pub fn new(
        x: Axis,
        y: Axis,
        columns: Vec<f64>,
        rows: usize,
        mut cells: Vec<(usize, usize, u64)>,
    ) -> Heatmap {
        cells.retain(|(column, row, count)| *column + 1 < columns.len() && *row < rows && *count > 0);
        cells.sort_unstable();
        Heatmap { x, y, columns, rows, cells }
    }

    /// The least count of each shade, ascending from 1: equal factors, so that one and a million can be told.
    #[must_use]
    pub fn limits(&self) -> Vec<u64> {
        let most = self.cells.iter().map(|(_, _, count)| *count).max().unwrap_or(1);
        let factor = plimsoll_metrics::num::to_f64(most).ln() / Heatmap::CLASSES as f64;
        let limit = |class: usize| (factor * class as f64).exp().ceil() as u64;
        let mut limits: Vec<u64> = (0..Heatmap::CLASSES).map(limit).collect();
        limits.dedup();
        limits
    }

    /// The shade of a count, from 0.
    #[must_use]
    pub fn class(limits: &[u64], count: u64) -> usize {
        limits.partition_point(|limit| *limit <= count).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Measure, Scale};

    #[test]
    fn every_count_has_a_shade_and_more_is_never_lighter() {
        let axis =
            Axis { title: String::new(), measure: Measure::Number, scale: Scale::Linear, from: 0.0, to: 9.0 };
        for most in [1, 2, 9, 40, 1_000_000] {
            let cells = vec![(0, 0, 1), (1, 1, most)];
            let map = Heatmap::new(axis.clone(), axis.clone(), vec![0.0, 1.0, 2.0], 2, cells);
            let limits = map.limits();
            assert_eq!(limits[0], 1);
            assert!(limits.is_sorted() && limits.len() <= Heatmap::CLASSES, "{limits:?}");
            let classes: Vec<usize> =
                (1..=most.min(2_000)).map(|count| Heatmap::class(&limits, count)).collect();
            assert!(classes.is_sorted());
        }
    }
}
