//! A position in a distribution.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};

/// A quantile: a finite share in `0.0..=1.0`. 0.99 prints as `p99`, 0.999 as `p99.9`.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "f64"))]
#[serde(try_from = "f64", into = "f64")]
pub struct Quantile(f64);

/// A share outside `0.0..=1.0`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("quantile {found} is not between 0 and 1")]
pub struct QuantileError {
    found: f64,
}

impl Quantile {
    /// The median.
    pub const P50: Quantile = Quantile(0.5);
    /// The third quartile.
    pub const P75: Quantile = Quantile(0.75);
    /// Nine in ten.
    pub const P90: Quantile = Quantile(0.9);
    /// Nineteen in twenty.
    pub const P95: Quantile = Quantile(0.95);
    /// 99 in 100.
    pub const P99: Quantile = Quantile(0.99);
    /// 999 in 1,000.
    pub const P99_9: Quantile = Quantile(0.999);

    /// The quantiles that every latency summary holds, ascending.
    pub const STANDARD: [Quantile; 6] = [Self::P50, Self::P75, Self::P90, Self::P95, Self::P99, Self::P99_9];

    /// A quantile from a share in `0.0..=1.0`.
    ///
    /// # Errors
    /// Anything else, NaN included, is refused.
    pub fn new(share: f64) -> Result<Quantile, QuantileError> {
        if (0.0..=1.0).contains(&share) { Ok(Quantile(share)) } else { Err(QuantileError { found: share }) }
    }

    /// A quantile from a percentile in `0.0..=100.0`: 99.9 is the quantile 0.999.
    ///
    /// # Errors
    /// Anything else, NaN included, is refused.
    pub fn from_percent(percent: f64) -> Result<Quantile, QuantileError> {
        // Through the decimal text, so that 99.9 becomes the double nearest to 0.999 and not its neighbour.
        let share = format!("{percent}e-2").parse().unwrap_or(f64::NAN);
        Quantile::new(share).map_err(|_| QuantileError { found: percent / 100.0 })
    }

    /// The share, in `0.0..=1.0`.
    #[must_use]
    pub fn share(self) -> f64 {
        self.0
    }
}

impl Display for Quantile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent: f64 = format!("{}e2", self.0).parse().unwrap_or(self.0 * 100.0);
        write!(f, "p{percent}")
    }
}

impl TryFrom<f64> for Quantile {
    type Error = QuantileError;

    fn try_from(share: f64) -> Result<Self, QuantileError> {
        Quantile::new(share)
    }
}

impl From<Quantile> for f64 {
    fn from(quantile: Quantile) -> f64 {
        quantile.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_people_write() {
        let names: Vec<_> = Quantile::STANDARD.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["p50", "p75", "p90", "p95", "p99", "p99.9"]);
    }

    #[test]
    fn percent_and_share_agree_exactly() {
        for text in ["0", "50", "99.9", "99.99", "99.999", "100"] {
            let quantile = Quantile::from_percent(text.parse().unwrap()).unwrap();
            assert_eq!(quantile.to_string(), format!("p{text}"));
        }
    }

    #[test]
    fn shares_outside_are_refused() {
        for share in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(Quantile::new(share).is_err());
            assert!(Quantile::from_percent(share * 100.0).is_err());
        }
    }
}
