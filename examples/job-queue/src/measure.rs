//! What the program measures: a profile, a part of the service, a protocol.

use std::num::NonZeroUsize;
use std::sync::Arc;

use job_queue::benchmark::{Bench, Benchmark};
use job_queue::postgres::Postgres;
use job_queue::protocols::{Conducted, Standing};
use job_queue::queue::Queue;
use job_queue::scale::{self, Scaled, Varied};
use job_queue::workload::{self, Service};
use plimsoll::Load;
use plimsoll::model::{Isolation, Protocol, Verdict};
use plimsoll_cli::{Log, Prepared, Session};

use crate::{Cli, Targets};

/// The load of the profile; after it, where there are some, the servers of the queue alone.
pub(crate) async fn profile(session: &mut Session, cli: &Cli, targets: &Targets) {
    // A server that is not there should not cost a run.
    if let Some(address) = &targets.postgres
        && let Err(error) = Postgres::connect(address).await
    {
        return session.fail(&error.into());
    }
    let log = session.log().clone();
    let mut health = None;
    let prepare = async |_| {
        let queue = targets.service.start().await?;
        tell_of_losses(&queue, &log);
        health = Some(queue.health());
        let load = workload::load(cli.profile, Arc::clone(&queue));
        let load = cli.flags.load.apply(load, workload::offered(cli.profile))?;
        Ok(prepared(load, Some(queue)))
    };
    session.run(&format!("job-queue/{}", cli.profile), prepare).await;
    // What the first run has said of a server that is away need not be said again.
    let Some(health) = health else { return };
    let is_there = health.is_some_and(|health| health.borrow().away.is_none());
    let redis = is_there.then_some(Benchmark::Redis);
    let postgres = targets.postgres.as_ref().map(|_| Benchmark::Postgres);
    for server in redis.into_iter().chain(postgres) {
        let with_phases = |load: Load| Ok(load.measure(Benchmark::offered()));
        alone(session, cli, targets, server, with_phases).await;
    }
}

/// A part of the service alone, under the load that the flags ask for.
pub(crate) async fn benchmark(session: &mut Session, cli: &Cli, targets: &Targets, benchmark: Benchmark) {
    let with_phases = |load| cli.flags.load.apply(load, Benchmark::offered());
    alone(session, cli, targets, benchmark, with_phases).await;
}

/// The load at each level of what is varied, one level after the other as often as the flags say, and what that
/// says.
pub(crate) async fn scale(
    session: &mut Session,
    cli: &Cli,
    targets: &Targets,
    (varied, levels): (Varied, &[NonZeroUsize]),
) {
    let mut rounds = Vec::new();
    for _ in 0..cli.flags.iterations {
        let mut round = Vec::new();
        for level in levels {
            if session.is_interrupted() {
                return;
            }
            match at_level(session, cli, targets, varied, *level).await {
                Ok(throughput) => round.push((level.get() as f64, throughput)),
                Err(error) => return session.fail(&error),
            }
        }
        rounds.push(round);
    }
    let found = Scaled::of(varied, &rounds);
    let protocol = Protocol { name: "scaling".to_owned(), scenarios: vec![found.scenario(varied)] };
    session.sitting().protocol(protocol, Verdict::pass());
}

/// One run; gives the jobs completed in each second.
async fn at_level(
    session: &mut Session,
    cli: &Cli,
    targets: &Targets,
    varied: Varied,
    level: NonZeroUsize,
) -> anyhow::Result<f64> {
    let (workers, records) = match varied {
        Varied::Workers => (Some(level), workload::RECORDS),
        Varied::Records => (None, level.get() as u64),
    };
    session.log().say(format!("{} {level}", varied.name()));
    let queue = Service { workers, ..targets.service.clone() }.start().await?;
    let load = workload::load_with(cli.profile, records, Arc::clone(&queue));
    let load = match workers {
        Some(workers) => load.parameter(varied.name(), workers),
        None => load,
    };
    let load = cli.flags.load.apply(load, scale::offered()?)?;
    let run = session.measure(load).await;
    queue.shutdown().await?;
    let run = run?;
    let throughput = run.scenarios[0].throughput.achieved_per_s;
    let workload = format!("job-queue/{}/{}-{level}", cli.profile, varied.name());
    session.sitting().add(&workload, Isolation::InProcess, run);
    Ok(throughput)
}

/// A protocol, and what it leaves.
pub(crate) async fn protocol(session: &mut Session, cli: &Cli, targets: &Targets, standing: Standing) {
    let measure = async |load| session.measure(load).await;
    let length = cli.flags.load.duration;
    let Conducted { followed, outcome } =
        match standing.run(&targets.service, cli.profile, length, measure).await {
            Ok(conducted) => conducted,
            Err(error) => return session.fail(&error.into()),
        };
    if let Some((run, leak)) = followed {
        session.sitting().add(&format!("job-queue/{standing}"), Isolation::Process, run).leak(leak);
    }
    match outcome {
        Ok(outcome) => {
            let protocol = Protocol { name: standing.to_string(), scenarios: vec![outcome.scenario] };
            session.sitting().protocol(protocol, outcome.verdict);
        }
        Err(error) => session.fail(&error.into()),
    }
}

async fn alone(
    session: &mut Session,
    cli: &Cli,
    targets: &Targets,
    benchmark: Benchmark,
    with_phases: impl Fn(Load) -> anyhow::Result<Load>,
) {
    let mut told = None;
    let prepare = async |_| {
        let bench = benchmark.prepare(cli.profile, &targets.service, targets.postgres.as_ref()).await?;
        let Bench { load, queue, version } = bench;
        told = version;
        Ok(prepared(with_phases(load)?, queue))
    };
    session.run(benchmark.workload(), prepare).await;
    if let Some(version) = told {
        session.sitting().derived(&format!("{}_version", benchmark.server()), version);
    }
}

/// A load that shuts down its queue when it is over.
fn prepared(load: Load, queue: Option<Arc<Queue>>) -> Prepared {
    Prepared::new(load).tear_down(async move {
        match queue {
            Some(queue) => Ok(queue.shutdown().await?),
            None => Ok(()),
        }
    })
}

/// Says when the Redis behind a queue goes away and comes back, for as long as there is the queue.
fn tell_of_losses(queue: &Queue, log: &Log) {
    let Some(mut health) = queue.health() else { return };
    let log = log.clone();
    tokio::spawn(async move {
        while health.changed().await.is_ok() {
            log.say(health.borrow_and_update().to_string());
        }
    });
}
