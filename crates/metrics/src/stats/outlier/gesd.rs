//! All outliers of a history: the generalised extreme studentised deviate test.

use crate::stats::distribution::student_upper;
use crate::stats::summary::{all_finite, is_level, mean_of, variance_of};

/// Fewer values than this are not tested: the critical values are only good from here on.
const LEAST_VALUES: usize = 15;

/// Indices, ascending, of up to `most` outliers of roughly normal values, at family-wise level `alpha` (Rosner
/// 1983).
///
/// Removing one value after another and only then asking how many were outliers, it is not fooled by two that
/// hide each other. Values without spread hold no outliers. `None` below 15 values, for one that is not finite,
/// or for `alpha` outside `0.0..1.0`; `most` beyond half the values counts as half.
///
/// ```
/// use plimsoll_metrics::stats::gesd;
///
/// let mut history: Vec<f64> = (0..20).map(|index| 10.0 + f64::from(index % 5) * 0.1).collect();
/// history[7] = 14.0;
/// assert_eq!(gesd(&history, 3, 0.05), Some(vec![7]));
/// ```
#[must_use]
pub fn gesd(values: &[f64], most: usize, alpha: f64) -> Option<Vec<usize>> {
    if values.len() < LEAST_VALUES || !all_finite(values) || !is_level(alpha) {
        return None;
    }
    let mut kept: Vec<(usize, f64)> = values.iter().copied().enumerate().collect();
    let mut removed = Vec::new();
    let mut outliers = 0;
    for step in 1..=most.min(values.len() / 2) {
        let Some((place, deviate)) = most_extreme(&kept) else { break };
        removed.push(kept.swap_remove(place).0);
        if deviate > critical(values.len(), step, alpha)? {
            outliers = step;
        }
    }
    removed.truncate(outliers);
    removed.sort_unstable();
    Some(removed)
}

/// Place of the value furthest from the mean and its distance in standard deviations; `None` without spread.
fn most_extreme(kept: &[(usize, f64)]) -> Option<(usize, f64)> {
    let values: Vec<f64> = kept.iter().map(|(_, value)| *value).collect();
    let (mean, deviation) = (mean_of(&values), variance_of(&values).sqrt());
    let distances = values.iter().map(|value| (value - mean).abs() / deviation).enumerate();
    distances.max_by(|left, right| left.1.total_cmp(&right.1)).filter(|_| deviation > 0.0)
}

/// Rosner's λ for the `step`-th removal from `count` values.
fn critical(count: usize, step: usize, alpha: f64) -> Option<f64> {
    let left = (count - step) as f64;
    let t = student_upper(alpha / (2.0 * (left + 1.0)), left - 1.0)?;
    Some(left * t / ((left - 1.0 + t * t) * (left + 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosner's (1983) data, as the NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.17.3, quotes it.
    const ROSNER: [f64; 54] = [
        -0.25, 0.68, 0.94, 1.15, 1.20, 1.26, 1.26, 1.34, 1.38, 1.43, 1.49, 1.49, 1.55, 1.56, 1.58, 1.65,
        1.69, 1.70, 1.76, 1.77, 1.81, 1.91, 1.94, 1.96, 1.99, 2.06, 2.09, 2.10, 2.14, 2.15, 2.23, 2.24, 2.26,
        2.35, 2.37, 2.40, 2.47, 2.54, 2.62, 2.64, 2.90, 2.92, 2.92, 2.93, 3.21, 3.26, 3.30, 3.59, 3.68, 4.30,
        4.64, 5.34, 5.42, 6.01,
    ];

    #[test]
    fn the_example_of_its_author_has_three_outliers() {
        assert_eq!(gesd(&ROSNER, 10, 0.05), Some(vec![51, 52, 53]));
    }

    #[test]
    fn no_spread_holds_no_outlier() {
        assert_eq!(gesd(&[1.0; 20], 5, 0.05), Some(vec![]));
    }

    #[test]
    fn fourteen_values_are_too_few() {
        assert_eq!(gesd(&ROSNER[..14], 3, 0.05), None);
        assert_eq!(gesd(&[f64::NAN; 20], 3, 0.05), None);
        assert_eq!(gesd(&ROSNER, 3, 1.0), None);
    }
}
