//! All standing protocols, one after the other.

use plimsoll_model::ProtocolScenario;

use super::conduct::{Conducted, Watcher, conduct};
use super::idle::{Idle, IdlePlan};
use super::leak::{Leak, LeakPlan};
use super::moves::{Findings, Protocol};
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

/// Runs idle, stress, leak and speed. Half of the load that stress found drives leak, all of it is the base of speed.
///
/// `keep` is given each as soon as it is over, for results that outlive the program. Where stress found no load, or was
/// cut off, the two that need it refuse with its reason.
pub async fn standing(
    plan: StandingPlan,
    system: &mut dyn SystemUnderTest,
    watcher: &mut dyn Watcher,
    mut keep: impl FnMut(&ProtocolScenario),
) -> Vec<Conducted> {
    let mut all: Vec<Conducted> = Vec::new();
    let mut end = |conducted: Conducted| {
        keep(&conducted.scenario());
        all.push(conducted);
    };
    end(conduct(&mut Idle::new(plan.idle), system, watcher).await);
    let stress = conduct(&mut Stress::new(plan.stress), system, watcher).await;
    let found = stress.findings.clone();
    end(stress);
    // What was killed for lack of memory is no system to measure further, whatever held before.
    let held = found.held.filter(|_| found.aborted.is_none());
    for (name, protocol) in followers(&plan, held) {
        end(match protocol {
            Some(mut protocol) => conduct(protocol.as_mut(), system, watcher).await,
            None => refused(name, &found),
        });
    }
    all
}

/// The protocols that need a load; `None` for each where there is none.
fn followers(plan: &StandingPlan, held: Option<u64>) -> [(&'static str, Option<Box<dyn Protocol>>); 2] {
    let leak = held.map(|held| Leak::new(LeakPlan { load: (held / 2).max(1), ..plan.leak }));
    let speed = held.map(|held| Speed::new(SpeedPlan { base: held, ..plan.speed }));
    [("leak", leak.map(|leak| Box::new(leak) as _)), ("speed", speed.map(|speed| Box::new(speed) as _))]
}

/// A protocol that could not begin, because stress found nothing.
fn refused(name: &'static str, stress: &Findings) -> Conducted {
    let why = stress.aborted.as_deref().unwrap_or("it came to no end");
    let aborted = Some(format!("stress found no load that holds: {why}"));
    Conducted { name, findings: Findings { aborted, ..Findings::default() }, phases: Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::super::simulated::Machine;
    use super::*;

    async fn all(machine: &mut Machine) -> (Vec<Conducted>, Vec<String>) {
        let mut watcher = machine.watcher();
        let mut kept = Vec::new();
        let keep = |scenario: &ProtocolScenario| kept.push(scenario.scenario_name.clone());
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
}
