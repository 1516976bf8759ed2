//! The bootstrap over whole runs.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::percentile::{bca_interval, percentile_interval};
use crate::stats::Estimate;

/// How to resample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampling {
    /// Number of resamples, 1 or more; 10,000 is customary.
    pub resamples: usize,
    /// Two-sided confidence of the interval, in `0.0..1.0`.
    pub confidence: f64,
    /// Seed of the stream of random numbers: the same seed gives the same interval.
    pub seed: u64,
}

impl Default for Resampling {
    /// 10,000 resamples, 95 %, seed 0.
    fn default() -> Resampling {
        Resampling { resamples: 10_000, confidence: 0.95, seed: 0 }
    }
}

impl Resampling {
    pub(super) fn stream(&self) -> ChaCha8Rng {
        ChaCha8Rng::seed_from_u64(self.seed)
    }
}

/// A figure of several samples with its percentile interval (Efron 1979), each sample resampled on its own.
///
/// The figure may be anything: a mean, a ratio of medians, the p99 of merged histograms. Resample runs, never
/// requests. Percentile intervals are too narrow below 8 values a sample; prefer [`bootstrap_bca`]. `None` when a
/// sample is empty, there is none, `resampling` is outside its domain, or the figure of the samples or of
/// any resample is not finite.
#[must_use]
pub fn bootstrap_percentile<T>(
    samples: &[&[T]],
    resampling: &Resampling,
    figure: impl Fn(&[Vec<&T>]) -> f64,
) -> Option<Estimate> {
    let (value, distribution) = resampled(samples, resampling, &figure)?;
    let (lower, upper) = percentile_interval(&distribution, resampling.confidence)?;
    Some(Estimate { value, lower, upper, confidence: resampling.confidence })
}

/// A figure of several samples with its bias-corrected and accelerated interval (Efron 1987), each sample
/// resampled on its own.
///
/// `None` when a sample has fewer than 8 values (resampling so few understates the doubt), there is no sample,
/// `resampling` is outside its domain, the figure of any resample is not finite, or the resamples all lie on one
/// side of the figure.
///
/// ```
/// use plimsoll_metrics::stats::{Resampling, bootstrap_bca};
///
/// let before = [10.0, 10.4, 9.9, 10.1, 10.3, 9.8, 10.2, 10.0];
/// let after = [11.1, 11.4, 10.8, 11.0, 11.3, 10.9, 11.2, 11.1];
/// let mean = |side: &[&f64]| side.iter().copied().sum::<f64>() / side.len() as f64;
/// let ratio = |sides: &[Vec<&f64>]| mean(&sides[1]) / mean(&sides[0]);
/// let ratio = bootstrap_bca(&[&before, &after], &Resampling::default(), ratio).expect("eight runs a side");
/// assert!(ratio.lower > 1.05 && ratio.upper < 1.15);
/// ```
#[must_use]
pub fn bootstrap_bca<T>(
    samples: &[&[T]],
    resampling: &Resampling,
    figure: impl Fn(&[Vec<&T>]) -> f64,
) -> Option<Estimate> {
    if samples.iter().any(|sample| sample.len() < LEAST_VALUES) {
        return None;
    }
    let (value, distribution) = resampled(samples, resampling, &figure)?;
    let jackknife = jackknife(samples, &figure);
    let (lower, upper) = bca_interval(&distribution, value, &jackknife, resampling.confidence)?;
    Some(Estimate { value, lower, upper, confidence: resampling.confidence })
}

/// Below this many values the bootstrap understates the doubt.
const LEAST_VALUES: usize = 8;

/// The figure of the samples themselves and of every resample.
fn resampled<T>(
    samples: &[&[T]],
    resampling: &Resampling,
    figure: impl Fn(&[Vec<&T>]) -> f64,
) -> Option<(f64, Vec<f64>)> {
    if samples.is_empty() || samples.iter().any(|sample| sample.is_empty()) {
        return None;
    }
    let mut stream = resampling.stream();
    let mut chosen: Vec<Vec<&T>> = samples.iter().map(|sample| sample.iter().collect()).collect();
    let value = figure(&chosen);
    if !value.is_finite() {
        return None;
    }
    let mut distribution = Vec::with_capacity(resampling.resamples);
    for _ in 0..resampling.resamples {
        for (into, sample) in chosen.iter_mut().zip(samples) {
            into.fill_with(|| &sample[stream.random_range(0..sample.len())]);
        }
        distribution.push(figure(&chosen));
    }
    Some((value, distribution))
}

/// For each sample, the figure without each of its values in turn.
fn jackknife<T>(samples: &[&[T]], figure: impl Fn(&[Vec<&T>]) -> f64) -> Vec<Vec<f64>> {
    let whole: Vec<Vec<&T>> = samples.iter().map(|sample| sample.iter().collect()).collect();
    let without = |part: usize, left_out: usize| {
        let mut reduced = whole.clone();
        reduced[part].remove(left_out);
        figure(&reduced)
    };
    whole
        .iter()
        .enumerate()
        .map(|(part, values)| (0..values.len()).map(|left_out| without(part, left_out)).collect())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(samples: &[Vec<&f64>]) -> f64 {
        samples[0].iter().copied().sum::<f64>() / samples[0].len() as f64
    }

    const VALUES: [f64; 10] = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0, 5.0, 3.0];

    #[test]
    fn one_seed_gives_one_interval() {
        let plan = Resampling { seed: 7, ..Resampling::default() };
        assert_eq!(bootstrap_bca(&[&VALUES], &plan, mean), bootstrap_bca(&[&VALUES], &plan, mean));
    }

    #[test]
    fn the_interval_is_near_that_of_the_normal_law() {
        let interval = bootstrap_percentile(&[&VALUES], &Resampling::default(), mean).unwrap();
        // 3.9 ± 1.96 · s/√n with s of divisor n.
        assert!((interval.lower - 2.45).abs() < 0.15, "{interval:?}");
        assert!((interval.upper - 5.35).abs() < 0.15, "{interval:?}");
    }

    #[test]
    fn fewer_than_eight_runs_are_not_resampled_for_a_decision() {
        assert_eq!(bootstrap_bca(&[&VALUES[..7]], &Resampling::default(), mean), None);
    }

    #[test]
    fn nothing_and_nonsense_have_no_interval() {
        let plan = Resampling { resamples: 50, ..Resampling::default() };
        let none: [&[f64]; 0] = [];
        assert_eq!(bootstrap_percentile(&none, &plan, |_| 1.0), None);
        assert_eq!(bootstrap_percentile(&[&[][..]], &plan, mean), None);
        assert_eq!(bootstrap_percentile(&[&VALUES], &plan, |_| f64::NAN), None);
        assert_eq!(bootstrap_percentile(&[&VALUES], &Resampling { resamples: 0, ..plan }, mean), None);
        assert_eq!(bootstrap_percentile(&[&VALUES], &Resampling { confidence: 1.0, ..plan }, mean), None);
    }
}
