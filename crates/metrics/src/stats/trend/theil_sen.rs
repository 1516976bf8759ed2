//! A slope that single bad points cannot bend: Theil-Sen.

use crate::stats::Estimate;
use crate::stats::distribution::normal_upper;
use crate::stats::summary::{all_finite, is_level, median_of, median_of_sorted, sorted};
use crate::stats::ties::{kendall_tie_term, kendall_variance, tie_groups};

/// A robust straight line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Units of the values per unit of time, with its interval.
    pub slope: Estimate,
    /// Value at time 0: median(values) − slope·median(times).
    pub intercept: f64,
}

/// The median of the slopes of all pairs (Theil 1950; Sen 1968), with Sen's interval.
///
/// The interval assumes independent values; see [`theil_sen_inflated`] for a series whose neighbours resemble
/// each other. An end that would need a slope beyond the outermost is open (`-inf`, `+inf`), as with four points
/// at 95 %; scipy clips it to the outermost slope instead. Pairs at the same time count for nothing.
///
/// Takes time and memory in proportion to n². `None` where the slices differ in length, below two different times,
/// for a value or a slope that is not finite or for `confidence` outside `0.0..1.0`.
///
/// ```
/// use plimsoll_metrics::stats::theil_sen;
///
/// let trend = theil_sen(&[0.0, 1.0, 2.0, 3.0, 4.0], &[1.0, 3.0, 5.0, 7.0, 90.0], 0.95).expect("five points");
/// assert_eq!((trend.slope.value, trend.intercept), (2.0, 1.0));
/// ```
#[must_use]
pub fn theil_sen(times: &[f64], values: &[f64], confidence: f64) -> Option<Trend> {
    theil_sen_inflated(times, values, confidence, 1.0)
}

/// [`theil_sen`] with the variance behind the interval multiplied by `inflation`, as
/// [`hamed_rao_inflation`](super::hamed_rao_inflation) gives it.
///
/// `None` also for an inflation that is not positive and finite.
#[must_use]
pub fn theil_sen_inflated(times: &[f64], values: &[f64], confidence: f64, inflation: f64) -> Option<Trend> {
    let finite = times.len() == values.len() && all_finite(times) && all_finite(values);
    let sensible = is_level(confidence) && inflation > 0.0 && inflation.is_finite();
    if !(finite && sensible) {
        return None;
    }
    let slopes = sorted_slopes(times, values);
    if slopes.is_empty() || !all_finite(&slopes) {
        return None;
    }
    let value = median_of_sorted(&slopes);
    let deviation = (score_variance(times, values) * inflation).sqrt();
    let (lower, upper) = ends(&slopes, normal_upper((1.0 - confidence) / 2.0) * deviation);
    Some(Trend {
        slope: Estimate { value, lower, upper, confidence },
        intercept: median_of(values) - value * median_of(times),
    })
}

/// Slopes of all pairs at different times, ascending.
fn sorted_slopes(times: &[f64], values: &[f64]) -> Vec<f64> {
    let mut slopes = Vec::with_capacity(times.len() * times.len().saturating_sub(1) / 2);
    for later in 1..times.len() {
        for earlier in 0..later {
            let apart = times[later] - times[earlier];
            if apart != 0.0 {
                slopes.push((values[later] - values[earlier]) / apart);
            }
        }
    }
    slopes.sort_unstable_by(f64::total_cmp);
    slopes
}

/// Variance of Kendall's score without a trend, with ties in times and in values (Sen 1968, formula 2.6).
fn score_variance(times: &[f64], values: &[f64]) -> f64 {
    let ties = |side: &[f64]| kendall_tie_term(&tie_groups(&sorted(side)));
    kendall_variance(times.len(), ties(times) + ties(values))
}

/// The slopes at ranks (N ± reach)/2, or open ends where there are none.
fn ends(slopes: &[f64], reach: f64) -> (f64, f64) {
    let count = slopes.len() as f64;
    let lower = ((count - reach) / 2.0).round_ties_even() - 1.0;
    let upper = ((count + reach) / 2.0).round_ties_even();
    (
        if lower >= 0.0 { slopes[lower as usize] } else { f64::NEG_INFINITY },
        if upper < count { slopes[upper as usize] } else { f64::INFINITY },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_points_leave_the_interval_open() {
        let slope = theil_sen(&[0.0, 1.0, 2.0, 3.0], &[0.0, 1.0, 2.5, 3.0], 0.95).unwrap().slope;
        assert_eq!((slope.lower, slope.upper), (f64::NEG_INFINITY, f64::INFINITY));
    }

    #[test]
    fn a_constant_series_does_not_rise() {
        let times: Vec<f64> = (0..20).map(f64::from).collect();
        let slope = theil_sen(&times, &[5.0; 20], 0.95).unwrap().slope;
        assert_eq!((slope.lower, slope.value, slope.upper), (0.0, 0.0, 0.0));
    }

    #[test]
    fn inflation_widens_the_interval() {
        let times: Vec<f64> = (0..30).map(f64::from).collect();
        let values: Vec<f64> = times.iter().map(|time| time + 8.0 * (time * 1.7).sin()).collect();
        let plain = theil_sen(&times, &values, 0.95).unwrap().slope;
        let wide = theil_sen_inflated(&times, &values, 0.95, 2.0).unwrap().slope;
        assert!(wide.lower < plain.lower && wide.upper > plain.upper);
    }

    #[test]
    fn no_two_times_have_no_slope() {
        assert_eq!(theil_sen(&[], &[], 0.95), None);
        assert_eq!(theil_sen(&[1.0, 1.0], &[2.0, 3.0], 0.95), None);
        assert_eq!(theil_sen(&[1.0, 2.0], &[2.0], 0.95), None);
        assert_eq!(theil_sen(&[1.0, 2.0], &[2.0, f64::NAN], 0.95), None);
        assert_eq!(theil_sen_inflated(&[1.0, 2.0], &[2.0, 3.0], 0.95, f64::NAN), None);
    }
}
