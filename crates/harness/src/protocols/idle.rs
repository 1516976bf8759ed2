//! What the system uses when there is nothing to do.

use std::time::Duration;

use super::moves::{Findings, Move, Protocol, Seen, Until, killed, named, nanos, watch};

/// Without load: a settling time that does not count, then a stretch whose averages are the zero of all that follows.
#[derive(Debug, Clone, Default)]
pub struct Idle {
    plan: IdlePlan,
    step: Step,
    aborted: Option<String>,
}

/// How long idle takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdlePlan {
    /// Not counted, while the system starts: 10 s.
    pub settle: Duration,
    /// Counted: 30 s.
    pub length: Duration,
    /// How often resources are read: every 2 s.
    pub interval: Duration,
}

impl Default for IdlePlan {
    fn default() -> IdlePlan {
        let secs = Duration::from_secs;
        IdlePlan { settle: secs(10), length: secs(30), interval: secs(2) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Step {
    #[default]
    Reset,
    Unload,
    Settle,
    Watch,
    Over,
}

impl Idle {
    /// Idle for so long.
    #[must_use]
    pub fn new(plan: IdlePlan) -> Idle {
        Idle { plan, ..Idle::default() }
    }
}

impl Protocol for Idle {
    fn name(&self) -> &'static str {
        "idle"
    }

    fn next(&mut self, seen: &Seen) -> Move {
        // A limit that is met without load is for the report to tell; it stands in no protocol's way but stress'.
        if let Some(event) = &seen.killed {
            self.aborted = Some(killed(event));
            self.step = Step::Over;
        }
        let IdlePlan { settle, length, interval } = self.plan;
        let (wanted, step) = match self.step {
            Step::Reset => (Move::Reset, Step::Unload),
            Step::Unload => (Move::SetLoad(0), Step::Settle),
            Step::Settle => (watch("settle", (settle, interval), Until::Time), Step::Watch),
            Step::Watch => (watch("idle", (length, interval), Until::Time), Step::Over),
            Step::Over => (Move::Done, Step::Over),
        };
        self.step = step;
        wanted
    }

    fn found(&self) -> Findings {
        let IdlePlan { settle, length, interval } = self.plan;
        Findings {
            params: named([
                ("settle_ns", nanos(settle)),
                ("length_ns", nanos(length)),
                ("interval_ns", nanos(interval)),
            ]),
            aborted: self.aborted.clone(),
            ..Findings::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::simulated::{Machine, run};
    use super::*;

    #[tokio::test]
    async fn the_settling_time_is_a_phase_of_its_own() {
        let conducted = run(&mut Idle::default(), &mut Machine::of(100)).await;
        let phases: Vec<_> =
            conducted.phases.iter().map(|phase| (phase.name.as_str(), phase.samples)).collect();
        assert_eq!(phases, [("settle", 5), ("idle", 15)]);
        assert_eq!(conducted.findings.aborted, None);
    }

    #[tokio::test]
    async fn a_kill_without_load_ends_it() {
        let conducted = run(&mut Idle::default(), &mut Machine::of(100).killed_at(0)).await;
        assert_eq!(
            conducted.findings.aborted.as_deref(),
            Some("container:app ran out of memory after 2 s: a process was killed for lack of memory")
        );
        assert_eq!(conducted.phases.len(), 1);
    }
}
