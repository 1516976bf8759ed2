//! How much load a run was asked to carry, as one number.

use plimsoll_model::{PhaseKind, Plan, PlannedPhase, Profile, Stage};

use crate::format;

/// A level of load.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Level {
    /// Arrivals in each second.
    Rate(f64),
    /// Users at the same time.
    Users(f64),
}

impl Level {
    /// The one level of a plan's measured phases; `None` where they have several, or a slope.
    pub(super) fn of_plan(plan: &Plan) -> Option<Level> {
        let mut levels = measured(plan).map(|phase| Level::of_profile(&phase.profile));
        let first = levels.next()??;
        levels.all(|level| level == Some(first)).then_some(first)
    }

    fn of_profile(profile: &Profile) -> Option<Level> {
        match profile {
            Profile::Rate { stages } => {
                let rate = stages.first()?.to;
                let is_level = |stage: &Stage| stage.from == stage.to && stage.to == rate;
                stages.iter().all(is_level).then_some(Level::Rate(rate))
            }
            Profile::Users { users, .. }
            | Profile::Iterations { users, .. }
            | Profile::PerUser { users, .. } => Some(Level::Users(plimsoll_metrics::num::to_f64(*users))),
            _ => None,
        }
    }

    /// How a sentence says it: `at 5,000/s`, `with 50 users`.
    pub(super) fn phrase(self) -> String {
        match self {
            Level::Rate(rate) => format!("at {}", format::rate(rate)),
            Level::Users(1.0) => "with 1 user".to_owned(),
            Level::Users(users) => format!("with {} users", format::number(users)),
        }
    }
}

/// The phases that count.
pub(super) fn measured(plan: &Plan) -> impl Iterator<Item = &PlannedPhase> {
    plan.phases.iter().filter(|phase| phase.kind == PhaseKind::Measure)
}
