//! A value with the range that it may really lie in.

/// A point estimate and the interval around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The point estimate, in the unit of the data.
    pub value: f64,
    /// Lower end of the interval; may be `-inf` where the data set no limit.
    pub lower: f64,
    /// Upper end of the interval; may be `+inf` where the data set no limit.
    pub upper: f64,
    /// Two-sided confidence that the interval really has, in `0.0..1.0`. Rank methods can only reach certain
    /// values, so it may differ from the one that was asked for.
    pub confidence: f64,
}

impl Estimate {
    /// The same estimate seen through an increasing function, such as `exp` for a difference of logs.
    #[must_use]
    pub fn map(self, increasing: impl Fn(f64) -> f64) -> Estimate {
        Estimate {
            value: increasing(self.value),
            lower: increasing(self.lower),
            upper: increasing(self.upper),
            confidence: self.confidence,
        }
    }

    /// Whether `value` lies inside the interval, ends included.
    #[must_use]
    pub fn covers(&self, value: f64) -> bool {
        (self.lower..=self.upper).contains(&value)
    }
}
