//! The interval of a mean.

use crate::stats::Estimate;
use crate::stats::distribution::student_upper;
use crate::stats::summary::{all_finite, is_level, mean_of, variance_of};

/// The mean with its two-sided interval by Student's t (Student 1908): m ± t·s/√n with n − 1 degrees of freedom.
///
/// Give it one value a run, never one a request: values of one run are not independent. `confidence` lies
/// strictly between 0 and 1. `None` below two values, for a value that is not finite or for a confidence
/// outside its domain.
///
/// ```
/// use plimsoll_metrics::stats::mean_interval;
///
/// let estimate = mean_interval(&[10.0, 12.0, 11.0], 0.95).expect("three finite values");
/// assert!((estimate.value - 11.0).abs() < 1e-12);
/// assert!((estimate.upper - 13.484).abs() < 1e-3);
/// assert!(mean_interval(&[10.0], 0.95).is_none());
/// ```
#[must_use]
pub fn mean_interval(values: &[f64], confidence: f64) -> Option<Estimate> {
    if values.len() < 2 || !all_finite(values) || !is_level(confidence) {
        return None;
    }
    let count = values.len() as f64;
    let value = mean_of(values);
    let reach = student_upper((1.0 - confidence) / 2.0, count - 1.0)? * (variance_of(values) / count).sqrt();
    Some(Estimate { value, lower: value - reach, upper: value + reach, confidence })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_leave_no_doubt() {
        let estimate = mean_interval(&[3.0; 5], 0.99).unwrap();
        assert_eq!((estimate.lower, estimate.value, estimate.upper), (3.0, 3.0, 3.0));
    }

    #[test]
    fn one_value_and_bad_input_have_no_interval() {
        assert_eq!(mean_interval(&[1.0], 0.95), None);
        assert_eq!(mean_interval(&[1.0, f64::NAN], 0.95), None);
        for confidence in [0.0, 1.0, f64::NAN] {
            assert_eq!(mean_interval(&[1.0, 2.0], confidence), None);
        }
    }
}
