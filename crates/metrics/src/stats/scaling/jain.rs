//! How evenly something is shared out.

use crate::stats::summary::all_finite;

/// Jain's fairness index (Jain, Chiu & Hawe 1984): (Σx)²/(n·Σx²), from 1/n where one has all to 1 where all have
/// the same.
///
/// `None` for no shares, one that is negative or not finite, or where nobody has anything.
///
/// ```
/// use plimsoll_metrics::stats::jain_index;
///
/// assert_eq!(jain_index(&[5.0, 5.0, 5.0]), Some(1.0));
/// assert_eq!(jain_index(&[9.0, 0.0, 0.0, 0.0]), Some(0.25));
/// ```
#[must_use]
pub fn jain_index(shares: &[f64]) -> Option<f64> {
    if !all_finite(shares) || shares.iter().any(|share| *share < 0.0) {
        return None;
    }
    // Relative to the largest, so that squares do not vanish.
    let largest = shares.iter().copied().fold(0.0, f64::max);
    let sum: f64 = shares.iter().map(|share| share / largest).sum();
    let squares: f64 = shares.iter().map(|share| (share / largest).powi(2)).sum();
    (largest > 0.0).then(|| (sum * sum / (shares.len() as f64 * squares)).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_to_share_has_no_index() {
        for shares in [&[][..], &[0.0, 0.0], &[1.0, -1.0], &[1.0, f64::NAN]] {
            assert_eq!(jain_index(shares), None);
        }
    }

    #[test]
    fn one_alone_is_fair() {
        assert_eq!(jain_index(&[0.3]), Some(1.0));
    }
}
