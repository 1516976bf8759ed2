//! How long a user waits between two operations.

use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::PlanError;

/// How long a user of a closed model waits after an operation before it starts its next one. The wait is in no
/// latency.
///
/// ```
/// use std::time::Duration;
/// use plimsoll_model::Think;
///
/// let second = Duration::from_secs(1);
/// assert_eq!("2s".parse::<Think>()?, Think::fixed(2 * second)?);
/// assert_eq!("1s..5s".parse::<Think>()?, Think::uniform(second, 5 * second)?);
/// assert_eq!("exp:2s".parse::<Think>()?, Think::exponential(2 * second)?);
/// # Ok::<(), plimsoll_model::PlanError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "distribution", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Think {
    /// Always the same.
    Fixed {
        /// The time.
        time_ns: u64,
    },
    /// Any time between two, each as likely as any other.
    Uniform {
        /// The shortest.
        from_ns: u64,
        /// The longest.
        to_ns: u64,
    },
    /// Mostly short and now and then very long, as where every moment is as likely as any other to be the end.
    Exponential {
        /// The time on average.
        mean_ns: u64,
    },
}

/// The longest wait: a day. A user that waits for longer does nothing in most tests.
const LONGEST: Duration = Duration::from_secs(86_400);

impl Think {
    /// Always the same time.
    ///
    /// # Errors
    /// The time must be above zero and at most a day.
    pub fn fixed(time: Duration) -> Result<Think, PlanError> {
        Think::Fixed { time_ns: nanos(time) }.checked()
    }

    /// Any time between two.
    ///
    /// # Errors
    /// The longest must be at least the shortest, above zero and at most a day.
    pub fn uniform(from: Duration, to: Duration) -> Result<Think, PlanError> {
        Think::Uniform { from_ns: nanos(from), to_ns: nanos(to) }.checked()
    }

    /// Exponentially distributed with this mean.
    ///
    /// # Errors
    /// The mean must be above zero and at most a day.
    pub fn exponential(mean: Duration) -> Result<Think, PlanError> {
        Think::Exponential { mean_ns: nanos(mean) }.checked()
    }

    /// Checks what was deserialised as the constructors would.
    ///
    /// # Errors
    /// As the constructors.
    pub fn validate(&self) -> Result<(), PlanError> {
        let longest = match *self {
            Think::Fixed { time_ns } => time_ns,
            Think::Uniform { from_ns, to_ns } if from_ns > to_ns => {
                let expected = "the shortest time first, such as 1s..5s";
                return Err(PlanError::new("think time", self, expected));
            }
            Think::Uniform { to_ns, .. } => to_ns,
            Think::Exponential { mean_ns } => mean_ns,
        };
        if longest == 0 || longest > nanos(LONGEST) {
            return Err(PlanError::new("think time", self, "above 0 and at most a day"));
        }
        Ok(())
    }

    fn checked(self) -> Result<Think, PlanError> {
        self.validate().map(|()| self)
    }
}

/// What a load may be told about think time: a value, or the mistake that was made in writing one.
pub trait IntoThink {
    /// The think time, if it is one.
    ///
    /// # Errors
    /// The mistake.
    fn into_think(self) -> Result<Think, PlanError>;
}

impl IntoThink for Think {
    fn into_think(self) -> Result<Think, PlanError> {
        self.checked()
    }
}

impl IntoThink for Result<Think, PlanError> {
    fn into_think(self) -> Result<Think, PlanError> {
        self
    }
}

impl IntoThink for Duration {
    fn into_think(self) -> Result<Think, PlanError> {
        Think::fixed(self)
    }
}

impl FromStr for Think {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Think, PlanError> {
        let time = |part: &str| {
            humantime::parse_duration(part.trim()).map_err(|_| {
                let expected = "a time such as 2s, a range such as 1s..5s, or exp:2s for a mean";
                PlanError::new("think time", format!("{text:?}"), expected)
            })
        };
        if let Some(mean) = text.trim().strip_prefix("exp:") {
            return Think::exponential(time(mean)?);
        }
        match text.split_once("..") {
            Some((from, to)) => Think::uniform(time(from)?, time(to)?),
            None => Think::fixed(time(text)?),
        }
    }
}

impl Display for Think {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = |ns| humantime::format_duration(Duration::from_nanos(ns)).to_string().replace(' ', "");
        match *self {
            Think::Fixed { time_ns } => f.write_str(&time(time_ns)),
            Think::Uniform { from_ns, to_ns } => write!(f, "{}..{}", time(from_ns), time(to_ns)),
            Think::Exponential { mean_ns } => write!(f, "exp:{}", time(mean_ns)),
        }
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_think_time_comes_back_as_it_went_in() {
        for text in ["2s", "1s..5s", "0s..250ms", "exp:2s", "1m30s"] {
            assert_eq!(text.parse::<Think>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn each_mistake_says_what_is_expected() {
        let texts = ["", "5", "0s", "5s..1s", "0s..0s", "1s..", "exp:0s", "exp:", "2days", "soon"];
        let mistakes = texts.map(|text| text.parse::<Think>().unwrap_err().to_string());
        insta::assert_snapshot!(mistakes.join("\n"));
    }
}
