//! Where the next value may fall.

use crate::stats::Estimate;
use crate::stats::distribution::student_upper;
use crate::stats::summary::{all_finite, is_level, mean_of, variance_of};

/// Two-sided interval for one more value of the same kind: m ± t·s·√(1 + 1/n) with n − 1 degrees of freedom (Hahn
/// & Meeker 1991), around the mean.
///
/// For a one-sided bound at 99 % ask for a confidence of 98 %. Values must be roughly normal; use logs otherwise.
/// `None` below two values, for one that is not finite, or for `confidence` outside `0.0..1.0`.
///
/// ```
/// use plimsoll_metrics::stats::prediction_interval;
///
/// let next = prediction_interval(&[10.0, 11.0, 9.0, 10.5, 9.5], 0.98).expect("five values");
/// assert!(next.covers(12.0) && !next.covers(14.0));
/// ```
#[must_use]
pub fn prediction_interval(values: &[f64], confidence: f64) -> Option<Estimate> {
    if values.len() < 2 || !all_finite(values) || !is_level(confidence) {
        return None;
    }
    let count = values.len() as f64;
    let value = mean_of(values);
    let deviation = (variance_of(values) * (1.0 + 1.0 / count)).sqrt();
    let reach = student_upper((1.0 - confidence) / 2.0, count - 1.0)? * deviation;
    Some(Estimate { value, lower: value - reach, upper: value + reach, confidence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_value_is_less_certain_than_the_mean() {
        let values = [10.0, 11.0, 9.0, 10.5, 9.5];
        let mean = crate::stats::mean_interval(&values, 0.95).unwrap();
        assert!(prediction_interval(&values, 0.95).unwrap().upper > mean.upper);
    }

    #[test]
    fn one_value_and_nonsense_predict_nothing() {
        assert_eq!(prediction_interval(&[1.0], 0.95), None);
        assert_eq!(prediction_interval(&[1.0, f64::NAN], 0.95), None);
        assert_eq!(prediction_interval(&[1.0, 2.0], 1.0), None);
    }
}
