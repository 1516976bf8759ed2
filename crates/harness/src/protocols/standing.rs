//! All standing protocols, one after the other.

use std::fmt::{self, Debug};

use plimsoll_model::{SetRun, Timestamp, Verdict};
use plimsoll_resources::Sampled;

use super::conduct::{Conducted, Watcher, conduct};
use super::document::{Document, derived};
use super::idle::{Idle, IdlePlan};
use super::leak::{Leak, LeakPlan};
use super::moves::{Findings, Protocol, Seen};
use super::speed::{Speed, SpeedPlan};
use super::stress::{Stress, StressPlan};
use super::system::SystemUnderTest;

/// What all four take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandingPlan {
    /// Without load.
    pub idle: IdlePlan,
    /// Up to a limit.
    pub stress: StressPlan,
    /// Under half of what stress found, whatever its own load says.
    pub leak: LeakPlan,
    /// From what stress found on, whatever its own base says.
    pub speed: SpeedPlan,
}

impl Default for StandingPlan {
    fn default() -> StandingPlan {
        StandingPlan {
            idle: IdlePlan::default(),
            stress: StressPlan::default(),
            leak: LeakPlan::of(1),
            speed: SpeedPlan::of(1),
        }
    }
}

/// The protocols, in their order.
const ORDER: [&str; 4] = ["idle", "stress", "leak", "speed"];

/// Runs idle, stress, leak and speed. Half of the load that stress found drives leak, all of it is the base of speed.
///
/// `keep` is given all that are over as soon as one is, for results that outlive the program. Where stress found no load,
/// or was cut off, the two that need it refuse with its reason; after an interrupt all that follow do.
pub async fn standing(
    plan: StandingPlan,
    system: &mut dyn SystemUnderTest,
    watcher: &mut dyn Watcher,
    mut keep: impl FnMut(&[Conducted]),
) -> Vec<Conducted> {
    let mut all: Vec<Conducted> = Vec::new();
    for name in ORDER {
        let conducted = match course(&plan, name, &all) {
            Ok(mut protocol) => conduct(protocol.as_mut(), system, watcher).await,
            Err(why) => refused(name, why, watcher.now_ns()),
        };
        all.push(conducted);
        keep(&all);
    }
    all
}

/// The protocol of that name, fed by what the ones before it found; otherwise why it cannot begin.
fn course(plan: &StandingPlan, name: &str, before: &[Conducted]) -> Result<Box<dyn Protocol>, String> {
    if let Some(cut) = before.iter().find(|conducted| conducted.last.is_interrupted) {
        return Err(format!("{} was interrupted", cut.name));
    }
    let held = || {
        let stress = before.iter().find(|conducted| conducted.name == "stress");
        let found = stress.map(|stress| &stress.findings);
        let aborted = found.and_then(|found| found.aborted.as_deref());
        // What was killed for lack of memory is no system to measure further, whatever held before.
        let held = found.and_then(|found| found.held).filter(|_| aborted.is_none());
        let why = aborted.unwrap_or("it came to no end");
        held.ok_or_else(|| format!("stress found no load that holds: {why}"))
    };
    Ok(match name {
        "stress" => Box::new(Stress::new(plan.stress)),
        "leak" => Box::new(Leak::new(LeakPlan { load: (held()? / 2).max(1), ..plan.leak })),
        "speed" => Box::new(Speed::new(SpeedPlan { base: held()?, ..plan.speed })),
        _ => Box::new(Idle::new(plan.idle)),
    })
}

/// A protocol that could not begin.
fn refused(name: &'static str, why: String, now_ns: u64) -> Conducted {
    Conducted {
        name,
        findings: Findings { aborted: Some(why), ..Findings::default() },
        phases: Vec::new(),
        start_ns: now_ns,
        end_ns: now_ns,
        sampled: Sampled::default(),
        last: Seen::default(),
    }
}

/// What standing protocols leave in a result.
///
/// All of it follows from the protocols as they took place, so that one that was cut off leaves what it has.
pub struct Standing<'a> {
    all: &'a [Conducted],
    document: Document<'a>,
}

impl<'a> Standing<'a> {
    /// Of protocols that took place, in order.
    #[must_use]
    pub fn of(all: &'a [Conducted]) -> Standing<'a> {
        Standing { all, document: Document::of(all) }
    }

    /// What each was asked for and found: times and readings of its phases, what every target used in them and how far
    /// that is from idle; of stress its trigger, of leak slopes, verdicts and what the cooldown gave back, of speed its
    /// steps.
    #[must_use]
    pub fn protocol(&self) -> plimsoll_model::Protocol {
        plimsoll_model::Protocol { name: "standing".to_owned(), scenarios: self.document.scenarios() }
    }

    /// What was sampled, as runs without operations: one for each protocol, and of speed one for each step. `zero` is the
    /// wall time at which the watcher's time began.
    #[must_use]
    pub fn runs(&self, zero: Timestamp) -> Vec<SetRun> {
        self.document.runs(zero)
    }

    /// What followed from what was found: `stress_load`, the load that held, and `duration_load`, which drove leak.
    #[must_use]
    pub fn derived(&self) -> Vec<(&'static str, String)> {
        derived(self.all)
    }

    /// Fails where a protocol was cut off or memory leaks; leaves open what was too short to say.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.document.verdict()
    }
}

impl Debug for Standing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Standing").field("all", &self.all).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::simulated::Machine;
    use super::*;

    async fn all(machine: &mut Machine) -> (Vec<Conducted>, Vec<&'static str>) {
        let mut watcher = machine.watcher();
        let mut kept = Vec::new();
        let keep = |all: &[Conducted]| kept.extend(all.last().map(|conducted| conducted.name));
        let conducted = standing(StandingPlan::default(), machine, &mut watcher, keep).await;
        (conducted, kept)
    }

    #[tokio::test]
    async fn half_of_what_stress_found_drives_leak_and_all_of_it_speed() {
        let (all, kept) = all(&mut Machine::of(11)).await;
        assert_eq!(kept, ["idle", "stress", "leak", "speed"]);
        assert_eq!(all[1].findings.held, Some(11));
        assert_eq!(all[2].findings.params["load"], 5);
        assert_eq!(all[3].findings.params["base"], 11);
    }

    #[tokio::test]
    async fn without_a_load_that_holds_the_others_refuse_with_the_reason() {
        let (all, kept) = all(&mut Machine::of(50).killed_at(1)).await;
        assert_eq!(kept, ["idle", "stress", "leak", "speed"]);
        for refused in &all[2..] {
            let why = refused.findings.aborted.as_deref().expect("it could not begin");
            assert!(
                why.starts_with("stress found no load that holds: container:app ran out of memory"),
                "{why}"
            );
            assert_eq!(refused.phases, []);
        }
    }

    #[tokio::test]
    async fn a_kill_after_some_load_held_keeps_partial_results_and_the_others_refuse() {
        let (all, _) = all(&mut Machine::of(50).killed_at(8)).await;
        assert_eq!(all[1].findings.metadata["load_reached"], 7);
        let why = all[2].findings.aborted.as_deref().expect("a system that was killed is not loaded again");
        assert!(why.contains("ran out of memory"), "{why}");
    }

    #[tokio::test]
    async fn after_an_interrupt_nothing_more_begins_and_what_was_found_stays() {
        let (all, kept) = all(&mut Machine::of(50).interrupted_at(3)).await;
        assert_eq!(kept, ORDER);
        assert_eq!(all[1].findings.aborted.as_deref(), Some("it was interrupted"));
        assert_eq!(all[1].findings.metadata["load_reached"], 2);
        assert_eq!(all[3].findings.aborted.as_deref(), Some("stress was interrupted"));
        assert_eq!(Standing::of(&all).verdict().status, plimsoll_model::Status::Interrupted);
    }

    #[tokio::test]
    async fn the_result_tells_which_loads_followed() {
        let (all, _) = all(&mut Machine::of(11)).await;
        let derived = Standing::of(&all).derived();
        assert_eq!(derived, [("duration_load", "5".to_owned()), ("stress_load", "11".to_owned())]);
    }
}
