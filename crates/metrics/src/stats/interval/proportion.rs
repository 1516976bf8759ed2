//! Shares: error rates, success rates.

use crate::stats::Estimate;
use crate::stats::distribution::normal_upper;
use crate::stats::summary::{is_level, mean_of, variance_of};

/// The share `hits` / `trials` with the score interval of Wilson (1927), which stays inside `0.0..=1.0` and
/// behaves at the ends.
///
/// It describes one run whose trials are independent; errors that cluster make it too narrow (see
/// [`dispersion_index`]). `None` without trials, for more hits than trials, or for `confidence` outside
/// `0.0..1.0`.
///
/// ```
/// use plimsoll_metrics::stats::wilson;
///
/// let share = wilson(0, 100, 0.95).expect("a hundred trials");
/// assert!(share.lower == 0.0 && (share.upper - 0.0370).abs() < 1e-4);
/// ```
#[must_use]
pub fn wilson(hits: u64, trials: u64, confidence: f64) -> Option<Estimate> {
    if trials == 0 || hits > trials || !is_level(confidence) {
        return None;
    }
    let count = trials as f64;
    let value = hits as f64 / count;
    let z = normal_upper((1.0 - confidence) / 2.0);
    let scale = 1.0 + z * z / count;
    let centre = (value + z * z / (2.0 * count)) / scale;
    let reach = z / scale * (value * (1.0 - value) / count + (z / (2.0 * count)).powi(2)).sqrt();
    let lower = if hits == 0 { 0.0 } else { (centre - reach).max(0.0) };
    let upper = if hits == trials { 1.0 } else { (centre + reach).min(1.0) };
    Some(Estimate { value, lower, upper, confidence })
}

/// Upper 95 % bound of a rate when nothing was hit in `trials`: 3/n, at most 1 (Hanley & Lippman-Hand 1983).
///
/// `None` without trials.
#[must_use]
pub fn rule_of_three(trials: u64) -> Option<f64> {
    (trials > 0).then(|| (3.0 / trials as f64).min(1.0))
}

/// Log odds of a rate with half a hit added to each side (Haldane 1956), so that no errors and nothing but
/// errors stay finite: ln((k + ½)/(n − k + ½)). The scale on which rates of runs are compared.
///
/// `None` without trials or for more hits than trials.
#[must_use]
pub fn rate_logit(hits: u64, trials: u64) -> Option<f64> {
    let misses = trials.checked_sub(hits).filter(|_| trials > 0)?;
    Some(((hits as f64 + 0.5) / (misses as f64 + 0.5)).ln())
}

/// Variance over mean of counts in equal windows (Fisher 1950): about 1 where hits are independent; above 2 they
/// cluster, and intervals that assume independence, such as [`wilson`], must not be used.
///
/// `None` below two windows or where nothing was counted.
#[must_use]
pub fn dispersion_index(counts: &[u64]) -> Option<f64> {
    let values: Vec<f64> = counts.iter().map(|&count| count as f64).collect();
    (values.len() >= 2 && counts.iter().any(|&count| count > 0))
        .then(|| variance_of(&values) / mean_of(&values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_tried_has_no_share() {
        assert_eq!((wilson(0, 0, 0.95), rule_of_three(0), rate_logit(0, 0)), (None, None, None));
        assert_eq!((wilson(2, 1, 0.95), rate_logit(2, 1)), (None, None));
    }

    #[test]
    fn hits_and_misses_mirror_each_other() {
        let (hits, misses) = (wilson(3, 40, 0.95).unwrap(), wilson(37, 40, 0.95).unwrap());
        assert!((hits.lower - (1.0 - misses.upper)).abs() < 1e-14);
        assert!((rate_logit(3, 40).unwrap() + rate_logit(37, 40).unwrap()).abs() < 1e-14);
    }

    #[test]
    fn no_errors_stay_finite() {
        assert_eq!(rate_logit(0, 9), Some((0.5_f64 / 9.5).ln()));
        assert_eq!(rule_of_three(300), Some(0.01));
        assert_eq!(rule_of_three(1), Some(1.0));
    }

    #[test]
    fn a_burst_of_errors_is_overdispersed() {
        assert!(dispersion_index(&[0, 0, 0, 40, 0, 0]).unwrap() > 2.0);
        assert_eq!(dispersion_index(&[5, 5, 5]), Some(0.0));
        assert_eq!(dispersion_index(&[0, 0]), None);
    }
}
