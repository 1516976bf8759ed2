//! The load between two light ones, and how soon the service is itself again after it.

use std::collections::BTreeMap;
use std::time::Duration;

use plimsoll::harness::{Recovery, recovery};
use plimsoll::metrics::{Clock, Timeline};
use plimsoll::model::{Isolation, Protocol, ProtocolScenario, Verdict, human};
use plimsoll::{Load, Run};
use plimsoll_cli::{Results, Session};
use serde_json::{Value, json};

use crate::Cli;
use crate::target::Target;

/// Measures all three on one service. An interrupt leaves out what would have come, and what it was for.
pub(crate) async fn measure(session: &mut Session, cli: &Cli, length: Duration) -> anyhow::Result<()> {
    Results::probe(&cli.flags.output.out)?;
    let target = Target::ready(cli)?;
    let timeline = Timeline::start(Clock::System);
    let workload = cli.workload();
    let before = one(session, &format!("{workload}/before"), target.light(cli, length).await?).await?;
    if session.is_interrupted() {
        return Ok(());
    }
    let load = target.load(cli).await?;
    let began = timeline.now();
    let stressed = one(session, workload, load).await?;
    if session.is_interrupted() {
        return Ok(());
    }
    let light = target.light(cli, length).await?;
    let ended =
        began + stressed.phases.iter().map(|phase| phase.start_ns + phase.length_ns).max().unwrap_or(0);
    let gap = Duration::from_nanos(timeline.now().saturating_sub(ended));
    let after = one(session, &format!("{workload}/after"), light).await?;
    if let Some(recovery) = recovery(&before, &after, gap).filter(|_| !session.is_interrupted()) {
        session.sitting().protocol(protocol(&recovery, length), Verdict::pass());
    }
    Ok(())
}

async fn one(session: &mut Session, workload: &str, load: Load) -> anyhow::Result<Run> {
    let run = session.measure(load).await?;
    session.sitting().add(workload, Isolation::InProcess, run.clone());
    Ok(run)
}

fn protocol(recovery: &Recovery, length: Duration) -> Protocol {
    let nanos = |length: Duration| u64::try_from(length.as_nanos()).unwrap_or(u64::MAX);
    let before = format!(
        "p95 {}, errors {}",
        human::time(recovery.p95_before_ns as f64),
        human::share(recovery.error_rate_before)
    );
    let found: [(&str, Value); 3] = [
        ("before", json!(before)),
        ("recovery", json!(recovery.to_string())),
        ("recovered_after_ns", json!(recovery.after.map(nanos))),
    ];
    let named = |pairs: &[(&str, Value)]| -> BTreeMap<String, Value> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    };
    let scenario = ProtocolScenario {
        scenario_name: "recovery".to_owned(),
        scenario_params: named(&[("light_load_s", json!(length.as_secs_f64()))]),
        aborted: false,
        metadata: named(&found),
    };
    Protocol { name: "recovery".to_owned(), scenarios: vec![scenario] }
}
