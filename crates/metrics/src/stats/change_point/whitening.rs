//! Noise that remembers: measured without being fooled by steps, and taken out.

use super::merge::least_squares_split;
use crate::stats::distribution::normal_upper;
use crate::stats::interval::autocorrelation;
use crate::stats::summary::{mean_of, median_of};

/// Points of one stretch: long enough for an autocorrelation, short enough to hold one step at most.
const STRETCH: usize = 100;
/// Noise that remembers more than this cannot be told from a walk.
const MOST: f64 = 0.9;

/// Lag-one autocorrelation of the noise of a series whose level may change; 0 where it is not significantly
/// positive (one-sided 5 %).
///
/// Steps look like memory, so each stretch of about 100 points is freed of its best single step before the
/// correlation of what is left is taken, corrected for the two means that were fitted (Kendall 1954). The
/// median over the stretches is not moved by the few that hold more than one step.
pub(super) fn noise_autocorrelation(series: &[f64]) -> f64 {
    let stretches = (series.len() / STRETCH).max(1);
    let each: Vec<f64> = (0..stretches)
        .filter_map(|place| {
            let bounds = place * series.len() / stretches..(place + 1) * series.len() / stretches;
            autocorrelation_beside_step(&series[bounds])
        })
        .collect();
    if each.is_empty() {
        return 0.0;
    }
    let correlation = median_of(&each);
    let significant = normal_upper(0.05) / (series.len() as f64).sqrt();
    if correlation > significant { correlation.min(MOST) } else { 0.0 }
}

/// The series without what each value owes to the one before, on the scale of its level (Cochrane & Orcutt
/// 1949): (xₜ − r·xₜ₋₁)/(1 − r). Levels and the places of steps stay.
pub(super) fn whitened(series: &[f64], correlation: f64) -> Vec<f64> {
    let previous = series.iter().take(1).chain(series);
    series
        .iter()
        .zip(previous)
        .map(|(now, before)| (now - correlation * before) / (1.0 - correlation))
        .collect()
}

/// Autocorrelation of what the best single step leaves; `None` where nothing is left.
fn autocorrelation_beside_step(series: &[f64]) -> Option<f64> {
    let split = least_squares_split(series)?;
    let (left, right) = series.split_at(split);
    let residuals: Vec<f64> = [left, right]
        .into_iter()
        .flat_map(|level| {
            let mean = mean_of(level);
            level.iter().map(move |value| value - mean)
        })
        .collect();
    let raw = autocorrelation(&residuals, 1)?;
    Some(raw + 2.0 * (1.0 + 3.0 * raw) / series.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_not_memory() {
        let noise = [0.0, 3.0, 1.0, -2.0, 2.0, -1.0, -3.0, 1.0, 0.0, -1.0];
        let quiet: Vec<f64> = noise.iter().cycle().take(40).map(|value| 100.0 + value).collect();
        let step: Vec<f64> =
            quiet.iter().enumerate().map(|(i, v)| if i < 20 { *v } else { v + 50.0 }).collect();
        assert_eq!(noise_autocorrelation(&step), noise_autocorrelation(&quiet));
    }

    #[test]
    fn whitening_by_nothing_changes_nothing() {
        assert_eq!(whitened(&[3.0, 1.0, 2.0], 0.0), [3.0, 1.0, 2.0]);
    }

    #[test]
    fn whitening_keeps_the_level() {
        assert_eq!(whitened(&[2.0; 4], 0.5), [2.0; 4]);
    }

    #[test]
    fn no_noise_has_no_memory() {
        assert_eq!(noise_autocorrelation(&[5.0; 30]), 0.0);
    }
}
