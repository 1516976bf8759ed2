//! A smooth quantile of a small sample.

use statrs::function::beta::checked_beta_reg;

use crate::stats::summary::{all_finite, sorted};

/// The `q` quantile as a weighted mean of all order statistics (Harrell & Davis 1982): weights I_{i/n}(a, b) −
/// I_{(i−1)/n}(a, b) with a = (n + 1)q, b = (n + 1)(1 − q).
///
/// Meant for raw samples below 1,000 values; it varies less than a single order statistic. Unstable where q·n is
/// near n. `None` for no values, one that is not finite, or `q` outside the open range `0.0..1.0`.
///
/// ```
/// use plimsoll_metrics::stats::harrell_davis;
///
/// let median = harrell_davis(&[1.0, 2.0, 3.0], 0.5).expect("three values");
/// assert!((median - 2.0).abs() < 1e-12);
/// ```
#[must_use]
pub fn harrell_davis(values: &[f64], q: f64) -> Option<f64> {
    if values.is_empty() || !all_finite(values) || !(q > 0.0 && q < 1.0) {
        return None;
    }
    let count = values.len() as f64;
    let (a, b) = ((count + 1.0) * q, (count + 1.0) * (1.0 - q));
    let mut sum = 0.0;
    let mut below = 0.0;
    for (place, value) in (1..=values.len()).zip(sorted(values)) {
        let upto = checked_beta_reg(a, b, place as f64 / count).ok()?;
        sum += (upto - below) * value;
        below = upto;
    }
    Some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_every_quantile() {
        assert!((harrell_davis(&[7.0], 0.99).unwrap() - 7.0).abs() < 1e-12);
    }

    #[test]
    fn the_ends_of_the_scale_have_no_answer() {
        for q in [0.0, 1.0, f64::NAN] {
            assert_eq!(harrell_davis(&[1.0, 2.0], q), None);
        }
        assert_eq!(harrell_davis(&[], 0.5), None);
    }
}
