//! What memory does under load, while the system finishes, and after it.

use std::time::Duration;

use super::moves::{Findings, Move, Protocol, Seen, Until, killed, named, nanos, watch};

/// Load for a while, then none: active, drain, cooldown, each sampled more rarely than the one before.
///
/// What memory did in the phases follows from their series; this says when they are.
#[derive(Debug, Clone)]
pub struct Leak {
    plan: LeakPlan,
    step: Step,
    is_undrained: bool,
    aborted: Option<String>,
}

/// How long the phases take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeakPlan {
    /// Units of load.
    pub load: u64,
    /// Under load, and how often resources are read: 5 min, every 2 s.
    pub active: (Duration, Duration),
    /// Until the system has nothing left to do, at most: 2 min, every 4 s.
    pub drain: (Duration, Duration),
    /// At rest: 10 min, every 8 s.
    pub cooldown: (Duration, Duration),
}

impl LeakPlan {
    /// With a load, and the usual lengths.
    #[must_use]
    pub fn of(load: u64) -> LeakPlan {
        let secs = Duration::from_secs;
        LeakPlan {
            load,
            active: (secs(300), secs(2)),
            drain: (secs(120), secs(4)),
            cooldown: (secs(600), secs(8)),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Reset,
    Load,
    Active,
    Pause,
    Drain,
    Cooldown,
    Over,
}

impl Leak {
    /// The lifecycle by a plan.
    #[must_use]
    pub fn new(plan: LeakPlan) -> Leak {
        Leak { plan, step: Step::Reset, is_undrained: false, aborted: None }
    }
}

impl Protocol for Leak {
    fn name(&self) -> &'static str {
        "leak"
    }

    fn next(&mut self, seen: &Seen) -> Move {
        if let Some(event) = &seen.killed {
            self.aborted = Some(killed(event));
            self.step = Step::Over;
        }
        let LeakPlan { load, active, drain, cooldown } = self.plan;
        let (wanted, step) = match self.step {
            Step::Reset => (Move::Reset, Step::Load),
            Step::Load => (Move::SetLoad(load), Step::Active),
            Step::Active => (watch("active", active, Until::Time), Step::Pause),
            Step::Pause => (Move::Pause, Step::Drain),
            Step::Drain => (watch("drain", drain, Until::Drained), Step::Cooldown),
            Step::Cooldown => {
                self.is_undrained = !seen.is_drained;
                (watch("cooldown", cooldown, Until::Time), Step::Over)
            }
            Step::Over => (Move::Done, Step::Over),
        };
        self.step = step;
        wanted
    }

    fn found(&self) -> Findings {
        let LeakPlan { load, active, drain, cooldown } = self.plan;
        let caveat = format!(
            "the system was not drained after {}: what it still did is in the cooldown",
            plimsoll_model::human::span(u64::try_from(drain.0.as_nanos()).unwrap_or(u64::MAX))
        );
        Findings {
            params: named([
                ("load", load.into()),
                ("active_ns", nanos(active.0)),
                ("drain_ns", nanos(drain.0)),
                ("cooldown_ns", nanos(cooldown.0)),
            ]),
            aborted: self.aborted.clone(),
            caveats: if self.is_undrained { vec![caveat] } else { Vec::new() },
            ..Findings::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::simulated::{Machine, run};
    use super::*;

    fn course() -> Leak {
        Leak::new(LeakPlan::of(5))
    }

    #[tokio::test]
    async fn each_phase_is_sampled_at_its_own_interval_and_draining_ends_early() {
        let conducted = run(&mut course(), &mut Machine::of(100).drained_after(20)).await;
        let phases: Vec<_> =
            conducted.phases.iter().map(|phase| (phase.name.as_str(), phase.samples)).collect();
        assert_eq!(phases, [("active", 150), ("drain", 5), ("cooldown", 75)]);
        assert_eq!(conducted.findings.caveats, [""; 0]);
    }

    #[tokio::test]
    async fn a_deadline_is_a_caveat_and_the_cooldown_still_comes() {
        let conducted = run(&mut course(), &mut Machine::of(100).drained_after(10_000)).await;
        assert_eq!(conducted.phases.last().map(|phase| phase.name.as_str()), Some("cooldown"));
        assert_eq!(conducted.findings.caveats.len(), 1);
        assert_eq!(conducted.findings.aborted, None);
    }

    #[tokio::test]
    async fn a_limit_that_is_met_does_not_end_it() {
        let conducted = run(&mut course(), &mut Machine::of(1)).await;
        assert_eq!(conducted.phases.len(), 3);
    }
}
