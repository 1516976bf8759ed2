//! Conversions between numbers that say what they lose.

/// A count as a float. Exact up to 2^53, about 9·10^15; above it the nearest float.
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "counts and nanoseconds stay far below 2^53; above it the nearest float is meant"
)]
pub fn to_f64(count: u64) -> f64 {
    count as f64
}

/// A float as a count: rounded, negative and NaN become 0, too large the largest count.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is what the name says"
)]
pub fn to_u64_saturating(value: f64) -> u64 {
    value.round() as u64
}

/// `part / whole`, or `None` when the whole is zero.
#[must_use]
pub fn ratio(part: f64, whole: f64) -> Option<f64> {
    (whole != 0.0).then(|| part / whole).filter(|ratio| ratio.is_finite())
}

/// Events in each second over a stretch of nanoseconds; 0 for an empty stretch.
#[must_use]
pub fn per_second(events: u64, length_ns: u64) -> f64 {
    ratio(to_f64(events) * 1e9, to_f64(length_ns)).unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_without_a_count_saturate() {
        assert_eq!(to_u64_saturating(f64::NAN), 0);
        assert_eq!(to_u64_saturating(-1.0), 0);
        assert_eq!(to_u64_saturating(f64::INFINITY), u64::MAX);
        assert_eq!(to_u64_saturating(2.5), 3);
    }

    #[test]
    fn nothing_divided_by_nothing_is_nothing() {
        assert_eq!(ratio(0.0, 0.0), None);
        assert_eq!(per_second(5, 0), 0.0);
        assert_eq!(per_second(5, 2_000_000_000), 2.5);
    }
}
