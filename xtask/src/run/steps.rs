//! The modes, one after the other, and what follows from them.

use std::time::Duration;

use anyhow::ensure;
use plimsoll::baseline::targets;
use plimsoll::model::{Protocol, ProtocolScenario, Set, Verdict};
use plimsoll::report::{Console, Overview, analyze};
use plimsoll_cli::{Exit, Streams, read_baseline};
use serde_json::json;

use super::LoadArgs;
use super::mode::{Mode, Scenario};
use super::service::Service;
use crate::compare;
use crate::example::Example;
use crate::parts::Parts;
use crate::signals::Signals;

/// Runs modes on one service, judges what was measured, and reports.
pub(super) async fn perform(args: &LoadArgs, modes: &[Mode]) -> anyhow::Result<Exit> {
    // A mistake in a file should not cost a run.
    let baseline = read_baseline(&args.baseline)?;
    let has_load = modes.iter().any(|mode| mode.scenario(args.scale).is_some());
    ensure!(has_load || args.target.is_none(), "--target is for load scenarios; components are built in");
    // Neither should a service that is not there.
    let elsewhere = match &args.target {
        Some(url) if has_load => Some(Service::at(url).await?),
        _ => None,
    };
    let mut signals = Signals::listen()?;
    let streams = Streams::standard(args.color);
    let mut parts = Parts::begin("run", &args.out, args.progress, streams, &mut signals)?;
    let names: Vec<&str> = modes.iter().map(|mode| mode.name()).collect();
    parts.sitting.config("modes", names.join(", ")).config("scale", args.scale);
    let mut scenarios = Vec::new();
    // Nothing is built while something is measured.
    let own = if modes.contains(&Mode::Components) { Some(parts.build("components").await?) } else { None };
    if has_load {
        let http_load = parts.build("http-load").await?;
        let service = match elsewhere {
            Some(service) => service,
            None => Service::built_in(&http_load).await?,
        };
        parts.sitting.config("target", service.shown());
        for mode in modes {
            scenarios.extend(match (mode.scenario(args.scale), &own) {
                (Some(scenario), _) => {
                    under_load(&mut parts, args, &http_load, &service, (*mode, scenario)).await?
                }
                (None, Some(own)) => components(&mut parts, own, &[]).await?,
                (None, None) => None,
            });
        }
    } else if let Some(own) = &own {
        scenarios.extend(components(&mut parts, own, &args.more).await?);
    }
    let protocol = Protocol { name: "load-scenarios".to_owned(), scenarios };
    parts.sitting.protocol(protocol, Verdict::pass());
    let mut set = parts.finish();
    if !parts.is_interrupted() {
        parts.log.say("comparison with targets, analysis and report");
        set.comparisons.push(targets::judge(&judged(&set), &baseline, None)?);
        set.verdict = set.verdict.and(compare::verdict(&set.comparisons, false));
    }
    set.analysis = Some(analyze(&set));
    let is_one = modes.len() == 1;
    parts.leave(&set, !args.no_charts, |options| {
        if is_one { Box::new(Console { options }) } else { Box::new(Overview { options }) }
    })?;
    Ok(Exit::of(set.verdict.status, args.fail_on_inconclusive))
}

/// Runs a load scenario, and says what it was and what it found beside its figures.
async fn under_load(
    parts: &mut Parts<'_>,
    args: &LoadArgs,
    http_load: &Example,
    service: &Service,
    (mode, scenario): (Mode, Scenario),
) -> anyhow::Result<Option<ProtocolScenario>> {
    let recovery = mode.recovery(args.scale);
    let mut arguments = service.flags();
    let shortest = recovery.map_or(scenario.length, |recovery| recovery.min(scenario.length));
    let mut say = |flag: &str, value: String| arguments.extend([flag.to_owned(), value]);
    say("--users", scenario.users.to_string());
    say("--duration", length(scenario.length));
    say("--sample-every", length(often(shortest)));
    if let Some(recovery) = recovery {
        say("--recovery", length(recovery));
    }
    arguments.extend(args.more.iter().cloned());
    let Some(mut set) = parts.run(http_load, mode.name(), &arguments).await? else { return Ok(None) };
    for place in &mut set.runs {
        let which =
            ["before", "after"].into_iter().find(|which| place.workload.ends_with(&format!("/{which}")));
        place.workload = match which {
            Some(which) => format!("{}/{which}", mode.workload()),
            None => mode.workload(),
        };
    }
    let found = set.protocol.take().and_then(|protocol| protocol.scenarios.into_iter().next());
    parts.sitting.join(set);
    Ok(Some(ProtocolScenario {
        scenario_name: mode.name().to_owned(),
        scenario_params: [
            ("users".to_owned(), json!(scenario.users)),
            ("length_s".to_owned(), json!(scenario.length.as_secs_f64())),
        ]
        .into(),
        aborted: parts.is_interrupted(),
        metadata: found.map(|found| found.metadata).unwrap_or_default(),
    }))
}

/// Measures the components.
async fn components(
    parts: &mut Parts<'_>,
    example: &Example,
    flags: &[String],
) -> anyhow::Result<Option<ProtocolScenario>> {
    let Some(set) = parts.run(example, Mode::Components.name(), flags).await? else { return Ok(None) };
    let stated = set.derived_config.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    parts.sitting.join(set);
    Ok(Some(ProtocolScenario {
        scenario_name: Mode::Components.name().to_owned(),
        scenario_params: stated,
        aborted: parts.is_interrupted(),
        metadata: std::collections::BTreeMap::new(),
    }))
}

/// What is held against targets: warm-up and light loads are there for the others.
fn judged(set: &Set) -> Set {
    let is_aid = |workload: &str| {
        workload == Mode::Warmup.workload() || ["/before", "/after"].iter().any(|end| workload.ends_with(end))
    };
    Set { runs: set.runs.iter().filter(|place| !is_aid(&place.workload)).cloned().collect(), ..set.clone() }
}

/// How often resources are read: every two seconds, and in a short scenario often enough for some readings.
fn often(length: Duration) -> Duration {
    (length / 5).clamp(Duration::from_millis(50), Duration::from_secs(2))
}

/// As a flag takes it.
fn length(length: Duration) -> String {
    format!("{}ms", length.as_millis().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_scenarios_are_sampled_more_often() {
        assert_eq!(often(Duration::from_secs(600)), Duration::from_secs(2));
        assert_eq!(often(Duration::from_secs(3)), Duration::from_millis(600));
        assert_eq!(often(Duration::from_millis(1)), Duration::from_millis(50));
    }
}
