//! Means compared without assuming equal spread: Welch's t.

use crate::stats::Estimate;
use crate::stats::distribution::{student_tail, student_upper};
use crate::stats::summary::{all_finite, is_level, logs, mean_of, variance_of};

/// The outcome of [`welch`] and [`welch_on_logs`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Welch {
    /// Difference of the means, `current` − `baseline`; after [`welch_on_logs`] the ratio of geometric means.
    pub estimate: Estimate,
    /// The t statistic, positive where `current` is larger.
    pub t: f64,
    /// Degrees of freedom by Welch and Satterthwaite, at least 1.
    pub freedom: f64,
    /// One-sided p-value for "`current` is smaller".
    pub less: f64,
    /// One-sided p-value for "`current` is larger".
    pub greater: f64,
    /// Two-sided p-value.
    pub two_sided: f64,
}

/// Tests whether two means differ (Welch 1947), with the interval of their difference.
///
/// `None` when a side has fewer than two values, a value is not finite, `confidence` is outside `0.0..1.0`, or
/// neither side has any spread: then there is nothing to measure the difference with.
#[must_use]
pub fn welch(baseline: &[f64], current: &[f64], confidence: f64) -> Option<Welch> {
    let usable = |side: &[f64]| side.len() >= 2 && all_finite(side);
    if !usable(baseline) || !usable(current) || !is_level(confidence) {
        return None;
    }
    let before = variance_of(baseline) / baseline.len() as f64;
    let after = variance_of(current) / current.len() as f64;
    let variance = before + after;
    if variance <= 0.0 {
        return None;
    }
    let value = mean_of(current) - mean_of(baseline);
    let freedom = welch_freedom((before, baseline.len()), (after, current.len()));
    let t = value / variance.sqrt();
    let reach = student_upper((1.0 - confidence) / 2.0, freedom)? * variance.sqrt();
    let (less, greater) = (student_tail(-t, freedom)?, student_tail(t, freedom)?);
    Some(Welch {
        estimate: Estimate { value, lower: value - reach, upper: value + reach, confidence },
        t,
        freedom,
        less,
        greater,
        two_sided: (2.0 * less.min(greater)).min(1.0),
    })
}

/// [`welch`] on logarithms: the ratio of the geometric means of `current` and `baseline`, with its interval.
///
/// The cross-check of the rank test. Where the two disagree at the same level, look for outliers or a change of
/// spread. `None` also when a value is zero or negative.
///
/// ```
/// use plimsoll_metrics::stats::welch_on_logs;
///
/// let test = welch_on_logs(&[100.0, 102.0, 98.0], &[110.0, 113.0, 107.0], 0.95).expect("positive values");
/// assert!((test.estimate.value - 1.0999).abs() < 1e-3);
/// assert!(test.greater < 0.01);
/// ```
#[must_use]
pub fn welch_on_logs(baseline: &[f64], current: &[f64], confidence: f64) -> Option<Welch> {
    let test = welch(&logs(baseline)?, &logs(current)?, confidence)?;
    Some(Welch { estimate: test.estimate.map(f64::exp), ..test })
}

/// Degrees of freedom of a difference of means (Welch 1947), from the squared standard error of each mean and the
/// number of its values. One of the errors is above 0.
pub(crate) fn welch_freedom(before: (f64, usize), after: (f64, usize)) -> f64 {
    // As shares of the whole, whose squares do not vanish where the errors are tiny.
    let part = |error: f64, count: usize| (error / (before.0 + after.0)).powi(2) / (count - 1) as f64;
    1.0 / (part(before.0, before.1) + part(after.0, after.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_any_spread_there_is_no_answer() {
        assert_eq!(welch(&[1.0, 1.0], &[2.0, 2.0], 0.95), None);
        assert_eq!(welch(&[0.1; 3], &[0.2; 3], 0.95), None);
    }

    #[test]
    fn tiny_values_are_values() {
        let test = |unit: f64| {
            let times = |values: [f64; 3]| values.map(|value| value * unit);
            welch(&times([1.0, 2.0, 3.0]), &times([5.0, 6.0, 8.0]), 0.95).map(|test| test.freedom)
        };
        let (plain, tiny) = (test(1.0).unwrap(), test(1e-90).unwrap());
        assert!((plain - tiny).abs() < 1e-12, "{plain} {tiny}");
    }

    #[test]
    fn one_constant_side_leaves_the_freedom_of_the_other() {
        let test = welch(&[1.0, 1.0, 1.0], &[2.0, 3.0, 4.0], 0.95).unwrap();
        assert!((test.freedom - 2.0).abs() < 1e-12);
    }

    #[test]
    fn zeros_have_no_logs() {
        assert_eq!(welch_on_logs(&[0.0, 1.0], &[1.0, 2.0], 0.95), None);
    }
}
