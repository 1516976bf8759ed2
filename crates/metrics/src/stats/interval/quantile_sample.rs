//! The interval of a quantile of raw values.

use super::quantile_ranks::{Ranks, enclosing_ranks};
use crate::stats::Estimate;
use crate::stats::summary::{all_finite, is_level, sorted};

/// The `q` quantile of raw values (nearest rank, ⌈qn⌉) with the interval of
/// [`quantile_interval_ranks`](super::quantile_interval_ranks).
///
/// An open end is `-inf` or `+inf`, and `confidence` in the answer is the one reached, at least the one asked for.
/// The values must be independent. `None` for no values, one that is not
/// finite, `q` outside `0.0..=1.0` or `confidence` outside `0.0..1.0`.
///
/// ```
/// use plimsoll_metrics::stats::quantile_interval;
///
/// let values: Vec<f64> = (1..=50).map(f64::from).collect();
/// let p95 = quantile_interval(&values, 0.95, 0.95).expect("fifty values");
/// assert_eq!((p95.value, p95.lower, p95.upper), (48.0, 44.0, f64::INFINITY));
/// ```
#[must_use]
pub fn quantile_interval(values: &[f64], q: f64, confidence: f64) -> Option<Estimate> {
    if values.is_empty() || !all_finite(values) || !(0.0..=1.0).contains(&q) || !is_level(confidence) {
        return None;
    }
    let sorted = sorted(values);
    let at = |rank: u64| sorted[rank as usize - 1];
    let count = values.len() as u64;
    let Ranks { lower, upper, confidence } = enclosing_ranks(count, q, confidence);
    Some(Estimate {
        value: at(nearest_rank(count, q)),
        lower: if lower == 0 { f64::NEG_INFINITY } else { at(lower) },
        upper: upper.map_or(f64::INFINITY, at),
        confidence,
    })
}

/// The smallest rank k with k/n ≥ q, 1 at least.
fn nearest_rank(count: u64, q: f64) -> u64 {
    let rank = (q * count as f64).ceil().max(1.0) as u64;
    // The product may round up across a whole number, as 0.07 · 100 does; a quotient never does.
    let previous = rank - 1;
    if previous >= 1 && previous as f64 / count as f64 >= q { previous } else { rank }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_rank_is_not_lost_to_rounding() {
        // 0.07 · 100 is a little above 7 in floating point.
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        for percent in 1..=100 {
            let quantile = quantile_interval(&values, f64::from(percent) / 100.0, 0.95).unwrap();
            assert_eq!(quantile.value, f64::from(percent));
        }
    }

    #[test]
    fn the_confidence_is_the_one_reached() {
        // B ~ Bin(6, ½) misses 1 to 5 with 2 of 64.
        let median = quantile_interval(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 0.5, 0.95).unwrap();
        assert_eq!((median.lower, median.upper, median.confidence), (1.0, 6.0, 1.0 - 2.0 / 64.0));
        assert_eq!(quantile_interval(&[1.0, 2.0], 0.5, 0.95).unwrap().confidence, 1.0);
    }

    #[test]
    fn a_single_value_bounds_nothing() {
        let median = quantile_interval(&[3.0], 0.5, 0.95).unwrap();
        assert_eq!((median.lower, median.value, median.upper), (f64::NEG_INFINITY, 3.0, f64::INFINITY));
    }

    #[test]
    fn nonsense_has_no_answer() {
        assert_eq!(quantile_interval(&[], 0.5, 0.95), None);
        assert_eq!(quantile_interval(&[f64::NAN], 0.5, 0.95), None);
        assert_eq!(quantile_interval(&[1.0], 1.5, 0.95), None);
    }
}
