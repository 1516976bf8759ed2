//! How much more work than necessary the service does.

use std::fmt::{self, Display};
use std::str::FromStr;

/// A finite share of extra work, 0 or more: with 0.30, a job does 30 % more of the same work.
///
/// It makes the service slower by a known amount and in the way a regression does: by work, not by sleep.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct SlowDown(f64);

/// A share of extra work that cannot be done.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("slow-down {found:?} is not a share of extra work; expected 0 to 1000%, such as 30% or 0.3")]
pub struct SlowDownError {
    found: String,
}

impl SlowDown {
    /// No extra work.
    pub const NONE: SlowDown = SlowDown(0.0);

    /// A slow-down from a share in `0.0..=10.0`; above, the queue would be another service.
    ///
    /// # Errors
    /// Anything else, NaN included, is refused.
    pub fn new(share: f64) -> Result<SlowDown, SlowDownError> {
        let sensible = (0.0..=10.0).contains(&share);
        if sensible { Ok(SlowDown(share)) } else { Err(SlowDownError { found: share.to_string() }) }
    }

    /// The share of extra work, in `0.0..=10.0`.
    #[must_use]
    pub fn share(self) -> f64 {
        self.0
    }
}

impl Display for SlowDown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.0 * 100.0)
    }
}

impl FromStr for SlowDown {
    type Err = SlowDownError;

    /// Reads `30%` or `0.3`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let share = match text.strip_suffix('%') {
            Some(percent) => percent.trim_end().parse::<f64>().map(|percent| percent / 100.0),
            None => text.parse(),
        };
        share
            .ok()
            .and_then(|share| SlowDown::new(share).ok())
            .ok_or_else(|| SlowDownError { found: text.to_owned() })
    }
}

/// Deals out the extra work over the jobs.
#[derive(Debug)]
pub(super) struct Repeats {
    slow_down: SlowDown,
    fields: u64,
}

impl Repeats {
    pub(super) fn new(slow_down: SlowDown) -> Repeats {
        Repeats { slow_down, fields: 0 }
    }

    /// How many fields the next job transforms a second time.
    ///
    /// The fraction left over by one job is carried to the next, so that all jobs together do exactly the
    /// share of extra work, rounded once.
    pub(super) fn of(&mut self, fields: u64) -> u64 {
        let before = self.total();
        self.fields += fields;
        self.total() - before
    }

    fn total(&self) -> u64 {
        // Exact far beyond any run: 2^53 fields take centuries.
        (self.fields as f64 * self.slow_down.0).round() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_and_share_read_the_same() {
        assert_eq!("30%".parse::<SlowDown>(), SlowDown::new(0.3));
        assert_eq!("0.3".parse::<SlowDown>(), SlowDown::new(0.3));
    }

    #[test]
    fn what_is_no_share_of_work_is_refused() {
        for text in ["-1%", "1001%", "NaN", "inf", "fast", "", "%"] {
            assert_eq!(text.parse::<SlowDown>(), Err(SlowDownError { found: text.to_owned() }));
        }
    }

    #[test]
    fn the_refusal_says_what_is_expected() {
        insta::assert_snapshot!(SlowDown::new(-0.5).unwrap_err());
    }

    #[test]
    fn fractions_are_carried_from_job_to_job() {
        let mut repeats = Repeats::new(SlowDown::new(0.25).unwrap());
        let dealt: Vec<_> = (0..4).map(|_| repeats.of(10)).collect();
        assert_eq!(dealt.iter().sum::<u64>(), 10);
        assert!(dealt.iter().all(|repeats| (2..=3).contains(repeats)), "{dealt:?}");
    }

    #[test]
    fn without_slow_down_nothing_is_repeated() {
        assert_eq!(Repeats::new(SlowDown::NONE).of(1_000), 0);
    }
}
