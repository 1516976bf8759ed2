//! How much load the system bears.

use std::time::Duration;

use serde_json::Value;

use super::moves::{Findings, Move, Protocol, Seen, Until, killed, named, nanos, trigger, watch};

/// Fewer units than this that hold are no result: the first batch was already too much.
const FEWEST: u64 = 2;

/// Batches of load, one on top of the other, until a target meets its limit.
///
/// The load that held is that of the last batch without a breach, and not that at the breach.
#[derive(Debug, Clone)]
pub struct Stress {
    plan: StressPlan,
    step: Step,
    /// The load now.
    load: u64,
    held: u64,
    trigger: Option<Value>,
    aborted: Option<String>,
}

/// How stress adds load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StressPlan {
    /// Units in a batch, at least one: 1.
    pub batch: u64,
    /// How long each batch is watched: 10 s.
    pub settle: Duration,
    /// How often resources are read: every 2 s.
    pub interval: Duration,
    /// No more than so many units: 10,000.
    pub most: u64,
}

impl Default for StressPlan {
    fn default() -> StressPlan {
        let secs = Duration::from_secs;
        StressPlan { batch: 1, settle: secs(10), interval: secs(2), most: 10_000 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Reset,
    Add,
    Watch,
    Judge,
    Over,
}

impl Stress {
    /// Stress by a plan.
    #[must_use]
    pub fn new(plan: StressPlan) -> Stress {
        let plan = StressPlan { batch: plan.batch.max(1), ..plan };
        Stress { plan, step: Step::Reset, load: 0, held: 0, trigger: None, aborted: None }
    }

    /// What the batch before came to: whether there is room for another.
    fn judge(&mut self, seen: &Seen) -> bool {
        if let Some(event) = &seen.killed {
            self.aborted = Some(killed(event));
            return false;
        }
        if let Some(stop) = &seen.trigger {
            self.trigger = Some(trigger(stop));
            return false;
        }
        self.held = self.load;
        self.held < self.plan.most
    }

    fn add(&mut self) -> Move {
        self.load = self.load.saturating_add(self.plan.batch).min(self.plan.most);
        self.step = Step::Watch;
        Move::SetLoad(self.load)
    }

    /// Why what was found is no result.
    fn failure(&self) -> Option<String> {
        let is_over = self.step == Step::Over && self.aborted.is_none();
        let few = format!("the load that held is {}, expected {FEWEST} units or more", self.held);
        self.aborted.clone().or_else(|| (is_over && self.held < FEWEST).then_some(few))
    }
}

impl Protocol for Stress {
    fn name(&self) -> &'static str {
        "stress"
    }

    fn next(&mut self, seen: &Seen) -> Move {
        let step = self.step;
        match step {
            Step::Reset => {
                self.step = Step::Add;
                Move::Reset
            }
            Step::Add => self.add(),
            Step::Watch => {
                self.step = Step::Judge;
                let times = (self.plan.settle, self.plan.interval);
                watch(format!("load-{}", self.load), times, Until::Limit)
            }
            Step::Judge if self.judge(seen) => self.add(),
            Step::Judge | Step::Over => {
                self.step = Step::Over;
                Move::Done
            }
        }
    }

    fn found(&self) -> Findings {
        let StressPlan { batch, settle, interval, most } = self.plan;
        let mut metadata = named([("load_reached", self.held.into())]);
        metadata.extend(self.trigger.clone().map(|trigger| ("trigger".to_owned(), trigger)));
        let unmet = self.step == Step::Over && self.trigger.is_none() && self.aborted.is_none();
        let caveat = format!("no limit was met up to {most} units of load, which were the most");
        Findings {
            params: named([
                ("batch", batch.into()),
                ("settle_ns", nanos(settle)),
                ("interval_ns", nanos(interval)),
                ("most", most.into()),
            ]),
            metadata,
            aborted: self.failure(),
            caveats: if unmet { vec![caveat] } else { Vec::new() },
            held: (self.held >= FEWEST).then_some(self.held),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::simulated::{Machine, run};
    use super::*;

    fn by(batch: u64) -> Stress {
        Stress::new(StressPlan { batch, most: 100, ..StressPlan::default() })
    }

    #[tokio::test]
    async fn the_load_that_held_is_that_before_the_breach() {
        let found = run(&mut by(3), &mut Machine::of(10)).await.findings;
        assert_eq!((found.held, &found.metadata["load_reached"]), (Some(9), &9.into()));
        assert_eq!((found.aborted, found.caveats.len()), (None, 0));
    }

    #[tokio::test]
    async fn the_trigger_names_container_metric_value_and_limit() {
        let found = run(&mut by(3), &mut Machine::of(10)).await.findings;
        let trigger = &found.metadata["trigger"];
        assert_eq!(
            (trigger["container"].as_str(), trigger["metric"].as_str()),
            (Some("container:app"), Some("cpu"))
        );
        assert_eq!((trigger["value"].as_f64(), trigger["limit"].as_f64()), (Some(1.2), Some(1.0)));
    }

    #[tokio::test]
    async fn less_than_two_units_that_hold_are_a_failure() {
        let found = run(&mut by(1), &mut Machine::of(1)).await.findings;
        assert_eq!(found.aborted.as_deref(), Some("the load that held is 1, expected 2 units or more"));
        assert_eq!(found.held, None);
    }

    #[tokio::test]
    async fn a_kill_aborts_and_keeps_what_held_until_then() {
        let found = run(&mut by(2), &mut Machine::of(50).killed_at(7)).await.findings;
        assert!(found.aborted.is_some_and(|why| why.starts_with("container:app ran out of memory after")));
        assert_eq!((found.held, found.metadata.get("trigger")), (Some(6), None));
    }

    #[tokio::test]
    async fn a_machine_that_bears_everything_is_a_caveat_and_no_end_without_end() {
        let found = run(&mut by(30), &mut Machine::of(1_000)).await.findings;
        assert_eq!((found.held, found.aborted), (Some(100), None));
        assert_eq!(found.caveats, ["no limit was met up to 100 units of load, which were the most"]);
    }

    #[test]
    fn what_was_found_can_be_asked_for_before_the_end() {
        let mut stress = by(2);
        let moves: Vec<_> = (0..5).map(|_| stress.next(&Seen::default())).collect();
        assert_eq!(moves[0..2], [Move::Reset, Move::SetLoad(2)]);
        let found = stress.found();
        assert_eq!((found.held, found.aborted), (Some(2), None));
    }
}
