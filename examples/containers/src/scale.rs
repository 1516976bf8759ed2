//! Vertical scaling: how much more load a container bears when it may use more CPU.

use std::collections::BTreeMap;
use std::process::Stdio;

use anyhow::{Context, ensure};
use containers::config::Config;
use containers::system::Deployment;
use plimsoll::metrics::stats::fit_amdahl;
use plimsoll::model::{Protocol, ProtocolScenario, Scaling, SetRun, Status, Verdict};
use plimsoll::protocols::{Conducted, Standing, Stress, conduct};
use plimsoll::resources::{Compose, ProjectContainer};
use plimsoll_cli::{Exit, Session};
use serde_json::json;
use tokio::process::Command;

use crate::Configured;
use crate::run::{Kept, client, told, watch};

/// Fewest levels that a law follows from.
const LEAST: usize = 3;

/// What the command line accepts.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    configured: Configured,

    /// CPUs that the container may use, one after the other
    #[arg(long, value_name = "N,...", value_delimiter = ',', default_value = "0.5,1,2", value_parser = cpus)]
    cpus: Vec<f64>,

    /// The service of the compose file whose container that is
    #[arg(long, value_name = "NAME", default_value = "app")]
    service: String,

    #[command(flatten)]
    kept: Kept,
}

fn cpus(text: &str) -> Result<f64, String> {
    let cpus = text.trim().parse().ok().filter(|cpus: &f64| cpus.is_finite() && *cpus >= 0.01);
    cpus.ok_or_else(|| "expected a number of CPUs from 0.01 on, such as 0.5".to_owned())
}

/// A level and what held at it.
struct Level {
    cpus: f64,
    held: Option<u64>,
    scenario: ProtocolScenario,
    runs: Vec<SetRun>,
    verdict: Verdict,
}

/// Stress at each level, a table of all, and the law that they follow.
pub(crate) async fn scale(args: Args) -> Exit {
    let Args { configured, cpus, service, kept } = args;
    let mut session = kept.begin().await;
    let outcome = async {
        let config = configured.read()?;
        for (name, value) in config.given() {
            session.sitting().config(name, value);
        }
        let levels: Vec<String> = cpus.iter().map(ToString::to_string).collect();
        session.sitting().config("cpus", levels.join(", ")).config("service", &service);
        measure(&mut session, &config, &service, &cpus).await
    };
    if let Err(error) = outcome.await {
        session.fail(&error);
    }
    session.finish()
}

async fn measure(session: &mut Session, config: &Config, service: &str, cpus: &[f64]) -> anyhow::Result<()> {
    let compose = config.compose();
    let mut levels = Vec::new();
    let mut outcome = Ok(());
    for cpus in cpus {
        match level(session, config, &compose, service, *cpus).await {
            Ok(level) => levels.push(level),
            Err(error) => outcome = Err(error.context(format!("{service} with {cpus} CPUs"))),
        }
        if outcome.is_err() || session.is_interrupted() {
            break;
        }
    }
    let ended = compose.down().await.context("the containers were not ended");
    if !levels.is_empty() {
        add(session, levels, cpus.len());
    }
    outcome.and(ended)
}

async fn level(
    session: &Session,
    config: &Config,
    compose: &Compose,
    service: &str,
    cpus: f64,
) -> anyhow::Result<Level> {
    let containers = compose.clean().await?;
    let container = containers.iter().find(|container| container.service == service);
    let container = container.with_context(|| format!("the compose file has no service {service}"))?;
    allow(container, cpus).await?;
    let mut deployment = Deployment::new(client(config)?, config.timeout(), None);
    deployment.answers().await?;
    let (mut watcher, zero) = watch(session, config, &containers)?;
    let conducted = conduct(&mut Stress::new(config.plan().stress), &mut deployment, &mut watcher).await;
    session.log().say(format!("{cpus} CPUs: {}", told(&conducted)));
    Ok(Level::of(cpus, conducted, zero))
}

/// Lets a container use so many CPUs from now on.
async fn allow(container: &ProjectContainer, cpus: f64) -> anyhow::Result<()> {
    let mut update = Command::new("docker");
    update.args(["update", "--cpus", &cpus.to_string(), &container.container]).stdin(Stdio::null());
    let output = update.output().await.context("docker cannot be started")?;
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    ensure!(output.status.success(), "{} cannot have {cpus} CPUs: {said}", container.container);
    Ok(())
}

impl Level {
    fn of(cpus: f64, conducted: Conducted, zero: plimsoll::model::Timestamp) -> Level {
        let held = bearing(&conducted);
        let all = [conducted];
        let left = Standing::of(&all);
        let name = format!("stress/{cpus}");
        let mut scenario = left.protocol().scenarios.swap_remove(0);
        scenario.scenario_name.clone_from(&name);
        scenario.scenario_params.insert("cpus".to_owned(), cpus.into());
        let named = |run: SetRun| SetRun { workload: name.clone(), step: Some(name.clone()), ..run };
        let runs = left.runs(zero).into_iter().map(named).collect();
        let is_aborted = all[0].findings.aborted.is_some();
        let verdict = match held {
            None if !is_aborted => left.verdict().and(Verdict::because(
                Status::Inconclusive,
                format!("with {cpus} CPUs no limit was met: the load that it bears is not known"),
            )),
            _ => left.verdict(),
        };
        Level { cpus, held, scenario, runs, verdict }
    }
}

/// The load that a container bears; `None` where the load ended before a limit did, on a machine too busy or by its most.
fn bearing(conducted: &Conducted) -> Option<u64> {
    let found = &conducted.findings;
    found.held.filter(|_| found.aborted.is_none() && found.metadata.contains_key("trigger"))
}

fn add(session: &mut Session, levels: Vec<Level>, asked: usize) {
    let points: Vec<(f64, f64)> =
        levels.iter().filter_map(|level| Some((level.cpus, level.held? as f64))).collect();
    let sitting = session.sitting();
    let (mut scenarios, mut verdict) = (Vec::new(), Verdict::pass());
    for level in levels {
        scenarios.push(level.scenario);
        verdict = verdict.and(level.verdict);
        for run in level.runs {
            sitting.add_step(run);
        }
    }
    scenarios.push(table(&points, asked));
    sitting.protocol(Protocol { name: "vertical_scaling".to_owned(), scenarios }, verdict);
    if let Some(scaling) = scaling(&points) {
        sitting.scaling(scaling);
    }
}

/// What was gained at each level over the first, beside what would be ideal.
fn table(points: &[(f64, f64)], asked: usize) -> ProtocolScenario {
    let first = points.first().copied();
    let gained = |(cpus, load): &(f64, f64)| first.map(|(least, base)| (load / base, cpus / least));
    let rows = points.iter().map(|point| {
        let (speed_up, ideal) = gained(point).unwrap_or((1.0, 1.0));
        json!({"cpus": point.0, "load": point.1, "speed_up": speed_up, "ideal": ideal})
    });
    let mut metadata = BTreeMap::from([
        ("step_results".to_owned(), rows.collect::<Vec<_>>().into()),
        ("law".to_owned(), law(points).into()),
    ]);
    for point in points {
        let (speed_up, ideal) = gained(point).unwrap_or((1.0, 1.0));
        let said = format!("{} units: {speed_up:.2} x (ideal {ideal:.2})", point.1);
        metadata.insert(format!("{} CPUs", point.0), said.into());
    }
    ProtocolScenario {
        scenario_name: "vertical_scaling".to_owned(),
        scenario_params: BTreeMap::new(),
        aborted: points.len() < asked,
        metadata,
    }
}

fn law(points: &[(f64, f64)]) -> String {
    if points.len() < LEAST {
        return format!("not enough points: {} levels, and a law takes {LEAST}", points.len());
    }
    // The law counts in the first level: it asks what twice of that does.
    let least = points[0].0;
    let relative: Vec<(f64, f64)> = points.iter().map(|(cpus, load)| (cpus / least, *load)).collect();
    match fit_amdahl(&relative) {
        Some(law) => format!("Amdahl: {:.1} % serial (no interval from one run each)", 100.0 * law.serial),
        None => "no law: no load held at some level".to_owned(),
    }
}

fn scaling(points: &[(f64, f64)]) -> Option<Scaling> {
    let (least, base) = points.first().copied()?;
    let (most, load) = points.last().copied()?;
    (points.len() > 1).then(|| Scaling {
        dimension: "cpu_limit".to_owned(),
        points: points.iter().map(|(cpus, load)| (*cpus, load / base)).collect(),
        law: (points.len() >= LEAST).then(|| "amdahl".to_owned()),
        knee: None,
        capacity: None,
        advice: format!(
            "from {least} to {most} CPUs the load that it bears grows {:.2} times (vertical); {:.2} would be ideal",
            load / base,
            most / least
        ),
    })
}

#[cfg(test)]
mod tests {
    use plimsoll::protocols::Findings;

    use super::*;

    #[test]
    fn each_level_is_held_against_the_first_and_the_ideal() {
        let scenario = table(&[(0.5, 18.0), (1.0, 36.0), (2.0, 54.0)], 3);
        assert_eq!(scenario.metadata["0.5 CPUs"], "18 units: 1.00 x (ideal 1.00)");
        assert_eq!(scenario.metadata["2 CPUs"], "54 units: 3.00 x (ideal 4.00)");
        assert_eq!(
            scenario.metadata["step_results"][1],
            json!({"cpus": 1.0, "load": 36.0, "speed_up": 2.0, "ideal": 2.0})
        );
        let law = scenario.metadata["law"].as_str().unwrap();
        assert!(
            law.starts_with("Amdahl: ") && law.ends_with(" serial (no interval from one run each)"),
            "{law}"
        );
        assert!(!scenario.aborted);
    }

    #[test]
    fn two_levels_are_no_law_and_a_level_without_a_load_is_cut_off() {
        let scenario = table(&[(0.5, 18.0), (1.0, 36.0)], 3);
        assert_eq!(scenario.metadata["law"], "not enough points: 2 levels, and a law takes 3");
        assert!(scenario.aborted);
        assert_eq!(scaling(&[(0.5, 18.0)]), None);
    }

    #[test]
    fn a_load_that_met_no_limit_is_not_what_a_container_bears() {
        let conducted = |metadata: &[&str]| Conducted {
            name: "stress",
            findings: Findings {
                held: Some(120),
                metadata: metadata.iter().map(|name| ((*name).to_owned(), json!({}))).collect(),
                ..Findings::default()
            },
            phases: Vec::new(),
            start_ns: 0,
            end_ns: 0,
            sampled: plimsoll::resources::Sampled::default(),
            last: plimsoll::protocols::Seen::default(),
        };
        assert_eq!(bearing(&conducted(&["trigger"])), Some(120));
        assert_eq!(bearing(&conducted(&[])), None);
        let level = Level::of(2.0, conducted(&[]), plimsoll::model::Timestamp::EPOCH);
        assert_eq!(level.verdict.status, Status::Inconclusive);
    }

    #[test]
    fn cpus_are_numbers_above_nothing() {
        assert_eq!(cpus(" 0.5 "), Ok(0.5));
        assert!(["0", "-1", "inf", "two"].iter().all(|text| cpus(text).is_err()));
    }
}
