//! Did the spread change? Brown-Forsythe.

use crate::stats::distribution::fisher_tail;
use crate::stats::summary::{all_finite, mean_of, median_of};

/// The outcome of [`brown_forsythe`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpreadTest {
    /// The F statistic, 0 or more.
    pub f: f64,
    /// Probability of an F this large when all groups have one spread.
    pub p: f64,
}

/// Tests whether groups differ in spread: Levene's test around medians (Brown & Forsythe 1974).
///
/// A warning, never a gate: equal medians with a different spread are news, not a regression. `None` with
/// fewer than two groups, a group below two values, a value that is not finite, or where every group's
/// deviations from its median are, but for rounding, the same size (nothing to measure with), as they always are
/// in groups of two.
#[must_use]
pub fn brown_forsythe(groups: &[&[f64]]) -> Option<SpreadTest> {
    let usable = |group: &&[f64]| group.len() >= 2 && all_finite(group);
    if groups.len() < 2 || !groups.iter().all(usable) {
        return None;
    }
    let deviations: Vec<Vec<f64>> = groups.iter().map(|group| from_median(group)).collect();
    let grand = mean_of(&deviations.concat());
    let (mut between, mut within) = (0.0, 0.0);
    for group in &deviations {
        let mean = mean_of(group);
        between += group.len() as f64 * (mean - grand).powi(2);
        within += group.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    }
    let count = deviations.iter().map(Vec::len).sum::<usize>();
    if within <= count as f64 * rounding(groups).powi(2) {
        return None;
    }
    let (numerator, denominator) = ((groups.len() - 1) as f64, (count - groups.len()) as f64);
    let f = (between / numerator) / (within / denominator);
    Some(SpreadTest { f, p: fisher_tail(f, numerator, denominator)? })
}

/// How far apart deviations of one size may come out, for values as large as these.
fn rounding(groups: &[&[f64]]) -> f64 {
    let largest =
        groups.iter().flat_map(|group| group.iter()).fold(0.0_f64, |most, value| most.max(value.abs()));
    4.0 * f64::EPSILON * largest
}

fn from_median(values: &[f64]) -> Vec<f64> {
    let median = median_of(values);
    values.iter().map(|value| (value - median).abs()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_collapse_of_the_spread_at_one_median_is_seen() {
        let wide: Vec<f64> = (0..15).map(|index| f64::from(index) * 10.0).collect();
        let narrow: Vec<f64> = (0..15).map(|index| 70.0 + f64::from(index) * 0.1).collect();
        assert!(brown_forsythe(&[&wide, &narrow]).unwrap().p < 0.001);
    }

    #[test]
    fn what_rounding_leaves_of_deviations_of_one_size_proves_nothing() {
        // Both values of a pair lie equally far from their middle, but 0.3 − 0.2 is not quite 0.1.
        assert_eq!(brown_forsythe(&[&[0.1, 0.3], &[1.0, 2.0]]), None);
    }

    #[test]
    fn no_spread_anywhere_has_no_answer() {
        assert_eq!(brown_forsythe(&[&[1.0, 1.0], &[2.0, 2.0]]), None);
        assert_eq!(brown_forsythe(&[&[0.1; 3], &[0.7; 5]]), None);
        assert_eq!(brown_forsythe(&[&[1.0, 2.0, 3.0]]), None);
        assert_eq!(brown_forsythe(&[&[1.0, 2.0], &[1.0, f64::NAN]]), None);
    }
}
