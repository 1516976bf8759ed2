//! What a run is asked to do.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{Condition, Profile, Think};

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
    /// Conditions that end the run as soon as one is clearly broken. They are conditions on the result too.
    #[serde(default)]
    pub abort_rules: Vec<Condition>,
    /// How long a user waits after an operation before it starts its next one; `null` for not at all.
    #[serde(default)]
    pub think: Option<Think>,
    /// The least time from one start of a user to its next; `null` for none.
    #[serde(default)]
    pub pacing_ns: Option<u64>,
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
    /// Each user has one of them for good, as a role; the roles are interleaved among the users.
    Roles,
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

/// The longest time from start to start, in nanoseconds: a day.
const MAX_PACING: u64 = 86_400_000_000_000;

impl Plan {
    /// Checks everything that a run relies on.
    ///
    /// # Errors
    /// The first field that cannot be run with, what it holds, and what it may hold.
    pub fn validate(&self) -> Result<(), PlanError> {
        if self.scenarios.is_empty() {
            let field = if self.mix == MixOrder::Roles { "roles" } else { "mix" };
            return Err(PlanError::new(field, "empty", "at least one operation"));
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
        self.validate_users()?;
        self.validate_limits()
    }

    /// Only users wait between their operations, and have a role; arrivals come when they come.
    fn validate_users(&self) -> Result<(), PlanError> {
        let open = self.phases.iter().find(|phase| phase.profile.is_open());
        if let Some(phase) = open.filter(|_| self.mix == MixOrder::Roles) {
            let found = format!("given where phase {} has rates", phase.name);
            return Err(PlanError::new(
                "roles",
                found,
                "users in all phases; an arrival has no role to keep",
            ));
        }
        let think = self.think.as_ref().map(|think| ("think time", think.to_string()));
        let pacing = self.pacing_ns.map(|pacing| ("pacing", format!("{:?}", Duration::from_nanos(pacing))));
        let is_open = self.phases.iter().all(|phase| phase.profile.is_open());
        if let Some((field, found)) = think.or(pacing).filter(|_| is_open) {
            return Err(PlanError::new(field, found, "none where there are rates; only users wait"));
        }
        if self.pacing_ns.is_some_and(|pacing| !(1..=MAX_PACING).contains(&pacing)) {
            let found = format!("{:?}", Duration::from_nanos(self.pacing_ns.unwrap_or(0)));
            return Err(PlanError::new("pacing", found, "above 0 and at most a day"));
        }
        self.think.as_ref().map_or(Ok(()), Think::validate)
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
