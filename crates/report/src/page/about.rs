//! When and where it was measured, and what was offered.

use plimsoll_metrics::num::to_f64;
use plimsoll_model::{
    ContainerLimits, Environment, Overload, Plan, PlannedPhase, Profile, Set, SetRun, Stage, StopCause,
    UserStage,
};

use super::{Block, Section};
use crate::{format, text};

/// Most plans, settings and seeds that are named.
const MOST: usize = 12;

pub(super) fn section(set: &Set) -> Option<Section> {
    let mut facts = vec![fact("time", time(set)), fact("where", place(&set.environment))];
    facts.extend(machine(&set.environment).map(|machine| fact("machine", machine)));
    facts.push(fact("build", build(set)));
    facts.extend(plans(set).map(|(label, plan)| fact(&label, plan)));
    facts.extend(seeds(set).map(|seeds| fact("seed", seeds)));
    facts.extend(settings(set).map(|settings| fact("settings", settings)));
    Section::new("About", [Block::Facts(facts)])
}

/// The same without what differs from result to result.
pub(super) fn place_section(set: &Set) -> Option<Section> {
    let mut facts = vec![fact("time", time(set)), fact("where", place(&set.environment))];
    facts.extend(machine(&set.environment).map(|machine| fact("machine", machine)));
    Section::new("About", [Block::Facts(facts)])
}

fn fact(label: &str, value: String) -> (String, String) {
    (label.to_owned(), value)
}

fn time(set: &Set) -> String {
    let length = match set.runs.as_slice() {
        [only] => only.run.duration_ns,
        _ => u64::try_from(set.completed_at.since(set.started_at).as_nanos()).unwrap_or(u64::MAX),
    };
    let mut time = format!("{}, took {}", set.started_at.human(), format::span(length));
    let stops = set.runs.iter().filter(|place| place.run.stop.cause != StopCause::Finished);
    for place in stops.take(MOST) {
        time.push_str(&format!("; {}", stop(place)));
    }
    time
}

fn stop(place: &SetRun) -> String {
    let cause = match place.run.stop.cause {
        StopCause::AbortRule => "stopped by a rule",
        StopCause::Watch => "stopped by a watch",
        StopCause::Oom => "stopped: out of memory",
        StopCause::Interrupt => "interrupted",
        StopCause::Cancelled => "cancelled",
        _ => "ended",
    };
    let target = place.run.stop.target.as_deref().map(|target| format!(" ({})", text::name(target)));
    format!("{cause} after {}{}", format::span(place.run.stop.at_ns), target.unwrap_or_default())
}

fn place(environment: &Environment) -> String {
    if *environment == Environment::virtual_time() {
        return "virtual time, on no machine".to_owned();
    }
    joined([
        known(&environment.label),
        known(&environment.os),
        known(&environment.kernel).filter(|kernel| !environment.os.contains(kernel.as_str())),
    ])
}

fn machine(environment: &Environment) -> Option<String> {
    if *environment == Environment::virtual_time() {
        return None;
    }
    let cores = (environment.cores > 0).then(|| match environment.cores {
        1 => "1 core".to_owned(),
        cores => format!("{} cores", format::count(cores)),
    });
    let memory = (environment.memory_bytes > 0).then(|| format::bytes(to_f64(environment.memory_bytes)));
    let known_parts = [
        known(&environment.cpu_model),
        cores,
        memory,
        environment.container_limits.and_then(limits),
        environment.gpu.as_deref().and_then(known),
        environment.disk.as_deref().and_then(known),
        environment.network.as_deref().and_then(known),
    ];
    known_parts.iter().any(Option::is_some).then(|| joined(known_parts))
}

fn limits(limits: ContainerLimits) -> Option<String> {
    let cpu = limits.cpu_millicores.map(|cpu| format!("{} CPUs", format::number(to_f64(cpu) / 1000.0)));
    let memory = limits.memory_bytes.map(|bytes| format::bytes(to_f64(bytes)));
    let parts: Vec<String> = [cpu, memory].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("container limited to {}", parts.join(" and ")))
}

fn build(set: &Set) -> String {
    let revision = set.environment.git_revision.as_deref().and_then(known).map(|revision| {
        let dirty = if set.environment.git_dirty == Some(true) { ", modified" } else { "" };
        format!("git {}{dirty}", text::cut(&revision, 12))
    });
    joined([
        known(&format!("{} {}", set.tool.name, set.tool.version)),
        revision,
        known(&set.environment.rustc),
    ])
}

/// The plan of each workload.
fn plans(set: &Set) -> impl Iterator<Item = (String, String)> {
    let mut plans: Vec<(&str, &Plan)> = Vec::new();
    for place in &set.runs {
        let workload = place.workload.as_str();
        if plans.len() < MOST
            && !plans.iter().any(|(known, plan)| (*known, *plan) == (workload, &place.run.plan))
        {
            plans.push((workload, &place.run.plan));
        }
    }
    let several = plans.len() > 1;
    plans.into_iter().map(move |(workload, plan)| {
        let workload = if several { format!("{}: ", text::name(workload)) } else { String::new() };
        ("offered".to_owned(), format!("{workload}{}", offered(plan)))
    })
}

fn offered(plan: &Plan) -> String {
    let phases: Vec<String> = plan.phases.iter().take(MOST).map(phase).collect();
    let mix: Vec<String> = plan
        .scenarios
        .iter()
        .take(MOST)
        .map(|scenario| format!("{} ×{}", text::name(&scenario.name), scenario.weight))
        .collect();
    let mix = (plan.scenarios.len() > 1).then(|| format!("mix {}", mix.join(", ")));
    let timeout = plan.timeout_ns.map(|ns| format!("timeout {}", format::span(ns)));
    let think = plan.think.map(|think| format!("think time {think}"));
    let pacing = plan.pacing_ns.map(|ns| format!("a start every {} for each user at most", format::span(ns)));
    joined([Some(phases.join(", then ")), mix, think, pacing, in_flight(plan), timeout])
}

/// How much may be in flight; with users there are never more than these.
fn in_flight(plan: &Plan) -> Option<String> {
    let is_needed = plan.phases.iter().any(|phase| phase.profile.is_open());
    is_needed
        .then(|| format!("{} in flight at most, {}", format::count(plan.in_flight), overload(plan.overload)))
}

fn phase(phase: &PlannedPhase) -> String {
    format!("{} {}", text::name(&phase.name), profile(&phase.profile))
}

fn profile(profile: &Profile) -> String {
    match profile {
        Profile::Rate { stages } => rates(stages),
        Profile::Poisson { stages } => format!("Poisson arrivals {}", rates(stages)),
        Profile::Users { users, length_ns } => {
            format!("{} for {}", self::users(*users), format::span(*length_ns))
        }
        Profile::Iterations { users, iterations } => {
            format!("{} operations by {}", format::count(*iterations), self::users(*users))
        }
        Profile::PerUser { users, iterations } => {
            format!("{} operations by each of {}", format::count(*iterations), self::users(*users))
        }
        Profile::RampUsers { stages } => {
            let shown: Vec<String> = stages.iter().take(MOST).map(user_stage).collect();
            let more = if stages.len() > MOST { ", …" } else { "" };
            format!("{}{more}", shown.join(", "))
        }
        _ => "a profile that this version does not know".to_owned(),
    }
}

fn rates(stages: &[Stage]) -> String {
    let shown: Vec<String> = stages.iter().take(MOST).map(stage).collect();
    let more = if stages.len() > MOST { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

fn user_stage(stage: &UserStage) -> String {
    let length = format::span(stage.length_ns);
    if stage.from == stage.to {
        format!("{} for {length}", users(stage.to))
    } else {
        format!("{} to {} in {length}", format::count(stage.from), users(stage.to))
    }
}

fn users(users: u64) -> String {
    if users == 1 { "1 user".to_owned() } else { format!("{} users", format::count(users)) }
}

fn stage(stage: &Stage) -> String {
    let length = format::span(stage.length_ns);
    if stage.from == stage.to {
        format!("{} for {length}", format::rate(stage.from))
    } else {
        format!("{} → {} in {length}", format::rate(stage.from), format::rate(stage.to))
    }
}

fn overload(overload: Overload) -> String {
    match overload {
        Overload::Queue { limit } => format!("beyond that up to {} wait", format::count(limit)),
        Overload::Drop => "beyond that dropped".to_owned(),
        Overload::Skip => "beyond that only the newest waits".to_owned(),
    }
}

fn seeds(set: &Set) -> Option<String> {
    let mut seeds: Vec<u64> = set.runs.iter().map(|place| place.run.seed).collect();
    seeds.dedup();
    let shown: Vec<String> = seeds.iter().take(MOST).map(ToString::to_string).collect();
    let more = if seeds.len() > MOST { ", …" } else { "" };
    (!shown.is_empty()).then(|| format!("{}{more}", shown.join(", ")))
}

fn settings(set: &Set) -> Option<String> {
    let shown: Vec<String> = set
        .config
        .iter()
        .chain(&set.derived_config)
        .take(MOST)
        .map(|(key, value)| format!("{} = {}", text::name(key), text::name(value)))
        .collect();
    (!shown.is_empty()).then(|| joined(shown.into_iter().map(Some)))
}

/// A text that says something.
fn known(text: &str) -> Option<String> {
    let text = text::name(text.trim());
    (!text.is_empty()).then_some(text)
}

fn joined(parts: impl IntoIterator<Item = Option<String>>) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "not known".to_owned() } else { parts.join(" · ") }
}
