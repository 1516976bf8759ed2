//! Noise that remembers: measured without being fooled by steps, and taken out.

use super::levels::Levels;
use super::merge::least_squares_split;
use crate::stats::distribution::normal_upper;
use crate::stats::interval::autocorrelation;
use crate::stats::summary::{mean_of, median_of};

/// Points of one stretch: long enough for an autocorrelation, short enough to hold few steps.
const STRETCH: usize = 100;
/// Fewer points than this cannot tell memory from steps; they are taken as independent.
const LEAST_POINTS_FOR_MEMORY: usize = 15;
/// Noise that remembers more than this cannot be told from a walk.
const MOST: f64 = 0.9;

/// Lag-one autocorrelation of the noise around `clear` levels; 0 where it is not significantly positive (one-sided
/// 5 %) and for fewer than 15 points.
///
/// Steps look like memory. Those beyond doubt are taken out with their levels; of the others, each stretch of
/// about 100 points is freed of its best single one before the correlation of what is left is taken, corrected for
/// the two means that were fitted (Kendall 1954). The median over the stretches is not moved by the few that hold
/// more.
pub(super) fn noise_autocorrelation(clear: &Levels<'_>) -> f64 {
    let series = clear.residuals();
    if series.len() < LEAST_POINTS_FOR_MEMORY {
        return 0.0;
    }
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

    const NOISE: [f64; 10] = [0.0, 3.0, 1.0, -2.0, 2.0, -1.0, -3.0, 1.0, 0.0, -1.0];

    fn memory(series: &[f64], clear: &[usize]) -> f64 {
        noise_autocorrelation(&Levels::new(series, clear.to_vec()))
    }

    /// Sixty points of noise, half of which each point passes on.
    fn remembering() -> Vec<f64> {
        let mut last = 0.0;
        let mut next = |fresh: &f64| {
            last = 0.6 * last + fresh;
            last
        };
        NOISE.iter().cycle().take(60).map(&mut next).collect()
    }

    #[test]
    fn a_step_is_not_memory() {
        let quiet: Vec<f64> = NOISE.iter().cycle().take(60).map(|value| 100.0 + value).collect();
        let step: Vec<f64> =
            quiet.iter().enumerate().map(|(i, v)| if i < 30 { *v } else { v + 50.0 }).collect();
        assert_eq!(memory(&step, &[]), memory(&quiet, &[]));
    }

    #[test]
    fn clear_levels_do_not_hide_memory() {
        let plain = memory(&remembering(), &[]);
        let stairs: Vec<f64> =
            remembering().iter().enumerate().map(|(i, value)| value + (i / 20) as f64 * 1_000.0).collect();
        let beside = memory(&stairs, &[20, 40]);
        assert!(plain > 0.2 && (plain - beside).abs() < 0.2, "{plain} {beside}");
    }

    #[test]
    fn few_points_are_taken_as_independent() {
        assert_eq!(memory(&remembering()[..14], &[]), 0.0);
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
        assert_eq!(memory(&[5.0; 40], &[]), 0.0);
    }
}
