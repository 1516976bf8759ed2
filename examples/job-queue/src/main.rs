//! The job queue under load: chooses a workload, and returns its exit code.

mod measure;

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::process::ExitCode;

use clap::Parser;
use job_queue::address::{Address, AddressError, Server};
use job_queue::backend::Backend;
use job_queue::benchmark::Benchmark;
use job_queue::profile::Profile;
use job_queue::protocols::Standing;
use job_queue::queue::SlowDown;
use job_queue::scale::Varied;
use job_queue::workload::Service;
use plimsoll::model::Secret;
use plimsoll_cli::{Flags, LoadFlags, Program, Session, parse, refuse};

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

    /// Where the queue keeps its jobs: in-process, or redis://[user:pass@]host:port[/db] [default: in-process]
    #[arg(long, value_name = "URL", value_parser = secret)]
    backend: Option<Secret<String>>,

    /// Also measure queries to a PostgreSQL: postgres://[user:pass@]host:port[/database]
    #[arg(long, value_name = "URL", value_parser = secret, conflicts_with = "protocol")]
    postgres: Option<Secret<String>>,

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

    /// Run the load with each of these numbers of workers, and say how much they speed it up: 1,2,4
    #[arg(long, value_name = "N,...", value_delimiter = ',', conflicts_with_all = ["protocol", "benchmark", "postgres", "scale_records"])]
    scale_workers: Vec<NonZeroUsize>,

    /// Run the load with each of these numbers of records in a job, and say how the time for them grows: 10,20,40
    #[arg(long, value_name = "N,...", value_delimiter = ',', conflicts_with_all = ["protocol", "benchmark", "postgres"])]
    scale_records: Vec<NonZeroUsize>,

    #[command(flatten)]
    flags: Flags,
}

/// What is measured, read from the command line.
struct Targets {
    service: Service,
    postgres: Option<Address>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match parse::<Cli>() {
        Ok(cli) => cli,
        Err(exit) => return exit.into(),
    };
    if let Some(refusal) = cli.protocol.and_then(|protocol| refusal(protocol, &cli.flags)) {
        return refuse::<Cli>(&refusal).into();
    }
    let targets = match targets(&cli) {
        Ok(targets) => targets,
        Err(error) => return refuse::<Cli>(&error.to_string()).into(),
    };
    let mut session = Session::begin(&Program::new("job-queue", env!("CARGO_PKG_VERSION")), &cli.flags).await;
    describe(&mut session, &cli, &targets);
    if let Some(varied) = varied(&cli) {
        measure::scale(&mut session, &cli, &targets, varied).await;
        return session.finish().into();
    }
    match (cli.protocol, cli.benchmark) {
        (Some(protocol), _) => measure::protocol(&mut session, &cli, &targets, protocol).await,
        (None, Some(benchmark)) => measure::benchmark(&mut session, &cli, &targets, benchmark).await,
        (None, None) => measure::profile(&mut session, &cli, &targets).await,
    }
    session.finish().into()
}

/// Takes an address as it is. What is wrong with it is said later, by somebody who hides its password.
fn secret(text: &str) -> Result<Secret<String>, Infallible> {
    Ok(Secret::new(text.to_owned()))
}

/// What is to be varied, if anything is.
fn varied(cli: &Cli) -> Option<(Varied, &[NonZeroUsize])> {
    let asked = [(Varied::Workers, &cli.scale_workers[..]), (Varied::Records, &cli.scale_records[..])];
    asked.into_iter().find(|(_, levels)| !levels.is_empty())
}

fn targets(cli: &Cli) -> Result<Targets, AddressError> {
    let backend = cli.backend.as_ref().map(|text| Backend::parse(text.expose())).transpose()?;
    let postgres = cli.postgres.as_ref().map(|text| Address::parse(Server::Postgres, text.expose()));
    let (slow_down, shared_semaphore) = (cli.slow_down, cli.shared_semaphore);
    let backend = backend.unwrap_or_default();
    let service = Service { backend, slow_down, shared_semaphore, workers: None };
    Ok(Targets { service, postgres: postgres.transpose()? })
}

fn describe(session: &mut Session, cli: &Cli, targets: &Targets) {
    let sitting = session.sitting();
    sitting.config("profile", cli.profile).config("slow_down", cli.slow_down);
    sitting.config("backend", &targets.service.backend);
    if let Some(address) = &targets.postgres {
        sitting.config("postgres", address);
    }
}

/// Why flags that only a load knows what to do with cannot be had with a protocol, if any were given.
fn refusal(protocol: Standing, flags: &Flags) -> Option<String> {
    let is_soak = protocol == Standing::Soak;
    let duration = flags.load.duration.filter(|_| is_soak);
    let own = LoadFlags { duration, ..LoadFlags::default() };
    let allowed = if is_soak { "takes only --duration of" } else { "runs as it stands; leave out" };
    let refused = flags.load != own || flags.iterations != 1;
    refused.then(|| format!("--protocol {protocol} {allowed} the flags under Load"))
}
