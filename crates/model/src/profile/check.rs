//! What the parts of a profile may hold.

use std::time::Duration;

use super::{Stage, UserStage};
use crate::PlanError;

/// The highest rate that a schedule of whole nanoseconds can tell apart.
const MAX_RATE: f64 = 1e9;

/// The longest profile: 100 years leave room for every sum in a `u64` of nanoseconds.
const MAX_LENGTH: Duration = Duration::from_secs(100 * 365 * 86_400);

/// The most stages of a profile: a plan is kept in every result.
const MAX_STAGES: usize = 10_000;

/// The most Poisson arrivals of a profile, on average. How many there are is known only when all gaps have been
/// drawn, which is done before the run.
const MAX_POISSON: f64 = 1e9;

pub(super) fn rate(rate: f64) -> Result<f64, PlanError> {
    if (0.0..=MAX_RATE).contains(&rate) {
        Ok(rate)
    } else {
        Err(PlanError::new("rate", rate, "a rate per second from 0 to 1,000,000,000"))
    }
}

/// The most users: a place for each takes memory.
const MAX_USERS: u64 = 10_000_000;

pub(super) fn users(users: u64) -> Result<u64, PlanError> {
    if (1..=MAX_USERS).contains(&users) {
        Ok(users)
    } else {
        Err(PlanError::new("users", users, "1 to 10,000,000"))
    }
}

pub(super) fn iterations(iterations: u64) -> Result<u64, PlanError> {
    if iterations == 0 { Err(PlanError::new("iterations", 0, "at least 1")) } else { Ok(iterations) }
}

pub(super) fn length(length: Duration) -> Result<u64, PlanError> {
    let error = || PlanError::new("length", format!("{length:?}"), "above 0 and at most 100 years");
    if length.is_zero() || length > MAX_LENGTH {
        return Err(error());
    }
    u64::try_from(length.as_nanos()).map_err(|_| error())
}

/// How many stages there are.
pub(super) fn count(stages: usize) -> Result<usize, PlanError> {
    if stages > MAX_STAGES {
        return Err(PlanError::new("number of stages", stages, "at most 10,000"));
    }
    Ok(stages)
}

/// Stages that follow on each other.
pub(super) fn stages(stages: &[Stage]) -> Result<(), PlanError> {
    count(stages.len())?;
    if stages.iter().all(|stage| stage.from == 0.0 && stage.to == 0.0) {
        return Err(PlanError::new("stages", "without any load", "a rate per second above 0 somewhere"));
    }
    let mut whole = Duration::ZERO;
    for stage in stages {
        rate(stage.from)?;
        rate(stage.to)?;
        whole += Duration::from_nanos(length(Duration::from_nanos(stage.length_ns))?);
    }
    length(whole).map(drop)
}

/// Stages of users that follow on each other.
pub(super) fn user_stages(stages: &[UserStage]) -> Result<(), PlanError> {
    count(stages.len())?;
    let most = stages.iter().map(|stage| stage.from.max(stage.to)).max().unwrap_or(0);
    users(most)?;
    let mut whole = Duration::ZERO;
    for stage in stages {
        whole += Duration::from_nanos(length(Duration::from_nanos(stage.length_ns))?);
    }
    length(whole).map(drop)
}

/// Stages whose arrivals have to be drawn one by one before the run.
pub(super) fn poisson(stages: &[Stage]) -> Result<(), PlanError> {
    let area =
        |stage: &Stage| (stage.from + stage.to) / 2.0 * Duration::from_nanos(stage.length_ns).as_secs_f64();
    let expected: f64 = stages.iter().map(area).sum();
    if expected > MAX_POISSON {
        let found = format!("{expected:.0} on average");
        return Err(PlanError::new("number of Poisson arrivals", found, "at most 1,000,000,000"));
    }
    Ok(())
}
