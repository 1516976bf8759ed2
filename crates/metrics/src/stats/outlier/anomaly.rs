//! Does one new value stand out from a history?

use super::median_absolute_deviation;
use crate::stats::summary::{all_finite, mean_of, median_of};

/// Modified z-score beyond which a value is an anomaly (Iglewicz & Hoaglin 1993).
const LIMIT: f64 = 3.5;
/// Median absolute deviation to standard deviation, for a normal law.
const FROM_MEDIAN: f64 = 1.4826;
/// Mean absolute deviation to standard deviation, for a normal law: √(π/2).
const FROM_MEAN: f64 = 1.253_314_137_315_500_3;
/// Fewer values than this are no history.
const LEAST_HISTORY: usize = 3;

/// What [`anomaly`] says of a new value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Anomaly {
    /// Within 3.5 robust standard deviations of the median; how many, with its sign.
    Ordinary(f64),
    /// Further away; how many standard deviations, with its sign.
    Outlying(f64),
    /// The history has no spread, or fewer than three values: nothing can be said.
    NoSpreadKnown,
}

/// Compares `value` with the median of `history` in units of its median absolute deviation (Iglewicz & Hoaglin
/// 1993); where that is 0, of its mean absolute deviation.
///
/// `None` when a value is not finite.
///
/// ```
/// use plimsoll_metrics::stats::{Anomaly, anomaly};
///
/// let history = [10.0, 10.2, 9.9, 10.1, 9.8];
/// assert!(matches!(anomaly(&history, 10.3), Some(Anomaly::Ordinary(_))));
/// assert!(matches!(anomaly(&history, 12.0), Some(Anomaly::Outlying(score)) if score > 3.5));
/// assert_eq!(anomaly(&[10.0; 5], 10.1), Some(Anomaly::NoSpreadKnown));
/// ```
#[must_use]
pub fn anomaly(history: &[f64], value: f64) -> Option<Anomaly> {
    if !all_finite(&[value]) || !all_finite(history) {
        return None;
    }
    if history.len() < LEAST_HISTORY {
        return Some(Anomaly::NoSpreadKnown);
    }
    let median = median_of(history);
    let mut deviation = FROM_MEDIAN * median_absolute_deviation(history)?;
    if deviation == 0.0 {
        let distances: Vec<f64> = history.iter().map(|past| (past - median).abs()).collect();
        deviation = FROM_MEAN * mean_of(&distances);
    }
    if deviation == 0.0 {
        return Some(Anomaly::NoSpreadKnown);
    }
    let score = (value - median) / deviation;
    Some(if score.abs() > LIMIT { Anomaly::Outlying(score) } else { Anomaly::Ordinary(score) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mostly_constant_history_falls_back_to_the_mean_distance() {
        let history = [5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 5.0, 6.0];
        assert!(matches!(anomaly(&history, 5.4), Some(Anomaly::Ordinary(_))));
        assert!(matches!(anomaly(&history, 9.0), Some(Anomaly::Outlying(_))));
    }

    #[test]
    fn two_values_are_no_history() {
        assert_eq!(anomaly(&[1.0, 2.0], 50.0), Some(Anomaly::NoSpreadKnown));
        assert_eq!(anomaly(&[1.0, 2.0, 3.0], f64::NAN), None);
        assert_eq!(anomaly(&[1.0, f64::INFINITY, 3.0], 1.0), None);
    }
}
