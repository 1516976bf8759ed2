//! The shapes of load.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{UserStage, check};
use crate::PlanError;

/// Load over the time of a phase.
///
/// ```
/// use std::time::Duration;
/// use plimsoll_model::{Compose, Profile};
///
/// let second = Duration::from_secs(1);
/// let profile = Profile::ramp(0, 100, 10 * second).then(Profile::hold(100, 60 * second))?;
/// assert_eq!(profile.length(), 70 * second);
/// assert!(Profile::hold(f64::NAN, second).is_err());
/// # Ok::<(), plimsoll_model::PlanError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "model", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Profile {
    /// Open model: operations start by a schedule, whatever happened to the ones before.
    Rate {
        /// Arrivals per second over time, each stage linear.
        stages: Vec<Stage>,
    },
    /// Open model with arrivals at random: each comes independently of all others, so that their number varies
    /// from seed to seed with a variance equal to its mean.
    Poisson {
        /// Arrivals per second over time on average, each stage linear.
        stages: Vec<Stage>,
    },
    /// Closed model: each user starts its next operation when its last one ended.
    Users {
        /// Concurrent users.
        users: u64,
        /// For how long.
        length_ns: u64,
    },
    /// Closed model: a number of operations shared by the users.
    Iterations {
        /// Concurrent users.
        users: u64,
        /// Operations altogether.
        iterations: u64,
    },
    /// Closed model whose users come and go. One that is to go ends its operation first.
    RampUsers {
        /// Users over time, each stage linear; the number is rounded half up.
        stages: Vec<UserStage>,
    },
    /// Closed model: a number of operations for each user, which then leaves.
    PerUser {
        /// Concurrent users.
        users: u64,
        /// Operations of each.
        iterations: u64,
    },
}

/// A stretch in which the load goes in a straight line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Stage {
    /// Load at its start, finite and not negative.
    pub from: f64,
    /// Load just before its end, finite and not negative.
    pub to: f64,
    /// Its length.
    pub length_ns: u64,
}

impl Profile {
    /// Open model with a constant rate per second, which need not be a whole number: `0.1` is one in ten seconds.
    ///
    /// # Errors
    /// The rate must be finite and above zero, the length above zero.
    pub fn hold(rate: impl Into<f64>, length: Duration) -> Result<Profile, PlanError> {
        let rate = rate.into();
        if rate == 0.0 {
            return Err(PlanError::new("rate", rate, "a rate per second above 0"));
        }
        Profile::ramp(rate, rate, length)
    }

    /// Open model with a rate per second that goes in a straight line.
    ///
    /// # Errors
    /// The rates must be finite and not negative, one of them above zero; the length above zero.
    pub fn ramp(from: impl Into<f64>, to: impl Into<f64>, length: Duration) -> Result<Profile, PlanError> {
        let (from, to) = (from.into(), to.into());
        if from == 0.0 && to == 0.0 {
            return Err(PlanError::new(
                "rate",
                "0 throughout",
                "a rate per second above 0 at one end at least",
            ));
        }
        let length_ns = check::length(length)?;
        let stage = Stage { from: check::rate(from)?, to: check::rate(to)?, length_ns };
        Ok(Profile::Rate { stages: vec![stage] })
    }

    /// Open model with one constant rate per second after another, each for the same time. A rate of 0 is a pause.
    ///
    /// # Errors
    /// The rates must be finite and not negative, at least one of them above zero; the length above zero.
    pub fn steps(rates: &[f64], each: Duration) -> Result<Profile, PlanError> {
        if rates.iter().all(|rate| *rate == 0.0) {
            return Err(PlanError::new(
                "steps",
                format!("{rates:?}"),
                "at least one rate per second above 0",
            ));
        }
        let length_ns = check::length(each)?;
        let stage = |rate: &f64| check::rate(*rate).map(|rate| Stage::level(rate, length_ns));
        Profile::of_stages(rates.iter().map(stage).collect::<Result<_, _>>()?)
    }

    /// Open model that doubles step by step: 2, 4, 8 … `most` times a rate per second, each for the same time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use plimsoll_model::Profile;
    ///
    /// let second = Duration::from_secs(1);
    /// let doubling = Profile::doubling(5, 1024, second)?;
    /// assert_eq!(doubling.length(), 10 * second);
    /// assert_eq!(Profile::doubling(5, 8, second)?, Profile::steps(&[10.0, 20.0, 40.0], second)?);
    /// # Ok::<(), plimsoll_model::PlanError>(())
    /// ```
    ///
    /// # Errors
    /// The rate must be finite and above zero, `most` a power of two from 2 on, the length above zero.
    pub fn doubling(rate: impl Into<f64>, most: u32, each: Duration) -> Result<Profile, PlanError> {
        if !most.is_power_of_two() || most < 2 {
            return Err(PlanError::new("highest multiple", most, "a power of two from 2 on, such as 1024"));
        }
        let rate = check::rate(rate.into())?;
        let factors = (1..=most.trailing_zeros()).map(|power| f64::from(1u32 << power));
        Profile::steps(&factors.map(|factor| rate * factor).collect::<Vec<_>>(), each)
    }

    /// Open model with a constant rate per second for `whole`, but with another one for `length` in the middle.
    ///
    /// ```
    /// use std::time::Duration;
    /// use plimsoll_model::Profile;
    ///
    /// let second = Duration::from_secs(1);
    /// let spike = Profile::spike(50, 900, 10 * second, 60 * second)?;
    /// assert_eq!(spike.length(), 60 * second);
    /// # Ok::<(), plimsoll_model::PlanError>(())
    /// ```
    ///
    /// # Errors
    /// The rates must be finite and not negative, `peak` above `rate`; the spike must be shorter than the whole.
    pub fn spike(
        rate: impl Into<f64>,
        peak: impl Into<f64>,
        length: Duration,
        whole: Duration,
    ) -> Result<Profile, PlanError> {
        let (rate, peak) = (check::rate(rate.into())?, check::rate(peak.into())?);
        if peak <= rate {
            return Err(PlanError::new("peak", peak, format!("a rate per second above {rate}")));
        }
        let (length_ns, whole_ns) = (check::length(length)?, check::length(whole)?);
        let around = whole_ns.saturating_sub(length_ns);
        if around < 2 {
            let expected = format!("less than the {whole:?} of the whole");
            return Err(PlanError::new("length of the spike", format!("{length:?}"), expected));
        }
        let before = around / 2;
        let stages = [(rate, before), (peak, length_ns), (rate, around - before)];
        let stages = stages.map(|(rate, length_ns)| Stage::level(rate, length_ns));
        Ok(Profile::Rate { stages: stages.to_vec() })
    }

    /// Closed model with a constant number of users.
    ///
    /// # Errors
    /// At least one user; the length above zero.
    pub fn users(users: u64, length: Duration) -> Result<Profile, PlanError> {
        Ok(Profile::Users { users: check::users(users)?, length_ns: check::length(length)? })
    }

    /// Closed model with a number of operations shared by the users.
    ///
    /// # Errors
    /// At least one user and one operation.
    pub fn iterations(users: u64, iterations: u64) -> Result<Profile, PlanError> {
        let iterations = check::iterations(iterations)?;
        Ok(Profile::Iterations { users: check::users(users)?, iterations })
    }

    /// How long the profile lasts; zero for a number of operations, which ends when they are done.
    #[must_use]
    pub fn length(&self) -> Duration {
        Duration::from_nanos(self.length_ns().unwrap_or(0))
    }

    /// How long the profile lasts in nanoseconds; `None` for a number of operations,
    /// which ends when they are done.
    #[must_use]
    pub fn length_ns(&self) -> Option<u64> {
        match self {
            Profile::Rate { stages } | Profile::Poisson { stages } => {
                Some(stages.iter().map(|stage| stage.length_ns).sum())
            }
            Profile::Users { length_ns, .. } => Some(*length_ns),
            Profile::RampUsers { stages } => Some(stages.iter().map(|stage| stage.length_ns).sum()),
            Profile::Iterations { .. } | Profile::PerUser { .. } => None,
        }
    }

    /// Whether starts follow a schedule and not the ends of what was started before.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.rates().is_some()
    }

    /// The rate over time of an open model; `None` for a closed one.
    #[must_use]
    pub fn rates(&self) -> Option<&[Stage]> {
        match self {
            Profile::Rate { stages } | Profile::Poisson { stages } => Some(stages),
            _ => None,
        }
    }

    /// Checks what was deserialised as the constructors would.
    ///
    /// # Errors
    /// As the constructors.
    pub fn validate(&self) -> Result<(), PlanError> {
        match self {
            Profile::Rate { stages } => check::stages(stages),
            Profile::Poisson { stages } => {
                check::stages(stages)?;
                check::poisson(stages)
            }
            Profile::Users { users, length_ns } => {
                check::users(*users)?;
                check::length(Duration::from_nanos(*length_ns)).map(drop)
            }
            Profile::Iterations { users, iterations } => Profile::iterations(*users, *iterations).map(drop),
            Profile::RampUsers { stages } => check::user_stages(stages),
            Profile::PerUser { users, iterations } => Profile::per_user(*users, *iterations).map(drop),
        }
    }

    /// An open model with even spacing, checked.
    pub(super) fn of_stages(stages: Vec<Stage>) -> Result<Profile, PlanError> {
        let profile = Profile::Rate { stages };
        profile.validate()?;
        Ok(profile)
    }
}

impl Stage {
    /// A constant rate.
    pub(super) fn level(rate: f64, length_ns: u64) -> Stage {
        Stage { from: rate, to: rate, length_ns }
    }
}
