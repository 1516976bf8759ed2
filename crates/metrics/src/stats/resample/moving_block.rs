//! The bootstrap for a series whose neighbours resemble each other.

use rand::RngExt;

use super::Resampling;
use super::percentile::percentile_interval;
use crate::stats::Estimate;
use crate::stats::summary::all_finite;

/// A figure of a series with its percentile interval, resampled in overlapping blocks of `block` neighbours
/// (Künsch 1989), so that what neighbours share is kept.
///
/// Descriptive: it knows the spread within one run, not that between runs. `None` for an empty series, a value
/// that is not finite, a `block` of 0 or longer than half the series, `resampling` outside its domain, or where
/// the figure of any resample is not finite.
///
/// ```
/// use plimsoll_metrics::stats::{Resampling, block_length, moving_block_bootstrap};
///
/// let series: Vec<f64> = (0..60).map(|second| 10.0 + (f64::from(second) / 5.0).sin()).collect();
/// let mean = |series: &[f64]| series.iter().sum::<f64>() / series.len() as f64;
/// let block = block_length(series.len(), 10);
/// let level = moving_block_bootstrap(&series, block, &Resampling::default(), mean).expect("a minute of data");
/// assert!(level.covers(10.0));
/// ```
#[must_use]
pub fn moving_block_bootstrap(
    series: &[f64],
    block: usize,
    resampling: &Resampling,
    figure: impl Fn(&[f64]) -> f64,
) -> Option<Estimate> {
    if series.is_empty() || !all_finite(series) || block == 0 || block > series.len().div_ceil(2) {
        return None;
    }
    let mut stream = resampling.stream();
    let mut resample = Vec::with_capacity(series.len() + block);
    let mut distribution = Vec::with_capacity(resampling.resamples);
    for _ in 0..resampling.resamples {
        resample.clear();
        while resample.len() < series.len() {
            let start = stream.random_range(0..=series.len() - block);
            resample.extend_from_slice(&series[start..start + block]);
        }
        resample.truncate(series.len());
        distribution.push(figure(&resample));
    }
    let (lower, upper) = percentile_interval(&distribution, resampling.confidence)?;
    let value = figure(series);
    value.is_finite().then_some(Estimate { value, lower, upper, confidence: resampling.confidence })
}

/// Length of the blocks for a series of `count` values: ⌈n^⅓⌉ (the rate of Künsch 1989), at least `least`, for
/// which ten seconds of values are a good choice.
#[must_use]
pub fn block_length(count: usize, least: usize) -> usize {
    ((count as f64).cbrt().ceil() as usize).max(least).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(series: &[f64]) -> f64 {
        series.iter().sum::<f64>() / series.len() as f64
    }

    #[test]
    fn blocks_see_the_doubt_that_single_values_hide() {
        let wave: Vec<f64> = (0..120).map(|second| (f64::from(second) / 8.0).sin()).collect();
        let width = |block| {
            let level = moving_block_bootstrap(&wave, block, &Resampling::default(), mean).unwrap();
            level.upper - level.lower
        };
        assert!(width(10) > 2.0 * width(1));
    }

    #[test]
    fn the_block_grows_with_the_cube_root() {
        assert_eq!((block_length(1_000, 1), block_length(1_001, 1), block_length(60, 10)), (10, 11, 10));
        assert_eq!(block_length(0, 0), 1);
    }

    #[test]
    fn nothing_and_nonsense_have_no_interval() {
        let plan = Resampling::default();
        assert_eq!(moving_block_bootstrap(&[], 1, &plan, mean), None);
        assert_eq!(moving_block_bootstrap(&[1.0, 2.0], 0, &plan, mean), None);
        assert_eq!(moving_block_bootstrap(&[1.0, 2.0], 2, &plan, mean), None);
        assert_eq!(moving_block_bootstrap(&[1.0, f64::NAN], 1, &plan, mean), None);
    }
}
