//! The interval of a bootstrap distribution.

use crate::stats::distribution::{normal_tail, normal_upper};
use crate::stats::summary::{all_finite, is_level, quantile_of_sorted, sorted};

/// The middle `confidence` share of a bootstrap distribution, ends interpolated (Efron 1979).
///
/// Too narrow for small samples; see [`bca_interval`]. `None` for an empty distribution, a value that is not
/// finite, or `confidence` outside `0.0..1.0`.
#[must_use]
pub fn percentile_interval(distribution: &[f64], confidence: f64) -> Option<(f64, f64)> {
    if distribution.is_empty() || !all_finite(distribution) || !is_level(confidence) {
        return None;
    }
    let sorted = sorted(distribution);
    let tail = (1.0 - confidence) / 2.0;
    Some((quantile_of_sorted(&sorted, tail), quantile_of_sorted(&sorted, 1.0 - tail)))
}

/// The bias-corrected and accelerated interval of a bootstrap distribution (Efron 1987).
///
/// `observed` is the figure of the data itself; `jackknife` holds, for each sample that the figure rests on, the
/// figure without each of its values in turn. Where all of these are equal the acceleration is 0. `None` for an
/// empty distribution, a value that is not finite, `confidence` outside `0.0..1.0`, or where `observed` lies
/// outside the distribution, so that the bias cannot be estimated.
#[must_use]
pub fn bca_interval(
    distribution: &[f64],
    observed: f64,
    jackknife: &[Vec<f64>],
    confidence: f64,
) -> Option<(f64, f64)> {
    let finite =
        all_finite(&[observed]) && all_finite(distribution) && jackknife.iter().all(|part| all_finite(part));
    if distribution.is_empty() || !finite || !is_level(confidence) {
        return None;
    }
    let sorted = sorted(distribution);
    let share = share_below(&sorted, observed);
    if share <= 0.0 || share >= 1.0 {
        return None;
    }
    let (bias, acceleration) = (-normal_upper(share), acceleration(jackknife));
    let corrected = |z: f64| {
        let shifted = bias + z;
        // Where the correction has no bound, the end is that of the distribution.
        let divisor = (1.0 - acceleration * shifted).max(f64::MIN_POSITIVE);
        1.0 - normal_tail(bias + shifted / divisor)
    };
    let z = normal_upper((1.0 - confidence) / 2.0);
    Some((quantile_of_sorted(&sorted, corrected(-z)), quantile_of_sorted(&sorted, corrected(z))))
}

/// Share of a sorted distribution below `value`, equals counting half.
fn share_below(sorted: &[f64], value: f64) -> f64 {
    let below = sorted.partition_point(|&other| other < value);
    let upto = sorted.partition_point(|&other| other <= value);
    (below + upto) as f64 / (2 * sorted.len()) as f64
}

/// Skewness of the influence of single values, over all samples together (Efron & Tibshirani 1993, 14.15 for
/// one sample; for several, each influence divided by the size of its sample).
fn acceleration(jackknife: &[Vec<f64>]) -> f64 {
    let influences: Vec<f64> = jackknife.iter().flat_map(|part| influences(part)).collect();
    // Relative to the largest, so that cubes do not vanish.
    let largest = influences.iter().fold(0.0_f64, |largest, influence| largest.max(influence.abs()));
    if largest == 0.0 {
        return 0.0;
    }
    let sum = |power| influences.iter().map(|influence| (influence / largest).powi(power)).sum::<f64>();
    sum(3) / (6.0 * sum(2).powf(1.5))
}

/// How much each value of a sample moves the figure, from the figures without it.
fn influences(part: &[f64]) -> Vec<f64> {
    let count = part.len() as f64;
    let mean = part.iter().sum::<f64>() / count;
    part.iter().map(|without| (count - 1.0) * (mean - without) / count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_bias_and_skew_the_two_intervals_agree() {
        let distribution: Vec<f64> = (-500..=500).map(f64::from).collect();
        let plain = percentile_interval(&distribution, 0.9).unwrap();
        let corrected = bca_interval(&distribution, 0.0, &[vec![-1.0, 0.0, 1.0]], 0.9).unwrap();
        assert!((plain.0 - corrected.0).abs() < 1e-8, "{plain:?} {corrected:?}");
    }

    #[test]
    fn a_strong_correction_ends_at_the_ends_of_the_distribution() {
        let distribution: Vec<f64> = (0..10_000).map(f64::from).collect();
        let mut jackknife = vec![0.0; 30];
        jackknife[0] = -1.0;
        let (lower, upper) = bca_interval(&distribution, 9_999.0, &[jackknife], 0.999).unwrap();
        assert!(lower < upper && upper == 9_999.0, "{lower} {upper}");
    }

    #[test]
    fn an_observation_outside_its_own_distribution_has_no_interval() {
        assert_eq!(bca_interval(&[1.0, 2.0, 3.0], 9.0, &[], 0.95), None);
        assert_eq!(bca_interval(&[], 9.0, &[], 0.95), None);
        assert_eq!(bca_interval(&[1.0, f64::NAN], 1.0, &[], 0.95), None);
        assert_eq!(percentile_interval(&[], 0.95), None);
    }
}
