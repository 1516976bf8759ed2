//! Users that come and go, and iterations of each.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Profile, check};
use crate::PlanError;

/// A stretch in which the number of users goes in a straight line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserStage {
    /// Users at its start.
    pub from: u64,
    /// Users at its end.
    pub to: u64,
    /// Its length.
    pub length_ns: u64,
}

impl Profile {
    /// Closed model whose number of users goes in a straight line. User k = 0, 1, 2 … comes when the line passes
    /// k + ½ and goes when it falls below that, so that a ramp down is the mirror image of the same ramp up. A user
    /// that is to go ends its operation first.
    ///
    /// ```
    /// use std::time::Duration;
    /// use plimsoll_model::{Compose, Profile};
    ///
    /// let minute = Duration::from_secs(60);
    /// let day = Profile::ramp_users(0, 100, minute)
    ///     .then(Profile::users(100, 5 * minute))
    ///     .then(Profile::ramp_users(100, 0, minute))?;
    /// assert_eq!((day.length(), day.most_users()), (7 * minute, Some(100)));
    /// # Ok::<(), plimsoll_model::PlanError>(())
    /// ```
    ///
    /// # Errors
    /// At most 10,000,000 users, above zero at one end; the length above zero.
    pub fn ramp_users(from: u64, to: u64, length: Duration) -> Result<Profile, PlanError> {
        Profile::of_user_stages(vec![UserStage { from, to, length_ns: check::length(length)? }])
    }

    /// Closed model with users that come so many in a second, evenly, and then all stay for a time.
    ///
    /// ```
    /// use std::time::Duration;
    /// use plimsoll_model::{Compose, Profile};
    ///
    /// let second = Duration::from_secs(1);
    /// let hold = Profile::users(50, 30 * second);
    /// assert_eq!(Profile::ramp_up(50, 10, 30 * second), Profile::ramp_users(0, 50, 5 * second).then(hold));
    /// # Ok::<(), plimsoll_model::PlanError>(())
    /// ```
    ///
    /// # Errors
    /// At least one user; the rate finite and above zero; the time above zero.
    pub fn ramp_up(users: u64, per_s: impl Into<f64>, hold: Duration) -> Result<Profile, PlanError> {
        let per_s = per_s.into();
        let all = Profile::users(users, hold)?;
        let seconds = Duration::try_from_secs_f64(whole(users) / per_s).ok();
        let Some(length) = seconds.filter(|length| !length.is_zero() && per_s > 0.0) else {
            return Err(PlanError::new(
                "ramp-up",
                format!("{per_s}/s"),
                "users per second above 0, such as 10/s",
            ));
        };
        Profile::ramp_users(0, users, length)?.then(all)
    }

    /// Closed model in which each user does so many operations and leaves.
    ///
    /// # Errors
    /// At least one user and one operation of each.
    pub fn per_user(users: u64, iterations: u64) -> Result<Profile, PlanError> {
        let iterations = check::iterations(iterations)?;
        let users = check::users(users)?;
        if users.checked_mul(iterations).is_none() {
            return Err(PlanError::new("iterations of each user", iterations, "fewer than 2^64 altogether"));
        }
        Ok(Profile::PerUser { users, iterations })
    }

    /// The most users that there are at a time; `None` for an open model.
    #[must_use]
    pub fn most_users(&self) -> Option<u64> {
        match self {
            Profile::Rate { .. } | Profile::Poisson { .. } => None,
            Profile::Users { users, .. }
            | Profile::Iterations { users, .. }
            | Profile::PerUser { users, .. } => Some(*users),
            Profile::RampUsers { stages } => stages.iter().map(|stage| stage.from.max(stage.to)).max(),
        }
    }

    /// The number of users over time, where it is known.
    pub(super) fn user_stages(&self) -> Option<Vec<UserStage>> {
        match self {
            Profile::Users { users, length_ns } => {
                Some(vec![UserStage { from: *users, to: *users, length_ns: *length_ns }])
            }
            Profile::RampUsers { stages } => Some(stages.clone()),
            _ => None,
        }
    }

    /// Users that come and go, checked.
    pub(super) fn of_user_stages(stages: Vec<UserStage>) -> Result<Profile, PlanError> {
        check::user_stages(&stages)?;
        Ok(Profile::RampUsers { stages })
    }
}

/// A number of users, which is small enough for a `f64` to hold it exactly.
fn whole(users: u64) -> f64 {
    u32::try_from(users).map_or(f64::INFINITY, f64::from)
}
