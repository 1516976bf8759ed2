//! How much faster the system can be made to run.

use std::time::Duration;

use serde_json::{Value, json};

use super::moves::{Findings, Move, Protocol, Seen, Until, killed, named, nanos, trigger, watch};

/// Twice the speed with half the load, and again, until a target meets its limit.
#[derive(Debug, Clone)]
pub struct Speed {
    plan: SpeedPlan,
    step: Step,
    multiplier: u64,
    held: u64,
    results: Vec<Value>,
    trigger: Option<Value>,
    is_cpu_bound: bool,
    aborted: Option<String>,
}

/// How far the speed goes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpeedPlan {
    /// Load at the system's own speed, as stress found it.
    pub base: u64,
    /// The highest multiplier: 1,024.
    pub most: u64,
    /// How long each step is watched: 8 min.
    pub length: Duration,
    /// How often resources are read: every 2 s.
    pub interval: Duration,
}

impl SpeedPlan {
    /// From a load on, with the usual lengths.
    #[must_use]
    pub fn of(base: u64) -> SpeedPlan {
        SpeedPlan { base, most: 1_024, length: Duration::from_secs(480), interval: Duration::from_secs(2) }
    }

    /// Load at a multiplier: inverse to it, and never nothing.
    #[must_use]
    pub fn load_at(&self, multiplier: u64) -> u64 {
        (self.base / multiplier.max(1)).max(1)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Reset,
    Quicken,
    Load,
    Watch,
    Judge,
    Over,
}

impl Speed {
    /// Speed scaling by a plan.
    #[must_use]
    pub fn new(plan: SpeedPlan) -> Speed {
        Speed {
            plan,
            step: Step::Reset,
            multiplier: 2,
            held: 0,
            results: Vec::new(),
            trigger: None,
            is_cpu_bound: false,
            aborted: None,
        }
    }

    /// What the step before came to: whether there is another.
    fn judge(&mut self, seen: &Seen) -> bool {
        if let Some(event) = &seen.killed {
            self.aborted = Some(killed(event));
            return false;
        }
        let load = self.plan.load_at(self.multiplier);
        let threshold_hit = seen.trigger.is_some();
        self.results
            .push(json!({"multiplier": self.multiplier, "load": load, "threshold_hit": threshold_hit}));
        if let Some(stop) = &seen.trigger {
            self.trigger = Some(trigger(stop));
            self.is_cpu_bound = stop.metric.as_deref() == Some("cpu");
            return false;
        }
        self.held = self.multiplier;
        self.multiplier = self.multiplier.saturating_mul(2);
        self.multiplier <= self.plan.most
    }
}

impl Protocol for Speed {
    fn name(&self) -> &'static str {
        "speed"
    }

    fn next(&mut self, seen: &Seen) -> Move {
        if self.step == Step::Judge {
            self.step = if self.judge(seen) { Step::Reset } else { Step::Over };
        }
        let SpeedPlan { length, interval, .. } = self.plan;
        let (wanted, step) = match self.step {
            Step::Reset => (Move::Reset, Step::Quicken),
            Step::Quicken => (Move::SetSpeed(self.multiplier), Step::Load),
            Step::Load => (Move::SetLoad(self.plan.load_at(self.multiplier)), Step::Watch),
            Step::Watch => {
                (watch(format!("{}x", self.multiplier), (length, interval), Until::Limit), Step::Judge)
            }
            Step::Judge | Step::Over => (Move::Done, Step::Over),
        };
        self.step = step;
        wanted
    }

    fn found(&self) -> Findings {
        let SpeedPlan { base, most, length, interval } = self.plan;
        let mut metadata = named([
            ("step_results", self.results.clone().into()),
            // At its own speed it held the load of the base.
            ("max_speed_achieved", self.held.max(1).into()),
            ("stopped_by_threshold", self.trigger.is_some().into()),
        ]);
        metadata.extend(self.trigger.clone().map(|trigger| ("trigger".to_owned(), trigger)));
        if self.is_cpu_bound {
            let text = format!("CPU-bound at speed {}x", self.multiplier);
            metadata.insert("conclusion".to_owned(), text.into());
        }
        Findings {
            params: named([
                ("base", base.into()),
                ("most", most.into()),
                ("length_ns", nanos(length)),
                ("interval_ns", nanos(interval)),
            ]),
            metadata,
            aborted: self.aborted.clone(),
            held: Some(self.held).filter(|held| *held > 0),
            ..Findings::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::simulated::{Machine, run};
    use super::*;

    fn from(base: u64) -> Speed {
        Speed::new(SpeedPlan::of(base))
    }

    #[tokio::test]
    async fn speed_doubles_until_the_limit_and_load_is_inverse_and_never_nothing() {
        // A unit costs as much as its speed: 10 at 1x, 1 at 16x and more.
        let found = run(&mut from(10), &mut Machine::of(20)).await.findings;
        let steps: Vec<_> = found.metadata["step_results"].as_array().unwrap().iter().collect();
        let told = |key: &str| steps.iter().map(|step| step[key].as_u64().unwrap()).collect::<Vec<_>>();
        assert_eq!((told("multiplier"), told("load")), (vec![2, 4, 8, 16, 32], vec![5, 2, 1, 1, 1]));
        assert_eq!(steps.last().map(|step| step["threshold_hit"].as_bool()), Some(Some(true)));
        assert_eq!((found.held, &found.metadata["max_speed_achieved"]), (Some(16), &16.into()));
        assert_eq!(found.metadata["conclusion"], "CPU-bound at speed 32x");
    }

    #[tokio::test]
    async fn it_stops_at_1024_times() {
        let conducted = run(&mut from(4), &mut Machine::of(1_000_000)).await;
        assert_eq!(conducted.findings.held, Some(1_024));
        assert_eq!(conducted.findings.metadata["stopped_by_threshold"], false);
        assert_eq!(conducted.phases.len(), 10);
    }

    #[tokio::test]
    async fn a_limit_at_the_first_step_leaves_the_systems_own_speed() {
        let found = run(&mut from(10), &mut Machine::of(9)).await.findings;
        assert_eq!((found.held, &found.metadata["max_speed_achieved"]), (None, &1.into()));
    }

    proptest! {
        #[test]
        fn load_is_never_nothing_and_never_more_than_the_base(base in 1_u64.., multiplier in 1_u64..2_048) {
            let load = SpeedPlan::of(base).load_at(multiplier);
            prop_assert!((1..=base).contains(&load));
        }
    }
}
