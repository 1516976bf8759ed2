//! A trend that goes on, told apart from a single step.

use super::mann_kendall::{MannKendall, mann_kendall};
use super::theil_sen::{Trend, theil_sen};
use crate::stats::change_point::least_squares_split;
use crate::stats::summary::{all_finite, mean_of, median_of, variance_of};

/// Fewer points than this show no trend.
const LEAST_POINTS: usize = 12;
/// Longer histories are averaged down to this: the work grows with the square.
const MOST_POINTS: usize = 500;
const SIGNIFICANT: f64 = 0.01;

/// Whether a history drifts, from [`sustained_trend`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SustainedTrend {
    /// The line through the history as it is; the slope is per point, its interval at 95 %.
    pub trend: Trend,
    /// The test of the history.
    pub test: MannKendall,
    /// |slope|·(n − 1) relative to the median: 0.05 is 5 % from end to end. Infinite around a median of 0.
    pub change: f64,
    /// Whether the best single step explains the history better than the line does.
    pub step: bool,
    /// Significant (p < 0.01), at least the change that was asked for, and not explained better by a single step.
    pub sustained: bool,
}

/// Tests an equally spaced history for a trend that no single step explains: Mann-Kendall with the correction of
/// Hamed & Rao (1998), and the Theil-Sen slope (Sen 1968).
///
/// A step explains a history better when it leaves the smaller squares; that rule is plimsoll's own. `least_change`
/// is 0 or more; 0.05 is 5 % from end to end. Beyond 500 points, neighbours are averaged in equal blocks first.
/// `None` below 12 points (not enough data), for a value that is not finite, or for a `least_change` that is
/// negative or NaN.
///
/// ```
/// use plimsoll_metrics::stats::sustained_trend;
///
/// let wobble = [0.3, -0.5, 0.1, 0.4, -0.2];
/// let ramp: Vec<f64> = (0..40).map(|day| 100.0 + 0.5 * f64::from(day) + wobble[day as usize % 5]).collect();
/// assert!(sustained_trend(&ramp, 0.05).expect("forty points").sustained);
/// ```
#[must_use]
pub fn sustained_trend(history: &[f64], least_change: f64) -> Option<SustainedTrend> {
    if history.len() < LEAST_POINTS || least_change.is_nan() || least_change < 0.0 {
        return None;
    }
    if !all_finite(history) {
        return None;
    }
    let (times, history) = condensed(history);
    let trend = theil_sen(&times, &history, 0.95)?;
    let test = mann_kendall(&history)?;
    let length = times.last()? - times.first()?;
    let moved = (trend.slope.value * length).abs();
    let change = if moved == 0.0 { 0.0 } else { moved / median_of(&history).abs() };
    let beside_line: Vec<f64> =
        times.iter().zip(&history).map(|(time, value)| value - trend.slope.value * time).collect();
    let step = variance_of(&without_best_step(&history)?) <= variance_of(&beside_line);
    let sustained = test.two_sided < SIGNIFICANT && change >= least_change && !step;
    Some(SustainedTrend { trend, test, change, step, sustained })
}

/// Means of equal blocks of neighbours, few enough, and the middle of each block; the last may be shorter.
fn condensed(history: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let block = history.len().div_ceil(MOST_POINTS);
    let middle = |place: usize, points: &[f64]| (place * block) as f64 + (points.len() - 1) as f64 / 2.0;
    history.chunks(block).enumerate().map(|(place, points)| (middle(place, points), mean_of(points))).unzip()
}

fn without_best_step(history: &[f64]) -> Option<Vec<f64>> {
    let (left, right) = history.split_at(least_squares_split(history)?);
    let step = mean_of(right) - mean_of(left);
    Some(left.iter().copied().chain(right.iter().map(|value| value - step)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const WOBBLE: [f64; 5] = [0.3, -0.5, 0.1, 0.4, -0.2];

    fn history(level: impl Fn(usize) -> f64) -> Vec<f64> {
        (0..40).map(|index| level(index) + WOBBLE[index % 5]).collect()
    }

    #[test]
    fn a_step_is_not_a_trend() {
        let step = history(|index| if index < 20 { 100.0 } else { 120.0 });
        let trend = sustained_trend(&step, 0.05).unwrap();
        assert!(trend.step && !trend.sustained, "{trend:?}");
    }

    #[test]
    fn a_long_history_keeps_its_slope_per_point() {
        let ramp: Vec<f64> =
            (0..10_000).map(|run| 100.0 + 0.01 * f64::from(run) + WOBBLE[run as usize % 5]).collect();
        let trend = sustained_trend(&ramp, 0.05).unwrap();
        assert!(trend.sustained && (trend.trend.slope.value - 0.01).abs() < 1e-4, "{trend:?}");
    }

    #[test]
    fn a_trend_too_small_to_matter_is_not_sustained() {
        let ramp = history(|index| 100.0 + 0.1 * index as f64);
        let trend = sustained_trend(&ramp, 0.05).unwrap();
        assert!(trend.test.two_sided < 0.01 && !trend.sustained, "{trend:?}");
    }

    #[test]
    fn eleven_points_and_nonsense_show_no_trend() {
        assert_eq!(sustained_trend(&[1.0; 11], 0.05), None);
        assert_eq!(sustained_trend(&[f64::NAN; 20], 0.05), None);
        assert_eq!(sustained_trend(&[1.0; 20], f64::NAN), None);
        assert!(!sustained_trend(&[1.0; 20], 0.0).unwrap().sustained);
    }
}
