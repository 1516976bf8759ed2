//! How much neighbours in a series resemble each other.

use crate::stats::summary::{all_finite, mean_of};

/// Correlation of a series with itself one step later, around its mean (Box & Jenkins 1976); `-1.0..=1.0`.
///
/// `None` below three values, for one that is not finite, or for a constant series.
#[must_use]
pub fn lag_one_autocorrelation(series: &[f64]) -> Option<f64> {
    (series.len() >= 3 && all_finite(series)).then(|| autocorrelation(series, 1)).flatten()
}

/// How many independent values a series is worth: n·(1 − r)/(1 + r) with r its lag-one autocorrelation
/// (Bartlett 1946, for a first-order process); between 1 and n. A negative r counts as 0.
///
/// `None` where [`lag_one_autocorrelation`] is.
#[must_use]
pub fn effective_sample_size(series: &[f64]) -> Option<f64> {
    let r = lag_one_autocorrelation(series)?.max(0.0);
    Some((series.len() as f64 * (1.0 - r) / (1.0 + r)).max(1.0))
}

/// Autocorrelation of finite values at a lag below their number; `None` for a constant series.
pub(crate) fn autocorrelation(series: &[f64], lag: usize) -> Option<f64> {
    let mean = mean_of(series);
    let square: f64 = series.iter().map(|value| (value - mean).powi(2)).sum();
    let cross: f64 =
        series.iter().zip(&series[lag..]).map(|(now, later)| (now - mean) * (later - mean)).sum();
    (square > 0.0).then(|| cross / square)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zigzag_is_worth_all_its_values() {
        let zigzag = [1.0, -1.0, 1.0, -1.0, 1.0, -1.0];
        assert!(lag_one_autocorrelation(&zigzag).unwrap() < -0.8);
        assert_eq!(effective_sample_size(&zigzag), Some(6.0));
    }

    #[test]
    fn a_slow_wave_is_worth_few() {
        let wave: Vec<f64> = (0..100).map(|index| (f64::from(index) / 15.0).sin()).collect();
        assert!(effective_sample_size(&wave).unwrap() < 10.0);
    }

    #[test]
    fn a_constant_or_short_series_has_none() {
        assert_eq!(lag_one_autocorrelation(&[0.1, 0.1, 0.1]), None);
        assert_eq!(lag_one_autocorrelation(&[1.0, 2.0]), None);
        assert_eq!(effective_sample_size(&[1.0, f64::NAN, 2.0]), None);
    }
}
