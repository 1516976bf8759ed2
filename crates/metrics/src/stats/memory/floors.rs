//! The floor of memory: what stays when the garbage is gone.

use super::sawtooth::Sawtooth;
use crate::stats::summary::{all_finite, quantile_of_sorted, sorted};

/// The share of samples that lie below the floor.
const FLOOR: f64 = 0.05;
/// Fewest samples of a window where there are no teeth.
const LEAST_SAMPLES: usize = 10;
/// Fewest teeth of a window.
const LEAST_PERIODS: f64 = 2.0;

/// The 5 % quantile of a stretch of samples, interpolated between neighbours (Hyndman & Fan 1996, type 7).
///
/// `None` for no samples or for one that is not finite.
#[must_use]
pub fn memory_floor(samples: &[f64]) -> Option<f64> {
    (!samples.is_empty() && all_finite(samples)).then(|| quantile_of_sorted(&sorted(samples), FLOOR))
}

/// The floors of equal windows, each with the time of its middle.
pub(super) struct Floors {
    pub(super) times: Vec<f64>,
    pub(super) floors: Vec<f64>,
}

/// Cuts samples into `count` equal windows and takes the floor of each that has enough samples; `None` where the
/// windows would hold too few teeth.
pub(super) fn floors(
    times: &[f64],
    values: &[f64],
    count: usize,
    teeth: Option<&Sawtooth>,
) -> Option<Floors> {
    let (&start, &end) = times.first().zip(times.last())?;
    let length = (end - start) / count as f64;
    if teeth.is_some_and(|teeth| length < LEAST_PERIODS * teeth.period) {
        return None;
    }
    let mut result = Floors { times: Vec::with_capacity(count), floors: Vec::with_capacity(count) };
    for window in 0..count {
        let edge = |place: usize| start + length * place as f64;
        let from = times.partition_point(|&time| time < edge(window));
        let to = if window + 1 == count {
            times.len()
        } else {
            times.partition_point(|&time| time < edge(window + 1))
        };
        if to - from >= LEAST_SAMPLES {
            result.times.push((edge(window) + edge(window + 1)) / 2.0);
            result.floors.push(memory_floor(&values[from..to])?);
        }
    }
    Some(result)
}

/// Length that a window needs, in the unit of the times: two teeth, or ten samples where there are none.
pub(super) fn least_window(times: &[f64], teeth: Option<&Sawtooth>) -> Option<f64> {
    let (&start, &end) = times.first().zip(times.last())?;
    let apart = (end - start) / (times.len().max(2) - 1) as f64;
    let samples = LEAST_SAMPLES as f64 * apart;
    Some(teeth.map_or(samples, |teeth| samples.max(LEAST_PERIODS * teeth.period)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_floor_does_not_see_the_teeth() {
        let teeth: Vec<f64> = (0..200).map(|second| 100.0 + f64::from(second % 20)).collect();
        assert!((memory_floor(&teeth).unwrap() - 100.0).abs() < 1.0);
    }

    #[test]
    fn no_samples_have_no_floor() {
        assert_eq!(memory_floor(&[]), None);
        assert_eq!(memory_floor(&[f64::NAN]), None);
    }

    fn windows(times: &[f64], count: usize) -> usize {
        floors(times, &vec![1.0; times.len()], count, None).unwrap().floors.len()
    }

    #[test]
    fn a_window_needs_ten_samples() {
        let times: Vec<f64> = (0..119).map(f64::from).collect();
        assert_eq!((windows(&times, 12), windows(&times, 11)), (11, 11));
    }

    #[test]
    fn a_gap_costs_the_windows_that_it_covers() {
        let times: Vec<f64> = (0..300).filter(|second| !(90..140).contains(second)).map(f64::from).collect();
        assert_eq!(windows(&times, 20), 17);
    }
}
