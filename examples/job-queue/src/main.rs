//! The job queue under load: chooses a workload, and returns its exit code.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use job_queue::benchmark::Benchmark;
use job_queue::profile::Profile;
use job_queue::protocols::Standing;
use job_queue::queue::SlowDown;
use job_queue::workload::{self, Service};
use plimsoll::model::Protocol;
use plimsoll_cli::{Flags, LoadFlags, Prepared, Program, Session, parse, refuse};

/// A job queue with real workers under load
///
/// Without flags: as many users as the profile has concurrent jobs, each of which submits a job and waits for it,
/// for a few seconds.
#[derive(Debug, Parser)]
#[command(name = "job-queue", version)]
struct Cli {
    /// How large an installation is imitated: small, medium, large or enterprise
    #[arg(long, value_name = "NAME", default_value = "small")]
    profile: Profile,

    /// How much more work than necessary the service does, such as 30%
    #[arg(long, value_name = "SHARE", default_value = "0%")]
    slow_down: SlowDown,

    /// Put all tenants under one semaphore, to see what isolation protects from
    #[arg(long)]
    shared_semaphore: bool,

    /// Run a standing protocol instead of a load
    #[arg(long, value_name = "NAME", value_enum, conflicts_with = "benchmark")]
    protocol: Option<Standing>,

    /// Run one part of the service alone instead of a load
    #[arg(long, value_name = "NAME", value_enum)]
    benchmark: Option<Benchmark>,

    #[command(flatten)]
    flags: Flags,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match parse::<Cli>() {
        Ok(cli) => cli,
        Err(exit) => return exit.into(),
    };
    if let Some(protocol) = cli.protocol.filter(|_| asks_for_load(&cli.flags)) {
        let refusal = format!("--protocol {protocol} runs as it stands; leave out the flags under Load");
        return refuse::<Cli>(&refusal).into();
    }
    let mut session = Session::begin(&Program::new("job-queue", env!("CARGO_PKG_VERSION")), &cli.flags).await;
    session.sitting().config("profile", cli.profile).config("slow_down", cli.slow_down);
    match (cli.protocol, cli.benchmark) {
        (Some(protocol), _) => run_protocol(&mut session, &cli, protocol).await,
        (None, Some(benchmark)) => run_benchmark(&mut session, &cli, benchmark).await,
        (None, None) => run_profile(&mut session, &cli).await,
    }
    session.finish().into()
}

/// Whether flags were given that only a load knows what to do with.
fn asks_for_load(flags: &Flags) -> bool {
    flags.load != LoadFlags::default() || flags.iterations != 1
}

fn service(cli: &Cli) -> Service {
    Service { slow_down: cli.slow_down, shared_semaphore: cli.shared_semaphore }
}

async fn run_profile(session: &mut Session, cli: &Cli) {
    let workload = format!("job-queue/{}", cli.profile);
    let prepare = async |_| {
        let queue = service(cli).start()?;
        let load = workload::load(cli.profile, Arc::clone(&queue));
        let load = cli.flags.load.apply(load, workload::offered(cli.profile))?;
        Ok(Prepared::new(load).tear_down(async move {
            queue.shutdown().await;
            Ok(())
        }))
    };
    session.run(&workload, prepare).await;
}

async fn run_benchmark(session: &mut Session, cli: &Cli, benchmark: Benchmark) {
    let prepare = async |_| {
        let load = benchmark.load(cli.profile, &service(cli))?;
        cli.flags.load.apply(load, Benchmark::offered())
    };
    session.run(benchmark.workload(), prepare).await;
}

async fn run_protocol(session: &mut Session, cli: &Cli, standing: Standing) {
    let outcome = match standing.run(&service(cli)).await {
        Ok(outcome) => outcome,
        Err(error) => return session.fail(&error.into()),
    };
    let protocol = Protocol { name: standing.to_string(), scenarios: vec![outcome.scenario] };
    session.sitting().protocol(protocol, outcome.verdict);
}
