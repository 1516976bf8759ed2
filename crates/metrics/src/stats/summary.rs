//! Mean, standard deviation and median of raw values, and the checks that every routine starts with.

/// The arithmetic mean, never outside the values; `None` for no values or for one that is not finite.
#[must_use]
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty() && all_finite(values)).then(|| mean_of(values))
}

/// The sample standard deviation (divisor n − 1, after Bessel), 0 for equal values; `None` below two values or for
/// one that is not finite.
#[must_use]
pub fn standard_deviation(values: &[f64]) -> Option<f64> {
    (values.len() >= 2 && all_finite(values)).then(|| variance_of(values).sqrt())
}

/// The median, the mean of the two middle values for an even count; `None` for no values or for one that is
/// not finite.
#[must_use]
pub fn median(values: &[f64]) -> Option<f64> {
    (!values.is_empty() && all_finite(values)).then(|| median_of_sorted(&sorted(values)))
}

/// Values from here on count as infinite: the fourth powers that some formulas need would overflow.
const INFINITE: f64 = 1e75;

/// Whether no value is NaN, infinite, or so large that it might as well be.
pub(crate) fn all_finite(values: &[f64]) -> bool {
    values.iter().all(|value| value.abs() < INFINITE)
}

/// Natural logarithms; `None` where one value is not finite and positive.
pub(crate) fn logs(values: &[f64]) -> Option<Vec<f64>> {
    let positive = all_finite(values) && values.iter().all(|value| *value > 0.0);
    positive.then(|| values.iter().map(|value| value.ln()).collect())
}

/// Whether `level` can be a confidence or a significance: strictly between 0 and 1.
pub(crate) fn is_level(level: f64) -> bool {
    level > 0.0 && level < 1.0
}

/// Mean of at least one finite value, held between the smallest and the largest: the sum rounds, and equal values
/// must have exactly their own mean and no spread at all.
pub(crate) fn mean_of(values: &[f64]) -> f64 {
    let (mut sum, mut least, mut most) = (0.0, f64::INFINITY, f64::NEG_INFINITY);
    for &value in values {
        sum += value;
        (least, most) = (value.min(least), value.max(most));
    }
    (sum / values.len() as f64).max(least).min(most)
}

/// Sample variance (divisor n − 1) of at least two finite values, in two passes so that a large mean does not
/// eat the digits of a small spread.
pub(crate) fn variance_of(values: &[f64]) -> f64 {
    let mean = mean_of(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    squares / (values.len() - 1) as f64
}

/// A sorted copy of finite values.
pub(crate) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut copy = values.to_vec();
    copy.sort_unstable_by(f64::total_cmp);
    copy
}

/// Median of at least one sorted value.
pub(crate) fn median_of_sorted(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[middle] } else { midpoint(sorted[middle - 1], sorted[middle]) }
}

/// The `q` quantile of at least one sorted value, interpolated between neighbours (Hyndman & Fan 1996, type 7);
/// `q` beyond `0.0..=1.0` is taken as the nearer end.
pub(crate) fn quantile_of_sorted(sorted: &[f64], q: f64) -> f64 {
    let place = q.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

/// Median of at least one finite value.
pub(crate) fn median_of(values: &[f64]) -> f64 {
    median_of_sorted(&sorted(values))
}

/// The middle of two finite values, also where their sum would overflow.
pub(crate) fn midpoint(low: f64, high: f64) -> f64 {
    0.5 * low + 0.5 * high
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_no_summary() {
        assert_eq!((mean(&[]), standard_deviation(&[1.0]), median(&[])), (None, None, None));
    }

    #[test]
    fn a_value_that_is_no_number_is_refused() {
        for bad in [f64::NAN, f64::INFINITY] {
            let values = [1.0, bad, 2.0];
            assert_eq!((mean(&values), standard_deviation(&values), median(&values)), (None, None, None));
        }
    }

    #[test]
    fn equal_values_have_their_own_mean_and_no_spread() {
        for count in 2..50 {
            let values = vec![0.1; count];
            assert_eq!((mean(&values), standard_deviation(&values)), (Some(0.1), Some(0.0)));
        }
    }

    #[test]
    fn a_large_mean_keeps_the_small_spread() {
        let values = [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0];
        assert_eq!(standard_deviation(&values), Some(30.0_f64.sqrt()));
    }

    #[test]
    fn the_median_of_an_even_count_is_the_middle_of_two() {
        assert_eq!(median(&[4.0, 1.0, 3.0, 2.0]), Some(2.5));
    }
}
