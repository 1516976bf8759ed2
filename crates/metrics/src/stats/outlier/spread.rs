//! A spread that outliers cannot stretch.

use crate::stats::summary::{all_finite, median_of};

/// The median of the distances from the median (Hampel 1974), unscaled: times 1.4826 it estimates the standard
/// deviation of a normal law.
///
/// 0 where more than half the values are equal. `None` for no values or for one that is not finite.
///
/// ```
/// use plimsoll_metrics::stats::median_absolute_deviation;
///
/// assert_eq!(median_absolute_deviation(&[1.0, 2.0, 3.0, 4.0, 100.0]), Some(1.0));
/// ```
#[must_use]
pub fn median_absolute_deviation(values: &[f64]) -> Option<f64> {
    if values.is_empty() || !all_finite(values) {
        return None;
    }
    let median = median_of(values);
    let distances: Vec<f64> = values.iter().map(|value| (value - median).abs()).collect();
    Some(median_of(&distances))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_no_spread_and_equals_have_none_to_measure() {
        assert_eq!(median_absolute_deviation(&[]), None);
        assert_eq!(median_absolute_deviation(&[1.0, f64::NAN]), None);
        assert_eq!(median_absolute_deviation(&[4.0; 7]), Some(0.0));
    }
}
