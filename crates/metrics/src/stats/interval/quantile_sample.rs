//! The interval of a quantile of raw values.

use super::quantile_interval_ranks;
use crate::stats::Estimate;
use crate::stats::summary::{all_finite, sorted};

/// The `q` quantile of raw values (nearest rank, ⌈qn⌉) with the interval of [`quantile_interval_ranks`].
///
/// An open end is `-inf` or `+inf`. The values must be independent. `None` for no values, one that is not
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
    let sensible = (0.0..=1.0).contains(&q) && confidence > 0.0 && confidence < 1.0;
    if values.is_empty() || !all_finite(values) || !sensible {
        return None;
    }
    let sorted = sorted(values);
    let at = |rank: u64| sorted[rank as usize - 1];
    let nearest = ((q * values.len() as f64).ceil() as u64).max(1);
    let (lower, upper) = quantile_interval_ranks(values.len() as u64, q, confidence);
    Some(Estimate {
        value: at(nearest),
        lower: if lower == 0 { f64::NEG_INFINITY } else { at(lower) },
        upper: upper.map_or(f64::INFINITY, at),
        confidence,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
