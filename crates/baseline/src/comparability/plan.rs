//! Do two plans offer the same load?

use std::collections::BTreeMap;
use std::time::Duration;

use plimsoll_model::{
    Comparability, Effect, MixOrder, Overload, PhaseKind, Plan, Profile, Stage, Think, UserStage,
};

use super::{entry, known};

/// Every field of a plan in which two plans can differ.
///
/// What decides the load or the operation is refused when it differs: name, scenarios, mix, phases with their
/// rates and users, think time, pacing, in_flight, overload, timeout, drain, and every parameter of the workload. What is sampled
/// meanwhile, and the length of a window, are caveats. Thresholds judge a run without changing it, and are
/// not looked at.
#[must_use]
pub fn of_plans(baseline: &Plan, candidate: &Plan) -> Vec<Comparability> {
    let (a, b) = (baseline, candidate);
    let mut entries = vec![
        entry("plan.name", &a.name, &b.name, Effect::Refused),
        entry("plan.scenarios", &scenarios(a), &scenarios(b), Effect::Refused),
        entry("plan.mix", &mix(a.mix), &mix(b.mix), Effect::Refused),
        entry("plan.phases", &phases(a), &phases(b), Effect::Refused),
        entry("plan.think_time", &think_time(a.think), &think_time(b.think), Effect::Refused),
        entry("plan.pacing", &optional_time(a.pacing_ns), &optional_time(b.pacing_ns), Effect::Refused),
        entry("plan.in_flight", &a.in_flight, &b.in_flight, Effect::Refused),
        entry("plan.overload", &overload(a.overload), &overload(b.overload), Effect::Refused),
        entry("plan.timeout", &optional_time(a.timeout_ns), &optional_time(b.timeout_ns), Effect::Refused),
        entry("plan.drain", &time(a.drain_ns), &time(b.drain_ns), Effect::Refused),
    ];
    entries.extend(parameters(&a.parameters, &b.parameters));
    entries.push(entry("plan.window", &time(a.window_ns), &time(b.window_ns), Effect::Caveat));
    entries.push(entry("plan.samples", &list(&a.samples), &list(&b.samples), Effect::Caveat));
    entries
}

/// One entry for each parameter of either side.
fn parameters(
    baseline: &BTreeMap<String, String>,
    candidate: &BTreeMap<String, String>,
) -> Vec<Comparability> {
    let mut names: Vec<_> = baseline.keys().chain(candidate.keys()).collect();
    names.sort();
    names.dedup();
    let compare = |name: &String| {
        let field = format!("plan.parameters.{name}");
        entry(&field, &known(baseline.get(name)), &known(candidate.get(name)), Effect::Refused)
    };
    names.into_iter().map(compare).collect()
}

fn scenarios(plan: &Plan) -> String {
    let text = plan.scenarios.iter().map(|scenario| {
        let tags: Vec<_> = scenario.tags.iter().map(|(key, value)| format!(" {key}={value}")).collect();
        format!("{}{} x{}", scenario.name, tags.concat(), scenario.weight)
    });
    text.collect::<Vec<_>>().join(", ")
}

fn phases(plan: &Plan) -> String {
    let text = plan.phases.iter().map(|phase| {
        let kind = match phase.kind {
            PhaseKind::Warmup => "warmup",
            PhaseKind::Measure => "measure",
            PhaseKind::Cooldown => "cooldown",
        };
        format!("{} ({kind}) {}", phase.name, profile(&phase.profile))
    });
    text.collect::<Vec<_>>().join(", then ")
}

fn profile(profile: &Profile) -> String {
    match profile {
        Profile::Rate { stages } => rates(stages),
        Profile::Poisson { stages } => format!("Poisson arrivals {}", rates(stages)),
        Profile::Users { users, length_ns } => format!("{users} users for {}", time(*length_ns)),
        Profile::Iterations { users, iterations } => format!("{iterations} iterations by {users} users"),
        Profile::PerUser { users, iterations } => format!("{iterations} iterations by each of {users} users"),
        Profile::RampUsers { stages } => {
            let stage = |stage: &UserStage| {
                format!("{} to {} users in {}", stage.from, stage.to, time(stage.length_ns))
            };
            stages.iter().map(stage).collect::<Vec<_>>().join(", ")
        }
        // Whatever a later version adds: its own words, so that a difference is still seen.
        other => format!("{other:?}"),
    }
}

fn rates(stages: &[Stage]) -> String {
    let stage = stages.iter().map(|stage| {
        let length = time(stage.length_ns);
        if stage.from == stage.to {
            format!("{}/s for {length}", stage.to)
        } else {
            format!("{}/s to {}/s in {length}", stage.from, stage.to)
        }
    });
    stage.collect::<Vec<_>>().join(", ")
}

fn think_time(think: Option<Think>) -> String {
    think.map_or_else(|| "none".to_owned(), |think| think.to_string())
}

fn mix(order: MixOrder) -> &'static str {
    match order {
        MixOrder::Exact => "exact",
        MixOrder::Random => "random",
        MixOrder::Roles => "roles",
    }
}

fn overload(policy: Overload) -> String {
    match policy {
        Overload::Queue { limit } => format!("queue of {limit}"),
        Overload::Drop => "drop".to_owned(),
        Overload::Skip => "skip".to_owned(),
    }
}

fn time(ns: u64) -> String {
    format!("{:?}", Duration::from_nanos(ns))
}

fn optional_time(ns: Option<u64>) -> String {
    ns.map_or_else(|| "none".to_owned(), time)
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
