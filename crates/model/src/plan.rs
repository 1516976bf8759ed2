//! What a run is asked to do.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Condition;

/// Everything that decides what load is offered. Two results are comparable only when their plans agree.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Plan {
    /// Name of the workload.
    pub name: String,
    /// What is done, with weights.
    pub scenarios: Vec<PlannedScenario>,
    /// How the weights become a sequence.
    pub mix: MixOrder,
    /// One after the other.
    pub phases: Vec<PlannedPhase>,
    /// Most operations at the same time.
    pub in_flight: u64,
    /// What happens to an arrival when that many are in flight.
    pub overload: Overload,
    /// After this time an operation is given up; `null` for never.
    pub timeout_ns: Option<u64>,
    /// How long operations in flight may go on after the last phase.
    pub drain_ns: u64,
    /// Length of a window.
    pub window_ns: u64,
    /// Conditions on the result.
    #[serde(default)]
    pub thresholds: Vec<Condition>,
    /// What is sampled: `host`, `process`, `container:NAME`.
    #[serde(default)]
    pub samples: Vec<String>,
    /// Parameters of the workload itself that change what an operation does, by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
}

/// One entry of the mix.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlannedScenario {
    /// Its name, unique in the plan.
    pub name: String,
    /// Its share among the weights, above zero.
    pub weight: u64,
    /// Labels of every operation of it.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// How weights become a sequence of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum MixOrder {
    /// Interleaved, so that every prefix is as near to the weights as whole operations allow.
    #[default]
    Exact,
    /// Drawn at random from the seed.
    Random,
}

/// One section of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PlannedPhase {
    /// Its name, unique in the plan.
    pub name: String,
    /// Whether it counts.
    pub kind: PhaseKind,
    /// The load in it.
    pub profile: Profile,
}

/// What a phase is for. Only `measure` feeds figures and verdicts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PhaseKind {
    /// Before measuring: caches fill, connections open.
    Warmup,
    /// What counts.
    Measure,
    /// After measuring: the load goes down.
    Cooldown,
}

/// Load over the time of a phase.
///
/// ```
/// use std::time::Duration;
/// use plimsoll_model::Profile;
///
/// let second = Duration::from_secs(1);
/// let profile = Profile::ramp(0.0, 100.0, 10 * second)?.then(Profile::hold(100.0, 60 * second)?)?;
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

/// A plan that cannot be run: which field, what was found, what is accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{field} is {found}; expected {expected}")]
pub struct PlanError {
    /// The field, as the user would name it.
    pub field: String,
    /// What it holds.
    pub found: String,
    /// What it may hold.
    pub expected: String,
}

impl PlanError {
    /// An error from its three parts.
    pub fn new(field: impl Into<String>, found: impl ToString, expected: impl Into<String>) -> PlanError {
        PlanError { field: field.into(), found: found.to_string(), expected: expected.into() }
    }
}

impl Profile {
    /// Open model with a constant rate per second.
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
        let stage = Stage { from: check_rate(from)?, to: check_rate(to)?, length_ns: check_length(length)? };
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
        let length_ns = check_length(each)?;
        let stage = |rate: &f64| check_rate(*rate).map(|rate| Stage { from: rate, to: rate, length_ns });
        Ok(Profile::Rate { stages: rates.iter().map(stage).collect::<Result<_, _>>()? })
    }

    /// Closed model with a constant number of users.
    ///
    /// # Errors
    /// At least one user; the length above zero.
    pub fn users(users: u64, length: Duration) -> Result<Profile, PlanError> {
        Ok(Profile::Users { users: check_users(users)?, length_ns: check_length(length)? })
    }

    /// Closed model with a number of operations shared by the users.
    ///
    /// # Errors
    /// At least one user and one operation.
    pub fn iterations(users: u64, iterations: u64) -> Result<Profile, PlanError> {
        if iterations == 0 {
            return Err(PlanError::new("iterations", 0, "at least 1"));
        }
        Ok(Profile::Iterations { users: check_users(users)?, iterations })
    }

    /// This profile, then another of the same model.
    ///
    /// # Errors
    /// Only rates follow on rates: users and iterations take a phase of their own.
    pub fn then(self, next: Profile) -> Result<Profile, PlanError> {
        match (self, next) {
            (Profile::Rate { mut stages }, Profile::Rate { stages: more }) => {
                stages.extend(more);
                Ok(Profile::Rate { stages })
            }
            (_, next) => {
                Err(PlanError::new("profile", format!("followed by {next:?}"), "rates followed by rates"))
            }
        }
    }

    /// How long the profile lasts; zero for iterations, which end when they are done.
    #[must_use]
    pub fn length(&self) -> Duration {
        Duration::from_nanos(self.length_ns().unwrap_or(0))
    }

    /// How long the profile lasts in nanoseconds; `None` for iterations, which end when they are done.
    #[must_use]
    pub fn length_ns(&self) -> Option<u64> {
        match self {
            Profile::Rate { stages } => Some(stages.iter().map(|stage| stage.length_ns).sum()),
            Profile::Users { length_ns, .. } => Some(*length_ns),
            Profile::Iterations { .. } => None,
        }
    }

    /// Whether starts follow a schedule and not the ends of what was started before.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self, Profile::Rate { .. })
    }

    /// Checks what was deserialised as the constructors would.
    ///
    /// # Errors
    /// As the constructors.
    pub fn validate(&self) -> Result<(), PlanError> {
        match self {
            Profile::Rate { stages } => {
                if stages.iter().all(|stage| stage.from == 0.0 && stage.to == 0.0) {
                    return Err(PlanError::new(
                        "stages",
                        "without any load",
                        "a rate per second above 0 somewhere",
                    ));
                }
                for stage in stages {
                    check_rate(stage.from)?;
                    check_rate(stage.to)?;
                    check_length(Duration::from_nanos(stage.length_ns))?;
                }
                Ok(())
            }
            Profile::Users { users, length_ns } => {
                check_users(*users)?;
                check_length(Duration::from_nanos(*length_ns)).map(drop)
            }
            Profile::Iterations { users, iterations } => Profile::iterations(*users, *iterations).map(drop),
        }
    }
}

/// The highest rate that a schedule of whole nanoseconds can tell apart.
const MAX_RATE: f64 = 1e9;

/// The longest profile: 100 years leave room for every sum in a `u64` of nanoseconds.
const MAX_LENGTH: Duration = Duration::from_secs(100 * 365 * 86_400);

fn check_rate(rate: f64) -> Result<f64, PlanError> {
    if (0.0..=MAX_RATE).contains(&rate) {
        Ok(rate)
    } else {
        Err(PlanError::new("rate", rate, "a rate per second from 0 to 1,000,000,000"))
    }
}

fn check_users(users: u64) -> Result<u64, PlanError> {
    const MAX_USERS: u64 = 10_000_000;
    if (1..=MAX_USERS).contains(&users) {
        Ok(users)
    } else {
        Err(PlanError::new("users", users, "1 to 10,000,000"))
    }
}

fn check_length(length: Duration) -> Result<u64, PlanError> {
    let error = || PlanError::new("length", format!("{length:?}"), "above 0 and at most 100 years");
    if length.is_zero() || length > MAX_LENGTH {
        return Err(error());
    }
    u64::try_from(length.as_nanos()).map_err(|_| error())
}

/// What happens to an arrival that finds no free place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "policy", rename_all = "snake_case")]
pub enum Overload {
    /// It waits for a place; its response time goes on counting. Beyond `limit` waiting it is dropped.
    Queue {
        /// Most arrivals that may wait.
        limit: u64,
    },
    /// It is dropped at once.
    Drop,
    /// Only the newest waits: when a place is free, the ones it has overtaken are dropped.
    Skip,
}

impl Default for Overload {
    /// A queue of a million.
    fn default() -> Self {
        Overload::Queue { limit: 1_000_000 }
    }
}

impl Plan {
    /// Checks everything that a run relies on.
    ///
    /// # Errors
    /// The first field that cannot be run with, what it holds, and what it may hold.
    pub fn validate(&self) -> Result<(), PlanError> {
        if self.scenarios.is_empty() {
            return Err(PlanError::new("mix", "empty", "at least one operation"));
        }
        for (index, scenario) in self.scenarios.iter().enumerate() {
            check_scenario(scenario, &self.scenarios[..index])?;
        }
        if !self.phases.iter().any(|phase| phase.kind == PhaseKind::Measure) {
            return Err(PlanError::new(
                "phases",
                "without one that measures",
                "at least one measured profile",
            ));
        }
        for (index, phase) in self.phases.iter().enumerate() {
            phase.profile.validate().map_err(|error| PlanError {
                field: format!("{} of phase {}", error.field, phase.name),
                ..error
            })?;
            if self.phases[..index].iter().any(|other| other.name == phase.name) {
                return Err(PlanError::new(
                    "phase",
                    format!("{:?} twice", phase.name),
                    "a name of its own for each phase",
                ));
            }
        }
        self.validate_limits()
    }

    fn validate_limits(&self) -> Result<(), PlanError> {
        if self.in_flight == 0 {
            return Err(PlanError::new("in_flight", 0, "at least 1"));
        }
        if self.timeout_ns == Some(0) {
            return Err(PlanError::new("timeout", 0, "a length of time above 0, or none"));
        }
        if self.window_ns == 0 {
            return Err(PlanError::new("window", 0, "a length of time above 0"));
        }
        Ok(())
    }
}

fn check_scenario(scenario: &PlannedScenario, before: &[PlannedScenario]) -> Result<(), PlanError> {
    const MAX_WEIGHT: u64 = 1_000_000;
    if scenario.name.is_empty() {
        return Err(PlanError::new("operation", "without a name", "a name"));
    }
    if !(1..=MAX_WEIGHT).contains(&scenario.weight) {
        return Err(PlanError::new(
            format!("weight of {:?}", scenario.name),
            scenario.weight,
            "1 to 1,000,000",
        ));
    }
    if before.iter().any(|other| other.name == scenario.name) {
        return Err(PlanError::new(
            "operation",
            format!("{:?} twice", scenario.name),
            "a name of its own for each",
        ));
    }
    Ok(())
}
