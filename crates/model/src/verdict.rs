//! What is concluded, and what should be kept in mind with it.

use serde::{Deserialize, Serialize};

/// The conclusion of a run, a set or a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Every condition holds, or there was none.
    Pass,
    /// At least one condition does not hold.
    Fail,
    /// The measurement says nothing: no samples, or the generator was the limit.
    Invalid,
    /// Measured, but too little to decide.
    Inconclusive,
    /// Ended from outside before its time; what was measured until then is kept.
    Interrupted,
}

impl Status {
    /// The graver of two: interrupted, invalid, fail, inconclusive, pass.
    #[must_use]
    pub fn worse(self, other: Status) -> Status {
        if self.gravity() >= other.gravity() { self } else { other }
    }

    /// The word for people, in capitals: `PASS`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Pass => "PASS",
            Status::Fail => "FAIL",
            Status::Invalid => "INVALID",
            Status::Inconclusive => "INCONCLUSIVE",
            Status::Interrupted => "INTERRUPTED",
        }
    }

    fn gravity(self) -> u8 {
        match self {
            Status::Pass => 0,
            Status::Inconclusive => 1,
            Status::Fail => 2,
            Status::Invalid => 3,
            Status::Interrupted => 4,
        }
    }
}

/// A conclusion with its reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verdict {
    /// The conclusion.
    pub status: Status,
    /// One sentence for each reason, gravest first; empty for a plain pass.
    pub reasons: Vec<String>,
}

impl Verdict {
    /// A pass without remarks.
    #[must_use]
    pub fn pass() -> Verdict {
        Verdict { status: Status::Pass, reasons: Vec::new() }
    }

    /// A conclusion with one reason.
    pub fn because(status: Status, reason: impl Into<String>) -> Verdict {
        Verdict { status, reasons: vec![reason.into()] }
    }

    /// Both together: the graver status, its reasons first.
    #[must_use]
    pub fn and(self, other: Verdict) -> Verdict {
        let other_leads = other.status.gravity() > self.status.gravity();
        let (mut first, second) = if other_leads { (other, self) } else { (self, other) };
        first.reasons.extend(second.reasons);
        first
    }
}

/// A doubt that belongs to a result: recorded, rendered, and left to policy.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Caveat {
    /// Stable name for programs, `snake_case`: `schedule_lag`.
    pub code: String,
    /// One sentence for people, with the figures.
    pub message: String,
}

impl Caveat {
    /// A caveat from its code and its sentence.
    pub fn new(code: &str, message: impl Into<String>) -> Caveat {
        Caveat { code: code.to_owned(), message: message.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_graver_verdict_wins_and_leads_the_reasons() {
        let fail = Verdict::because(Status::Fail, "p95");
        let invalid = Verdict::because(Status::Invalid, "lag");
        let both = Verdict { status: Status::Invalid, reasons: vec!["lag".into(), "p95".into()] };
        assert_eq!(fail.clone().and(invalid.clone()), both);
        assert_eq!(invalid.and(fail.clone()), both);
        assert_eq!(Verdict::pass().and(fail.clone()), fail);
    }
}
