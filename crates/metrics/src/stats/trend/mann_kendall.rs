//! Is there a trend at all? Mann-Kendall, with the correction for series that remember.

use super::theil_sen::theil_sen;
use crate::stats::distribution::{normal_tail, normal_upper};
use crate::stats::interval::autocorrelation;
use crate::stats::summary::sorted;
use crate::stats::ties::{kendall_tie_term, kendall_variance, midranks, tie_groups};

/// Distances from a line below this share of the largest value are only rounding.
const ROUNDING: f64 = 32.0 * f64::EPSILON;

/// The outcome of [`mann_kendall`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannKendall {
    /// Pairs that rise minus pairs that fall, S.
    pub score: f64,
    /// Variance of the score without a trend, ties and autocorrelation included.
    pub variance: f64,
    /// What [`hamed_rao_inflation`] multiplied the variance by; 1 where neighbours do not resemble each other.
    pub inflation: f64,
    /// The score in standard deviations, one step nearer to 0 for continuity; positive for a rise.
    pub z: f64,
    /// Two-sided p-value.
    pub two_sided: f64,
}

/// Tests a series, equally spaced in time, for a steady rise or fall (Mann 1945; Kendall 1975, with ties), with
/// the variance corrected for autocorrelation by Hamed & Rao (1998).
///
/// A series without any difference has z = 0 and p = 1. The normal law is fair from 8 to 10 values on. Takes time
/// and memory in proportion to n². `None` below four values or for one that is not finite.
///
/// ```
/// use plimsoll_metrics::stats::mann_kendall;
///
/// let rising: Vec<f64> = (0..12).map(f64::from).collect();
/// let test = mann_kendall(&rising).expect("twelve values");
/// assert_eq!(test.score, 66.0);
/// assert!(test.two_sided < 1e-4);
/// ```
#[must_use]
pub fn mann_kendall(series: &[f64]) -> Option<MannKendall> {
    let inflation = hamed_rao_inflation(series)?;
    let score = score(series);
    let ties = kendall_tie_term(&tie_groups(&sorted(series)));
    let variance = kendall_variance(series.len(), ties) * inflation;
    let z = if score == 0.0 { 0.0 } else { (score - score.signum()) / variance.sqrt() };
    Some(MannKendall { score, variance, inflation, z, two_sided: (2.0 * normal_tail(z.abs())).min(1.0) })
}

/// How much autocorrelation inflates the variance of Kendall's score: n/n* of Hamed & Rao (1998), 1 or more.
///
/// The series is freed of its Theil-Sen trend and ranked; 1 + 2/(n(n−1)(n−2))·Σ(n−i)(n−i−1)(n−i−2)·ρ(i) runs over
/// those lags up to n/4 whose autocorrelation of ranks is significant at 5 %. Two choices are ours: lags beyond
/// n/4 rest on too few pairs to be used, and a factor below 1 counts as 1, because short series look
/// negatively correlated by chance. `None` below four values or for one that is not finite.
#[must_use]
pub fn hamed_rao_inflation(series: &[f64]) -> Option<f64> {
    let ranks = midranks(&detrended(series)?);
    let count = series.len() as f64;
    let significant = normal_upper(0.025) / count.sqrt();
    let sum: f64 = (1..=series.len() / 4)
        .filter_map(|lag| Some((lag as f64, autocorrelation(&ranks, lag)?)))
        .filter(|(_, correlation)| correlation.abs() > significant)
        .map(|(lag, correlation)| triple(count - lag) * correlation)
        .sum();
    Some((1.0 + 2.0 * sum / triple(count)).max(1.0))
}

/// How much a memory of one step inflates the variance of Kendall's score: n/n* of Yue & Wang (2004),
/// 1 + 2·Σ(1 − k/n)·rᵏ, 1 or more.
///
/// r is the lag-one autocorrelation of the series freed of its Theil-Sen trend, plus the (2 + 4r)/n that a fitted
/// line takes from it (Kendall 1954), kept between 0 and 0.9. Unlike [`hamed_rao_inflation`] it does not wait for
/// significance, which a dozen values cannot give; a series without noise gives 1. `None` below four values or
/// for one that is not finite.
#[must_use]
pub fn yue_wang_inflation(series: &[f64]) -> Option<f64> {
    let detrended = detrended(series)?;
    let count = series.len() as f64;
    let Some(raw) = autocorrelation(&detrended, 1) else { return Some(1.0) };
    let memory = (raw + (2.0 + 4.0 * raw) / count).clamp(0.0, 0.9);
    let sum: f64 = (1..series.len()).map(|lag| (1.0 - lag as f64 / count) * memory.powi(lag as i32)).sum();
    Some(1.0 + 2.0 * sum)
}

/// Distances of the series from its Theil-Sen line; `None` below four values or for one that is not finite.
fn detrended(series: &[f64]) -> Option<Vec<f64>> {
    if series.len() < 4 {
        return None;
    }
    let times: Vec<f64> = (0..series.len()).map(|index| index as f64).collect();
    let line = theil_sen(&times, series, 0.95)?;
    let distance = |(time, value): (&f64, &f64)| value - line.intercept - line.slope.value * time;
    // What rounding leaves of values on the line is no noise, and its ranks have no meaning.
    let largest = series.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    let noise = |distance: f64| if distance.abs() <= ROUNDING * largest { 0.0 } else { distance };
    Some(times.iter().zip(series).map(distance).map(noise).collect())
}

/// n(n − 1)(n − 2).
fn triple(count: f64) -> f64 {
    count * (count - 1.0) * (count - 2.0)
}

/// Pairs that rise minus pairs that fall.
fn score(series: &[f64]) -> f64 {
    let mut score = 0_i64;
    for (index, earlier) in series.iter().enumerate() {
        for later in &series[index + 1..] {
            score += i64::from(later > earlier) - i64::from(later < earlier);
        }
    }
    score as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_series_has_no_trend() {
        let test = mann_kendall(&[2.0; 9]).unwrap();
        assert_eq!((test.score, test.z, test.two_sided), (0.0, 0.0, 1.0));
    }

    #[test]
    fn a_slow_wave_is_not_taken_for_a_trend() {
        let wave: Vec<f64> = (0..60).map(|index| -(f64::from(index) / 12.0).cos()).collect();
        let test = mann_kendall(&wave).unwrap();
        assert!(test.inflation > 3.0, "{test:?}");
        assert!(test.two_sided > 0.01, "{test:?}");
    }

    #[test]
    fn what_rounding_leaves_of_a_line_is_no_memory() {
        for slope in [0.1, 0.3, 0.7, 1.1, -2.1e6] {
            let line: Vec<f64> = (0..40).map(|index| 5.3 + slope * f64::from(index)).collect();
            assert_eq!((hamed_rao_inflation(&line), yue_wang_inflation(&line)), (Some(1.0), Some(1.0)));
        }
    }

    #[test]
    fn a_zigzag_inflates_nothing() {
        let zigzag: Vec<f64> = (0..20).map(|index| f64::from(index % 2)).collect();
        assert_eq!((hamed_rao_inflation(&zigzag), yue_wang_inflation(&zigzag)), (Some(1.0), Some(1.0)));
    }

    #[test]
    fn a_dozen_values_that_remember_inflate_without_being_significant() {
        let series = [0.0, 1.0, 0.5, 1.5, 1.0, 0.2, -0.5, 0.1, -1.0, -0.4, 0.3, 0.0];
        assert_eq!(hamed_rao_inflation(&series), Some(1.0));
        assert!(yue_wang_inflation(&series).unwrap() > 1.5);
    }

    #[test]
    fn three_values_are_too_few() {
        assert_eq!(yue_wang_inflation(&[1.0, 2.0, 3.0]), None);
        assert_eq!(mann_kendall(&[1.0, 2.0, 3.0]), None);
        assert_eq!(mann_kendall(&[1.0, 2.0, 3.0, f64::NAN]), None);
    }
}
